//! What data refers to.

use std::slice;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    CustomProperty,
    record::{Field, records},
};

records! {
    /// That the values of one or more properties are those of others. Since 3.1.
    pub struct Relationship {
        /// Stable, for references. Since 3.2.
        pub id: Option<String>,
        /// `foreignKey`, which it is where it does not say.
        pub r#type: Option<String>,
        /// What refers; below a property it is that property, and absent.
        pub from: Option<References>,
        /// What is referred to, as many as refer.
        pub to: Option<References>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }
}

/// One reference, or several that go together: `orders.id`, `/schema/orders/properties/id`, either after
/// `other.odcs.yaml#`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum References {
    /// A single value, not in a list.
    One(String),
    /// Several, or one in a list.
    Several(Vec<String>),
}

impl References {
    /// Iterates over the values.
    pub fn iter(&self) -> slice::Iter<'_, String> {
        match self {
            Self::One(it) => slice::from_ref(it).iter(),
            Self::Several(several) => several.iter(),
        }
    }
}

impl<'r> IntoIterator for &'r References {
    type Item = &'r String;
    type IntoIter = slice::Iter<'r, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Field for References {
    fn is_absent(&self) -> bool {
        false
    }
}

impl<'de> Deserialize<'de> for References {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = References;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a reference or a list of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<References, E> {
                Ok(References::One(text.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<References, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(References::Several)
            }
        }

        from.deserialize_any(Visitor)
    }
}
