//! What the registry records of each change, and who may read it.

use axum::{body::Body, http::Method};
use insta::assert_json_snapshot;
use registry::{Secret, ServiceConfig};
use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry, request},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const ADMIN: &str = "correct-horse-battery-staple";

/// A registry with an admin token, and who asks it.
pub(crate) struct Guarded {
    pub(crate) registry: Registry,
}

impl Guarded {
    pub(crate) async fn open(database: &Database) -> Self {
        let config = ServiceConfig { admin_token: Some(Secret::new(ADMIN)), ..ServiceConfig::default() };
        Self { registry: Registry::with(database, config).await }
    }

    async fn ask(&self, secret: &str, method: Method, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {secret}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("user-agent", "weft/test"),
            ("x-request-id", "request-1"),
        ];
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.registry.send(request(method, path, &headers, body)).await
    }

    async fn read(&self, secret: &str, query: &str) -> Value {
        let answer = self.ask(secret, Method::GET, &format!("/v1/events{query}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn token(&self, name: &str, scopes: &[&str]) -> String {
        let body = json!({ "name": name, "scopes": scopes });
        let created = self.ask(ADMIN, Method::POST, "/v1/tokens", body).await.json();
        created["secret"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn revoke(&self, number: u64) {
        let path = format!("/v1/tokens/{number}/revoke");
        assert_eq!(self.ask(ADMIN, Method::POST, &path, Value::Null).await.status, 200);
    }
}

fn ids(page: &Value) -> Vec<u64> {
    page["items"].as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()).collect()
}

fn kinds(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

/// One change of each kind, and what changes nothing in between.
async fn story(guarded: &Guarded, ci: &str) {
    let inventory = Sample { columns: &["id", "price"], ..Sample::default() };
    let shop = Sample { package_name: "shop", reads: &["inventory"], ..Sample::default() };
    let put = async |path: &str, body: Value| guarded.ask(ci, Method::PUT, path, body).await.status.as_u16();
    let post = async |path: &str, body: Value| guarded.ask(ci, Method::POST, path, body).await.status.as_u16();
    assert_eq!(put(&format!("{}?dry_run=true", inventory.path()), inventory.request()).await, 201);
    assert_eq!(put(&inventory.path(), inventory.request()).await, 201);
    assert_eq!(put(&inventory.path(), inventory.request()).await, 200);
    assert_eq!(put(&shop.path(), shop.request()).await, 201);
    let environment = "/v1/projects/inventory/environments/prod";
    assert_eq!(post(&format!("{environment}/undeploy"), json!({})).await, 409);
    let next = Sample { version: "1.1.0", columns: &["id", "price", "size"], ..Sample::default() };
    assert_eq!(put(&next.path(), next.request()).await, 201);
    assert_eq!(put(environment, json!({"version": "1.0.0", "force": {"reason": "sizes were wrong"}})).await, 200);
    assert_eq!(post(&format!("{environment}/undeploy"), json!({"force": {"reason": "we move"}})).await, 200);
    for yanked in [true, true, false] {
        assert_eq!(post(&format!("{}/yank", next.path()), json!({ "yanked": yanked })).await, 200);
    }
    let waivers = "/v1/projects/inventory/waivers";
    let waiver = json!({"rule": "column_removed", "unique_id": "model.inventory.public", "author": "ana",
        "reason": "agreed", "until": "9999-12-31"});
    assert_eq!(post(waivers, waiver).await, 201);
    assert_eq!(post(&format!("{waivers}/1/revoke"), json!({"author": "ben"})).await, 200);
    assert_eq!(put("/v1/policies", json!({"rules": {"column_added": "error"}})).await, 200);
    let board = json!({"kind": "dashboard", "owner": "Controlling", "reads": [{"package_name": "shop", "unique_id": "model.shop.public"}]});
    assert_eq!(put("/v1/consumers/prod/board", board).await, 201);
    assert_eq!(guarded.ask(ci, Method::DELETE, "/v1/consumers/prod/board", Value::Null).await.status, 200);
    let run = json!({"ran_by": "dbt_run", "ran_at": "2026-11-20T10:01:00Z", "nodes": {"model.shop.public": {"results": [
        {"name": "ids", "kind": "unique", "outcome": "failed"}]}}});
    assert_eq!(post("/v1/projects/shop/environments/prod/results", run).await, 201);
}

on_both_stores! {
    async fn every_change_is_an_event_with_its_cause(database: &Database) {
        let guarded = Guarded::open(database).await;
        let scopes = ["publish:*", "deploy:*:*", "waive:*", "policy", "register:*"];
        let ci = guarded.token("ci", &scopes).await;
        story(&guarded, &ci).await;
        guarded.revoke(1).await;
        let page = guarded.read(ADMIN, "?order=oldest&limit=200").await;
        assert_json_snapshot!("every_event", page, { ".**.occurred_at" => "[time]" });
        assert_eq!(ids(&page), (1..=ids(&page).len() as u64).collect::<Vec<_>>());
        let text = page.to_string();
        assert!(!text.contains(&ci[5..]) && !text.contains(ADMIN), "a secret is in {text}");
    }

    async fn events_are_read_page_by_page_in_both_directions(database: &Database) {
        let registry = Registry::open(database).await;
        for version in ["1.0.0", "1.0.1", "1.0.2"] {
            registry.publish(&Sample { version, ..Sample::default() }).await;
        }
        let read = async |query: &str| registry.get(&format!("/v1/events{query}")).await.json();
        assert_eq!(ids(&read("").await), [6, 5, 4, 3, 2, 1]);
        let mut newest = (Vec::new(), String::new());
        let mut oldest = newest.clone();
        for (seen, key, order) in [(&mut newest, "before", "newest"), (&mut oldest, "after", "oldest")] {
            loop {
                let page = read(&format!("?limit=4&order={order}{}", seen.1)).await;
                seen.0.extend(ids(&page));
                let Some(next) = page["next"].as_str() else { break };
                seen.1 = format!("&{key}={next}");
            }
        }
        assert_eq!((newest.0, oldest.0), (vec![6, 5, 4, 3, 2, 1], vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(ids(&read("?after=2&before=5").await), [4, 3]);
        assert_eq!(ids(&read("?after=6&order=oldest").await), [] as [u64; 0]);
        assert_eq!(ids(&read("?after=18446744073709551615").await), [] as [u64; 0]);
    }

    async fn events_are_found_by_project_environment_kind_principal_and_time(database: &Database) {
        let guarded = Guarded::open(database).await;
        let ci = guarded.token("ci", &["publish:*", "deploy:*:*", "waive:*", "policy", "register:*"]).await;
        story(&guarded, &ci).await;
        let count = async |query: &str| ids(&guarded.read(ADMIN, query).await).len();
        let all = count("?limit=200").await;
        assert_eq!(kinds(&guarded.read(ADMIN, "?package_name=shop").await),
            ["checked", "consumer_removed", "consumer_registered", "deployed", "published"]);
        assert_eq!(kinds(&guarded.read(ADMIN, "?kind=refused,undeployed").await), ["undeployed", "refused"]);
        assert_eq!(count("?kind=deployed&environment=prod").await, 4);
        assert_eq!(count("?environment=staging").await, 0);
        assert_eq!(count("?package_name=nobody").await, 0);
        assert_eq!(count("?principal=token:ci&limit=200").await, all - 1);
        assert_eq!(count("?principal=admin").await, 1);
        assert_eq!(count("?since=2000-01-01T00:00:00Z&limit=200").await, all);
        assert_eq!(count("?since=2999-01-01T00:00:00%2B02:00").await, 0);
    }

    async fn events_of_tokens_are_for_those_who_manage_them(database: &Database) {
        let guarded = Guarded::open(database).await;
        let reader = guarded.token("reader", &["read"]).await;
        let manager = guarded.token("manager", &["admin"]).await;
        guarded.ask(ADMIN, Method::PUT, "/v1/policies", json!({"rules": {"column_added": "error"}})).await;
        assert_eq!(kinds(&guarded.read(&reader, "").await), ["policy_changed"]);
        assert_eq!(kinds(&guarded.read(&manager, "").await), ["policy_changed", "token_created", "token_created"]);
        let refused = guarded.ask(&reader, Method::GET, "/v1/events?kind=token_created", Value::Null).await;
        assert_eq!(refused.problem(), "not_authorized");
        assert_eq!(guarded.registry.get("/v1/events").await.problem(), "not_authorized");
    }

    async fn a_query_that_cannot_be_meant_is_refused(database: &Database) {
        let registry = Registry::open(database).await;
        for (query, code) in [
            ("?kind=deploy", "invalid_request"),
            ("?kind=", "invalid_request"),
            ("?kind=deployed,", "invalid_request"),
            ("?since=yesterday", "invalid_request"),
            ("?since=2026-11-28", "invalid_request"),
            ("?after=-1", "invalid_request"),
            ("?after=x", "invalid_request"),
            ("?limit=0", "invalid_request"),
            ("?limit=201", "invalid_request"),
            ("?order=random", "invalid_request"),
            ("?principal=", "invalid_request"),
            ("?principal=%00", "invalid_request"),
            ("?colour=red", "invalid_request"),
            ("?package_name=a-b", "invalid_name"),
            ("?package_name=a%00", "invalid_name"),
            ("?environment=Prod", "invalid_name"),
        ] {
            assert_eq!(registry.get(&format!("/v1/events{query}")).await.problem(), code, "{query}");
        }
    }
}
