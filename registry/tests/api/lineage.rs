//! The mesh of an environment: nodes, who reads them, what lies around them.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
};

const NODE: &str = "/v1/projects/inventory/nodes/model.inventory.products%20%F0%9F%8E%88%2Fa.b";
/// An id with a space, an emoji, a slash and dots in its name.
pub(crate) const PRODUCTS: &str = "model.inventory.products 🎈/a.b";

/// A model in the interface; every column is contracted.
pub(crate) fn model(name: &str, columns: &[(&str, &str)]) -> Value {
    let columns: Vec<Value> = columns
        .iter()
        .map(|(name, data_type)| json!({"name": name, "data_type": data_type, "origin": "contract"}))
        .collect();
    json!({"name": name, "resource_type": "model", "access": "public", "columns": columns, "contract": {"enforced": true}})
}

pub(crate) fn relation(schema: &str, identifier: &str) -> Value {
    json!({"database": "mesh", "schema": schema, "identifier": identifier})
}

/// inventory's products, read by sales by a ref, and by web by a source; finance reads sales, and shows a board.
pub(crate) fn inventory(version: &str, columns: &[(&str, &str)]) -> Value {
    json!({
        "publication": {
            "package_name": "inventory", "version": version, "source": {"adapter_type": "duckdb"},
            "interface": {PRODUCTS: model("products", columns)},
            "lineage": {PRODUCTS: {"resource_type": "model"}},
        },
        "relations": {PRODUCTS: relation("inventory", "products")},
    })
}

pub(crate) fn sales(version: &str) -> Value {
    json!({
        "publication": {
            "package_name": "sales", "version": version, "source": {"adapter_type": "duckdb"},
            "groups": {"selling": {"name": "Sales team", "email": "sales@example.com"}},
            "interface": {"model.sales.lines": {"name": "lines", "resource_type": "model", "access": "public",
                "group": "selling", "columns": [{"name": "unit_price", "data_type": "double", "origin": "catalog"}]}},
            "lineage": {"model.sales.lines": {"resource_type": "model", "reading": {
                "columns": {"unit_price": {PRODUCTS: {"price": "renamed"}}}, "rows": {PRODUCTS: {"id": ["join"]}}}}},
            "uses": [{"reader": "model.sales.lines", "upstream": "inventory", "unique_id": PRODUCTS, "via": "ref",
                "columns": {"id": ["join"], "price": ["renamed"]}}],
            "requires": {"inventory": "^1"},
        },
        "relations": {"model.sales.lines": relation("sales", "lines")},
    })
}

pub(crate) fn finance(version: &str) -> Value {
    json!({
        "publication": {
            "package_name": "finance", "version": version, "source": {"adapter_type": "duckdb"},
            "lineage": {"model.finance.profit": {"resource_type": "model", "reading": {
                "columns": {"profit": {"model.sales.lines": {"unit_price": "aggregated"}}}}}},
            "uses": [{"reader": "model.finance.profit", "upstream": "sales", "unique_id": "model.sales.lines",
                "via": "ref", "columns": {"unit_price": ["aggregated"]}}],
            "exposures": {"exposure.finance.board": {"name": "board", "owner": {"name": "CFO"},
                "depends_on": ["model.finance.profit"]}},
        },
        "relations": {"model.finance.profit": relation("finance", "profit")},
    })
}

pub(crate) fn web() -> Value {
    json!({
        "publication": {
            "package_name": "web", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
            "lineage": {
                "source.web.shop.products": {"resource_type": "source"},
                "model.web.page": {"resource_type": "model", "depends_on": ["source.web.shop.products"],
                    "unknown": "no_sql"},
            },
        },
        "relations": {"source.web.shop.products": relation("Inventory", "PRODUCTS")},
    })
}

pub(crate) const COLUMNS: &[(&str, &str)] = &[("id", "integer"), ("price", "double"), ("colour", "varchar")];

