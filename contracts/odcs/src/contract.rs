//! The contract as a whole.

use serde_json::Value;

use crate::{
    AuthoritativeDefinition, Context, CustomProperty, Extra, Role, SchemaObject, Server, SlaProperty, SupportItem,
    Team, TeamMember,
    place::At,
    record::{Field, records},
    text,
};

records! {
    /// A data contract, by the standard's section "Fundamentals" and the ones that follow it.
    pub struct DataContract {
        /// The standard's version: `v3.1.0`.
        pub api_version: String,
        /// The standard's `kind`: always `DataContract`.
        pub kind: String,
        /// The id of the contract, unique and the same in all its versions.
        pub id: String,
        /// The name that people use.
        pub name: Option<String>,
        /// The contract's own version, semver by custom.
        pub version: String,
        /// `proposed`, `draft`, `active`, `deprecated`, `retired`, or other.
        pub status: Option<String>,
        /// Whose estate it belongs to.
        pub tenant: Option<String>,
        /// The name of the domain that the contract belongs to.
        pub domain: Option<String>,
        /// The data product. Deprecated since 3.1.
        pub data_product: Option<String>,
        /// What the data is for.
        pub description: Option<Description>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// What people and programs should know to use the data. Since 3.2.
        pub context: Option<Context>,
        /// Where the data is.
        pub servers: Vec<Server>,
        /// Its tables, topics, files.
        pub schema: Vec<SchemaObject>,
        /// The channels for questions and incidents.
        pub support: Vec<SupportItem>,
        /// The price of using the data.
        pub price: Option<Pricing>,
        /// The owners of the data.
        pub team: Option<Team>,
        /// Who may use it, and how.
        pub roles: Vec<Role>,
        /// What service levels are about that do not say it. Deprecated since 3.1.
        pub sla_default_element: Option<String>,
        /// The service levels that the producer promises.
        pub sla_properties: Vec<SlaProperty>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
        /// When the contract was made: `2024-09-17T11:58:08Z`.
        pub contract_created_ts: Option<String>,
    }

    /// What the data is for.
    pub struct Description {
        /// How it is meant to be used.
        pub usage: Option<String>,
        /// Why it is there.
        pub purpose: Option<String>,
        /// What it cannot do.
        pub limitations: Option<String>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }

    /// What the data costs.
    pub struct Pricing {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The price, in `price_currency`.
        pub price_amount: Option<serde_json::Number>,
        /// The currency, such as `USD`.
        pub price_currency: Option<String>,
        /// The unit that the price is for, such as `megabyte`.
        pub price_unit: Option<String>,
    }
}

impl DataContract {
    /// What the contract calls itself: its name, else its id.
    pub fn title(&self) -> &str {
        self.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.id)
    }

    /// The contract as YAML, its keys in the standard's order: the same contract gives the same text.
    ///
    /// # Errors
    /// What YAML has no way to write; nothing that was read.
    pub fn to_yaml(&self) -> Result<String, serde_saphyr::ser::Error> {
        serde_saphyr::to_string(self)
    }

    /// Whether it is of 3.0, which had no `timestamp`: dates could have times.
    pub fn is_before_3_1(&self) -> bool {
        self.api_version.trim_start_matches('v').starts_with("3.0")
    }

    /// Whether the contract has the status, in any case of letters.
    pub fn has_status(&self, status: &str) -> bool {
        self.status.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(status))
    }

    /// The members of the team; empty if there is no team.
    pub fn members(&self) -> &[TeamMember] {
        self.team.as_ref().map_or(&[], Team::members)
    }

    /// The value of a property of one's own.
    pub fn custom(&self, key: &str) -> Option<&Value> {
        text::custom(&self.custom_properties, key)
    }

    /// The keys that the standard does not have, with what is above them; among them those of servers, which depend on
    /// the server's type.
    pub fn each_extra(&self, mut see: impl FnMut(&At<'_>, &Extra)) {
        self.walk(&At::ROOT, &mut see);
    }
}
