//! The nodes of a manifest.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use weft_model::{name::UniqueId, relation_name::RelationName, types::Dialect};
use weft_publication::ResourceType;
use weft_sql::{KnownColumn, KnownColumns};

use super::node::{Body, SqlNode};
use crate::{
    catalog::Catalog,
    manifest::{self, Manifest},
};

static NOTHING: LazyLock<BTreeSet<UniqueId>> = LazyLock::new(BTreeSet::new);

/// The nodes of a manifest with a relation, with what is known of their columns: an enforced contract's, else the
/// warehouse's, else those that the YAML declares, which may be incomplete. For nodes that are built here a catalog
/// that is older than the manifest gives no types: they may have changed since. `is_foreign` identifies nodes that a
/// different project builds.
pub fn nodes<'m>(
    manifest: &'m Manifest,
    catalog: Option<&Catalog>,
    dialect: Dialect,
    is_foreign: impl Fn(&UniqueId) -> bool,
) -> Vec<SqlNode<'m>> {
    let is_older = catalog.is_some_and(|catalog| catalog.is_older_than(manifest));
    let (altered, builders) = (manifest.altered(), manifest.builders());
    let built = manifest.nodes.iter().map(|(unique_id, node)| {
        let relation = relation(
            node.relation_name.as_deref(),
            node.database.as_deref(),
            node.schema.as_deref(),
            node.alias.as_deref(),
            dialect,
        );
        let foreign = is_foreign(unique_id);
        let called = if foreign { Vec::new() } else { manifest.called_by(node) };
        let built_by = if foreign { Vec::new() } else { builders.of(node) };
        let of_builders = built_by.iter().flat_map(|macros| macros.texts());
        SqlNode {
            unique_id,
            relation: relation.filter(|_| node.materialized.as_deref() != Some("ephemeral")),
            body: if foreign { Body::Elsewhere } else { body(node) },
            reads: if foreign { &NOTHING } else { &node.depends_on },
            hooks: if foreign {
                Vec::new()
            } else {
                manifest.run_beside(node, &called).into_iter().chain(of_builders).collect()
            },
            is_altered: !foreign && altered.contains(unique_id),
            is_rewritten: built_by.iter().any(|built_by| built_by.rewrites),
            branch_words: if foreign { BTreeSet::new() } else { node.branch_words(&called) },
            columns: columns(unique_id, node, catalog, is_older && !foreign).map(Arc::new),
        }
    });
    let sources = manifest.resources.iter().filter(|(_, resource)| &*resource.resource_type == "source");
    let sources = sources.map(|(unique_id, source)| SqlNode {
        unique_id,
        relation: relation(
            source.relation_name.as_deref(),
            source.database.as_deref(),
            source.schema.as_deref(),
            source.identifier.as_deref(),
            dialect,
        ),
        body: Body::Elsewhere,
        reads: &NOTHING,
        hooks: Vec::new(),
        is_altered: false,
        is_rewritten: false,
        branch_words: BTreeSet::new(),
        columns: warehouse(unique_id, catalog, false).map(Arc::new),
    });
    let operations = manifest.operations().map(|(unique_id, resource, operation)| SqlNode {
        unique_id,
        relation: None,
        body: Body::OnlyHooks,
        reads: &resource.depends_on,
        hooks: manifest.run_by(operation),
        is_altered: false,
        is_rewritten: false,
        branch_words: BTreeSet::new(),
        columns: None,
    });
    built.chain(sources).chain(operations).collect()
}

fn relation(
    rendered: Option<&str>,
    database: Option<&str>,
    schema: Option<&str>,
    identifier: Option<&str>,
    dialect: Dialect,
) -> Option<RelationName> {
    let of_rendered = rendered.and_then(|rendered| RelationName::from_rendered(rendered, dialect));
    let of_parts = || Some(RelationName::from_parts(database, Some(schema?), identifier?, dialect));
    of_rendered.or_else(of_parts)
}

fn body(node: &manifest::Node) -> Body<'_> {
    match (node.resource_type, &node.language, node.compiled_code.as_deref()) {
        (ResourceType::Seed, _, _) => Body::Data,
        (_, Some(language), _) => Body::Other(language),
        (_, None, None) => Body::NotCompiled(node.text.as_deref()),
        (ResourceType::Snapshot, None, Some(sql)) => Body::Snapshot(sql),
        (ResourceType::Model, None, Some(sql)) => Body::Sql(sql),
    }
}

fn columns(
    unique_id: &UniqueId,
    node: &manifest::Node,
    catalog: Option<&Catalog>,
    without_types: bool,
) -> Option<KnownColumns> {
    let declared = |complete| {
        let columns = node.columns.iter().map(|column| {
            let data_type = column.data_type.clone().filter(|_| complete);
            KnownColumn { name: column.name.clone(), quoted: column.quoted, data_type, literal: None }
        });
        Some(KnownColumns { columns: columns.collect(), complete }).filter(|known| !known.columns.is_empty())
    };
    if node.contract_enforced {
        return declared(true);
    }
    warehouse(unique_id, catalog, without_types).or_else(|| declared(false))
}

fn warehouse(unique_id: &UniqueId, catalog: Option<&Catalog>, without_types: bool) -> Option<KnownColumns> {
    let columns = catalog?.columns(unique_id.as_str()).iter();
    let known = columns.map(|column| KnownColumn {
        name: column.name.clone(),
        quoted: true,
        data_type: column.data_type.clone().filter(|_| !without_types),
        literal: None,
    });
    Some(KnownColumns { columns: known.collect(), complete: true }).filter(|known| !known.columns.is_empty())
}
