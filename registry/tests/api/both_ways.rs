//! Both ways in time: an older client reads a newer registry's answers, and a newer client's requests are refused by an
//! older registry rather than half understood.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use weft_api::{
    CanDeploy, ConsumerPage, Deployment, Event, GraphItem, Health, ImpactResponse, Lineage, NodeDetail, NodeHealth,
    Page, PastDeployment, ProjectDetail, ProjectSummary, PublicationSummary, PublishResponse, RecordedRun,
    RegisteredConsumer, ResolveResponse, problem::Problem,
};
use weft_check::policy::{Policy, ProjectPolicy, RecordedWaiver};
use weft_publication::{Publication, relation::Relations};

use crate::{
    client::{Answer, Registry},
    database::Database,
    lineage::{COLUMNS, PRODUCTS, inventory, mesh},
};

const NEWER: &str = "newer_field";
const NODE: &str = "/v1/projects/inventory/nodes/model.inventory.products%20%F0%9F%8E%88%2Fa.b";

/// Objects whose keys are names that somebody chose, where a newer weft adds no key of its own.
const MAPS: [&str; 12] = [
    "columns",
    "contracts",
    "exposures",
    "fallback",
    "groups",
    "interface",
    "lineage",
    "nodes",
    "relations",
    "requires",
    "rows",
    "rules",
];
/// Values that are kept as they are, with any keys.
const OPAQUE: [&str; 3] = ["document", "meta", "what"];

/// The pointers of all objects with fields. `is_map` says whether a value's keys are names.
fn objects(value: &Value, at: &str, is_map: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if !is_map {
                found.push(at.to_owned());
            }
            for (key, member) in members.iter().filter(|(key, _)| !OPAQUE.contains(&key.as_str())) {
                let below = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                // Inside the maps of a reading there are only maps.
                let in_reading = at.contains("/reading/");
                objects(member, &below, in_reading || (!is_map && MAPS.contains(&key.as_str())), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &format!("{at}/{index}"), false, found);
            }
        }
        _ => {}
    }
}

/// The same document with a field that this weft does not know in one of its objects.
fn newer(document: &Value, pointer: &str) -> Value {
    let mut document = document.clone();
    document.pointer_mut(pointer).unwrap()[NEWER] = json!({"of": ["another", "kind"]});
    document
}

/// Reads an answer with a field more in each of its objects; gives the number of objects.
#[track_caller]
fn is_read<T: DeserializeOwned>(what: &str, answer: &Answer, is_map: bool) -> usize {
    let document = answer.json();
    let mut found = Vec::new();
    objects(&document, "", is_map, &mut found);
    serde_json::from_value::<T>(document.clone()).unwrap_or_else(|error| panic!("{what}: {error}: {document}"));
    for pointer in &found {
        let read = serde_json::from_value::<T>(newer(&document, pointer));
        read.unwrap_or_else(|error| panic!("{what}: a field more in `{pointer}`: {error}"));
    }
    found.len()
}

macro_rules! answers {
    ($($what:literal: $type:ty = $answer:expr;)*) => {{
        let mut objects = 0;
        $(
            let answer = $answer;
            assert!(answer.status.is_success(), "{}: {answer:?}", $what);
            objects += is_read::<$type>($what, &answer, false);
        )*
        objects
    }};
}

fn run() -> Value {
    json!({"ran_by": "dbt_run", "ran_at": "2026-11-20T10:00:00Z", "program": "dbt 1.11.16",
        "nodes": {PRODUCTS: {"results": [{"name": "ids", "kind": "not_null", "columns": ["id"], "outcome": "failed",
            "failures": 3, "rules": [{"contract": "stock", "rule": "required"}]}]}}})
}

fn registration() -> Value {
    json!({"kind": "dashboard", "owner": "Controlling", "reads": [{"package_name": "inventory", "unique_id": PRODUCTS,
        "columns": [{"name": "price", "data_type": "double"}]}]})
}

