//! What all parts of a contract have in common: any field may be absent or null, and unknown keys are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

use crate::place::At;

/// Keys of a document that the standard does not have, as they were.
pub type Extra = BTreeMap<String, Value>;

/// Sees the unknown keys of each part of a contract.
pub(super) type See<'s> = dyn FnMut(&At<'_>, &Extra) + 's;

/// Declares parts of a contract: structs whose fields are named as in the standard, in camel case. Each also has
/// `extra`, the keys that the standard lacks. What is absent, null or empty is the default, and is not written.
macro_rules! records {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$of_field:meta])* pub $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
            #[serde(rename_all = "camelCase", default)]
            pub struct $name {
                $(
                    $(#[$of_field])*
                    #[serde(
                        skip_serializing_if = "crate::record::Field::is_absent",
                        deserialize_with = "crate::record::nullable"
                    )]
                    pub $field: $type,
                )*
                /// Keys that the standard does not have.
                #[serde(flatten)]
                pub extra: crate::Extra,
            }

            impl $name {
                /// The names of its fields, for laws over all of them.
                pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            }

            impl crate::record::Field for $name {
                fn is_absent(&self) -> bool {
                    *self == Self::default()
                }

                fn walk(&self, at: &crate::At<'_>, see: &mut crate::record::See<'_>) {
                    $(crate::record::Field::walk(&self.$field, &at.field(stringify!($field)), see);)*
                    see(at, &self.extra);
                }
            }
        )*
    };
}

pub(super) use records;

/// What a field of a part can be.
pub(super) trait Field {
    /// Whether there is nothing to write.
    fn is_absent(&self) -> bool;

    /// Shows the unknown keys of the parts below.
    fn walk(&self, _at: &At<'_>, _see: &mut See<'_>) {}
}

impl<T: Field> Field for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn walk(&self, at: &At<'_>, see: &mut See<'_>) {
        if let Some(it) = self {
            it.walk(at, see);
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn walk(&self, at: &At<'_>, see: &mut See<'_>) {
        for (index, it) in self.iter().enumerate() {
            it.walk(&at.item(index), see);
        }
    }
}

impl<T: Field> Field for Box<T> {
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }

    fn walk(&self, at: &At<'_>, see: &mut See<'_>) {
        (**self).walk(at, see);
    }
}

impl Field for String {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Field for Map<String, Value> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// A null is a value where the standard takes any.
impl Field for Value {
    fn is_absent(&self) -> bool {
        false
    }
}

/// Fields that are there whenever they have a value.
macro_rules! plain {
    ($($type:ty),*) => {
        $(impl Field for $type {
            fn is_absent(&self) -> bool {
                false
            }
        })*
    };
}

plain!(bool, i64, u64, Number, [Number; 2]);

/// A null is as good as an absence.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
