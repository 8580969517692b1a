//! What should be known to use the data.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    AuthoritativeDefinition, CustomProperty,
    place::At,
    record::{Field, See, records},
};

records! {
    /// What should be known to use the data, in parts.
    pub struct ContextDocument {
        /// How to use it.
        pub instructions: Option<String>,
        /// Questions whose answers are known.
        pub verified_statements: Vec<VerifiedStatement>,
        /// What does not show in types and rules.
        pub constraints: Vec<ContextConstraint>,
    }

    /// A question whose answer is known.
    pub struct VerifiedStatement {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The text of the question.
        pub question: String,
        /// The text of the answer.
        pub answer: Option<String>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }

    /// A limit that does not show in types and rules.
    pub struct ContextConstraint {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The limit, in words.
        pub constraint: String,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }
}

/// What should be known to use the data: words, or parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Context {
    /// One text.
    Text(String),
    /// A document with parts.
    Document(Box<ContextDocument>),
}

impl Field for Context {
    fn is_absent(&self) -> bool {
        false
    }

    fn walk(&self, at: &At<'_>, see: &mut See<'_>) {
        if let Self::Document(document) = self {
            document.walk(at, see);
        }
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Context;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a mapping")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Context, E> {
                Ok(Context::Text(text.to_owned()))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Context, A::Error> {
                ContextDocument::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|document| Context::Document(Box::new(document)))
            }
        }

        from.deserialize_any(Visitor)
    }
}
