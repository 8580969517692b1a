//! The sections of a manifest, entry by entry: each is turned into what is kept of it as soon as it is read.

mod entry;
mod node;
mod test;

use std::collections::BTreeMap;

use serde::de::MapAccess;
use serde_json::{Map, Value};
use weft_api::problem::FieldError;
use weft_model::{name::UniqueId, pointer::pointer, text::shown};
use weft_publication::ResourceType;

use crate::{
    artifact::lenient::{Item, Lenient, Object},
    manifest::{
        Manifest,
        altered::altered,
        columns::text,
        deferred::{calls, deferred},
        entries::{
            entry::{NodeEntry, ids, unpinned},
            node::keep_node,
            test::keep_test,
        },
        node::{LoadedAt, ManifestExposure, Operation, Resource},
        of_files::OfFiles,
        queries::queries,
        raw::{RawExposure, RawGroup, RawNode},
        template::{literals, plain, tags},
    },
};

/// A section of nodes: key, unique id if it differs, entry; in the file's order; and what they say about files.
#[derive(Default)]
pub(super) struct NodeEntries(Vec<(Box<str>, Option<Box<str>>, NodeEntry)>, OfFiles);

impl Lenient for NodeEntries {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let (mut section, mut files) = (Vec::new(), OfFiles::default());
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<Object<RawNode>>>()? {
            let Object(Some(mut raw)) = raw else { continue };
            files.add_node(&raw);
            let unique_id = text(raw.unique_id.take()).filter(|id| *id != key);
            let entry = keep(unique_id.as_deref().unwrap_or(&key), raw);
            section.push((key, unique_id, entry));
        }
        Ok(Self(section, files))
    }
}

impl NodeEntries {
    /// Moves the entries into the manifest; what is wrong goes to `faults`. Gives back what they say of files.
    pub(super) fn into_manifest(self, section: &str, manifest: &mut Manifest, faults: &mut Vec<FieldError>) -> OfFiles {
        for (key, unique_id, entry) in self.0 {
            let id = unique_id.as_deref().unwrap_or(&key);
            let mut fault = |at: &[&str], message: String| {
                let keys: Vec<&str> = [section, &key].into_iter().chain(at.iter().copied()).collect();
                faults.push(FieldError { pointer: pointer(&keys), message });
            };
            let twice = match entry {
                NodeEntry::UnknownAccess { at, found } => {
                    let message =
                        format!("`{}` is not an access; use `private`, `protected` or `public`", shown(&found));
                    fault(at, message);
                    continue;
                }
                NodeEntry::Test(test) => manifest.tests.insert(id.into(), test).is_some(),
                NodeEntry::Node(_) | NodeEntry::Resource(_) => match UniqueId::try_from(id.to_owned()) {
                    Err(error) => {
                        fault(&[], error.to_string());
                        continue;
                    }
                    Ok(id) => insert(manifest, id, entry),
                },
            };
            if twice {
                fault(&[], format!("two nodes have the unique_id `{}`", shown(id)));
            }
        }
        self.1
    }
}

/// Whether there was such an id already.
fn insert(manifest: &mut Manifest, id: UniqueId, entry: NodeEntry) -> bool {
    match entry {
        NodeEntry::Node(node) => manifest.nodes.insert(id, *node).is_some(),
        NodeEntry::Resource(resource) => manifest.resources.insert(id, resource).is_some(),
        NodeEntry::Test(_) | NodeEntry::UnknownAccess { .. } => false,
    }
}

fn keep(unique_id: &str, mut raw: RawNode) -> NodeEntry {
    let kind = text(raw.resource_type.clone());
    let kind = kind.as_deref().or_else(|| unique_id.split_once('.').map(|(kind, _)| kind)).unwrap_or_default();
    match kind {
        "model" => keep_node(ResourceType::Model, raw),
        "seed" => keep_node(ResourceType::Seed, raw),
        "snapshot" => keep_node(ResourceType::Snapshot, raw),
        "test" => NodeEntry::Test(keep_test(raw)),
        other => NodeEntry::Resource(Resource {
            loaded_at: loaded_at(&mut raw),
            operation: (other == "operation").then(|| Box::new(operation(&mut raw))),
            resource_type: other.into(),
            package_name: raw.package_name.unwrap_or_default(),
            name: raw.name.unwrap_or_default(),
            database: text(raw.database),
            schema: text(raw.schema),
            identifier: text(raw.identifier),
            relation_name: text(raw.relation_name),
            has_freshness: raw.freshness.is_said() || raw.config.freshness.is_said(),
            depends_on: ids(raw.depends_on.nodes),
            unpinned: unpinned(raw.refs.0),
        }),
    }
}

