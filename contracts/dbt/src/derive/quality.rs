//! Quality: what a project's tests promise of its nodes and columns.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weft_model::{column_name::ColumnKey, digest::canonical, name::UniqueId, types::Dialect};
use weft_publication::{Column, Quality};

use crate::{derive::project::ManifestProject, manifest::Test};

/// The tests of one node, each with the column it is on.
#[derive(Default)]
pub(super) struct NodeTests(Vec<(Option<Box<str>>, Quality)>);

/// The generic tests of each own node.
pub(super) fn by_node<'m>(project: &ManifestProject<'m>) -> BTreeMap<&'m UniqueId, NodeTests> {
    let mut tests: BTreeMap<&UniqueId, NodeTests> = BTreeMap::new();
    for test in project.manifest.tests.values() {
        let Some(quality) = quality(test) else { continue };
        if let Some(unique_id) = project.tested_by(test) {
            tests.entry(unique_id).or_default().0.push((test.column_name.clone(), quality));
        }
    }
    tests
}

/// What a generic test promises.
pub(crate) fn quality(test: &Test) -> Option<Quality> {
    let generic = test.generic.as_deref()?;
    let said = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    Some(Quality {
        test: test.namespace.as_deref().map_or_else(|| generic.to_owned(), |package| format!("{package}.{generic}")),
        arguments: test.arguments.clone(),
        severity: test.severity.as_deref().unwrap_or("error").to_ascii_lowercase(),
        filter: said(&test.filter),
        warn_if: said(&test.warn_if),
        error_if: said(&test.error_if),
        fail_calc: said(&test.fail_calc),
        limit: test.limit,
    })
}

impl NodeTests {
    /// Puts each test to its column; gives back those of the node as a whole, sorted, each once. A test on a column
    /// that the node does not have keeps the column's name among its arguments.
    pub(super) fn distribute(self, columns: &mut [Column], dialect: Dialect) -> Vec<Quality> {
        let exact: BTreeMap<String, usize> = columns.iter().enumerate().map(|(i, c)| (c.name.clone(), i)).collect();
        let mut by_folded = BTreeMap::new();
        for (index, column) in columns.iter().enumerate() {
            by_folded.entry(ColumnKey::new(&column.name, dialect).into_owned()).or_insert(index);
        }
        let mut of_node = Vec::new();
        for (column, mut quality) in self.0 {
            let Some(name) = column else {
                of_node.push(quality);
                continue;
            };
            let bare = name.trim_matches(|c| matches!(c, '"' | '`' | '[' | ']'));
            let index =
                exact.get(&*name).or_else(|| exact.get(bare)).or_else(|| by_folded.get(&ColumnKey::new(bare, dialect)));
            if let Some(column) = index.and_then(|index| columns.get_mut(*index)) {
                column.quality.push(quality);
            } else {
                quality.arguments.insert("column_name".to_owned(), Value::from(&*name));
                of_node.push(quality);
            }
        }
        for column in columns {
            column.quality = sorted(std::mem::take(&mut column.quality));
        }
        sorted(of_node)
    }
}

/// Sorted by all that they say, each once.
fn sorted(qualities: Vec<Quality>) -> Vec<Quality> {
    let mut seen = BTreeSet::new();
    let mut keyed: Vec<_> =
        qualities.into_iter().map(|quality| (canonical(&quality).unwrap_or_default(), quality)).collect();
    keyed.sort_by(|a, b| (&a.1.test, &a.0).cmp(&(&b.1.test, &b.0)));
    keyed.into_iter().filter(|(key, _)| seen.insert(key.clone())).map(|(_, quality)| quality).collect()
}
