//! The character that PostgreSQL cannot keep.

use serde_json::{Value, json};

use crate::{
    client::{Registry, request},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const JSON: (&str, &str) = ("content-type", "application/json");

on_both_stores! {
    async fn nul_anywhere_in_a_request_is_never_a_fault_of_the_registry(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let sample = Sample { version: "2.0.0", git: Some("https://example.com/mesh"), ..Sample::default() };
        let bodies = [
            ("PUT", sample.path(), sample.request()),
            ("PUT", "/v1/projects/inventory/environments/prod".to_owned(),
                json!({"version": "1.0.0", "force": {"reason": "r"}})),
            ("PUT", "/v1/consumers/prod/dash".to_owned(), json!({"kind": "dashboard", "owner": {"name": "o", "email": "e@x"},
                "url": "u", "description": "d", "reads": [{"package_name": "inventory",
                "unique_id": "model.inventory.public", "columns": ["id"]}]})),
            ("POST", "/v1/projects/inventory/waivers".to_owned(), json!({"rule": "column_removed",
                "unique_id": "model.inventory.public", "column": "c", "author": "a", "reason": "r", "until": "2999-01-01"})),
            ("POST", "/v1/tokens".to_owned(), json!({"name": "n", "scopes": ["read"]})),
            ("PUT", "/v1/policy".to_owned(), json!({"rules": {"column_removed": "info"}})),
            ("POST", "/v1/resolve".to_owned(), json!({"requires": {"inventory": "*"}, "package_name": "x"})),
        ];
        for (method, path, body) in bodies {
            for place in texts(&body, String::new()) {
                let mut spoilt = body.clone();
                *spoilt.pointer_mut(&place).unwrap() = json!("a\0b");
                let answer = registry.send(request(method.parse().unwrap(), &path, &[JSON], spoilt.to_string().into())).await;
                assert!(answer.status.as_u16() < 500, "{path} {place}: {answer:?}");
            }
        }
        for path in [
            "/v1/projects?after=a%00b", "/v1/projects/a%00b", "/v1/consumers/prod?after=a%00", "/v1/graph?environment=a%00",
            "/v1/projects/inventory/nodes/model.a%00b", "/hub/api/v1/a%00b/c.json", "/hub/api/v1/prod/a%00b/1.0.0.json",
            "/v1/projects/inventory/manifest.json?environment=a%00", "/v1/projects/inventory/waivers?after=a%00",
            "/v1/projects/inventory/environments/prod/history?after=a%00", "/v1/tokens?after=a%00b",
        ] {
            let answer = registry.get_with(path, &[("authorization", "Bearer x")]).await;
            assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
        }
    }
}

/// A pointer to each text in a value.
fn texts(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::String(_) => vec![at],
        Value::Array(items) => items.iter().enumerate().flat_map(|(i, it)| texts(it, format!("{at}/{i}"))).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, it)| texts(it, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))))
            .collect(),
        _ => Vec::new(),
    }
}
