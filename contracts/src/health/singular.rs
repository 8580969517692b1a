//! What singular tests read by the names of relations in their SQL: dbt knows only what they `ref()`.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
};

use crate::{
    lineage::{
        Reader, RelationName,
        project::{self, Body, Node, Upstream},
    },
    manifest::Manifest,
    name::UniqueId,
    run_results::RunResults,
    types::Dialect,
};

/// The nodes and sources that tests read by their SQL, by the tests' ids.
pub type ReadBySql = BTreeMap<UniqueId, BTreeSet<UniqueId>>;

/// Reads the SQL of a project's singular tests: as it was run, else as the manifest has it. Of a test whose SQL is not
/// there, or not understood, nothing is said.
pub fn read_by_sql(manifest: &Manifest, results: Option<&RunResults>, reader: &dyn Reader) -> ReadBySql {
    let nothing = BTreeSet::new();
    let dialect = Dialect::of_adapter(manifest.metadata.adapter_type.as_deref());
    let tests: Vec<(UniqueId, &str, &BTreeSet<UniqueId>)> = manifest
        .tests
        .iter()
        .filter(|(_, test)| test.generic.is_none())
        .filter_map(|(id, test)| {
            let ran = results.and_then(|results| results.results.get(id)?.compiled_code.as_deref());
            Some((id.parse().ok()?, ran.or(test.compiled_code.as_deref())?, &test.depends_on))
        })
        .collect();
    if tests.is_empty() {
        return ReadBySql::new();
    }
    // Only which relations a test names is asked: what stands in them need not be read.
    let mut nodes = project::nodes(manifest, None, dialect, |_| false);
    for node in nodes.iter_mut().filter(|node| node.body != Body::Elsewhere) {
        (node.body, node.reads) = (Body::Data, &nothing);
    }
    let bare = by_bare_name(&nodes);
    let of_tests = tests.iter().map(|(unique_id, sql, reads)| Node {
        unique_id,
        relation: None,
        body: Body::Sql(sql),
        reads,
        hooks: &[],
        columns: None,
    });
    let all: Vec<Node<'_>> = nodes.iter().cloned().chain(of_tests).collect();
    let found = project::lineage(&all, dialect, reader, NonZeroUsize::MIN);
    let node = |upstream: &Upstream| match upstream {
        Upstream::Node(unique_id) => Some(unique_id.clone()),
        Upstream::Relation(name) => bare.get(name).copied().flatten().cloned(),
    };
    found
        .into_iter()
        .filter_map(|(test, reading)| Some((test, reading.ok()?.relations.iter().filter_map(node).collect())))
        .collect()
}

/// The nodes by the last part of their names alone, which is how a test names what stands in the target's own schema; `None`
/// where several have it.
fn by_bare_name<'m>(nodes: &[Node<'m>]) -> BTreeMap<RelationName, Option<&'m UniqueId>> {
    let mut names = BTreeMap::new();
    for node in nodes {
        let Some(name) = node.relation.as_ref().map(RelationName::bare) else { continue };
        names.entry(name).and_modify(|known| *known = None).or_insert(Some(node.unique_id));
    }
    names
}
