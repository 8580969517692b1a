//! What an operator asks: figures, and whether the registry can do its work.

use axum::{body::Body, http::Method};
use registry::{Secret, ServiceConfig};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::{
    client::{Registry, request},
    database::{Database, on_both_stores},
    mesh::Sample,
};

on_both_stores! {
    async fn figures_say_what_was_asked_and_what_the_registry_has(database: &Database) {
        let registry = Registry::open(database).await;
        assert_eq!(registry.publish(&Sample::default()).await.status, 201);
        for _ in 0..2 {
            assert_eq!(registry.get("/v1/projects/inventory/publications/1.0.0").await.status, 200);
        }
        assert_eq!(registry.get("/v1/projects/nope").await.status, 404);
        registry.send(request("BREW".parse::<Method>().unwrap(), "/x/y", &[], Body::empty())).await;
        let answer = registry.get("/metrics").await;
        assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
        for line in [
            r#"weft_http_requests_total{method="PUT",route="/v1/projects/{package_name}/publications/{version}",status="201"} 1"#,
            r#"weft_http_requests_total{method="GET",route="/v1/projects/{package_name}/publications/{version}",status="200"} 2"#,
            r#"weft_http_requests_total{method="GET",route="/v1/projects/{package_name}",status="404"} 1"#,
            r#"weft_http_requests_total{method="other",route="none",status="404"} 1"#,
            r#"weft_documents_total{result="hit"} 1"#,
            "weft_projects 1",
            "weft_publications 1",
            r#"weft_deployed_projects{environment="prod"} 1"#,
            "weft_database_up 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    async fn a_registry_is_ready_only_while_its_database_takes_writes(database: &Database) {
        let registry = Registry::open(database).await;
        assert_eq!(registry.get("/readyz").await.status, 200);
        database.ask("ALTER TABLE registry_state RENAME TO elsewhere").await;
        // An answer is good for a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        assert_eq!(registry.get("/readyz").await.problem(), "store_unavailable");
        assert_eq!(registry.get("/healthz").await.status, 200);
        database.ask("ALTER TABLE elsewhere RENAME TO registry_state").await;
        assert_eq!(registry.get("/readyz").await.status, 200);
    }
}

#[tokio::test]
async fn figures_need_a_token_where_everything_does() {
    let database = Database::sqlite();
    let config = ServiceConfig { admin_token: Some(Secret::new("s3cret")), ..ServiceConfig::default() };
    let registry = Registry::with(&database, config).await;
    assert_eq!(registry.get("/metrics").await.problem(), "not_authorized");
    assert_eq!(registry.get_with("/metrics", &[("authorization", "Bearer s3cret")]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_to_a_file_that_was_removed_or_replaced() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    assert_eq!(registry.publish(&Sample::default()).await.status, 201);
    let other = Database::sqlite();
    Registry::open(&other).await;
    for replaced in [false, true] {
        let _ = std::fs::remove_file(&database.url);
        if replaced {
            std::fs::copy(&other.url, &database.url).unwrap();
        }
        assert_eq!(registry.get("/readyz").await.problem(), "store_unavailable");
        let answer = registry.publish(&Sample { version: "1.1.0", ..Sample::default() }).await;
        assert_eq!(answer.problem(), "store_unavailable");
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
        assert!(text.contains("removed or replaced") && !text.contains(&database.url), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "set TEST_DATABASE_URL"]
async fn a_database_that_became_read_only_makes_the_registry_not_ready_until_it_takes_writes_again() {
    let server = std::env::var("TEST_DATABASE_URL").unwrap();
    let name = format!("weft_read_only_{}", std::process::id());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (base, query) = server.split_once('?').unwrap_or((&server, ""));
    let url = format!("{}/{name}?{query}", base.rsplit_once('/').unwrap().0);
    let store = registry::Store::open(&url).await.unwrap();
    let registry = Registry { app: registry::app(store, ServiceConfig::default()) };
    for (setting, is_ready) in [("off", true), ("on", false), ("off", true)] {
        // As a server does that becomes a standby: connections end, and new ones only read.
        let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = {setting}");
        admin.execute(AssertSqlSafe(set)).await.unwrap();
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin.execute(AssertSqlSafe(end)).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let status = registry.get("/readyz").await.status;
        assert_eq!(status == 200, is_ready, "{setting}: {status}");
        let published = registry.publish(&Sample::default()).await;
        assert_eq!(published.status != 503, is_ready, "{setting}: {}", published.status);
    }
    drop(registry);
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
}