fn waiver() -> Value {
    json!({"rule": "column_removed", "unique_id": PRODUCTS, "author": "Ana", "reason": "agreed", "until": "9999-12-31"})
}

#[tokio::test]
async fn an_older_client_reads_every_answer_that_has_fields_which_it_does_not_know() {
    let database = Database::sqlite();
    let registry = mesh(&database).await;
    let project = "/v1/projects/inventory";
    let prod = "/v1/projects/inventory/environments/prod";
    let mut next = inventory("1.0.1", COLUMNS);
    next["publication"]["interface"][PRODUCTS]["description"] = "what is on sale".into();
    next["deploy_to"] = "prod".into();
    let impact = json!({"environment": "prod", "touched": [{"unique_id": PRODUCTS, "column": "price"}]});
    let requires = json!({"requires": {"sales": "*"}});
    let revoke = json!({"author": "Ana"});
    let objects = answers! {
        "publish": PublishResponse = registry.put("/v1/projects/inventory/publications/1.0.1", &next).await;
        "register": RegisteredConsumer = registry.put("/v1/consumers/prod/board", &registration()).await;
        "record": RecordedRun = registry.post(&format!("{prod}/results"), &run()).await;
        "set policy": Policy = registry.put("/v1/policies", &json!({"rules": {"column_removed": "warning"}})).await;
        "waive": RecordedWaiver = registry.post(&format!("{project}/waivers"), &waiver()).await;
        "revoke": RecordedWaiver = registry.post(&format!("{project}/waivers/1/revoke"), &revoke).await;
        "yank": PublicationSummary = registry.post(&format!("{project}/publications/1.0.0/yank"), &json!({"yanked": true})).await;
        "deploy": Deployment = registry.put(&format!("{project}/environments/staging"), &json!({"version": "1.0.1"})).await;
        "undeploy": Deployment = registry.post(&format!("{project}/environments/staging/undeploy"), &json!({})).await;
        "projects": Page<ProjectSummary> = registry.get("/v1/projects").await;
        "project": ProjectDetail = registry.get(project).await;
        "publications": Page<PublicationSummary> = registry.get(&format!("{project}/publications")).await;
        "publication": Publication = registry.get("/v1/projects/sales/publications/1.0.0").await;
        "its exposures": Publication = registry.get("/v1/projects/finance/publications/1.0.0").await;
        "environment": Deployment = registry.get(prod).await;
        "history": Page<PastDeployment> = registry.get(&format!("{prod}/history")).await;
        "can-deploy": CanDeploy = registry.get(&format!("{project}/can-deploy")).await;
        "policy": Policy = registry.get("/v1/policies").await;
        "project policy": ProjectPolicy = registry.get(&format!("{project}/policy")).await;
        "waivers": Page<RecordedWaiver> = registry.get(&format!("{project}/waivers")).await;
        "resolve": ResolveResponse = registry.post("/v1/resolve", &requires).await;
        "impact": ImpactResponse = registry.post(&format!("{project}/impact"), &impact).await;
        "readers": ConsumerPage = registry.get(&format!("{project}/consumers")).await;
        "node": NodeDetail = registry.get(NODE).await;
        "its readers": ConsumerPage = registry.get(&format!("{NODE}/consumers")).await;
        "its lineage": Lineage = registry.get(&format!("{NODE}/lineage?columns=true")).await;
        "its health": NodeHealth = registry.get(&format!("{NODE}/health")).await;
        "graph": Page<GraphItem> = registry.get("/v1/graph?level=node").await;
        "consumers": Page<RegisteredConsumer> = registry.get("/v1/consumers").await;
        "consumer": RegisteredConsumer = registry.get("/v1/consumers/prod/board").await;
        "events": Page<Event> = registry.get("/v1/events?limit=200").await;
        "health": Health = registry.get("/healthz").await;
    };
    assert!(objects > 100, "{objects}");
    let digest = registry.get(prod).await.json()["relations_digest"].as_str().unwrap().to_owned();
    let relations = registry.get(&format!("{project}/relations/{digest}")).await;
    assert_eq!(is_read::<Relations>("relations", &relations, true), 1);
    // What is refused is told with what it rests on.
    let undeploy = registry.post(&format!("{prod}/undeploy"), &json!({})).await;
    let conflict = registry.post("/v1/resolve", &json!({"requires": {"sales": "^9"}})).await;
    for refused in [undeploy, conflict] {
        assert!(!refused.status.is_success(), "{refused:?}");
        assert!(is_read::<Problem>("a problem", &refused, false) > 1);
    }
}

