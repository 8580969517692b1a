//! Who may do what, with an admin token configured.

use axum::{body::Body, http::Method};
use registry::{Secret, ServiceConfig};
use serde_json::json;

use crate::{
    client::{Registry, request},
    database::Database,
    mesh::Sample,
};

const OPEN: [&str; 2] = ["/healthz", "/readyz"];

async fn guarded(database: &Database) -> Registry {
    let config = ServiceConfig { admin_token: Some(Secret::new("s3cret")), ..ServiceConfig::default() };
    Registry::with(database, config).await
}

#[tokio::test]
async fn every_route_but_the_signs_of_life_asks_for_a_token() {
    let database = Database::sqlite();
    let registry = guarded(&database).await;
    let document = serde_json::to_value(registry::openapi()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let concrete = path
            .replace("{package_name}", "inventory")
            .replace("{version}", "1.0.0")
            .replace("{environment}", "prod")
            .replace("{digest}", &format!("sha256:{}", "0".repeat(64)))
            .replace("{number}", "1")
            .replace("{unique_id}", "model.inventory.public")
            .replace("{name}", "board")
            .replace("{capability}", &"0".repeat(64))
            .replace("{file}", "1.0.0.tar.gz");
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            for header in [None, Some("Bearer wrong"), Some("Bearer "), Some("Basic dTp3cm9uZw=="), Some("nonsense")] {
                let headers: Vec<_> = header.map(|value| ("authorization", value)).into_iter().collect();
                let answer = registry.send(request(method.clone(), &concrete, &headers, Body::empty())).await;
                if OPEN.contains(&path.as_str()) {
                    assert_eq!(answer.status, 200, "{method} {path}");
                } else {
                    assert_eq!(answer.problem(), "not_authorized", "{method} {path} {header:?}");
                    assert!(answer.header("www-authenticate").contains("Basic"), "{method} {path}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 50, "{asked}");
    for path in ["/openapi.json", "/docs/"] {
        assert_eq!(registry.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_admin_token_opens_everything_as_bearer_and_as_password() {
    let database = Database::sqlite();
    let registry = guarded(&database).await;
    let inventory = Sample::default();
    let bearer = [("authorization", "Bearer s3cret")];
    assert_eq!(registry.put_with(&inventory.path(), &bearer, &inventory.request()).await.status, 201);
    // `dbt:s3cret`
    for header in [bearer[0], ("authorization", "Basic ZGJ0OnMzY3JldA==")] {
        assert_eq!(registry.get_with("/v1/projects/inventory", &[header]).await.status, 200);
    }
    let document = registry.get_with(&inventory.path(), &bearer).await;
    assert_eq!(document.header("cache-control"), "private, max-age=31536000, immutable");
}

#[tokio::test]
async fn a_body_is_not_read_from_whoever_may_not_send_it() {
    let database = Database::sqlite();
    let registry = guarded(&database).await;
    let answer = registry.put_with(&Sample::default().path(), &[], &json!("not a publication")).await;
    assert_eq!(answer.problem(), "not_authorized");
}

#[tokio::test]
async fn a_tarball_is_fetched_without_a_token_by_the_url_that_the_hub_gives() {
    let database = Database::sqlite();
    let registry = guarded(&database).await;
    let inventory = Sample::default();
    let bearer = [("authorization", "Bearer s3cret"), ("host", "weft.example.com")];
    registry.put_with(&inventory.path(), &bearer, &inventory.request()).await;
    let listing = registry.get_with("/hub/api/v1/prod/inventory.json", &bearer).await;
    let url = listing.json()["versions"]["1.0.0"]["downloads"]["tarball"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://weft.example.com").unwrap();
    assert!(!url.contains("s3cret"));
    assert_eq!(registry.get(path).await.status, 200);
    assert_eq!(registry.get(&path.replace("1.0.0", "1.0.1")).await.problem(), "not_authorized");
    assert_eq!(registry.get(&path.replace("/prod/", "/staging/")).await.problem(), "not_authorized");
    let again = registry.get_with("/hub/api/v1/prod/inventory.json", &bearer).await;
    assert_eq!(again.bytes, listing.bytes, "dbt's lock holds the URL, so it must not change");
}

#[tokio::test]
async fn a_registry_without_a_token_answers_only_to_the_names_of_its_machine() {
    let database = Database::sqlite();
    let public_url = Some("https://weft.example.com".to_owned());
    let config = ServiceConfig { only_own_host: true, public_url, ..ServiceConfig::default() };
    let registry = Registry::with(&database, config).await;
    for own in ["localhost:8080", "127.0.0.1", "[::1]:80", "weft.example.com"] {
        assert_eq!(registry.get_with("/v1/projects", &[("host", own)]).await.status, 200, "{own}");
    }
    for other in ["evil.example", "localhost.evil.example:8080", "10.0.0.1", ""] {
        let answer = registry.get_with("/v1/projects", &[("host", other)]).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (421, "host_not_allowed"), "{other}");
    }
}

#[tokio::test]
async fn every_answer_has_headers_that_browsers_heed() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    for path in ["/healthz", "/v1/projects", "/v1/projects/none", "/nowhere", "/docs/", "/openapi.json"] {
        let answer = registry.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
    }
}
