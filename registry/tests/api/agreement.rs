//! The answers about a step agree: `can-deploy` names the readers for which `deploy` and `publish` refuse, and that a
//! check reports.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry},
    database::Database,
    lineage::{put, relation},
};

const COLUMNS: [&str; 3] = ["alpha", "bravo", "charlie"];
const NODE: &str = "model.up.node";

/// Which of the columns.
pub(crate) type Some3 = [bool; 3];

/// One project downstream: whether it reads by a source, and the columns that it reads, where they are known.
pub(crate) type Reader = (bool, Option<Some3>);

fn names(some: Some3) -> Vec<&'static str> {
    COLUMNS.into_iter().zip(some).filter_map(|(name, is)| is.then_some(name)).collect()
}

/// The project that is read; without its node where that is gone.
fn up(version: &str, columns: Option<Some3>) -> Value {
    let mut request = json!({
        "publication": {"package_name": "up", "version": version, "source": {"adapter_type": "duckdb"}},
        "relations": {},
    });
    if let Some(columns) = columns.map(names) {
        let listed: Vec<_> = columns.iter().map(|name| json!({"name": name, "origin": "contract"})).collect();
        request["publication"]["interface"] = json!({NODE: {"name": "node", "resource_type": "model",
            "access": "public", "columns": listed, "contract": {"enforced": true}, "checksum": columns.join("_")}});
        request["publication"]["lineage"] = json!({NODE: {"resource_type": "model"}});
        request["relations"] = json!({NODE: relation("up", "node")});
    }
    request
}

fn down(number: usize, (by_source, columns): Reader) -> Value {
    let name = format!("down{number}");
    let model = format!("model.{name}.m");
    let columns = columns.map(names);
    let how = |how: Value| {
        columns.iter().flatten().map(|name| ((*name).to_owned(), how.clone())).collect::<serde_json::Map<_, _>>()
    };
    let mut publication = json!({"package_name": name, "version": "1.0.0", "source": {"adapter_type": "duckdb"}});
    if !by_source {
        let mut used = json!({"reader": model, "upstream": "up", "unique_id": NODE, "via": "ref"});
        if columns.is_some() {
            used["columns"] = how(json!(["as_is"])).into();
        }
        publication["uses"] = json!([used]);
        publication["lineage"] = json!({model: {"resource_type": "model"}});
        return json!({"publication": publication, "relations": {}});
    }
    let source = format!("source.{name}.up.node");
    let mut node = json!({"resource_type": "model", "depends_on": [source]});
    if columns.is_some() {
        node["reading"] = json!({"rows": {&source: how(json!(["filter"]))}});
    }
    publication["lineage"] = json!({&source: {"resource_type": "source"}, model: node});
    json!({"publication": publication, "relations": {source: relation("up", "node")}})
}

/// Who is left unmet: project, whether by a source that finds nothing, and the column where one is known.
type Left = BTreeSet<(String, bool, Option<String>)>;

fn of_unmet(unmet: &Value) -> Left {
    let unmet = unmet.as_array().into_iter().flatten();
    let left = unmet.map(|it| {
        let column = it["column"].as_str().map(str::to_owned);
        (it["consumer"].as_str().unwrap().to_owned(), it["kind"] == "relation", column)
    });
    left.collect()
}

/// Of a deployment or a publication: nobody where it is done.
fn of_answer(answer: &Answer) -> Left {
    if answer.status.is_success() {
        return Left::new();
    }
    assert_eq!(answer.problem(), "deployment_refused");
    of_unmet(&answer.json()["unmet"])
}

/// The readers that a check reports, for what is gone between the two.
async fn of_impact(registry: &Registry, old: Some3, new: Option<Some3>) -> Left {
    let touched: Vec<Value> = match new {
        None => vec![json!({"unique_id": NODE})],
        Some(new) => names(std::array::from_fn(|at| old[at] && !new[at]))
            .iter()
            .map(|column| json!({"unique_id": NODE, "column": column}))
            .collect(),
    };
    let answer = registry.post("/v1/projects/up/impact", &json!({"touched": touched})).await.json();
    let mut left = Left::new();
    for (touched, consumers) in touched.iter().zip(answer["consumers"].as_array().unwrap()) {
        for consumer in consumers.as_array().unwrap() {
            let column = consumer.get("columns").and(touched["column"].as_str()).map(str::to_owned);
            let by_source = new.is_none() && consumer["via"] == "source";
            left.insert((consumer["package_name"].as_str().unwrap().to_owned(), by_source, column));
        }
    }
    left
}

/// That all answers about the step are one.
pub(crate) async fn agree(old: Some3, new: Option<Some3>, readers: Vec<Reader>) {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    assert_eq!(put(&registry, up("1.0.0", Some(old)), "prod").await.status, 201);
    for (number, (by_source, columns)) in readers.into_iter().enumerate() {
        let columns = columns.map(|columns| std::array::from_fn(|at| columns[at] && old[at]));
        assert_eq!(put(&registry, down(number, (by_source, columns)), "prod").await.status, 201);
    }
    let path = |version: &str| format!("/v1/projects/up/publications/{version}");
    assert_eq!(registry.put(&path("2.0.0"), &up("2.0.0", new)).await.status, 201);
    let asked = registry.get("/v1/projects/up/can-deploy?version=2.0.0").await.json();
    let left = of_unmet(&asked["unmet"]);
    assert_eq!(asked["deployable"], left.is_empty(), "{asked}");
    assert_eq!(of_impact(&registry, old, new).await, left, "check");
    let mut published = up("3.0.0", new);
    published["deploy_to"] = json!("prod");
    for dry in ["?dry_run=true", ""] {
        let published = registry.put(&format!("{}{dry}", path("3.0.0")), &published).await;
        assert_eq!(of_answer(&published), left, "publish{dry}");
    }
    if !left.is_empty() {
        let deployed = registry.put("/v1/projects/up/environments/prod", &json!({"version": "2.0.0"})).await;
        assert_eq!(of_answer(&deployed), left, "deploy");
    }
    database.remove().await;
}

/// The columns before and after, or nothing after, and who reads them.
pub(crate) fn steps() -> impl Strategy<Value = (Some3, Option<Some3>, Vec<Reader>)> {
    let some = || any::<Some3>().prop_filter("a node has a column", |some| some.contains(&true));
    let reader = (any::<bool>(), prop::option::weighted(0.7, any::<Some3>()));
    (some(), prop::option::weighted(0.8, some()), prop::collection::vec(reader, 0..4))
}
