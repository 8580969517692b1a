//! What singular tests read by the names of relations in their SQL: dbt knows only what they `ref()`.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
};

use weft_model::{name::UniqueId, relation_name::RelationName, types::Dialect};
use weft_sql::SqlReader;

use crate::{
    manifest::{Manifest, Test},
    project_lineage::{self as project, Body, NodeInput, SqlNode},
    run_results::RunResults,
};

/// The nodes and sources that tests read by their SQL, by the tests' ids.
pub type ReadBySql = BTreeMap<UniqueId, BTreeSet<UniqueId>>;

/// Reads the SQL of a project's singular tests: as it was run, else as the manifest has it. A test whose SQL is not there, or
/// not understood, reads each node that its text names: it is a check of that node, whether or not this run made it.
pub fn read_by_sql<'m>(manifest: &'m Manifest, results: Option<&'m RunResults>, reader: &dyn SqlReader) -> ReadBySql {
    let nothing = BTreeSet::new();
    let dialect = Dialect::from_adapter(manifest.metadata.adapter_type.as_deref());
    let sql_of = |id: &str, test: &'m Test| {
        let ran = results.and_then(|results| results.results.get(id)?.compiled_code.as_deref());
        ran.or(test.compiled_code.as_deref())
    };
    let singular: Vec<(UniqueId, Option<&str>, &Test)> = manifest
        .tests
        .iter()
        .filter(|(_, test)| test.generic.is_none())
        .filter_map(|(id, test)| Some((id.parse().ok()?, sql_of(id, test), test)))
        .collect();
    if singular.is_empty() {
        return ReadBySql::new();
    }
    // Only which relations a test names is asked: what stands in them need not be read.
    let mut nodes = project::nodes(manifest, None, dialect, |_| false);
    for node in nodes.iter_mut().filter(|node| !matches!(node.body, Body::Elsewhere | Body::OnlyHooks)) {
        (node.body, node.reads) = (Body::Data, &nothing);
    }
    let bare = by_bare_name(&nodes);
    let of_tests = singular.iter().filter_map(|(unique_id, sql, test)| {
        let body = Body::Sql((*sql)?);
        Some(SqlNode {
            unique_id,
            relation: None,
            body,
            reads: &test.depends_on,
            hooks: Vec::new(),
            is_altered: false,
            is_rewritten: false,
            branch_words: BTreeSet::new(),
            columns: None,
        })
    });
    let all: Vec<SqlNode<'_>> = nodes.iter().cloned().chain(of_tests).collect();
    let found = project::lineage(&all, dialect, reader, NonZeroUsize::MIN);
    let node = |upstream: &NodeInput| match upstream {
        NodeInput::Node(unique_id) => Some(unique_id.clone()),
        NodeInput::Relation(name) => bare.get(name).copied().flatten().cloned(),
    };
    let understood = found.into_iter().filter_map(|(test, reading)| Some((test, reading.ok()?)));
    let mut read: ReadBySql =
        understood.map(|(test, reading)| (test, reading.relations.iter().filter_map(node).collect())).collect();
    for (unique_id, sql, test) in &singular {
        if let Some(text) = sql.or(test.raw_code.as_deref()).filter(|_| !read.contains_key(unique_id)) {
            read.insert(unique_id.clone(), named_in(text, &nodes));
        }
    }
    read
}

/// The nodes and sources whose relations' last names are words of a text.
fn named_in(text: &str, nodes: &[SqlNode<'_>]) -> BTreeSet<UniqueId> {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let words: BTreeSet<String> = text.split(|c| !is_of_word(c)).map(str::to_lowercase).collect();
    let is_named = |node: &&SqlNode<'_>| {
        node.relation.as_ref().is_some_and(|relation| words.contains(&relation.identifier().to_lowercase()))
    };
    nodes.iter().filter(is_named).map(|node| node.unique_id.clone()).collect()
}

/// The nodes by the last part of their names alone, which is how a test names a table in the target's own schema;
/// `None` if several have it.
fn by_bare_name<'m>(nodes: &[SqlNode<'m>]) -> BTreeMap<RelationName, Option<&'m UniqueId>> {
    let mut names = BTreeMap::new();
    for node in nodes {
        let Some(name) = node.relation.as_ref().map(RelationName::bare) else { continue };
        names.entry(name).and_modify(|known| *known = None).or_insert(Some(node.unique_id));
    }
    names
}
