//! Teradata: <https://docs.teradata.com/r/Enterprise_IntelliFlex_VMware/SQL-Data-Types-and-Literals>.
//!
//! Every float is a double; `NUMBER` without a precision is a floating decimal.

use super::base::{BIGINT, Base, DATE, DOUBLE, INTEGER, SMALLINT, TEXT, TINYINT, TypeNames};
use crate::types::Zone;

const DECIMAL: Base = Base::Decimal(Some((5, 0)));

pub(super) const NAMES: TypeNames = &[
    ("bigint", BIGINT),
    ("binary large object", Base::Binary),
    ("blob", Base::Binary),
    ("byte", Base::Sized("byte")),
    ("byteint", TINYINT),
    ("char", Base::Char(1)),
    ("char varying", Base::Varchar(None)),
    ("character", Base::Char(1)),
    ("character large object", TEXT),
    ("character varying", Base::Varchar(None)),
    ("clob", TEXT),
    ("dataset", Base::Named("dataset")),
    ("date", DATE),
    ("dec", DECIMAL),
    ("decimal", DECIMAL),
    ("double precision", DOUBLE),
    ("float", DOUBLE),
    ("int", INTEGER),
    ("integer", INTEGER),
    ("interval", Base::Interval),
    ("json", Base::Named("json")),
    ("long varchar", Base::Varchar(Some(64_000))),
    ("number", Base::Decimal(None)),
    ("numeric", DECIMAL),
    ("period", Base::Named("period")),
    ("real", DOUBLE),
    ("smallint", SMALLINT),
    ("st_geometry", Base::Named("geometry")),
    ("time", Base::Time(6, Zone::Without)),
    ("timestamp", Base::Timestamp(6, Zone::Without)),
    ("varbyte", Base::Binary),
    ("varchar", Base::Varchar(None)),
    ("xml", Base::Named("xml")),
];
