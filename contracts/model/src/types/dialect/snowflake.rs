//! Snowflake: <https://docs.snowflake.com/en/sql-reference/intro-summary-data-types>.
//!
//! Every integer is a `NUMBER(38,0)`, every float a double; `VARCHAR` is `VARCHAR(16777216)`, shown as `text`.
//! `TIMESTAMP` follows `TIMESTAMP_TYPE_MAPPING`, by default `TIMESTAMP_NTZ`.

use super::base::{BOOLEAN, Base, DATE, DOUBLE, TypeNames};
use crate::types::{DataType, Digits, Zone};

const INTEGER: Base = Base::Is(DataType::Decimal(Some(Digits { precision: 38, scale: 0 })));
const NUMBER: Base = Base::Decimal(Some((38, 0)));

pub(super) const NAMES: TypeNames = &[
    ("array", Base::Named("array")),
    ("bigint", INTEGER),
    ("binary", Base::Binary),
    ("bool", BOOLEAN),
    ("boolean", BOOLEAN),
    ("byteint", INTEGER),
    ("char", Base::Varchar(Some(1))),
    ("char varying", Base::Varchar(None)),
    ("character", Base::Varchar(Some(1))),
    ("character varying", Base::Varchar(None)),
    ("date", DATE),
    ("datetime", Base::Timestamp(9, Zone::Without)),
    ("dec", NUMBER),
    ("decfloat", Base::Named("decfloat")),
    ("decimal", NUMBER),
    ("double", DOUBLE),
    ("double precision", DOUBLE),
    ("file", Base::Named("file")),
    ("float", DOUBLE),
    ("float4", DOUBLE),
    ("float8", DOUBLE),
    ("geography", Base::Named("geography")),
    ("geometry", Base::Named("geometry")),
    ("int", INTEGER),
    ("integer", INTEGER),
    ("nchar", Base::Varchar(Some(1))),
    ("nchar varying", Base::Varchar(None)),
    ("number", NUMBER),
    ("numeric", NUMBER),
    ("nvarchar", Base::Varchar(None)),
    ("nvarchar2", Base::Varchar(None)),
    ("object", Base::Named("object")),
    ("real", DOUBLE),
    ("smallint", INTEGER),
    ("string", Base::Varchar(None)),
    ("text", Base::Varchar(None)),
    ("time", Base::Time(9, Zone::Without)),
    ("timestamp", Base::Timestamp(9, Zone::Without)),
    ("timestamp_ltz", Base::Timestamp(9, Zone::Local)),
    ("timestamp_ntz", Base::Timestamp(9, Zone::Without)),
    ("timestamp_tz", Base::Timestamp(9, Zone::With)),
    ("timestampltz", Base::Timestamp(9, Zone::Local)),
    ("timestampntz", Base::Timestamp(9, Zone::Without)),
    ("timestamptz", Base::Timestamp(9, Zone::With)),
    ("tinyint", INTEGER),
    ("uuid", Base::Named("uuid")),
    ("varbinary", Base::Binary),
    ("varchar", Base::Varchar(None)),
    ("variant", Base::Named("variant")),
    ("vector", Base::Named("vector")),
];