/// Publishes a request's publication and deploys it to an environment.
pub(crate) async fn put(registry: &Registry, mut request: Value, environment: &str) -> crate::client::Answer {
    request["deploy_to"] = environment.into();
    let publication = &request["publication"];
    let text = |key: &str| publication[key].as_str().unwrap().to_owned();
    let path = format!("/v1/projects/{}/publications/{}", text("package_name"), text("version"));
    registry.put(&path, &request).await
}

pub(crate) async fn mesh(database: &Database) -> Registry {
    let registry = Registry::open(database).await;
    for request in [inventory("1.0.0", COLUMNS), sales("1.0.0"), finance("1.0.0"), web()] {
        let answer = put(&registry, request, "prod").await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    registry
}

/// `finance model.finance.profit reads model.sales.lines`
fn told(page: &Value) -> Vec<String> {
    let text = |consumer: &Value, key: &str| consumer[key].as_str().unwrap().to_owned();
    let line = |consumer: &Value| format!("{} reads {}", text(consumer, "reader"), text(consumer, "unique_id"));
    page["items"].as_array().unwrap().iter().map(line).collect()
}

macro_rules! snapshot {
    ($name:literal, $answer:expr) => {
        assert_json_snapshot!($name, $answer.told(), { ".**.request_id" => "[id]", ".headers.etag" => "[etag]" })
    };
}

on_both_stores! {
    async fn a_node_is_told_with_who_reads_it_and_what_lies_around_it(database: &Database) {
        let registry = mesh(database).await;
        snapshot!("node", registry.get(NODE).await);
        snapshot!("node_consumers", registry.get(&format!("{NODE}/consumers?column=PRICE")).await);
        snapshot!("lineage_of_column", registry.get(&format!("{NODE}/lineage?columns=price&direction=down")).await);
        let profit = "/v1/projects/finance/nodes/model.finance.profit";
        snapshot!("lineage_up", registry.get(&format!("{profit}/lineage?columns=true&direction=up&depth=1")).await);
    }

    async fn an_unread_column_has_no_consumers_but_those_of_whom_it_is_not_known(database: &Database) {
        let registry = mesh(database).await;
        let colour = registry.get(&format!("{NODE}/consumers?column=colour")).await.json();
        assert_eq!(told(&colour), [format!("model.web.page reads {PRODUCTS}")]);
        let all = registry.get(&format!("{NODE}/consumers")).await.json();
        assert_eq!((all["total"].clone(), told(&all).len()), (json!(4), 4), "{all}");
    }

    async fn readers_come_in_pages(database: &Database) {
        let registry = mesh(database).await;
        let path = format!("{NODE}/consumers?limit=3");
        let first = registry.get(&path).await.json();
        let after: String = percent(first["next"].as_str().unwrap());
        let rest = registry.get(&format!("{path}&after={after}")).await.json();
        assert_eq!((told(&first).len(), told(&rest).len(), rest.get("next")), (3, 1, None));
        assert_eq!(registry.get(&format!("{path}&after=nonsense")).await.problem(), "invalid_request");
        let project = registry.get("/v1/projects/inventory/consumers").await.json();
        assert_eq!(told(&project), [format!("model.sales.lines reads {PRODUCTS}"), format!("model.web.page reads {PRODUCTS}")]);
        let column = registry.get("/v1/projects/inventory/consumers?column=price").await;
        assert_eq!(column.problem(), "invalid_request");
    }

    async fn changes_are_followed_to_their_consumers(database: &Database) {
        let registry = mesh(database).await;
        let request = json!({"touched": [
            {"unique_id": PRODUCTS, "column": "price"},
            {"unique_id": PRODUCTS, "readers": "star"},
            {"unique_id": "model.inventory.gone"},
        ]});
        let impact = registry.post("/v1/projects/inventory/impact", &request).await.json();
        assert_eq!(impact["totals"], json!([4, 0, 0]), "{impact}");
        let of_price = impact["consumers"][0].as_array().unwrap();
        assert_eq!(of_price[0]["owner"], "CFO");
        assert_eq!(of_price[1]["through"], json!([{"package_name": "sales", "unique_id": "model.sales.lines"}]));
        let many = json!({"touched": vec![json!({"unique_id": PRODUCTS}); 5_001]});
        assert_eq!(registry.post("/v1/projects/inventory/impact", &many).await.problem(), "invalid_request");
    }

    async fn the_graph_comes_by_project_and_by_node(database: &Database) {
        let registry = mesh(database).await;
        snapshot!("graph_of_projects", registry.get("/v1/graph").await);
        let mut nodes: Vec<Value> = Vec::new();
        let mut after = String::new();
        loop {
            let page = registry.get(&format!("/v1/graph?level=node&limit=2{after}")).await.json();
            nodes.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={}", percent(next));
        }
        let whole = registry.get("/v1/graph?level=node").await.json();
        assert_eq!(whole["items"], Value::from(nodes));
        assert_eq!(registry.get("/v1/graph?level=galaxy").await.problem(), "invalid_request");
    }

    async fn an_environment_takes_from_its_fallback_what_is_not_deployed_there(database: &Database) {
        let registry = mesh(database).await;
        let mut larger = inventory("1.1.0", &[("id", "integer"), ("price", "double"), ("colour", "varchar"), ("size", "varchar")]);
        // In one table with prod it would have the readers of prod.
        larger["relations"][PRODUCTS] = relation("inventory_stg", "products");
        put(&registry, larger, "staging").await;
        let staged = format!("{NODE}/consumers?environment=staging");
        assert_eq!(told(&registry.get(&staged).await.json()), [""; 0]);
        let with_fallback = registry.get(&format!("{staged}&fallback=staging=prod")).await.json();
        // The page of web names the table of prod.
        assert_eq!(told(&with_fallback).len(), 3);
        assert_eq!(with_fallback["items"][0]["environment"], "prod");
        assert_eq!(registry.get(&format!("{staged}&fallback=staging")).await.problem(), "invalid_request");
        let size = registry.get(&format!("{staged}&column=size")).await;
        assert_eq!(size.status, 200, "the column is there");
        assert_eq!(registry.get(&format!("{NODE}/consumers?column=size")).await.problem(), "node_not_found");
    }

    async fn a_client_that_holds_an_answer_is_told_so_until_something_is_deployed(database: &Database) {
        let registry = mesh(database).await;
        let path = format!("{NODE}/lineage");
        let etag = registry.get(&path).await.header("etag").to_owned();
        let again = |etag: String| {
            let (registry, path) = (registry.clone(), path.clone());
            async move { registry.get_with(&path, &[("if-none-match", &etag)]).await.status.as_u16() }
        };
        assert_eq!(again(etag.clone()).await, 304);
        put(&registry, sales("1.0.1"), "prod").await;
        assert_eq!(again(etag).await, 200);
    }

    async fn what_is_not_there_is_told_apart_by_project_environment_and_node(database: &Database) {
        let registry = mesh(database).await;
        for (path, code) in [
            ("/v1/projects/nobody/nodes/model.a.b", "project_not_found"),
            ("/v1/projects/inventory/nodes/model.a.b", "node_not_found"),
            ("/v1/projects/inventory/nodes/model.a.b/lineage", "node_not_found"),
            ("/v1/projects/inventory/nodes/model.a.b/consumers?environment=test", "deployment_not_found"),
            ("/v1/projects/inventory/nodes/model.a.b?version=9.9.9", "publication_not_found"),
            ("/v1/projects/inventory/nodes/model.a.b?version=1.0.0", "node_not_found"),
            ("/v1/projects/inventory/nodes/%1b", "invalid_name"),
            ("/v1/projects/finance/nodes/model.finance.profit/lineage?direction=sideways", "invalid_request"),
            ("/v1/projects/finance/nodes/model.finance.profit/lineage?depth=-1", "invalid_request"),
        ] {
            assert_eq!(registry.get(path).await.problem(), code, "{path}");
        }
        let version = registry.get(&format!("{NODE}?version=1.0.0")).await.json();
        assert_eq!((&version["version"], version.get("environment")), (&json!("1.0.0"), None));
    }
}

/// A text, encoded for a query.
fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"))
}
