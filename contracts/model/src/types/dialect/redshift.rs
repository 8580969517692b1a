//! Amazon Redshift, where it is not PostgreSQL: <https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html>.
//!
//! Lengths count bytes. `text` is `varchar(256)`; `varchar(max)` is the longest, 65,535.

use super::base::{Base, TypeNames};

/// The length of characters that are declared without.
const LENGTH: Base = Base::Varchar(Some(256));

pub(super) const NAMES: TypeNames = &[
    ("binary varying", Base::Binary),
    ("bpchar", Base::Char(256)),
    ("character varying", LENGTH),
    ("dec", Base::Decimal(Some((18, 0)))),
    ("decimal", Base::Decimal(Some((18, 0)))),
    ("hllsketch", Base::Named("hllsketch")),
    ("interval", Base::Interval),
    ("numeric", Base::Decimal(Some((18, 0)))),
    ("nvarchar", LENGTH),
    ("super", Base::Named("super")),
    ("text", LENGTH),
    ("varbinary", Base::Binary),
    ("varbyte", Base::Binary),
    ("varchar", LENGTH),
];
