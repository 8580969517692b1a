//! The registry's own check of versions that are too small for their changes.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const BOTH: &[&str] = &["id", "price"];

/// A version of inventory with these columns.
fn of(version: &'static str, columns: &'static [&'static str]) -> Sample {
    Sample { version, columns, ..Sample::default() }
}

/// Status, and of the check: baseline, required update, what is enough, and the rules that speak, the waived in brackets.
fn brief(answer: &Answer) -> String {
    let body = answer.json();
    let check = &body["check"];
    let text = |name: &str| check[name].as_str().unwrap_or("-").to_owned();
    let rules: Vec<String> = check["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|finding| {
            let (level, rule) = (finding["level"].as_str().unwrap(), finding["rule"].as_str().unwrap());
            if finding["waiver"].is_null() { format!("{level} {rule}") } else { format!("({level} {rule})") }
        })
        .collect();
    let (baseline, update, enough) = (text("baseline"), text("required_update"), text("enough"));
    format!("{} {baseline} {update} {enough}: {}", answer.status.as_u16(), rules.join(", "))
}

/// Publishes what may well be: the answer, in brief.
async fn publish(registry: &Registry, version: &'static str, columns: &'static [&'static str]) -> String {
    brief(&registry.publish(&of(version, columns)).await)
}

async fn waive(registry: &Registry, unique_id: &str) -> Answer {
    let waiver = json!({"rule": "version_not_bumped", "unique_id": unique_id, "author": "ana",
        "reason": "nobody reads it yet", "until": "9999-12-31"});
    registry.post("/v1/projects/inventory/waivers", &waiver).await
}

on_both_stores! {
    async fn a_version_that_is_too_small_is_refused_with_what_is_enough_and_why(database: &Database) {
        let registry = Registry::open(database).await;
        assert_eq!(publish(&registry, "1.0.0", BOTH).await, "201 - - -: ", "the first is compared with nothing");
        let refused = registry.publish(&of("1.1.0", &["id"])).await;
        assert_eq!(refused.problem(), "version_too_small");
        assert_json_snapshot!("version_too_small", refused.told(), { ".body.request_id" => "[id]" });
        assert_eq!(registry.get(&of("1.1.0", &[]).path()).await.problem(), "publication_not_found");
        let deployed = registry.get("/v1/projects/inventory/environments/prod").await.json();
        assert_eq!(deployed["version"], "1.0.0", "nothing was written");
        assert_eq!(
            publish(&registry, "2.0.0", &["id"]).await,
            "201 1.0.0 major 2.0.0: error column_removed",
            "what readers feel is told, and is the publisher's to decide"
        );
    }

    async fn a_dry_run_gives_the_same_verdict(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", BOTH).await;
        for (version, status) in [("1.1.0", 409), ("2.0.0", 201)] {
            let sample = of(version, &["id"]);
            let dry = registry.put(&format!("{}?dry_run=true", sample.path()), &sample.request()).await;
            let real = registry.publish(&sample).await;
            assert_eq!((dry.status.as_u16(), brief(&dry)), (status, brief(&real)));
        }
    }

    async fn a_version_is_held_to_the_one_that_it_follows(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.4.2", BOTH).await;
        publish(&registry, "2.0.0", &["id"]).await;
        assert_eq!(publish(&registry, "1.4.3", BOTH).await, "201 1.4.2 none 1.4.2: ", "a backport");
        let refused = publish(&registry, "1.4.4", &["id"]).await;
        assert_eq!(refused, "409 1.4.3 major 2.0.0: error version_not_bumped, error column_removed");
        let refused = publish(&registry, "1.0.0", BOTH).await;
        assert_eq!(refused, "409 1.4.2 none 1.4.2: error version_regressed", "before all of them");
    }

    async fn what_stands_already_is_not_judged_again(database: &Database) {
        let registry = Registry::open(database).await;
        for (version, columns) in [("1.0.0", BOTH), ("2.0.0", &["id"])] {
            publish(&registry, version, columns).await;
        }
        assert_eq!(publish(&registry, "2.0.0", &["id"]).await, "200 - - -: ");
        assert_eq!(registry.publish(&of("2.0.0", BOTH)).await.problem(), "version_exists");
    }

    async fn the_owner_of_a_name_is_told_before_the_size_of_a_version(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample { git: Some("https://h/a.git"), ..of("1.0.0", BOTH) }).await;
        let other = Sample { git: Some("https://h/b.git"), ..of("1.0.1", &["id"]) };
        assert_eq!(registry.publish(&other).await.problem(), "name_taken");
    }

    async fn a_pre_release_is_only_warned_and_a_release_is_held_to_releases(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", BOTH).await;
        let warned = publish(&registry, "1.1.0-rc.1", &["id"]).await;
        assert_eq!(warned, "201 1.0.0 major 2.0.0: warning version_not_bumped, error column_removed");
        let refused = publish(&registry, "1.1.0", &["id"]).await;
        assert_eq!(refused, "409 1.0.0 major 2.0.0: error version_not_bumped, error column_removed");
        assert!(publish(&registry, "1.1.0", BOTH).await.starts_with("201 1.0.0 none"), "whatever its candidate did");
        assert_eq!(publish(&registry, "0.9.0-rc.1", BOTH).await, "201 1.0.0 none 1.0.0: warning version_regressed");
    }

    async fn a_yanked_version_is_no_version_to_be_held_to(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", BOTH).await;
        publish(&registry, "2.0.0", &["id"]).await;
        registry.post(&format!("{}/yank", of("2.0.0", &[]).path()), &json!({"yanked": true})).await;
        assert_eq!(publish(&registry, "2.0.1", BOTH).await, "201 1.0.0 none 1.0.0: ");
    }

    async fn a_waiver_for_the_project_lets_a_version_through_and_is_told_of(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", BOTH).await;
        waive(&registry, "model.inventory.public").await;
        assert!(publish(&registry, "1.0.1", &["id"]).await.starts_with("409"), "a waiver of a node is not for the project");
        waive(&registry, "project.inventory").await;
        let through = publish(&registry, "1.0.1", &["id"]).await;
        assert_eq!(through, "201 1.0.0 major 2.0.0: (error version_not_bumped), error column_removed");
        registry.post("/v1/projects/inventory/waivers/2/revoke", &json!({"author": "ana"})).await;
        assert!(publish(&registry, "1.0.2", &["other"]).await.starts_with("409"));
    }

    async fn a_policy_lets_a_version_through_and_the_answer_still_says_what_is_asked_for(database: &Database) {
        let registry = Registry::open(database).await;
        publish(&registry, "1.0.0", BOTH).await;
        let set = async |query: &str, level: &str| {
            let rules = json!({"rules": {"version_not_bumped": level}});
            assert_eq!(registry.put(&format!("/v1/policies{query}"), &rules).await.status, 200);
        };
        let dry = async || {
            let sample = of("1.0.1", &["id"]);
            brief(&registry.put(&format!("{}?dry_run=true", sample.path()), &sample.request()).await)
        };
        set("", "warning").await;
        assert_eq!(dry().await, "201 1.0.0 major 2.0.0: warning version_not_bumped, error column_removed");
        set("?package_name=inventory", "off").await;
        assert_eq!(dry().await, "201 1.0.0 major 2.0.0: error column_removed");
        set("?package_name=inventory", "error").await;
        assert!(dry().await.starts_with("409"), "the project's has the last word");
    }

    async fn of_many_findings_the_first_hundred_are_told_and_their_number(database: &Database) {
        let registry = Registry::open(database).await;
        let columns: Vec<Value> = (0..150)
            .map(|number| json!({"name": format!("c{number:03}"), "data_type": "integer", "origin": "contract"}))
            .collect();
        let mut request = of("1.0.0", &[]).request();
        request["publication"]["interface"]["model.inventory.public"]["columns"] = columns.into();
        assert_eq!(registry.put(&of("1.0.0", &[]).path(), &request).await.status, 201);
        let check = registry.publish(&of("1.1.0", &["id"])).await.json()["check"].clone();
        assert_eq!((check["findings"].as_array().unwrap().len(), &check["findings_total"]), (100, &json!(152)));
        assert_eq!(check["findings"][0]["rule"], "version_not_bumped");
    }

    async fn a_version_that_comes_between_is_seen(database: &Database) {
        let registry = Registry::open(database).await;
        for number in 0..20 {
            let package_name: &'static str = format!("p{number}").leak();
            let sample = |version, columns| Sample { package_name, version, columns, ..Sample::default() };
            registry.publish(&sample("1.0.0", &["id"])).await;
            // Each is enough after 1.0.0; beside the other, neither is: the later lacks a column of the earlier.
            let race = [sample("1.1.0", BOTH), sample("1.2.0", &["id"])].map(|sample| {
                let registry = registry.clone();
                tokio::spawn(async move { registry.publish(&sample).await.status.as_u16() })
            });
            let mut statuses = Vec::new();
            for racer in race {
                statuses.push(racer.await.unwrap());
            }
            let listed = registry.get(&format!("/v1/projects/{package_name}/publications")).await.json();
            let versions: Vec<_> = listed["items"].as_array().unwrap().iter().map(|it| it["version"].clone()).collect();
            let first = if statuses[0] == 201 { "1.1.0" } else { "1.2.0" };
            statuses.sort_unstable();
            assert_eq!((statuses, versions), (vec![201, 409], vec![json!(first), json!("1.0.0")]));
        }
    }
}
