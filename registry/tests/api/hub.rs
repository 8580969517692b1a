//! dbt's package-hub protocol.

use std::{
    collections::BTreeMap,
    io::Read as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use insta::assert_json_snapshot;
use registry::{BoxFuture, PublicHub, ServiceConfig};
use serde_json::json;

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

/// A public hub that answers, or does not.
struct Public {
    packages: Result<Vec<String>, String>,
    asked: Arc<AtomicUsize>,
}

impl PublicHub for Public {
    fn base_url(&self) -> &'static str {
        "https://hub.example.com/"
    }

    fn index(&self) -> BoxFuture<'_, Result<Vec<String>, String>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { self.packages.clone() })
    }
}

async fn beside(database: &Database, packages: Result<Vec<String>, String>) -> (Registry, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let public_hub: Option<Arc<dyn PublicHub>> = Some(Arc::new(Public { packages, asked: asked.clone() }));
    (Registry::with(database, ServiceConfig { public_hub, ..ServiceConfig::default() }).await, asked)
}

fn unpack(tarball: &[u8]) -> BTreeMap<String, String> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(tarball));
    tar.entries()
        .unwrap()
        .map(|entry| {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().display().to_string();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            (path, content)
        })
        .collect()
}

const TARBALL: &str = "/hub/tarballs/prod/inventory/1.0.0.tar.gz";

on_both_stores! {
    async fn a_project_is_a_package_of_its_environment(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        registry.publish(&Sample { version: "1.1.0-rc.1", ..Sample::default() }).await;
        registry.put(&Sample { version: "1.2.0", ..Sample::default() }.path(),
            &json!({"publication": Sample { version: "1.2.0", ..Sample::default() }.publication()})).await;
        assert_eq!(registry.get("/hub/api/v1/index.json").await.json(), json!(["prod/inventory"]));
        let package = registry.get("/hub/api/v1/prod/inventory.json").await;
        assert_json_snapshot!("package", package.json(), { ".**.published_at" => "[time]" });
        let version = registry.get("/hub/api/v1/prod/inventory/1.0.0.json").await;
        assert_eq!(version.json(), package.json()["versions"]["1.0.0"]);
        for path in ["/hub/api/v1/prod/inventory/1.2.0.json", "/hub/tarballs/prod/inventory/1.2.0.tar.gz"] {
            assert_eq!(registry.get(path).await.problem(), "deployment_not_found", "published, never deployed there");
        }
        assert_eq!(registry.get("/hub/api/v1/dbt-labs/dbt_utils.json").await.problem(), "route_not_found");
    }

    async fn a_tarball_is_the_same_bytes_until_its_version_is_deployed_with_other_relations(database: &Database) {
        let registry = Registry::open(database).await;
        let inventory = Sample::default();
        registry.publish(&inventory).await;
        let first = registry.get(TARBALL).await;
        assert_eq!((first.status.as_u16(), first.header("content-type")), (200, "application/gzip"));
        let files = unpack(&first.bytes);
        assert!(files.contains_key("inventory-1.0.0/") && files.contains_key("inventory-1.0.0/dbt_project.yml"), "{files:?}");
        registry.publish(&Sample { version: "1.1.0", ..Sample::default() }).await;
        let fresh = Registry::open(database).await;
        assert_eq!(fresh.get(TARBALL).await.bytes, first.bytes, "another process makes the same");
        assert_eq!(fresh.get_with(TARBALL, &[("if-none-match", first.header("etag"))]).await.status, 304);
        let moved = json!({"version": "1.0.0", "relations": inventory.relations("moved")});
        registry.put("/v1/projects/inventory/environments/prod", &moved).await;
        let anew = registry.get(TARBALL).await;
        assert_ne!(anew.bytes, first.bytes);
        assert!(unpack(&anew.bytes).values().any(|content| content.contains("moved")));
        let compressed = registry.get_with(TARBALL, &[("accept-encoding", "gzip, zstd")]).await;
        assert_eq!((compressed.header("content-encoding"), &compressed.bytes), ("", &anew.bytes));
    }

    async fn a_yanked_version_stays_listed_and_fetchable(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        registry.publish(&Sample { version: "1.1.0", ..Sample::default() }).await;
        registry.post("/v1/projects/inventory/publications/1.1.0/yank", &json!({"yanked": true})).await;
        let package = registry.get("/hub/api/v1/prod/inventory.json").await.json();
        assert_eq!(package["latest"], "1.0.0");
        assert!(package["versions"].get("1.1.0").is_some());
        assert_eq!(registry.get("/hub/tarballs/prod/inventory/1.1.0.tar.gz").await.status, 200);
    }

    async fn packages_of_others_are_the_public_hubs(database: &Database) {
        let theirs = vec!["dbt-labs/dbt_utils".to_owned(), "prod/inventory".to_owned()];
        let (registry, asked) = beside(database, Ok(theirs)).await;
        registry.publish(&Sample::default()).await;
        for _ in 0..3 {
            let index = registry.get("/hub/api/v1/index.json").await.json();
            assert_eq!(index, json!(["prod/inventory", "dbt-labs/dbt_utils"]));
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1, "the list is kept");
        for path in ["dbt-labs/dbt_utils.json", "dbt-labs/dbt_utils/1.0.0.json", "Snowflake-Labs/dbt%20x.json", "prod/nobody.json"] {
            let answer = registry.get(&format!("/hub/api/v1/{path}")).await;
            assert_eq!(answer.status, 307);
            assert_eq!(answer.header("location"), format!("https://hub.example.com/api/v1/{path}"));
        }
        assert_eq!(registry.get("/hub/api/v1/prod/inventory.json").await.status, 200);
    }

    async fn ours_are_listed_alone_while_the_public_hub_cannot_be_reached(database: &Database) {
        let (registry, asked) = beside(database, Err("no route".to_owned())).await;
        registry.publish(&Sample::default()).await;
        for _ in 0..3 {
            assert_eq!(registry.get("/hub/api/v1/index.json").await.json(), json!(["prod/inventory"]));
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1, "it is not asked again at once");
    }

    async fn urls_lead_to_where_the_operator_says_the_registry_is(database: &Database) {
        let config = ServiceConfig { public_url: Some("https://weft.example.com/mesh/".to_owned()), ..ServiceConfig::default() };
        let registry = Registry::with(database, config).await;
        registry.publish(&Sample::default()).await;
        let version = registry.get("/hub/api/v1/prod/inventory/1.0.0.json").await.json();
        assert_eq!(version["downloads"]["tarball"], format!("https://weft.example.com/mesh{TARBALL}"));
    }
}
