//! The rows that a unit test gives instead of an input.

use std::collections::BTreeSet;

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use crate::artifact::lenient::{Item, Lenient};

/// The columns that rows name.
#[derive(Default)]
pub(in crate::manifest) enum RawRows {
    /// Nothing that is understood.
    #[default]
    Unknown,
    /// The keys of all rows.
    Maps(BTreeSet<String>),
    /// CSV as a text.
    Text(Box<str>),
}

impl Lenient for RawRows {
    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let mut all = BTreeSet::new();
        while let Some(Item(Keys(keys))) = items.next_element()? {
            all.extend(keys);
        }
        Ok(Self::Maps(all))
    }

    fn from_text(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// The keys of a row.
#[derive(Default)]
struct Keys(Vec<String>);

impl Lenient for Keys {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, IgnoredAny)) = entries.next_entry::<String, IgnoredAny>()? {
            keys.push(key);
        }
        Ok(Self(keys))
    }
}
