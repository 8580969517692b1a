//! Spark and Databricks: <https://spark.apache.org/docs/latest/sql-ref-datatypes.html>.
//!
//! `TIMESTAMP` is an instant, as `TIMESTAMP_LTZ` is.

use super::base::{BIGINT, BOOLEAN, Base, DATE, DOUBLE, INTEGER, REAL, SMALLINT, TEXT, TINYINT, TypeNames};
use crate::types::Zone;

const DECIMAL: Base = Base::Decimal(Some((10, 0)));

pub(super) const NAMES: TypeNames = &[
    ("bigint", BIGINT),
    ("binary", Base::Binary),
    ("boolean", BOOLEAN),
    ("byte", TINYINT),
    ("char", Base::Char(1)),
    ("character", Base::Char(1)),
    ("date", DATE),
    ("dec", DECIMAL),
    ("decimal", DECIMAL),
    ("double", DOUBLE),
    ("float", REAL),
    ("geography", Base::Named("geography")),
    ("geometry", Base::Named("geometry")),
    ("int", INTEGER),
    ("integer", INTEGER),
    ("interval", Base::Interval),
    ("long", BIGINT),
    ("numeric", DECIMAL),
    ("real", REAL),
    ("short", SMALLINT),
    ("smallint", SMALLINT),
    ("string", TEXT),
    ("time", Base::Time(6, Zone::Without)),
    ("timestamp", Base::Timestamp(6, Zone::With)),
    ("timestamp_ltz", Base::Timestamp(6, Zone::With)),
    ("timestamp_ntz", Base::Timestamp(6, Zone::Without)),
    ("tinyint", TINYINT),
    ("varchar", Base::Varchar(None)),
    ("variant", Base::Named("variant")),
    ("void", Base::Named("void")),
];
