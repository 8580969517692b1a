//! Service levels.

use serde_json::Value;

use crate::{
    artifact::text_of,
    odcs::{AuthoritativeDefinition, CustomProperty, record::records},
};

records! {
    /// A service level.
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
        /// When. Since 3.1.
        pub schedule: Option<String>,
        /// Properties of one's own. Since 3.2.
        pub custom_properties: Vec<CustomProperty>,
        /// Where more is said. Since 3.2.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }
}

impl SlaProperty {
    /// How much, as the contract writes it: `24 h`, `P1Y`.
    pub(crate) fn amount(&self) -> String {
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
