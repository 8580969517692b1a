//! Unit tests: the rows that replace a model's inputs.

pub(super) mod rows;

use serde::de::MapAccess;
use weft_model::name::UniqueId;

use crate::{
    artifact::lenient::{Item, Lenient, Object},
    manifest::{
        Manifest,
        node::{Given, UnitTest},
        of_files::OfFiles,
        raw::{RawGiven, RawUnitTest},
        unit_tests::rows::RawRows,
    },
    seed::seed_columns,
};

/// The unit tests: unique id and what is kept; and what they say of files.
#[derive(Default)]
pub(super) struct UnitTests(Vec<(Box<str>, UnitTest)>, OfFiles);

impl Lenient for UnitTests {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let (mut tests, mut files) = (Vec::new(), OfFiles::default());
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<Object<RawUnitTest>>>()? {
            let Object(Some(raw)) = raw else { continue };
            files.add_unit_test(&raw);
            let read = raw.depends_on.nodes.into_iter().filter_map(|id| UniqueId::try_from(String::from(id)).ok());
            let test = UnitTest {
                package_name: raw.package_name.unwrap_or_default(),
                depends_on: read.collect(),
                given: raw.given.0.into_iter().filter_map(given).collect(),
            };
            tests.push((key, test));
        }
        Ok(Self(tests, files))
    }
}

impl UnitTests {
    /// Moves the tests into the manifest; a test whose id is not valid is skipped. Returns what they say about files.
    pub(super) fn into_manifest(self, manifest: &mut Manifest) -> OfFiles {
        let tests = self.0.into_iter();
        manifest.unit_tests = tests.filter_map(|(id, test)| Some((String::from(id).try_into().ok()?, test))).collect();
        self.1
    }
}

/// The rows for an input. SQL rows replace the input without querying it.
fn given(raw: RawGiven) -> Option<Given> {
    let input = raw.input.filter(|input| !input.is_empty())?;
    let columns = match (raw.format.as_deref(), raw.rows) {
        (Some("sql"), _) => return None,
        (_, RawRows::Maps(columns)) => Some(columns),
        (_, RawRows::Text(text)) => {
            let header = seed_columns(text.trim_start(), ',');
            header.map(|columns| columns.into_iter().map(|column| column.name.trim().to_owned()).collect())
        }
        (_, RawRows::Unknown) => None,
    };
    Some(Given { input, columns })
}