/// Sends a request with a field more in each of its objects: each is refused where the field is.
async fn is_refused(registry: &Registry, method: &str, path: &str, request: &Value) -> usize {
    let mut found = Vec::new();
    objects(request, "", false, &mut found);
    // dbt lets an owner have any keys.
    found.retain(|pointer| !pointer.contains("/groups/") && !pointer.ends_with("/owner"));
    for pointer in &found {
        let request = newer(request, pointer);
        let answer =
            if method == "PUT" { registry.put(path, &request).await } else { registry.post(path, &request).await };
        assert!(answer.status.is_client_error(), "{path}: a field more in `{pointer}`: {answer:?}");
        let errors = answer.json()["errors"].clone();
        let told = errors.as_array().unwrap_or_else(|| panic!("{path} {pointer}: {answer:?}"));
        // A schema tells the object in which the field is.
        let places = [pointer.clone(), format!("{pointer}/{NEWER}")];
        assert!(
            told.iter().any(|error| places.contains(&error["pointer"].as_str().unwrap().to_owned())
                && error["message"].as_str().unwrap().contains(NEWER)),
            "{path}: a field more in `{pointer}`: {errors}"
        );
    }
    found.len()
}

#[tokio::test]
async fn a_request_with_a_field_that_the_registry_does_not_know_is_refused_with_its_place() {
    let database = Database::sqlite();
    let registry = mesh(&database).await;
    let project = "/v1/projects/inventory";
    let force = json!({"reason": "agreed"});
    let mut published = registry.get("/v1/projects/sales/publications/1.0.0").await.json();
    published["version"] = "1.0.1".into();
    published["source"]["git"] = json!({"remote": "https://example.com/mesh.git", "branch": "main"});
    let relations = json!({"model.sales.lines": {"database": "mesh", "schema": "sales", "identifier": "lines"}});
    let publish = json!({"publication": published, "relations": relations, "deploy_to": "prod", "force": force});
    let of_products = json!({PRODUCTS: {"schema": "blue", "identifier": "products"}});
    let impact = json!({"environment": "prod", "touched": [{"unique_id": PRODUCTS, "column": "price"}]});
    let deploy = json!({"version": "1.0.0", "relations": of_products, "force": force});
    let requests = [
        ("PUT", "/v1/projects/sales/publications/1.0.1".to_owned(), publish),
        ("PUT", format!("{project}/environments/prod"), deploy),
        ("POST", format!("{project}/environments/prod/undeploy"), json!({"force": force})),
        ("POST", format!("{project}/publications/1.0.0/yank"), json!({"yanked": true})),
        ("POST", format!("{project}/environments/prod/results"), run()),
        ("PUT", "/v1/policies".to_owned(), json!({"rules": {"column_removed": "warning"}})),
        ("POST", format!("{project}/waivers"), waiver()),
        ("POST", format!("{project}/waivers/1/revoke"), json!({"author": "Ana"})),
        ("POST", "/v1/resolve".to_owned(), json!({"requires": {"sales": "*"}, "fallback": {"staging": "prod"}})),
        ("POST", format!("{project}/impact"), impact),
        ("PUT", "/v1/consumers/prod/board".to_owned(), registration()),
    ];
    let mut objects = 0;
    for (method, path, request) in &requests {
        objects += is_refused(&registry, method, path, request).await;
    }
    assert!(objects > 25, "{objects}");
}
