//! Versions that are withdrawn, brought back, or published again.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const BOTH: &[&str] = &["id", "price"];

fn of(version: &'static str, columns: &'static [&'static str]) -> Sample {
    Sample { version, columns, ..Sample::default() }
}

async fn publish(registry: &Registry, version: &'static str, columns: &'static [&'static str]) -> u16 {
    let sample = of(version, columns);
    let mut request = sample.request();
    request.as_object_mut().unwrap().remove("deploy_to");
    registry.put(&sample.path(), &request).await.status.as_u16()
}

async fn yank(registry: &Registry, version: &'static str, body: &Value) -> Answer {
    registry.post(&format!("{}/yank", of(version, &[]).path()), body).await
}

async fn latest(registry: &Registry) -> Value {
    registry.get("/v1/projects/inventory").await.json()["latest"].clone()
}

on_both_stores! {
    async fn a_version_that_is_brought_back_is_compared_with_its_neighbors(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", &["id"]).await;
        publish(&registry, "1.1.0", BOTH).await;
        assert_eq!(yank(&registry, "1.1.0", &json!({"yanked": true})).await.status, 200);
        // After 1.0.0 this is enough; after 1.1.0, `price` would be gone.
        assert_eq!(publish(&registry, "1.2.0", &["id"]).await, 201);
        let refused = yank(&registry, "1.1.0", &json!({"yanked": false})).await;
        assert_eq!(refused.problem(), "version_too_small");
        let problem = refused.json();
        let rules: Vec<&str> = problem["check"]["findings"].as_array().unwrap().iter()
            .map(|finding| finding["rule"].as_str().unwrap()).collect();
        assert!(rules.contains(&"version_not_bumped") && rules.contains(&"column_removed"), "{problem:#}");
        assert!(problem["detail"].as_str().unwrap().contains("1.1.0 would come before 1.2.0"), "{problem:#}");
        assert!(problem["hint"].as_str().unwrap().contains("--undo --force REASON"), "{problem:#}");
        assert_eq!(latest(&registry).await, "1.2.0");
        let force = json!({"yanked": false, "force": {"reason": "nobody is below ^1.2"}});
        let forced = yank(&registry, "1.1.0", &force).await;
        assert_eq!((forced.status.as_u16(), &forced.json()["yanked"]), (200, &json!(false)));
        assert_eq!(yank(&registry, "1.1.0", &json!({"yanked": false})).await.status, 200, "again changes nothing");
    }

    async fn a_version_whose_neighbors_fit_comes_back(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", &["id"]).await;
        publish(&registry, "1.1.0", BOTH).await;
        yank(&registry, "1.1.0", &json!({"yanked": true})).await;
        assert_eq!(publish(&registry, "2.0.0", &["id"]).await, 201);
        assert_eq!(yank(&registry, "1.1.0", &json!({"yanked": false})).await.status, 200);
        yank(&registry, "1.0.0", &json!({"yanked": true})).await;
        yank(&registry, "1.1.0", &json!({"yanked": true})).await;
        assert_eq!(yank(&registry, "1.0.0", &json!({"yanked": false})).await.status, 200, "below all others");
        let waiver = json!({"rule": "version_not_bumped", "unique_id": "project.inventory", "author": "ana",
            "reason": "nobody reads it yet", "until": "9999-12-31"});
        yank(&registry, "2.0.0", &json!({"yanked": true})).await;
        assert_eq!(publish(&registry, "1.2.0", &["id"]).await, 201);
        assert_eq!(yank(&registry, "1.1.0", &json!({"yanked": false})).await.problem(), "version_too_small");
        assert_eq!(registry.post("/v1/projects/inventory/waivers", &waiver).await.status, 201);
        assert_eq!(yank(&registry, "1.1.0", &json!({"yanked": false})).await.status, 200, "it is waived");
    }

    async fn content_of_a_yanked_version_is_not_published_again_in_silence(database: &Database) {
        let registry = Registry::open(database).await;
        let sample = of("1.0.0", BOTH);
        publish(&registry, "1.0.0", BOTH).await;
        yank(&registry, "1.0.0", &json!({"yanked": true})).await;
        for query in ["", "?dry_run=true"] {
            let refused = registry.put(&format!("{}{query}", sample.path()), &sample.request()).await;
            assert_eq!(refused.problem(), "version_yanked");
            let hint = refused.json()["hint"].as_str().unwrap().to_owned();
            assert!(hint.contains("weft yank inventory 1.0.0 --undo"), "{hint}");
        }
        assert_eq!(publish(&registry, "1.0.0", BOTH).await, 409, "without a deployment, too");
        assert_eq!(registry.get("/v1/projects/inventory/environments/prod").await.problem(), "deployment_not_found");
        assert_eq!(registry.publish(&of("1.0.0", &["id"])).await.problem(), "version_exists");
        let mut request = sample.request();
        request["force"] = json!({"reason": "prod needs it today"});
        assert_eq!(registry.put(&sample.path(), &request).await.status, 200);
        assert_eq!(registry.get("/v1/projects/inventory/environments/prod").await.json()["version"], "1.0.0");
    }
}
