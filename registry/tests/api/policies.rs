//! Policies: the severity of rules, place by place.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

const ALL: &str = "/v1/policies";
const INVENTORY: &str = "/v1/policies?package_name=inventory";
const GROUP: &str = "/v1/policies?package_name=inventory&group=stock%20%26%20price";

fn rules(rule: &str, level: &str) -> Value {
    json!({ "rules": { rule: level } })
}

/// Keeps times out of a snapshot.
macro_rules! snapshot {
    ($name:literal, $value:expr) => {
        assert_json_snapshot!($name, $value, {
            ".**.changed_at" => "[time]",
            ".**.created_at" => "[time]",
            ".**.request_id" => "[id]",
        })
    };
}

on_both_stores! {
    async fn what_is_said_in_each_place_is_told_in_the_order_in_which_it_counts(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        registry.publish(&Sample { package_name: "sales", ..Sample::default() }).await;
        snapshot!("policy_of_silence", registry.get(INVENTORY).await.told());
        registry.put(GROUP, &rules("column_removed", "warning")).await;
        registry.put(INVENTORY, &rules("column_removed", "error")).await;
        registry.put("/v1/policies?package_name=sales", &rules("column_removed", "info")).await;
        snapshot!("policy_put", registry.put(ALL, &rules("contract_missing", "error")).await.told());
        registry.post("/v1/projects/inventory/waivers", &json!({"rule": "column_removed",
            "unique_id": "model.inventory.public", "author": "ana", "reason": "agreed", "until": "9999-12-31"})).await;
        snapshot!("project_policy", registry.get("/v1/projects/inventory/policy").await.told());
        let nobody = registry.get("/v1/projects/nobody/policy").await.json();
        assert_eq!(nobody["policies"].as_array().unwrap().len(), 1, "what holds for every project: {nobody}");
    }

    async fn a_policy_is_put_whole_and_an_empty_one_says_nothing(database: &Database) {
        let registry = Registry::open(database).await;
        registry.put(ALL, &json!({"rules": {"column_removed": "off", "column_added": "error"}})).await;
        registry.put(ALL, &rules("column_added", "error")).await;
        assert_eq!(registry.get(ALL).await.json()["rules"], json!({"column_added": "error"}));
        let emptied = registry.put(ALL, &json!({"rules": {}})).await.json();
        assert_eq!((&emptied["rules"], &emptied["revision"]), (&json!({}), &json!(3)));
    }

    async fn the_same_again_changes_nothing(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        for place in [ALL, INVENTORY] {
            assert_eq!(registry.put(place, &json!({"rules": {}})).await.header("etag"), "\"0\"");
            let first = registry.put(place, &rules("column_added", "error")).await.json();
            assert_eq!(registry.put(place, &rules("column_added", "error")).await.json(), first);
            assert_eq!(registry.get(place).await.json(), first);
        }
    }

    async fn a_writer_that_saw_another_revision_is_refused(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        for place in [ALL, INVENTORY, GROUP] {
            assert_eq!(registry.get(place).await.header("etag"), "\"0\"");
            for unseen in [("if-match", "*"), ("if-match", "\"1\"")] {
                let refused = registry.put_with(place, &[unseen], &rules("column_added", "error")).await;
                assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (412, "policy_changed"));
            }
            let absent = [("if-none-match", "*")];
            assert_eq!(registry.put_with(place, &absent, &rules("column_added", "error")).await.header("etag"), "\"1\"");
            assert_eq!(registry.put_with(place, &absent, &rules("column_added", "off")).await.problem(), "policy_changed");
            let seen = [("if-match", "\"1\"")];
            assert_eq!(registry.put_with(place, &seen, &rules("column_added", "off")).await.header("etag"), "\"2\"");
            assert_eq!(registry.get_with(place, &[("if-none-match", "\"2\"")]).await.status, 304);
        }
    }

    async fn of_writers_at_once_who_saw_the_same_one_wins(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        for place in [ALL, INVENTORY] {
            let writers: Vec<_> = ["off", "info", "warning", "error"]
                .into_iter()
                .map(|level| {
                    let registry = registry.clone();
                    let writing = async move {
                        registry.put_with(place, &[("if-none-match", "*")], &rules("column_added", level)).await.status
                    };
                    tokio::spawn(writing)
                })
                .collect();
            let mut won = 0;
            for writer in writers {
                won += usize::from(writer.await.unwrap() == 200);
            }
            assert_eq!((won, registry.get(place).await.header("etag")), (1, "\"1\""));
        }
    }

    async fn a_rule_or_level_that_there_is_not_is_told_with_its_place(database: &Database) {
        let registry = Registry::open(database).await;
        snapshot!("policy_unknown_rule", registry.put(ALL, &rules("colum_removed", "error")).await.told());
        snapshot!("policy_unknown_level", registry.put(ALL, &rules("column_removed", "fatal")).await.told());
        assert_eq!(registry.put(ALL, &json!({"levels": {}})).await.problem(), "invalid_request");
        assert_eq!(registry.get(ALL).await.json()["revision"], 0, "nothing was written");
    }

    async fn a_place_that_there_is_not_is_told(database: &Database) {
        let registry = Registry::open(database).await;
        for (query, code) in [
            ("?package_name=nobody", "project_not_found"),
            ("?package_name=no.body", "invalid_name"),
            ("?group=finance", "invalid_request"),
            ("?package_name=inventory&group=", "invalid_name"),
            ("?project=inventory", "invalid_request"),
        ] {
            let path = format!("{ALL}{query}");
            assert_eq!(registry.get(&path).await.problem(), code, "{query}");
            assert_eq!(registry.put(&path, &rules("column_added", "error")).await.problem(), code, "{query}");
        }
    }
}
