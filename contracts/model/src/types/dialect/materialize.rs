//! Materialize, where it is not PostgreSQL: <https://materialize.com/docs/sql/types/>.

use super::base::{Base, TypeNames, unsigned};
use crate::types::Bits;

pub(super) const NAMES: TypeNames = &[
    ("mz_timestamp", Base::Named("mz_timestamp")),
    ("uint2", unsigned(Bits::B16)),
    ("uint4", unsigned(Bits::B32)),
    ("uint8", unsigned(Bits::B64)),
];