fn operation(raw: &mut RawNode) -> Operation {
    let code = raw.raw_code.as_deref().unwrap_or_default();
    let package = raw.package_name.as_deref().unwrap_or_default();
    let own = Some(plain(code)).filter(|text| !text.trim().is_empty());
    Operation {
        statements: own.into_iter().chain(queries(code)).collect(),
        alters: altered(code),
        names: tags(code).flat_map(literals).map(|literal| literal.to_lowercase().into()).collect(),
        deferred: deferred(code),
        calls: calls(std::mem::take(&mut raw.depends_on.macros), Some(code), package),
    }
}

/// By what in its data dbt finds how old a source is. dbt 1.10 has it in the config, too.
fn loaded_at(raw: &mut RawNode) -> Option<LoadedAt> {
    if !raw.freshness.is_said() && !raw.config.freshness.is_said() {
        return None;
    }
    if let Some(field) = text(raw.loaded_at_field.take()).or_else(|| text(raw.config.loaded_at_field.take())) {
        let filter = text(raw.freshness.filter.take()).or_else(|| text(raw.config.freshness.filter.take()));
        return Some(LoadedAt::Field { field, filter });
    }
    let query = text(raw.loaded_at_query.take()).or_else(|| text(raw.config.loaded_at_query.take()));
    query.map(|_| LoadedAt::Query)
}

/// The exposures: unique id and what is kept; and what they say of files.
#[derive(Default)]
pub(super) struct Exposures(Vec<(Box<str>, ManifestExposure)>, OfFiles);

impl Lenient for Exposures {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let (mut exposures, mut files) = (Vec::new(), OfFiles::default());
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<Object<RawExposure>>>()? {
            let Object(Some(raw)) = raw else { continue };
            files.add_exposure(&raw);
            let exposure = ManifestExposure {
                name: raw.name.unwrap_or_default(),
                kind: text(raw.kind),
                owner: raw.owner,
                url: text(raw.url),
                description: raw.description.unwrap_or_default(),
                depends_on: ids(raw.depends_on.nodes),
                unpinned: unpinned(raw.refs.0),
            };
            exposures.push((text(raw.unique_id).unwrap_or(key), exposure));
        }
        Ok(Self(exposures, files))
    }
}

impl Exposures {
    /// Moves the exposures into the manifest; what is wrong goes to `faults`. Gives back what they say of files.
    pub(super) fn into_manifest(self, manifest: &mut Manifest, faults: &mut Vec<FieldError>) -> OfFiles {
        for (id, exposure) in self.0 {
            let mut fault = |message| faults.push(FieldError { pointer: pointer(&["exposures", &id]), message });
            match UniqueId::try_from(String::from(id.clone())) {
                Err(error) => fault(error.to_string()),
                Ok(unique_id) => {
                    if manifest.exposures.insert(unique_id, exposure).is_some() {
                        fault(format!("two exposures have the unique_id `{}`", shown(&id)));
                    }
                }
            }
        }
        self.1
    }
}

/// The groups of the project.
#[derive(Default)]
pub(super) struct Groups(Vec<RawGroup>);

impl Lenient for Groups {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut groups = Vec::new();
        while let Some((_, Item(group))) = entries.next_entry::<Box<str>, Item<RawGroup>>()? {
            groups.push(group);
        }
        Ok(Self(groups))
    }
}

impl Groups {
    /// The owner of each group, by package and name.
    pub(super) fn into_owners(self) -> BTreeMap<(Box<str>, Box<str>), Map<String, Value>> {
        let named = self.0.into_iter().filter_map(|group| Some((text(group.name)?, group.package_name, group.owner)));
        named.map(|(name, package, owner)| ((package.unwrap_or_default(), name), owner)).collect()
    }
}
