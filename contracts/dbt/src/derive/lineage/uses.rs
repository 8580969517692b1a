//! What a project reads of other projects.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weft_model::{
    name::{PackageName, UniqueId},
    text::shown,
};
use weft_publication::{ColumnsRead, How, Reading, Use, Via};

use super::ProjectGraph;
use crate::{
    derive::{DeriveNote, checks, earlier::Earlier, fingerprint::joined, unit_input::UnitInput},
    manifest::Test,
};

impl<'m> ProjectGraph<'_, 'm> {
    /// What the project reads of others. Nothing is followed through a foreign node.
    pub(in crate::derive) fn uses(&self, notes: &mut Vec<DeriveNote>) -> BTreeSet<Use> {
        let mut uses = Uses::default();
        let upstreams = self.upstreams(notes);
        for (read, upstream) in &upstreams {
            for reader in self.readers.get(read).into_iter().flatten() {
                let reading = self.readings.nodes.get(*reader).and_then(|known| known.reading.as_ref());
                let seen = Use {
                    columns: reading.and_then(|reading| reading.of(read)),
                    star: reading.is_some_and(|reading| reading.stars.contains(*read)),
                    unpinned: self.is_unpinned(reader, read),
                    fingerprint: self.fingerprints.get(reader).map(str::to_owned),
                    ..used(reader, upstream, self.project.id_upstream(read), Via::Ref)
                };
                for told in self.published_readers(reader) {
                    uses.add(Use { reader: told.clone(), ..seen.clone() });
                }
            }
        }
        for (id, test) in &self.project.manifest.tests {
            // Its text may name the table of a node that it does not refer to.
            let in_text = self.readings.checks.get(&**id).filter(|_| test.may_name_tables());
            let in_text = in_text.map(Reading::nodes).unwrap_or_default();
            let reads: BTreeSet<_> = test.depends_on.iter().chain(in_text).collect();
            let foreign: Vec<_> = reads.iter().filter_map(|read| upstreams.get_key_value(read)).collect();
            if foreign.is_empty() {
                continue;
            }
            let Some(readers) = self.readers_of_test(id, test) else {
                let message =
                    format!("the test `{}` reads another project, but its id is too long to be published", shown(id));
                notes.push(DeriveNote::general(message));
                continue;
            };
            for reader in &readers {
                let by_test = |(read, upstream): &(&&UniqueId, &PackageName)| Use {
                    columns: columns_tested(test).or_else(|| checks::of_foreign(id, test, read, self.readings)),
                    ..used(reader, upstream, self.project.id_upstream(read), Via::Test)
                };
                foreign.iter().map(by_test).for_each(|used| uses.add(used));
            }
        }
        for (id, test) in &self.project.manifest.unit_tests {
            for given in &test.given {
                let read = UnitInput::parse(&given.input).and_then(|input| input.foreign(self.project));
                let Some((read, upstream)) = read.and_then(|read| upstreams.get_key_value(read)) else { continue };
                let Some(named) = checks::beyond_model(test, read, given.columns.as_ref(), self) else { continue };
                for reader in self.readers_of_unit_test(id, test) {
                    let columns = named.clone().map(checks::referenced);
                    let read = self.project.id_upstream(read);
                    uses.add(Use { columns, ..used(&reader, upstream, read, Via::Test) });
                }
            }
        }
        uses.into_all(self.earlier)
    }

    /// Whether a reader names a versioned node of another project without its version.
    fn is_unpinned(&self, reader: &UniqueId, read: &UniqueId) -> bool {
        let manifest = self.project.manifest;
        let of_node = manifest.nodes.get(reader).map(|node| &node.unpinned);
        let of_resource = || manifest.resources.get(reader).map(|resource| &resource.unpinned);
        let of_exposure = || manifest.exposures.get(reader).map(|exposure| &exposure.unpinned);
        let unpinned = of_node.or_else(of_resource).or_else(of_exposure);
        let versioned = manifest.nodes.get(read).filter(|node| node.version.is_some());
        versioned.is_some_and(|node| unpinned.is_some_and(|names| names.contains(&node.name)))
    }

    /// Injected nodes and their projects, of those whose name is one.
    fn upstreams(&self, notes: &mut Vec<DeriveNote>) -> BTreeMap<&'m UniqueId, PackageName> {
        let mut upstreams = BTreeMap::new();
        for (unique_id, package) in &self.project.foreign {
            match package.parse() {
                Ok(name) => drop(upstreams.insert(*unique_id, name)),
                Err(error) => notes.push(DeriveNote::on(unique_id, format!("who reads it is not recorded: {error}"))),
            }
        }
        upstreams
    }
}

/// The columns that a test reads of a different project's node, if its kind determines them: dbt's `relationships`
/// looks up one.
fn columns_tested(test: &Test) -> Option<ColumnsRead> {
    let looks_up = test.generic.as_deref() == Some("relationships") && test.namespace.is_none();
    let field = test.arguments.get("field").and_then(Value::as_str).filter(|_| looks_up)?;
    Some(BTreeMap::from([(field.trim_matches('"').to_owned(), BTreeSet::from([How::Join]))]))
}

/// Readings, each once: one node may represent several that read another.
#[derive(Default)]
struct Uses(BTreeMap<UseKey, (Use, BTreeSet<Option<String>>)>);

/// The reader, the project and the node that it reads, and how that is written.
type UseKey = (UniqueId, PackageName, UniqueId, Via);

impl Uses {
    fn add(&mut self, used: Use) {
        let key = (used.reader.clone(), used.upstream.clone(), used.unique_id.clone(), used.via);
        let Some((known, fingerprints)) = self.0.get_mut(&key) else {
            let fingerprints = BTreeSet::from([used.fingerprint.clone()]);
            self.0.insert(key, (used, fingerprints));
            return;
        };
        fingerprints.insert(used.fingerprint);
        known.star |= used.star;
        known.unpinned |= used.unpinned;
        known.columns = known.columns.take().zip(used.columns).map(|(mut columns, more)| {
            for (column, hows) in more {
                columns.entry(column).or_default().extend(hows);
            }
            columns
        });
    }

    /// All of them; columns that this run of dbt does not know are taken from what was known earlier of the same code.
    fn into_all(self, earlier: Earlier<'_>) -> BTreeSet<Use> {
        let all = self.0.into_values().map(|(mut used, fingerprints)| {
            used.fingerprint = joined(&fingerprints);
            if used.columns.is_none()
                && let Some((columns, star)) = earlier.columns_read(&used)
            {
                (used.columns, used.star) = (Some(columns.clone()), star);
            }
            used
        });
        all.collect()
    }
}

fn used(reader: &UniqueId, upstream: &PackageName, unique_id: UniqueId, via: Via) -> Use {
    Use {
        reader: reader.clone(),
        upstream: upstream.clone(),
        unique_id,
        via,
        columns: None,
        star: false,
        unpinned: false,
        fingerprint: None,
    }
}
