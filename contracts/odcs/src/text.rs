//! Parts that several sections share: links to definitions, custom properties, synonyms.

use serde_json::Value;

use crate::record::records;

records! {
    /// A key and value of one's own.
    pub struct CustomProperty {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The key, in camel case by custom.
        pub property: String,
        /// Any JSON value.
        pub value: Value,
        /// A description of the property.
        pub description: Option<String>,
        /// Whose it is. Since 3.2.
        pub vendor: Option<String>,
    }

    /// A link to a definition or document outside the contract.
    pub struct AuthoritativeDefinition {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The address of the document.
        pub url: String,
        /// `businessDefinition`, `transformationImplementation`, `videoTutorial`, `tutorial`, `implementation`, or other.
        pub r#type: String,
        /// What it is. Since 3.1.
        pub description: Option<String>,
    }

    /// Another name for the same. Since 3.2.
    pub struct Synonym {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The other name.
        pub synonym: String,
        /// A description of the synonym.
        pub description: Option<String>,
        /// The language of the synonym: `fr-CA`.
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
