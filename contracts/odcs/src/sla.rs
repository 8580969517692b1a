//! Service levels.

use serde_json::Value;
use weft_model::text::text_of;

use crate::{AuthoritativeDefinition, CustomProperty, record::records};

records! {
    /// A service level of the contract.
    pub struct SlaProperty {
        /// Stable, for references. Since 3.1.
        pub id: Option<String>,
        /// `latency`, `frequency`, `retention`, `availability`, `generalAvailability`, `endOfSupport`, `endOfLife`,
        /// `timeToDetect`, `timeToNotify`, `timeToRepair`, `freshness`, or other.
        pub property: String,
        /// How much: a number, a text, a day.
        pub value: Value,
        /// How much more, where it takes two.
        pub value_ext: Option<Value>,
        /// `d`, `day`, `days`; `y`, `yr`, `years`; `h`, `m`, ...
        pub unit: Option<String>,
        /// What it is about, `orders.created_at`; several between commas.
        pub element: Option<String>,
        /// Why: `analytics`, `operational`, `regulatory`, or other.
        pub driver: Option<String>,
        /// What it means. Since 3.1.
        pub description: Option<String>,
        /// Who checks it. Since 3.1.
        pub scheduler: Option<String>,
        /// When it is checked, since 3.1.
        pub schedule: Option<String>,
        /// Properties of one's own. Since 3.2.
        pub custom_properties: Vec<CustomProperty>,
        /// Links to definitions and documents outside the contract, since 3.2.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }
}

/// What a service level promises, of what the standard names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceKind {
    /// The share of time in which the data can be reached.
    Availability,
    /// The day after which the data is gone.
    EndOfLife,
    /// The day after which nobody mends it.
    EndOfSupport,
    /// How old the newest row may be.
    Freshness,
    /// How often the data is updated.
    Frequency,
    /// The day from which everybody may use it.
    GeneralAvailability,
    /// How long a row takes to arrive.
    Latency,
    /// How long a row is kept.
    Retention,
    /// How much can be read in a time.
    Throughput,
    /// The time within which a fault is noticed.
    TimeToDetect,
    /// How long until consumers hear of a fault.
    TimeToNotify,
    /// How long until a fault is mended.
    TimeToRepair,
}

impl ServiceKind {
    /// Whether its value is a length of time.
    pub fn is_period(self) -> bool {
        use ServiceKind::{Frequency, Freshness, Latency, Retention, TimeToDetect, TimeToNotify, TimeToRepair};
        matches!(self, Freshness | Frequency | Latency | Retention | TimeToDetect | TimeToNotify | TimeToRepair)
    }
}

impl SlaProperty {
    /// What it promises, by its name or by the standard's abbreviation of that, however they are written; `None` where the
    /// standard has no such name.
    pub fn kind(&self) -> Option<ServiceKind> {
        let folded: String = self.property.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match folded.to_ascii_lowercase().as_str() {
            "availability" | "av" => ServiceKind::Availability,
            "endoflife" | "el" => ServiceKind::EndOfLife,
            "endofsupport" | "es" => ServiceKind::EndOfSupport,
            "freshness" | "fr" => ServiceKind::Freshness,
            "frequency" | "fy" => ServiceKind::Frequency,
            "generalavailability" | "ga" => ServiceKind::GeneralAvailability,
            "latency" | "ly" => ServiceKind::Latency,
            "retention" | "re" => ServiceKind::Retention,
            "throughput" | "th" => ServiceKind::Throughput,
            "timetodetect" | "td" => ServiceKind::TimeToDetect,
            "timetonotify" | "tn" => ServiceKind::TimeToNotify,
            "timetorepair" | "tr" => ServiceKind::TimeToRepair,
            _ => return None,
        })
    }

    /// How much, as the contract writes it: `24 h`, `P1Y`.
    pub fn amount(&self) -> String {
        let value = text_of(&self.value);
        match &self.unit {
            Some(unit) => format!("{value} {unit}"),
            None => value,
        }
    }

    /// What it is about, as `object.property`, by the contract's default where it does not say.
    pub fn elements<'s>(&'s self, default: Option<&'s str>) -> impl Iterator<Item = &'s str> {
        let said = self.element.as_deref().or(default).unwrap_or_default();
        said.split(',').map(str::trim).filter(|element| !element.is_empty())
    }
}
