//! The `fusion` binding: a `publication/v1` file for `DBT_CLOUD_PUBLICATIONS_DIR`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;
use weft_model::{
    digest::{CanonicalError, canonical},
    name::UniqueId,
};
use weft_publication::ModelVersion;

use crate::{
    LeftOut, Upstream, bridge,
    injected::{self, Injected},
};

/// What dbt's own platform writes at the top of such a file.
const SCHEMA: &str = "https://schemas.getdbt.com/dbt/publication/v1.json";

/// The version of dbt that is used if the publication does not name the one of its manifest.
const SOME_DBT: &str = "1.5.0";

/// The format asks for a time, and nobody reads it; a real one would make each run's file another.
const ANY_TIME: &str = "2000-01-01T00:00:00Z";

/// The publication file of an upstream project; canonical JSON.
///
/// Nodes that it cannot carry are not in it; [`left_out`] tells them.
///
/// # Errors
/// A number without canonical form in the publication.
pub fn publication(upstream: &Upstream) -> Result<String, CanonicalError> {
    let (injected, _) = injected::nodes(upstream);
    let ids: BTreeMap<&UniqueId, String> = injected.iter().map(|node| (node.unique_id, node.id())).collect();
    let nobody_else = bridge::ForeignNodes::default();
    let edges = bridge::edges(&upstream.publication, &ids, &nobody_else);
    let mut public_models = BTreeMap::new();
    for ((node, id), reads) in injected.iter().zip(ids.values()).zip(edges) {
        public_models.insert(id.as_str(), Model::new(node, id, reads)?);
    }
    canonical(&json!({
        "project_name": upstream.publication.package_name,
        "metadata": {
            "dbt_schema_version": SCHEMA,
            "dbt_version": upstream.publication.source.dbt_version.as_deref().unwrap_or(SOME_DBT),
            "generated_at": ANY_TIME,
            "env": {},
            "quoting": {"database": true, "identifier": true, "schema": true},
        },
        "public_models": public_models,
        "dependencies": [],
    }))
}

/// The nodes of the interface that the file does not carry.
pub fn left_out(upstream: &Upstream) -> Vec<LeftOut> {
    injected::nodes(upstream).1
}

#[derive(Serialize)]
struct Model<'a> {
    database: Option<&'a str>,
    deprecation_date: Option<String>,
    generated_at: String,
    identifier: &'a str,
    latest_version: Option<&'a ModelVersion>,
    name: &'a str,
    package_name: &'a str,
    public_node_dependencies: BTreeSet<&'a str>,
    relation_name: String,
    schema: &'a str,
    unique_id: &'a str,
    version: Option<&'a ModelVersion>,
}

impl<'a> Model<'a> {
    fn new(injected: &Injected<'a>, id: &'a str, reads: BTreeSet<&'a str>) -> Result<Self, CanonicalError> {
        Ok(Self {
            database: injected.relation.database.as_deref(),
            deprecation_date: injected.deprecation_date(),
            generated_at: injected.stamp()?,
            identifier: &injected.relation.identifier,
            latest_version: injected.node.latest_version.as_ref(),
            name: &injected.node.name,
            package_name: injected.package_name,
            public_node_dependencies: reads,
            relation_name: injected.relation_name(),
            schema: &injected.relation.schema,
            unique_id: id,
            version: injected.node.version.as_ref(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{inventory, readable};

    #[test]
    fn the_publication_file_holds_what_fusion_asks_for() {
        insta::assert_snapshot!(readable(&publication(&inventory()).unwrap()));
    }

    #[test]
    fn what_it_cannot_carry_is_told() {
        let told: Vec<String> = left_out(&inventory()).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"));
    }
}
