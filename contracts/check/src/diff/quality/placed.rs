//! Tests by the column that they are on.

use std::{borrow::Cow, collections::BTreeMap};

use serde_json::{Map, Value};
use weft_model::{column_name::ColumnKey, types::Dialect};
use weft_publication::{InterfaceNode, Quality};

/// A test, and what it asks but for the column that it is on.
pub(super) struct PlacedTest<'a> {
    pub(super) quality: &'a Quality,
    pub(super) arguments: Cow<'a, Map<String, Value>>,
}

/// The tests of one column on the two sides, or those of the node as a whole.
#[derive(Default)]
pub(super) struct TestPlace<'a> {
    /// The column, as the baseline writes it where that has it.
    pub(super) column: Option<Cow<'a, str>>,
    pub(super) tests: [Vec<PlacedTest<'a>>; 2],
}

/// The tests of both sides by the column that they are on, those of the node as a whole last.
pub(super) fn places(sides: [&InterfaceNode; 2], dialect: Dialect) -> Vec<(Option<ColumnKey<'static>>, TestPlace<'_>)> {
    let mut places: BTreeMap<ColumnKey<'static>, TestPlace<'_>> = BTreeMap::new();
    let mut of_node = TestPlace::default();
    for (side, node) in sides.into_iter().enumerate() {
        for column in &node.columns {
            let place = places.entry(ColumnKey::new(&column.name, dialect).into_owned()).or_default();
            place.column.get_or_insert(Cow::Borrowed(&column.name));
            place.tests[side].extend(
                column
                    .quality
                    .iter()
                    .map(|quality| PlacedTest { quality, arguments: Cow::Borrowed(&quality.arguments) }),
            );
        }
        for quality in &node.quality {
            match column_of(quality) {
                Some(name) => {
                    let mut arguments = quality.arguments.clone();
                    arguments.remove(COLUMN);
                    let place = places.entry(ColumnKey::new(name, dialect).into_owned()).or_default();
                    place.column.get_or_insert(Cow::Borrowed(name));
                    place.tests[side].push(PlacedTest { quality, arguments: Cow::Owned(arguments) });
                }
                None => of_node.tests[side].push(PlacedTest { quality, arguments: Cow::Borrowed(&quality.arguments) }),
            }
        }
    }
    places.into_iter().map(|(name, place)| (Some(name), place)).chain([(None, of_node)]).collect()
}

/// The argument that holds the column of a test that is written on its node.
const COLUMN: &str = "column_name";

/// The column of a test that is written on its node, without quotes.
pub(in crate::diff) fn column_of(quality: &Quality) -> Option<&str> {
    let name = quality.arguments.get(COLUMN)?.as_str()?;
    Some(name.trim_matches(|c| matches!(c, '"' | '`' | '[' | ']')))
}
