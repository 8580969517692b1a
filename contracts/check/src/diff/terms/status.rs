//! How far a contract is in its life.

use std::fmt;

use time::Date;
use weft_model::text::text_of;
use weft_odcs::{DataContract, ServiceKind};

use crate::diff::terms::level::PromisedLevel;

/// The statuses that the standard names, in the order of a contract's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Proposed,
    Draft,
    Active,
    Deprecated,
    Retired,
}

impl Status {
    const EVERY: [Self; 5] = [Self::Proposed, Self::Draft, Self::Active, Self::Deprecated, Self::Retired];

    /// The status of a contract; `None` where it has none, or one of its own.
    pub(crate) fn from_contract(contract: &DataContract) -> Option<Self> {
        Self::EVERY.into_iter().find(|status| contract.has_status(&status.to_string()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proposed => "proposed",
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
        })
    }
}

/// The day that support ends, where the contract says it, as it writes it: the first of `endOfSupport` and `endOfLife`.
pub(crate) fn end_of_support(contract: &DataContract) -> Option<(Date, String)> {
    let of = |kind: ServiceKind| {
        let found = contract.sla_properties.iter().find(|sla| sla.kind() == Some(kind))?;
        let PromisedLevel::Day(day) = PromisedLevel::from_sla(found) else { return None };
        Some((Date::from_julian_day(day).ok()?, text_of(&found.value)))
    };
    of(ServiceKind::EndOfSupport).or_else(|| of(ServiceKind::EndOfLife))
}
