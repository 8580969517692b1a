//! Parts that stand in many places: definitions elsewhere, properties of one's own, synonyms.

use serde_json::Value;

use crate::record::records;

records! {
    /// A key and value of one's own.
    pub struct CustomProperty {
        /// Stable, for references.
        pub id: Option<String>,
        /// The key, in camel case by custom.
        pub property: String,
        /// Anything.
        pub value: Value,
        /// What it is.
        pub description: Option<String>,
        /// Whose it is. Since 3.2.
        pub vendor: Option<String>,
    }

    /// Where more is said.
    pub struct AuthoritativeDefinition {
        /// Stable, for references.
        pub id: Option<String>,
        /// Where it is.
        pub url: String,
        /// `businessDefinition`, `transformationImplementation`, `videoTutorial`, `tutorial`, `implementation`, or other.
        pub r#type: String,
        /// What it is. Since 3.1.
        pub description: Option<String>,
    }

    /// Another name for the same. Since 3.2.
    pub struct Synonym {
        /// Stable, for references.
        pub id: Option<String>,
        /// The name.
        pub synonym: String,
        /// What it is.
        pub description: Option<String>,
        /// Its language: `fr-CA`.
        pub locale: Option<String>,
        /// Where it comes from.
        pub source: Option<String>,
        /// How far it is agreed upon.
        pub status: Option<String>,
    }
}

/// The value of a property of one's own.
pub(super) fn custom<'c>(properties: &'c [CustomProperty], key: &str) -> Option<&'c Value> {
    properties.iter().find(|it| it.property == key).map(|it| &it.value)
}
