//! Tokens: what each may do, and for how long.

use axum::{body::Body, http::Method};
use registry::{Secret, ServiceConfig};
use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry, request},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const ADMIN: &str = "correct-horse-battery-staple";

async fn guarded(database: &Database, admin: &str) -> Registry {
    let config = ServiceConfig { admin_token: Some(Secret::new(admin)), ..ServiceConfig::default() };
    Registry::with(database, config).await
}

async fn ask(registry: &Registry, secret: &str, method: Method, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    registry.send(request(method, path, &headers, body)).await
}

async fn create(registry: &Registry, name: &str, scopes: &[&str]) -> (u64, String) {
    let body = json!({ "name": name, "scopes": scopes });
    let answer = ask(registry, ADMIN, Method::POST, "/v1/tokens", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let created = answer.json();
    (created["number"].as_u64().unwrap(), created["secret"].as_str().unwrap().to_owned())
}

async fn read(registry: &Registry, secret: &str) -> Answer {
    ask(registry, secret, Method::GET, "/v1/projects", Value::Null).await
}

on_both_stores! {
    async fn a_token_does_what_its_scopes_say_and_nothing_else(database: &Database) {
        let registry = guarded(database, ADMIN).await;
        let (_, secret) = create(&registry, "ci-inventory", &["publish:inventory", "deploy:inventory:prod"]).await;
        assert_eq!(read(&registry, &secret).await.status, 200);
        let inventory = Sample::default();
        let answer = ask(&registry, &secret, Method::PUT, &inventory.path(), inventory.request()).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let sales = Sample { package_name: "sales", ..Sample::default() };
        let refused = ask(&registry, &secret, Method::PUT, &sales.path(), sales.request()).await;
        assert_eq!(refused.problem(), "not_authorized");
        assert_eq!(refused.json()["detail"],
            "publishing `sales` needs a token that allows it; the token `ci-inventory` has `deploy:inventory:prod`, `publish:inventory`");
        let staging = "/v1/projects/inventory/environments/staging";
        let deploy = json!({ "version": "1.0.0" });
        assert_eq!(ask(&registry, &secret, Method::PUT, staging, deploy).await.problem(), "not_authorized");
        for (method, path, body) in [
            (Method::GET, "/v1/tokens", Value::Null),
            (Method::POST, "/v1/tokens", json!({ "name": "more", "scopes": ["admin"] })),
            (Method::POST, "/v1/tokens/1/revoke", Value::Null),
            (Method::PUT, "/v1/policies", json!({ "rules": {} })),
        ] {
            assert_eq!(ask(&registry, &secret, method, path, body).await.problem(), "not_authorized", "{path}");
        }
    }

    async fn a_revoked_token_opens_nothing_and_its_name_is_free(database: &Database) {
        let registry = guarded(database, ADMIN).await;
        let (number, secret) = create(&registry, "ci", &["read"]).await;
        assert_eq!(read(&registry, &secret).await.status, 200);
        let again = json!({ "name": "ci", "scopes": ["read"] });
        let taken = ask(&registry, ADMIN, Method::POST, "/v1/tokens", again).await;
        assert_eq!((taken.status.as_u16(), taken.problem().as_str()), (409, "token_name_taken"));
        let path = format!("/v1/tokens/{number}/revoke");
        let revoked = ask(&registry, ADMIN, Method::POST, &path, Value::Null).await.json();
        assert_eq!((revoked["is_valid"].as_bool(), revoked["revoked_by"].as_str()), (Some(false), Some("admin")));
        let refused = read(&registry, &secret).await;
        assert_eq!(refused.problem(), "not_authorized");
        assert!(refused.json()["detail"].as_str().unwrap().ends_with("the token `ci` is revoked"), "{refused:?}");
        // When it was last used is recorded beside the requests.
        let again = ask(&registry, ADMIN, Method::POST, &path, Value::Null).await.json();
        assert_eq!((&again["revoked_at"], &again["revoked_by"]), (&revoked["revoked_at"], &revoked["revoked_by"]));
        let (other, _) = create(&registry, "ci", &["read"]).await;
        assert_eq!(other, number + 1);
        let none = ask(&registry, ADMIN, Method::POST, "/v1/tokens/99/revoke", Value::Null).await;
        assert_eq!(none.problem(), "token_not_found");
        let list = ask(&registry, ADMIN, Method::GET, "/v1/tokens?limit=1", Value::Null).await.json();
        assert_eq!((&list["items"][0]["number"], &list["next"]), (&json!(other), &json!(other.to_string())));
        let events = database.ask("SELECT kind FROM event_log WHERE package_name = '' ORDER BY number").await;
        assert_eq!(events, ["token_created", "token_revoked", "token_created"]);
    }

    async fn neither_the_database_nor_an_answer_but_the_first_holds_a_secret(database: &Database) {
        let registry = guarded(database, ADMIN).await;
        let (_, secret) = create(&registry, "ci", &["read"]).await;
        assert!(secret.starts_with("weft_") && secret.len() == 54, "{secret}");
        let kept = database.ask("SELECT name || digest || scopes || created_by FROM token").await;
        assert!(kept.iter().all(|row| !row.contains(&secret) && !row.contains(&secret[5..])), "{kept:?}");
        let events = database.ask("SELECT what FROM event_log").await;
        assert!(!events.concat().contains(&secret[5..]));
        let list = ask(&registry, ADMIN, Method::GET, "/v1/tokens", Value::Null).await;
        assert!(!String::from_utf8_lossy(&list.bytes).contains(&secret[5..]));
    }

    async fn the_last_use_of_a_token_is_written_down(database: &Database) {
        let registry = guarded(database, ADMIN).await;
        let (_, secret) = create(&registry, "ci", &["read"]).await;
        assert_eq!(read(&registry, &secret).await.status, 200);
        for _ in 0..100 {
            let list = ask(&registry, ADMIN, Method::GET, "/v1/tokens", Value::Null).await.json();
            if list["items"][0]["last_used_at"].is_string() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the last use was not recorded");
    }

    async fn a_new_admin_token_leaves_tokens_and_urls_of_tarballs_as_they_are(database: &Database) {
        let before = guarded(database, ADMIN).await;
        let (_, secret) = create(&before, "ci", &["read", "publish:*", "deploy:*:*"]).await;
        let inventory = Sample::default();
        assert_eq!(ask(&before, &secret, Method::PUT, &inventory.path(), inventory.request()).await.status, 201);
        let listing = ask(&before, &secret, Method::GET, "/hub/api/v1/prod/inventory.json", Value::Null).await.json();
        let url = listing["versions"]["1.0.0"]["downloads"]["tarball"].as_str().unwrap().to_owned();
        let path = &url[url.find("/hub/").unwrap()..];
        let after = guarded(database, "another-admin-token").await;
        assert_eq!(read(&after, &secret).await.status, 200);
        assert_eq!(read(&after, ADMIN).await.problem(), "not_authorized");
        assert_eq!(after.get(path).await.status, 200);
    }
}

#[tokio::test]
async fn a_request_for_a_token_that_is_not_valid_is_refused_with_the_place() {
    let database = Database::sqlite();
    let registry = guarded(&database, ADMIN).await;
    for (body, code, pointer) in [
        (json!({ "name": "ci", "scopes": [] }), "invalid_token", "/scopes"),
        (json!({ "name": "ci", "scopes": ["read"], "days": 0 }), "invalid_token", "/days"),
        (json!({ "name": "ci", "scopes": ["read"], "days": 3651 }), "invalid_token", "/days"),
        (json!({ "name": "ci", "scopes": ["write"] }), "invalid_token", "/scopes/0"),
        (json!({ "name": "a b", "scopes": ["read"] }), "invalid_name", "/name"),
        (json!({ "name": "🎈", "scopes": ["read"] }), "invalid_name", "/name"),
    ] {
        let answer = ask(&registry, ADMIN, Method::POST, "/v1/tokens", body.clone()).await;
        assert_eq!(answer.problem(), code, "{body}: {answer:?}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn an_expired_or_forged_token_is_refused() {
    let database = Database::sqlite();
    let registry = guarded(&database, ADMIN).await;
    let body = json!({ "name": "ci", "scopes": ["read"], "days": 1 });
    let created = ask(&registry, ADMIN, Method::POST, "/v1/tokens", body).await.json();
    let secret = created["secret"].as_str().unwrap();
    assert_eq!(read(&registry, secret).await.status, 200);
    database.ask("UPDATE token SET expires_at = '2020-01-01 00:00:00+00:00' RETURNING name").await;
    // Another process has not seen it before.
    let registry = guarded(&database, ADMIN).await;
    let refused = read(&registry, secret).await;
    assert_eq!(refused.problem(), "not_authorized");
    assert!(refused.json()["detail"].as_str().unwrap().ends_with("the token `ci` has expired"), "{refused:?}");
    let torn = &secret[..53];
    let turned: String = secret.chars().rev().collect();
    let long = format!("weft_{}", "a".repeat(100_000));
    for forged in [torn, &turned, &long, "weft_", "", " ", "' OR 1=1 --"] {
        assert_eq!(read(&registry, forged).await.problem(), "not_authorized");
    }
    let again = json!({ "name": "ci", "scopes": ["read"] });
    assert_eq!(
        ask(&registry, ADMIN, Method::POST, "/v1/tokens", again).await.status,
        201,
        "an expired token frees its name"
    );
}

#[tokio::test]
async fn of_many_who_create_a_token_of_one_name_at_once_one_does() {
    let database = Database::sqlite();
    let registry = guarded(&database, ADMIN).await;
    let all = (0..16).map(|_| {
        let registry = registry.clone();
        tokio::spawn(async move {
            let body = json!({ "name": "ci", "scopes": ["read"] });
            ask(&registry, ADMIN, Method::POST, "/v1/tokens", body).await.status.as_u16()
        })
    });
    let mut statuses = Vec::new();
    for one in all.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 15]].concat());
}
