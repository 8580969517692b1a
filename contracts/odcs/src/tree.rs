//! A document, and the line of everything in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Location, Spanned};

/// How much stack one level of a document takes at most, in bytes: an unoptimised build takes 40 KiB.
const RED_ZONE: usize = 128 * 1024;

/// How much stack is added where that is not left.
const SEGMENT: usize = 1024 * 1024;

/// A value, and where it is written.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The value in the text.
    pub value: Value,
    /// Its place, and those of all below it.
    pub spot: Spot,
}

/// Where a value is written, and all below it.
#[derive(Debug, Clone, Default)]
pub struct Spot {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    below: Below,
}

#[derive(Debug, Clone, Default)]
enum Below {
    #[default]
    Nothing,
    Items(Vec<Spot>),
    /// With the line and column of each key.
    Keys(BTreeMap<String, (u32, u32, Spot)>),
}

impl Spot {
    /// The line and column of a JSON pointer's place: of the key, or of an entry of a list. Where the place is not there,
    /// of what is nearest above it.
    pub fn find(&self, pointer: &str) -> (u32, u32) {
        let mut found = (self.line, self.column);
        let mut spot = self;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let below = match &spot.below {
                Below::Nothing => None,
                Below::Items(items) => part.parse().ok().and_then(|index: usize| items.get(index)),
                Below::Keys(keys) => keys.get(&part).map(|(line, column, below)| {
                    found = (*line, *column);
                    below
                }),
            };
            let Some(below) = below else { break };
            if matches!(spot.below, Below::Items(_)) {
                found = (below.line, below.column);
            }
            spot = below;
        }
        found
    }
}

impl Spot {
    /// Where a mapping's keys or a list's entries are written, by line and column; nothing for what is neither.
    pub fn below(&self) -> Vec<(u32, u32)> {
        match &self.below {
            Below::Nothing => Vec::new(),
            Below::Items(items) => items.iter().map(|it| (it.line, it.column)).collect(),
            Below::Keys(keys) => keys.values().map(|(line, column, _)| (*line, *column)).collect(),
        }
    }

    /// The value at a place; `None` if the place does not exist.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |spot, part| {
            let part = part.replace("~1", "/").replace("~0", "~");
            match &spot.below {
                Below::Nothing => None,
                Below::Items(items) => items.get(part.parse::<usize>().ok()?),
                Below::Keys(keys) => keys.get(&part).map(|(_, _, below)| below),
            }
        })
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = stacker::maybe_grow(RED_ZONE, SEGMENT, || Spanned::deserialize(from))?;
        let Spanned { value: Bare(value, below), referenced, .. } = spanned;
        let (line, column) = position(referenced);
        Ok(Self { value, spot: Spot { line, column, below } })
    }
}

fn position(at: Location) -> (u32, u32) {
    let number = |it: u64| u32::try_from(it).unwrap_or(u32::MAX);
    (number(at.line()), number(at.column()))
}

/// A value, and where what is below it is written.
struct Bare(Value, Below);

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(BareVisitor)
    }
}

struct BareVisitor;

impl<'de> de::Visitor<'de> for BareVisitor {
    type Value = Bare;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Bare, E> {
        Ok(Bare(Value::Null, Below::Nothing))
    }

    fn visit_bool<E: de::Error>(self, it: bool) -> Result<Bare, E> {
        Ok(Bare(it.into(), Below::Nothing))
    }

    fn visit_i64<E: de::Error>(self, it: i64) -> Result<Bare, E> {
        Ok(Bare(it.into(), Below::Nothing))
    }

    fn visit_u64<E: de::Error>(self, it: u64) -> Result<Bare, E> {
        Ok(Bare(it.into(), Below::Nothing))
    }

    fn visit_f64<E: de::Error>(self, it: f64) -> Result<Bare, E> {
        let number = Number::from_f64(it).ok_or_else(|| E::custom("a number that is none"))?;
        Ok(Bare(Value::Number(number), Below::Nothing))
    }

    fn visit_str<E: de::Error>(self, it: &str) -> Result<Bare, E> {
        Ok(Bare(it.into(), Below::Nothing))
    }

    fn visit_string<E: de::Error>(self, it: String) -> Result<Bare, E> {
        Ok(Bare(it.into(), Below::Nothing))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Bare, A::Error> {
        let (mut values, mut spots) = (Vec::new(), Vec::new());
        while let Some(Tree { value, spot }) = list.next_element()? {
            values.push(value);
            spots.push(spot);
        }
        Ok(Bare(Value::Array(values), Below::Items(spots)))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Bare, A::Error> {
        let (mut values, mut spots) = (Map::new(), BTreeMap::new());
        while let Some((key, Tree { value, spot })) = map.next_entry::<Spanned<String>, Tree>()? {
            let (line, column) = position(key.referenced);
            spots.insert(key.value.clone(), (line, column, spot));
            values.insert(key.value, value);
        }
        Ok(Bare(Value::Object(values), Below::Keys(spots)))
    }
}
