//! Publishing, reading back, listing, yanking.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

/// Keeps times and request ids out of a snapshot.
macro_rules! snapshot {
    ($name:literal, $answer:expr) => {
        assert_json_snapshot!($name, $answer.told(), {
            ".**.published_at" => "[time]",
            ".**.deployed_at" => "[time]",
            ".**.request_id" => "[id]",
        })
    };
}

on_both_stores! {
    async fn a_publication_is_published_read_and_listed(database: &Database) {
        let registry = Registry::open(database).await;
        let inventory = Sample { git: Some("https://github.com/acme/mesh.git"), ..Sample::default() };
        snapshot!("published", registry.publish(&inventory).await);
        snapshot!("published_again", registry.publish(&inventory).await);
        snapshot!("publication", registry.get(&inventory.path()).await);
        registry.publish(&Sample { package_name: "sales", reads: &["inventory"], ..Sample::default() }).await;
        snapshot!("projects", registry.get("/v1/projects").await);
        snapshot!("project", registry.get("/v1/projects/inventory").await);
        snapshot!("publications", registry.get("/v1/projects/inventory/publications").await);
    }

    async fn the_same_version_with_other_content_is_refused_with_both_digests(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        snapshot!("version_exists", registry.publish(&Sample { description: "other", ..Sample::default() }).await);
    }

    async fn the_same_content_from_another_commit_or_under_a_newer_version_is_welcome(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let elsewhere = Sample { git: Some("https://github.com/acme/mesh"), ..Sample::default() };
        let answer = registry.publish(&elsewhere).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["outcome"]), (200, &json!("unchanged")));
        assert_eq!(answer.json()["deployment"]["revision"], 1, "the same deployment is not made again");
        let newer = registry.publish(&Sample { version: "1.0.1", ..Sample::default() }).await;
        assert_eq!(newer.status, 201);
        assert_eq!(newer.json()["digest"], answer.json()["digest"]);
        assert_eq!(newer.json()["deployment"]["revision"], 2);
    }

    async fn a_name_belongs_to_the_origin_that_published_it_first(database: &Database) {
        let registry = Registry::open(database).await;
        let mut theirs = Sample { git: Some("git@github.com:acme/mesh.git"), ..Sample::default() };
        assert_eq!(registry.publish(&theirs).await.status, 201);
        theirs.git = Some("https://user:secret@github.com/acme/mesh");
        theirs.version = "1.0.1";
        assert_eq!(registry.publish(&theirs).await.status, 201);
        let mut other = Sample { git: Some("https://github.com/other/mesh"), version: "2.0.0", ..Sample::default() };
        snapshot!("name_taken", registry.publish(&other).await);
        let mut request = other.request();
        request["moved"] = true.into();
        assert_eq!(registry.put(&other.path(), &request).await.status, 201);
        assert_eq!(registry.get("/v1/projects/inventory").await.json()["origin"], "github.com/other/mesh#dbt");
        other.git = None;
        other.version = "2.0.1";
        assert_eq!(registry.publish(&other).await.status, 201, "without provenance nothing is claimed");
    }

    async fn without_a_remote_a_name_belongs_to_a_first_commit_and_without_git_to_a_folder(database: &Database) {
        let registry = Registry::open(database).await;
        let from = |version: &'static str, source: Value, moved: bool| {
            let sample = Sample { version, ..Sample::default() };
            let mut request = sample.request();
            let own = request["publication"]["source"].as_object_mut().unwrap();
            own.extend(source.as_object().unwrap().clone());
            request["moved"] = moved.into();
            let (registry, path) = (registry.clone(), sample.path());
            async move { registry.put(&path, &request).await }
        };
        let commit = |id: &str, folder: &str| json!({"git": {"first_commit": id, "folder": folder}});
        assert_eq!(from("1.0.0", commit("c0ffee", "dbt"), false).await.status, 201);
        assert_eq!(from("1.0.1", commit("c0ffee", "dbt"), false).await.status, 201, "the same repository");
        for other in [commit("bada55", "dbt"), commit("c0ffee", "other"), json!({"folder": "dbt"})] {
            assert_eq!(from("2.0.0", other, false).await.problem(), "name_taken");
        }
        assert_eq!(from("1.0.2", json!({"folder": "shop"}), true).await.status, 201, "it says that it has moved");
        assert_eq!(registry.get("/v1/projects/inventory").await.json()["origin"], "folder shop");
        assert_eq!(from("1.0.3", json!({"folder": "shop"}), false).await.status, 201);
        assert_eq!(from("1.0.4", json!({"folder": "shop2"}), false).await.problem(), "name_taken");
    }

    async fn a_source_with_a_known_nodes_schema_and_table_in_another_database_is_told(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let source = "source.web.shop.inventory";
        let request = json!({
            "publication": {"package_name": "web", "version": "1.0.0", "source": {"adapter_type": "trino"},
                "lineage": {source: {"resource_type": "source"},
                    "model.web.page": {"resource_type": "model", "depends_on": [source]}}},
            "relations": {source: {"database": "lake", "schema": "main", "identifier": "inventory"}},
            "deploy_to": "prod",
        });
        let path = "/v1/projects/web/publications/1.0.0";
        let near = json!([{
            "source": {"package_name": "web", "unique_id": source}, "source_relation": "lake.main.inventory",
            "node": {"package_name": "inventory", "unique_id": "model.inventory.public"},
            "node_relation": "\"mesh\".\"main\".\"inventory\"",
        }]);
        for path in [format!("{path}?dry_run=true"), path.to_owned()] {
            assert_eq!(registry.put(&path, &request).await.json()["near_sources"], near);
        }
    }

    async fn a_dry_run_answers_the_same_and_writes_nothing(database: &Database) {
        let registry = Registry::open(database).await;
        let inventory = Sample::default();
        let path = format!("{}?dry_run=true", inventory.path());
        let dry = registry.put(&path, &inventory.request()).await;
        assert_eq!(registry.get("/v1/projects/inventory").await.problem(), "project_not_found");
        assert_eq!(registry.get("/v1/projects").await.json(), json!({"items": []}));
        let real = registry.publish(&inventory).await;
        assert_eq!(dry.status, real.status);
        let other = Sample { description: "other", ..Sample::default() };
        assert_eq!(registry.put(&path, &other.request()).await.problem(), "version_exists");
    }

    async fn versions_are_listed_highest_first_page_by_page(database: &Database) {
        let registry = Registry::open(database).await;
        for version in ["0.1.0", "1.2.0", "1.10.0", "2.0.0-rc.1", "1.9.0"] {
            assert_eq!(registry.publish(&Sample { version, ..Sample::default() }).await.status, 201);
        }
        let mut seen = Vec::new();
        let mut path = "/v1/projects/inventory/publications?limit=2".to_owned();
        loop {
            let page = registry.get(&path).await.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["version"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/projects/inventory/publications?limit=2&after={next}");
        }
        assert_eq!(seen, ["2.0.0-rc.1", "1.10.0", "1.9.0", "1.2.0", "0.1.0"]);
        assert_eq!(registry.get("/v1/projects/inventory").await.json()["latest"], "1.10.0");
    }

    async fn projects_are_listed_in_the_order_of_bytes_page_by_page(database: &Database) {
        let registry = Registry::open(database).await;
        for package_name in ["b", "B", "a_b", "aB", "_a", "ab"] {
            registry.publish(&Sample { package_name, ..Sample::default() }).await;
        }
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let page = registry.get(&format!("/v1/projects?limit=4&after={after}")).await.json();
            for item in page["items"].as_array().unwrap() {
                assert_eq!(item["deployments"].as_array().unwrap().len(), 1, "{item}");
                seen.push(item["package_name"].as_str().unwrap().to_owned());
            }
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut after);
        }
        assert_eq!(seen, ["B", "_a", "aB", "a_b", "ab", "b"]);
    }

    async fn a_publication_is_immutable_and_a_client_that_holds_it_is_told_so(database: &Database) {
        let registry = Registry::open(database).await;
        let inventory = Sample::default();
        let digest = registry.publish(&inventory).await.json()["digest"].as_str().unwrap().to_owned();
        let answer = registry.get(&inventory.path()).await;
        assert_eq!(answer.header("etag"), format!("\"{digest}\""));
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        for tag in [format!("\"{digest}\""), format!("W/\"{digest}\""), format!("\"x\", \"{digest}\""), "*".to_owned()] {
            let again = registry.get_with(&inventory.path(), &[("if-none-match", &tag)]).await;
            assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{tag}");
            assert_eq!(again.header("etag"), answer.header("etag"));
        }
        assert_eq!(registry.get_with(&inventory.path(), &[("if-none-match", "\"x\"")]).await.status, 200);
    }

    async fn a_yanked_version_stays_readable_and_is_no_longer_latest(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let newer = Sample { version: "1.1.0", ..Sample::default() };
        registry.publish(&newer).await;
        let yank = format!("{}/yank", newer.path());
        for _ in 0..2 {
            let answer = registry.post(&yank, &json!({"yanked": true})).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["yanked"]), (200, &json!(true)));
        }
        assert_eq!(registry.get("/v1/projects/inventory").await.json()["latest"], "1.0.0");
        assert_eq!(registry.get(&newer.path()).await.status, 200);
        registry.post(&yank, &json!({"yanked": false})).await;
        assert_eq!(registry.get("/v1/projects/inventory").await.json()["latest"], "1.1.0");
        let unknown = registry.post("/v1/projects/inventory/publications/9.9.9/yank", &json!({"yanked": true})).await;
        assert_eq!(unknown.problem(), "publication_not_found");
    }
}
