//! Reading that forgives: real artifacts hold null, a number or a single text where a list or an object is meant.
//!
//! Each type says what it takes from each kind of JSON value; what it does not take leaves its default.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use weft_publication::ModelVersion;

/// A text, where there is one.
pub(crate) type Text = Option<Box<str>>;

/// What a type takes from each kind of JSON value.
pub(crate) trait Lenient: Default {
    fn from_bool(_value: bool) -> Self {
        Self::default()
    }

    fn from_number(_value: Number) -> Self {
        Self::default()
    }

    fn from_text(_value: &str) -> Self {
        Self::default()
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

/// A function for `#[serde(deserialize_with)]`.
pub(crate) fn read<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Forgiving(PhantomData))
}

/// A value inside a list or map, read as its type forgives.
pub(crate) struct Item<T>(pub(crate) T);

impl<'de, T: Lenient> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Self)
    }
}

struct Forgiving<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Forgiving<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_bool<E>(self, value: bool) -> Result<T, E> {
        Ok(T::from_bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<T, E> {
        Ok(T::from_number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<T, E> {
        Ok(T::from_number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<T, E> {
        Ok(Number::from_f64(value).map_or_else(T::default, T::from_number))
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::from_text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        T::from_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        T::from_map(entries)
    }
}

/// Whether a key exists, with any value.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Present(pub(crate) bool);

impl Lenient for Present {
    fn from_bool(_value: bool) -> Self {
        Self(true)
    }

    fn from_number(_value: Number) -> Self {
        Self(true)
    }

    fn from_text(_value: &str) -> Self {
        Self(true)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(true))
    }

    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self(true))
    }
}

impl Lenient for bool {
    fn from_bool(value: bool) -> Self {
        value
    }

    fn from_text(value: &str) -> Self {
        value.eq_ignore_ascii_case("true")
    }
}

impl Lenient for Text {
    fn from_bool(value: bool) -> Self {
        Some(if value { "true" } else { "false" }.into())
    }

    fn from_number(value: Number) -> Self {
        Some(value.to_string().into())
    }

    fn from_text(value: &str) -> Self {
        Some(value.into())
    }
}

/// A list of texts; one text alone is a list of one.
impl Lenient for Vec<Box<str>> {
    fn from_number(value: Number) -> Self {
        vec![value.to_string().into()]
    }

    fn from_text(value: &str) -> Self {
        vec![value.into()]
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let mut texts = Vec::new();
        while let Some(Item(text)) = items.next_element::<Item<Text>>()? {
            texts.extend(text);
        }
        Ok(texts)
    }
}

impl Lenient for Map<String, Value> {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut map = Self::new();
        while let Some((key, value)) = entries.next_entry()? {
            map.insert(key, value);
        }
        Ok(map)
    }
}

impl Lenient for Option<u64> {
    fn from_number(value: Number) -> Self {
        value.as_u64()
    }

    fn from_text(value: &str) -> Self {
        value.parse().ok()
    }
}

impl Lenient for Option<ModelVersion> {
    fn from_number(value: Number) -> Self {
        // `v: 1.0` is another version than `v: 1`, and canonical JSON has one spelling for both numbers.
        let whole_float = value.is_f64() && value.as_f64().is_some_and(|float| float.fract() == 0.0);
        Some(if whole_float { ModelVersion::Text(value.to_string()) } else { ModelVersion::Number(value) })
    }

    fn from_text(value: &str) -> Self {
        (!value.is_empty()).then(|| ModelVersion::Text(value.to_owned()))
    }
}

/// Defines structs that are read leniently, field by field: an absent field has its default, and so has the whole if it
/// is not an object.
macro_rules! objects {
    ($($(#[$of_struct:meta])* $vis:vis struct $name:ident { $($(#[$of_field:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$of_struct])*
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        $vis struct $name {
            $($(#[$of_field])* #[serde(deserialize_with = "crate::artifact::lenient::read")] $vis $field: $type,)*
        }

        impl $crate::artifact::lenient::Lenient for $name {
            fn from_map<'de, A: serde::de::MapAccess<'de>>(entries: A) -> Result<Self, A::Error> {
                serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(entries))
            }
        }
    )*};
}
pub(crate) use objects;

/// An object, where there is one.
pub(crate) struct Object<T>(pub(crate) Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Lenient> Lenient for Object<T> {
    fn from_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Self, A::Error> {
        T::from_map(entries).map(|object| Self(Some(object)))
    }
}

/// A list of objects; an item that is not an object is its default.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Lenient> Lenient for List<T> {
    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let mut list = Vec::new();
        while let Some(Item(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Self(list))
    }
}
