//! Whether a version can be deployed to an environment: asked beforehand, and enforced at deploy and publish.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    lineage::{COLUMNS, PRODUCTS, finance, inventory, mesh, model, put, relation, sales, web},
};

const PROD: &str = "/v1/projects/inventory/environments/prod";
const CAN_DEPLOY: &str = "/v1/projects/inventory/can-deploy";
/// Without the price that sales reads.
const FEWER: &[(&str, &str)] = &[("id", "integer"), ("colour", "varchar")];

macro_rules! snapshot {
    ($name:literal, $answer:expr) => {
        assert_json_snapshot!($name, $answer.told(), {
            ".**.request_id" => "[id]",
            ".**.deployed_at" => "[time]",
            ".**.changed_at" => "[time]",
            ".headers.etag" => "[etag]",
        })
    };
}

/// Publishes without deploying.
async fn only_publish(registry: &Registry, request: Value) {
    let publication = &request["publication"];
    let text = |key: &str| publication[key].as_str().unwrap().to_owned();
    let path = format!("/v1/projects/{}/publications/{}", text("package_name"), text("version"));
    let answer = registry.put(&path, &request).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

/// web, when it is known that it reads the id alone.
fn modest_web() -> Value {
    let mut request = web();
    request["publication"]["version"] = json!("1.1.0");
    let page = &mut request["publication"]["lineage"]["model.web.page"];
    page.as_object_mut().unwrap().remove("unknown");
    page["reading"] = json!({"rows": {"source.web.shop.products": {"id": ["join"]}}});
    request
}

/// sales as it is when it no longer reads the price, nor asks for inventory 1.
fn modest_sales() -> Value {
    let mut request = sales("2.0.0");
    let publication = &mut request["publication"];
    publication["uses"][0]["columns"] = json!({"id": ["join"]});
    publication["lineage"]["model.sales.lines"]["reading"]["columns"] = json!({"unit_price": {}});
    publication["requires"] = json!({"inventory": "*"});
    request
}

on_both_stores! {
    async fn a_column_that_is_read_is_held_until_its_reader_has_moved(database: &Database) {
        let registry = mesh(database).await;
        only_publish(&registry, inventory("2.0.0", FEWER)).await;
        snapshot!("can_not_deploy", registry.get(CAN_DEPLOY).await);
        snapshot!("deployment_refused", registry.put(PROD, &json!({"version": "2.0.0"})).await);
        assert_eq!(registry.get(PROD).await.json()["version"], "1.0.0");
        assert_eq!(put(&registry, modest_sales(), "prod").await.status, 201);
        let unread = registry.get(&format!("{CAN_DEPLOY}?version=2.0.0")).await.json();
        let kinds: Vec<_> = unread["unmet"].as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
        assert_eq!((&unread["deployable"], kinds), (&json!(false), vec![json!("columns_unknown")]), "{unread}");
        assert_eq!(put(&registry, modest_web(), "prod").await.status, 201);
        let answer = registry.get(&format!("{CAN_DEPLOY}?version=2.0.0")).await.json();
        assert_eq!((&answer["deployable"], &answer["unmet"]), (&json!(true), &json!([])), "{answer}");
        assert_eq!(registry.put(PROD, &json!({"version": "2.0.0"})).await.json()["revision"], 2);
    }

    async fn what_is_refused_for_its_deployment_is_not_published_and_says_how_it_could_be(database: &Database) {
        let registry = mesh(database).await;
        let refused = put(&registry, inventory("2.0.0", FEWER), "prod").await;
        assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (409, "deployment_refused"));
        assert!(refused.json()["hint"].as_str().unwrap().contains("--no-deploy"), "{refused:?}");
        let path = "/v1/projects/inventory/publications/2.0.0";
        assert_eq!(registry.get(path).await.problem(), "publication_not_found");
        let dry = inventory("2.0.0", FEWER);
        let dry = json!({"publication": dry["publication"], "relations": dry["relations"], "deploy_to": "prod"});
        assert_eq!(registry.put(&format!("{path}?dry_run=true"), &dry).await.problem(), "deployment_refused");
    }

    async fn force_deploys_all_the_same_and_its_reason_is_kept(database: &Database) {
        let registry = mesh(database).await;
        let mut request = inventory("2.0.0", FEWER);
        request["force"] = json!({"reason": "sales follows tonight"});
        let published = put(&registry, request, "prod").await.json();
        assert_eq!(published["deployment"]["forced"], "sales follows tonight");
        let history = registry.get(&format!("{PROD}/history")).await.json();
        let reasons: Vec<_> = history["items"].as_array().unwrap().iter().map(|it| it["forced"].clone()).collect();
        assert_eq!(reasons, [json!("sales follows tonight"), Value::Null]);
        let again = registry.put(PROD, &json!({"version": "1.0.0", "force": {"reason": "to be sure"}})).await.json();
        assert_eq!(again.get("forced"), None, "nothing was left unmet, so nothing was forced");
        assert_eq!(registry.put(PROD, &json!({"version": "1.0.0", "force": {"reason": " "}})).await.status, 400);
    }

    async fn what_is_unmet_already_is_told_and_in_nobodys_way(database: &Database) {
        let registry = mesh(database).await;
        let mut request = inventory("2.0.0", FEWER);
        request["force"] = json!({"reason": "agreed"});
        put(&registry, request, "prod").await;
        only_publish(&registry, inventory("2.0.1", FEWER)).await;
        let answer = registry.get(CAN_DEPLOY).await.json();
        assert_eq!((&answer["deployable"], &answer["unmet"]), (&json!(true), &json!([])), "{answer}");
        assert_eq!(answer["already_unmet"].as_array().unwrap().len(), 2);
        assert_eq!(registry.put(PROD, &json!({"version": "2.0.1"})).await.status, 200);
    }

    async fn what_a_project_needs_itself_must_be_deployed_there(database: &Database) {
        let registry = Registry::open(database).await;
        let refused = put(&registry, sales("1.0.0"), "prod").await;
        assert_eq!(refused.problem(), "deployment_refused", "no inventory is there");
        let hint = refused.json()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("weft deploy inventory@VERSION sales@1.0.0 --environment prod"), "{hint}");
        only_publish(&registry, sales("1.0.0")).await;
        let answer = registry.get("/v1/projects/sales/can-deploy").await.json();
        assert_eq!((&answer["deployable"], answer["unmet"].as_array().unwrap().len()), (&json!(false), 2), "{answer}");
        assert_eq!(put(&registry, inventory("1.0.0", COLUMNS), "prod").await.status, 201);
        assert_eq!(registry.get("/v1/projects/sales/can-deploy").await.json()["deployable"], true);
        assert_eq!(put(&registry, sales("1.0.0"), "prod").await.status, 200);
        assert_eq!(put(&registry, sales("1.0.0"), "staging").await.problem(), "deployment_refused");
    }

    async fn a_publication_is_told_what_nobody_has_published(database: &Database) {
        let registry = Registry::open(database).await;
        let request = sales("1.0.0");
        let answer = registry.put("/v1/projects/sales/publications/1.0.0", &request).await.json();
        assert_eq!(answer["unpublished"], json!(["inventory"]));
        only_publish(&registry, inventory("1.0.0", COLUMNS)).await;
        let answer = registry.put("/v1/projects/sales/publications/1.0.0", &request).await.json();
        assert_eq!(answer.get("unpublished"), None);
    }

    async fn an_environment_that_nothing_was_deployed_to_is_told(database: &Database) {
        let registry = mesh(database).await;
        let answer = registry.get(&format!("{CAN_DEPLOY}?environment=porduction")).await.json();
        let told = (&answer["deployable"], &answer["new_environment"], &answer["environments"], &answer["unmet"]);
        assert_eq!(told, (&json!(false), &json!(true), &json!(["prod"]), &json!([])), "{answer}");
        let deployed = registry.put("/v1/projects/inventory/environments/test", &json!({"version": "1.0.0"})).await.json();
        assert_eq!(deployed["new_environment"], true);
        let answer = registry.get(&format!("{CAN_DEPLOY}?environment=test")).await.json();
        assert_eq!((&answer["deployable"], answer.get("new_environment")), (&json!(true), None));
        let refused = put(&registry, sales("9.0.0"), "typo").await;
        assert_eq!(refused.problem(), "deployment_refused");
        let answer = registry.get(&format!("{CAN_DEPLOY}?environment=typo")).await.json();
        assert_eq!(answer["new_environment"], true, "what is refused leaves nothing behind");
    }

    async fn with_a_fallback_the_projects_of_another_environment_are_asked_too(database: &Database) {
        let registry = mesh(database).await;
        only_publish(&registry, inventory("2.0.0", FEWER)).await;
        let staging = format!("{CAN_DEPLOY}?environment=staging");
        let alone = registry.get(&staging).await.json();
        assert_eq!((&alone["unmet"], &alone["new_environment"]), (&json!([]), &json!(true)));
        let answer = registry.get(&format!("{staging}&fallback=staging=prod")).await.json();
        assert_eq!(answer["deployable"], false);
        assert_eq!(answer["beside"][0]["environment"], "prod");
    }

    async fn a_node_in_the_place_of_anothers_is_refused_with_both_and_the_place(database: &Database) {
        let registry = mesh(database).await;
        let id = "model.stock.products";
        let stock = json!({
            "publication": {
                "package_name": "stock", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
                "interface": {id: model("products", COLUMNS)}, "lineage": {id: {"resource_type": "model"}},
            },
            "relations": {id: relation("INVENTORY", "Products")},
        });
        snapshot!("clash", put(&registry, stock.clone(), "prod").await);
        assert_eq!(put(&registry, stock.clone(), "elsewhere").await.status, 201);
        let mut forced = stock;
        forced["force"] = json!({"reason": "moves here today"});
        assert_eq!(put(&registry, forced, "prod").await.json()["deployment"]["forced"], "moves here today");
    }

    async fn sources_of_several_projects_may_name_one_table(database: &Database) {
        let registry = Registry::open(database).await;
        for name in ["a", "b"] {
            let id = format!("source.{name}.raw.t");
            let request = json!({
                "publication": {"package_name": name, "version": "1.0.0", "source": {"adapter_type": "duckdb"},
                    "lineage": {&id: {"resource_type": "source"}}},
                "relations": {id: relation("raw", "t")},
            });
            assert_eq!(put(&registry, request, "prod").await.status, 201, "{name}");
        }
    }

    async fn nodes_that_read_each_other_by_sources_are_refused_with_the_path(database: &Database) {
        let registry = Registry::open(database).await;
        let reading = |name: &str, other: &str| {
            let (own, source) = (format!("model.{name}.t"), format!("source.{name}.{other}.t"));
            json!({
                "publication": {"package_name": name, "version": "1.0.0", "source": {"adapter_type": "duckdb"},
                    "lineage": {&source: {"resource_type": "source"},
                        &own: {"resource_type": "model", "depends_on": [&source]}}},
                "relations": {own: relation(name, "t"), source: relation(other, "t")},
            })
        };
        assert_eq!(put(&registry, reading("a", "b"), "prod").await.status, 201);
        let mut closing = reading("b", "a");
        closing["force"] = json!({"reason": "I insist"});
        let refused = put(&registry, closing, "prod").await;
        assert_eq!(refused.problem(), "node_cycle", "no reason builds a cycle");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("`model.a.t`") && detail.contains("`model.b.t`"), "{detail}");
    }

    async fn a_project_is_taken_out_when_nobody_reads_it_and_its_history_goes_on(database: &Database) {
        let registry = mesh(database).await;
        let undeploy = |name: &'static str| format!("/v1/projects/{name}/environments/prod/undeploy");
        let refused = registry.post(&undeploy("inventory"), &json!({})).await;
        assert_eq!(refused.problem(), "deployment_refused");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("`inventory` cannot be removed from `prod`:\n"), "{detail}");
        let gone = registry.post(&undeploy("finance"), &json!({})).await.json();
        assert_eq!((&gone["revision"], &gone["version"]), (&json!(2), &json!("1.0.0")));
        let path = "/v1/projects/finance/environments/prod";
        assert_eq!(registry.get(path).await.problem(), "deployment_not_found");
        assert_eq!(registry.post(&undeploy("finance"), &json!({})).await.problem(), "deployment_not_found");
        assert_eq!(put(&registry, finance("1.0.0"), "prod").await.json()["deployment"]["revision"], 3);
        let history = registry.get(&format!("{path}/history")).await.json();
        let told: Vec<_> = history["items"].as_array().unwrap().iter().map(|it| it["removed"].clone()).collect();
        assert_eq!(told, [Value::Null, json!(true), Value::Null]);
        let forced = registry.post(&undeploy("inventory"), &json!({"force": {"reason": "it is retired"}})).await.json();
        assert_eq!(forced["forced"], "it is retired");
        let readers = registry.get("/v1/projects/sales/consumers").await;
        assert_eq!(readers.status, 200, "the others stand");
    }

    async fn a_badge_shows_the_version_and_may_be_kept_for_a_while(database: &Database) {
        let registry = mesh(database).await;
        let badge = registry.get(&format!("{PROD}/badge.svg")).await;
        assert_eq!((badge.header("content-type"), badge.header("cache-control")), ("image/svg+xml", "public, max-age=300"));
        assert!(String::from_utf8_lossy(&badge.bytes).contains(">1.0.0</text>"));
        let etag = badge.header("etag");
        assert_eq!(registry.get_with(&format!("{PROD}/badge.svg"), &[("if-none-match", etag)]).await.status, 304);
        let nothing = registry.get("/v1/projects/inventory/environments/test/badge.svg").await;
        assert!(String::from_utf8_lossy(&nothing.bytes).contains("not deployed"));
        let nobody = registry.get("/v1/projects/nobody/environments/prod/badge.svg").await;
        assert_eq!(nobody.problem(), "project_not_found");
    }

    async fn a_registered_consumer_holds_what_it_reads(database: &Database) {
        let registry = mesh(database).await;
        let board = "/v1/consumers/prod/revenue_board";
        let registration = json!({"kind": "dashboard", "owner": "Controlling", "contact": "#controlling", "reads": [
            {"package_name": "inventory", "unique_id": PRODUCTS,
                "columns": [{"name": "colour", "data_type": "text"}, {"name": "price"}]}]});
        let created = registry.put(board, &registration).await;
        assert_eq!((created.status.as_u16(), &created.json()["revision"]), (201, &json!(1)), "{created:?}");
        assert_eq!(registry.put(board, &registration).await.status, 200, "the same again");
        assert_eq!(registry.get(board).await.json()["revision"], 1);
        let consumers = registry.get("/v1/projects/inventory/consumers").await.json();
        assert_eq!((&consumers["items"][0]["kind"], &consumers["items"][0]["owner"]), (&json!("dashboard"), &json!("Controlling")));
        let other_type: &[(&str, &str)] = &[("id", "integer"), ("price", "double"), ("colour", "integer")];
        let refused = put(&registry, inventory("2.0.0", other_type), "prod").await;
        assert_eq!(refused.problem(), "deployment_refused");
        let unmet = &refused.json()["unmet"];
        assert!(unmet.as_array().unwrap().iter().any(|it| it["kind"] == "type" && it["consumer"] == "revenue_board"), "{unmet}");
        snapshot!("consumer_removed", registry.delete(board).await);
        assert_eq!(registry.get(board).await.problem(), "consumer_not_found");
        assert_eq!(registry.put(board, &registration).await.json()["revision"], 3, "its history goes on");
        let listed = registry.get("/v1/consumers").await.json();
        assert_eq!((listed["items"].as_array().unwrap().len(), registry.get("/v1/consumers?environment=test").await.json()["items"].clone()), (1, json!([])));
    }

    async fn a_consumer_of_what_is_not_there_is_told_each_fault_with_its_place(database: &Database) {
        let registry = mesh(database).await;
        let registration = json!({"kind": "application", "owner": "Web team", "reads": [
            {"package_name": "inventory", "unique_id": "model.inventory.gone"},
            {"package_name": "nobody", "unique_id": "model.nobody.x"},
            {"package_name": "finance", "unique_id": "model.finance.profit"},
            {"package_name": "inventory", "unique_id": PRODUCTS,
                "columns": [{"name": "size"}, {"name": "id", "data_type": "varchar"}]},
        ]});
        snapshot!("consumer_invalid", registry.put("/v1/consumers/prod/app", &registration).await);
        for (registration, status) in [
            (json!({"kind": "spreadsheet", "owner": "x", "reads": []}), 422),
            (json!({"kind": "application", "owner": "", "reads": []}), 422),
            (json!({"kind": "application", "owner": "x", "reads": []}), 422),
        ] {
            let refused = registry.put("/v1/consumers/prod/app", &registration).await;
            assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (status, "invalid_consumer"));
        }
        assert_eq!(registry.put("/v1/consumers/prod/no-name", &registration).await.problem(), "invalid_name");
    }
}
