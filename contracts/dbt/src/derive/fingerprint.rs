//! Fingerprints of nodes: whether what a node is built from is what it was, without telling any of it.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{
    digest::Digest,
    graph::{Edges, order},
    name::UniqueId,
};
use weft_publication::ResourceType;

use crate::{
    derive::{Readings, SqlColumn, project::ManifestProject},
    manifest::{Builders, Node},
};

/// How many hexadecimal digits a fingerprint has. Only fingerprints of one node are compared.
const DIGITS: usize = 16;

/// The fingerprint of each own node whose code is known: over its code, the macros that it calls, and the fingerprints
/// of what it reads. It is the same whether dbt parsed or compiled, on each machine and for each target.
///
/// A node that reads variables, the environment or the target has none, nor do its readers: the code does not determine
/// the SQL.
///
/// dbt's own macros are left out: a different version of dbt is not a change of the project. So are nodes of other
/// projects.
pub(super) struct Fingerprints<'m>(BTreeMap<&'m UniqueId, String>);

impl<'m> Fingerprints<'m> {
    pub(super) fn new(project: &ManifestProject<'m>, readings: &Readings) -> Self {
        let edges: Edges<&UniqueId> =
            project.own().map(|(unique_id, node)| (unique_id, node.depends_on.iter().collect())).collect();
        let mut known = Self(BTreeMap::new());
        let (altered, builders) = (project.manifest.altered(), project.manifest.builders());
        // Of nodes that read each other in a circle nothing is said.
        for unique_id in order(&edges).unwrap_or_default() {
            let own = project.manifest.nodes.get(unique_id).filter(|_| edges.contains_key(unique_id));
            let fingerprint = own.and_then(|node| {
                let columns = readings.nodes.get(unique_id).and_then(|it| it.columns.as_deref());
                let beside = Beside { columns, is_altered: altered.contains(unique_id), builders: &builders };
                known.fingerprint(project, node, beside)
            });
            known.0.extend(fingerprint.map(|fingerprint| (unique_id, fingerprint)));
        }
        known
    }

    /// The fingerprint of a node.
    pub(super) fn get(&self, unique_id: &UniqueId) -> Option<&str> {
        self.0.get(unique_id).map(String::as_str)
    }

    fn fingerprint(&self, project: &ManifestProject<'m>, node: &Node, beside: Beside<'_>) -> Option<String> {
        // What it compiles to may be other than it was though no code changed.
        let called = project.manifest.called_by(node);
        if node.varies || called.iter().any(|called| called.varies) {
            return None;
        }
        let mut lines = vec![match (node.resource_type, &node.code) {
            (_, Some(code)) => format!("code {code}"),
            (ResourceType::Seed, None) => seed(node, beside.columns)?,
            (_, None) => return None,
        }];
        lines.extend(node.column_types.iter().map(|(name, kind)| format!("type {name} {kind}")));
        lines.extend(node.hooks.statements.iter().map(|hook| format!("hook {}", hook.trim())));
        // An operation, or a hook of another node.
        lines.extend(beside.is_altered.then(|| "altered".to_owned()));
        lines.extend(node.history.iter().map(|(name, value)| format!("history {name} {value}")));
        let builders = beside.builders.of(node);
        let macros: BTreeSet<Digest> = called.iter().chain(&builders).filter_map(|called| called.code).collect();
        lines.extend(macros.into_iter().map(|code| format!("macro {code}")));
        for read in &node.depends_on {
            let is_own = project.manifest.nodes.contains_key(read) && !project.foreign.contains_key(read);
            lines.push(match self.get(read) {
                Some(fingerprint) => format!("node {fingerprint}"),
                None if is_own => return None,
                None => format!("other {}", project.id_upstream(read)),
            });
        }
        Some(short(lines.join("\n").as_bytes()))
    }
}

/// What is known of a node beside its own code.
#[derive(Clone, Copy)]
struct Beside<'c> {
    /// The columns of a seed's file.
    columns: Option<&'c [SqlColumn]>,
    /// Whether SQL changes its table that dbt runs beside it.
    is_altered: bool,
    /// The macros of the project that build tables.
    builders: &'c Builders<'c>,
}

/// What is in a seed: dbt's checksum, else the columns of its file, for dbt takes no checksum of a large one.
fn seed(node: &Node, columns: Option<&[SqlColumn]>) -> Option<String> {
    if let Some(checksum) = &node.checksum {
        return Some(format!("seed {checksum}"));
    }
    let names: Vec<&str> = columns?.iter().map(|column| &*column.name).collect();
    Some(format!("seed of {}", names.join("\n")))
}

/// One fingerprint for several; none if one of them is unknown.
pub(super) fn joined(of: &BTreeSet<Option<String>>) -> Option<String> {
    let known: Option<Vec<&str>> = of.iter().map(Option::as_deref).collect();
    match known?.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        several => Some(short(several.join("\n").as_bytes())),
    }
}

fn short(bytes: &[u8]) -> String {
    let mut hex = Digest::hash_bytes(bytes).hex();
    hex.truncate(DIGITS);
    hex
}
