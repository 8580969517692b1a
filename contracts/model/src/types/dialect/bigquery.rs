//! `BigQuery`: <https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types>, and the names of its API.

use super::base::{BIGINT, BOOLEAN, Base, DATE, DOUBLE, TypeNames};
use crate::types::Zone;

const NUMERIC: Base = Base::Decimal(Some((38, 9)));
const BIGNUMERIC: Base = Base::Decimal(Some((76, 38)));

pub(super) const NAMES: TypeNames = &[
    ("bigdecimal", BIGNUMERIC),
    ("bigint", BIGINT),
    ("bignumeric", BIGNUMERIC),
    ("bool", BOOLEAN),
    ("boolean", BOOLEAN),
    ("byteint", BIGINT),
    ("bytes", Base::Binary),
    ("date", DATE),
    ("datetime", Base::Timestamp(6, Zone::Without)),
    ("decimal", NUMERIC),
    ("float", DOUBLE),
    ("float64", DOUBLE),
    ("geography", Base::Named("geography")),
    ("int", BIGINT),
    ("int64", BIGINT),
    ("integer", BIGINT),
    ("interval", Base::Interval),
    ("json", Base::Named("json")),
    ("numeric", NUMERIC),
    ("range", Base::Named("range")),
    ("smallint", BIGINT),
    ("string", Base::Varchar(None)),
    ("time", Base::Time(6, Zone::Without)),
    ("timestamp", Base::Timestamp(6, Zone::With)),
    ("tinyint", BIGINT),
];
