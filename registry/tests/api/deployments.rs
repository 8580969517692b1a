//! Deployments: current, history, preconditions, cycles.

use serde_json::json;

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

const PROD: &str = "/v1/projects/inventory/environments/prod";
const STAGING: &str = "/v1/projects/inventory/environments/staging";

on_both_stores! {
    async fn a_deployment_counts_up_and_keeps_its_history(database: &Database) {
        let registry = Registry::open(database).await;
        for version in ["1.0.0", "1.1.0", "1.2.0"] {
            registry.publish(&Sample { version, ..Sample::default() }).await;
        }
        let back = registry.put(PROD, &json!({"version": "1.1.0"})).await.json();
        assert_eq!((&back["revision"], &back["version"]), (&json!(4), &json!("1.1.0")));
        let first = registry.get(&format!("{PROD}/history?limit=3")).await.json();
        let versions: Vec<_> = first["items"].as_array().unwrap().iter().map(|item| item["version"].clone()).collect();
        assert_eq!(versions, ["1.1.0", "1.2.0", "1.1.0"]);
        let rest = registry.get(&format!("{PROD}/history?limit=3&after={}", first["next"].as_str().unwrap())).await.json();
        assert_eq!(rest["items"][0]["version"], "1.0.0");
        assert!(rest.get("next").is_none());
        assert_eq!(registry.get(PROD).await.json(), back);
    }

    async fn deploying_the_same_again_makes_no_revision_and_other_relations_do(database: &Database) {
        let registry = Registry::open(database).await;
        let inventory = Sample::default();
        registry.publish(&inventory).await;
        assert_eq!(registry.put(PROD, &json!({"version": "1.0.0"})).await.json()["revision"], 1);
        let moved = json!({"version": "1.0.0", "relations": inventory.relations("other")});
        let deployment = registry.put(PROD, &moved).await.json();
        assert_eq!(deployment["revision"], 2);
        let digest = deployment["relations_digest"].as_str().unwrap();
        let relations = registry.get(&format!("/v1/projects/inventory/relations/{digest}")).await;
        assert_eq!(relations.json(), inventory.relations("other"));
        assert_eq!(relations.header("etag"), format!("\"{digest}\""));
        assert_eq!(relations.header("cache-control"), "public, max-age=31536000, immutable");
    }

    async fn without_relations_a_version_stands_where_it_last_stood_there(database: &Database) {
        let registry = Registry::open(database).await;
        let inventory = Sample::default();
        registry.publish(&inventory).await;
        registry.publish(&Sample { version: "1.1.0", ..Sample::default() }).await;
        let published = registry.get(PROD).await.json()["relations_digest"].clone();
        let staged = registry.put(STAGING, &json!({"version": "1.0.0"})).await.json();
        assert_eq!(staged["relations_digest"], published, "as when it was published");
        let request = json!({"version": "1.0.0", "relations": inventory.relations("staging")});
        let own = registry.put(STAGING, &request).await.json()["relations_digest"].clone();
        registry.put(STAGING, &json!({"version": "1.1.0"})).await;
        assert_eq!(registry.put(STAGING, &json!({"version": "1.0.0"})).await.json()["relations_digest"], own);
    }

    async fn a_writer_that_saw_another_revision_is_refused(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        registry.publish(&Sample { version: "1.1.0", ..Sample::default() }).await;
        let answer = registry.get(PROD).await;
        assert_eq!((answer.header("etag"), answer.header("cache-control")), ("\"2\"", "no-cache"));
        assert_eq!(registry.get_with(PROD, &[("if-none-match", "\"2\"")]).await.status, 304);
        let deploy = json!({"version": "1.0.0"});
        for condition in [("if-match", "\"1\""), ("if-none-match", "*")] {
            let refused = registry.put_with(PROD, &[condition], &deploy).await;
            assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (412, "deployment_changed"));
        }
        assert_eq!(registry.put_with(STAGING, &[("if-match", "*")], &deploy).await.problem(), "deployment_changed");
        assert_eq!(registry.put_with(STAGING, &[("if-none-match", "*")], &deploy).await.status, 200);
        assert_eq!(registry.put_with(PROD, &[("if-match", "\"2\"")], &deploy).await.header("etag"), "\"3\"");
        assert_eq!(registry.put_with(PROD, &[("if-match", "two")], &deploy).await.problem(), "invalid_request");
    }

    async fn what_is_not_there_is_told_apart(database: &Database) {
        let registry = Registry::open(database).await;
        registry.put(&Sample::default().path(), &json!({"publication": Sample::default().publication()})).await;
        for (path, code) in [
            ("/v1/projects/nobody", "project_not_found"),
            ("/v1/projects/nobody/publications", "project_not_found"),
            ("/v1/projects/nobody/publications/1.0.0", "project_not_found"),
            ("/v1/projects/inventory/publications/2.0.0", "publication_not_found"),
            ("/v1/projects/nobody/environments/prod", "project_not_found"),
            (PROD, "deployment_not_found"),
            ("/v1/projects/inventory/environments/prod/history", "deployment_not_found"),
            ("/v1/projects/inventory/manifest.json", "deployment_not_found"),
            (&format!("/v1/projects/inventory/relations/sha256:{}", "0".repeat(64)), "relations_not_found"),
        ] {
            assert_eq!(registry.get(path).await.problem(), code, "{path}");
        }
        assert_eq!(registry.put(PROD, &json!({"version": "2.0.0"})).await.problem(), "publication_not_found");
        let nobody = registry.put("/v1/projects/nobody/environments/prod", &json!({"version": "2.0.0"})).await;
        assert_eq!(nobody.problem(), "project_not_found");
    }

    async fn nodes_that_would_read_themselves_through_other_projects_are_refused_with_the_path(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample { package_name: "a", reads: &[], ..Sample::default() }).await;
        registry.publish(&Sample { package_name: "b", reads: &["a"], ..Sample::default() }).await;
        registry.publish(&Sample { package_name: "c", reads: &["b"], ..Sample::default() }).await;
        let closing = Sample { package_name: "a", version: "1.1.0", reads: &["c"], ..Sample::default() };
        let refused = registry.publish(&closing).await;
        assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (409, "node_cycle"));
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        for node in ["`model.a.public`", "`model.b.public`", "`model.c.public`"] {
            assert!(detail.contains(node), "{detail}");
        }
        assert_eq!(registry.get(&closing.path()).await.problem(), "publication_not_found", "nothing was written");
        let mut elsewhere = closing.request();
        elsewhere["deploy_to"] = "alone".into();
        elsewhere["force"] = json!({"reason": "c is not there, which does not matter here"});
        assert_eq!(registry.put(&closing.path(), &elsewhere).await.status, 201, "environments do not touch");
        let refused = registry.put("/v1/projects/a/environments/prod", &json!({"version": "1.1.0"})).await;
        assert_eq!(refused.problem(), "node_cycle");
    }

    async fn a_test_against_a_node_downstream_is_no_cycle_and_is_still_told_to_its_owner(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample { package_name: "a", reads: &[], ..Sample::default() }).await;
        registry.publish(&Sample { package_name: "b", reads: &["a"], ..Sample::default() }).await;
        let testing = Sample { package_name: "a", version: "1.1.0", reads: &["b"], ..Sample::default() };
        let mut request = testing.request();
        request["publication"]["uses"][0]["via"] = "test".into();
        assert_eq!(registry.put(&testing.path(), &request).await.status, 201);
        assert_eq!(registry.get("/v1/projects/b").await.json()["consumers"][0]["package_name"], "a");
        let renewed = Sample { package_name: "b", version: "1.1.0", reads: &["a"], ..Sample::default() };
        assert_eq!(registry.publish(&renewed).await.status, 201, "the other half of the cycle is none either");
    }

    async fn of_very_many_readers_the_first_thousand_are_told_and_their_number(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let sales = Sample { package_name: "sales", reads: &["inventory"], ..Sample::default() };
        let mut request = sales.request();
        let uses = (0..1_001).map(|number| {
            json!({"reader": format!("model.sales.m{number:04}"), "upstream": "inventory",
                "unique_id": "model.inventory.public", "via": "ref"})
        });
        request["publication"]["uses"] = uses.collect();
        let by_a_test_too = json!({"reader": "model.sales.m0000", "upstream": "inventory",
            "unique_id": "model.inventory.public", "via": "test"});
        request["publication"]["uses"].as_array_mut().unwrap().push(by_a_test_too);
        assert_eq!(registry.put(&sales.path(), &request).await.status, 201);
        let detail = registry.get("/v1/projects/inventory").await.json();
        let readers: Vec<_> = detail["consumers"].as_array().unwrap().iter().map(|it| it["reader"].clone()).collect();
        assert_eq!((readers.len(), &detail["consumers_total"]), (1_000, &json!(1_001)));
        assert_eq!((&readers[0], &readers[999]), (&json!("model.sales.m0000"), &json!("model.sales.m0999")));
    }

    async fn relations_of_nodes_outside_the_interface_are_refused_wherever_they_come(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let stray = json!({"model.inventory.a~b/c": {"schema": "main", "identifier": "x"}});
        let refused = registry.put(STAGING, &json!({"version": "1.0.0", "relations": &stray})).await;
        assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (422, "invalid_publication"));
        let told = refused.json();
        assert_eq!(told["errors"][0]["pointer"], "/relations/model.inventory.a~0b~1c");
        assert_eq!(registry.get(STAGING).await.problem(), "deployment_not_found", "nothing was written");
        let sample = Sample { version: "1.1.0", ..Sample::default() };
        let mut request = sample.request();
        request["relations"] = stray;
        let refused = registry.put(&sample.path(), &request).await.json();
        assert_eq!(refused["code"], told["code"]);
        assert_eq!(refused["errors"][0]["pointer"], told["errors"][0]["pointer"]);
    }
}
