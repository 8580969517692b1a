//! The results of checks: recorded run by run, and the state of a node.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

const RESULTS: &str = "/v1/projects/inventory/environments/prod/results";
const NODE: &str = "model.inventory.public";
const HEALTH: &str = "/v1/projects/inventory/nodes/model.inventory.public/health";

/// A run of dbt made at a minute, of one node.
fn run(minute: u32, results: &Value) -> Value {
    json!({
        "ran_by": "dbt_run", "ran_at": format!("2026-11-20T10:{minute:02}:00Z"), "program": "dbt 1.11.16",
        "nodes": {NODE: {"results": results, "others": ["build"]}}
    })
}

fn check(name: &str, outcome: &str) -> Value {
    json!({
        "name": name, "kind": "accepted_values", "columns": ["status"], "outcome": outcome, "reason": null,
        "failures": 3,
        "rules": [{"contract": "stock", "rule": "enum"}]
    })
}

async fn opened(database: &Database) -> Registry {
    let registry = Registry::open(database).await;
    registry.publish(&Sample::default()).await;
    registry
}

/// The state of the node, and the runs on a page of its history.
fn told(health: &Value) -> (String, Vec<u64>) {
    let runs = health["history"]["items"].as_array().unwrap().iter().map(|run| run["run"].as_u64().unwrap());
    (health["state"].as_str().unwrap().to_owned(), runs.collect())
}

/// Keeps times out of a snapshot.
macro_rules! snapshot {
    ($name:literal, $value:expr) => {
        assert_json_snapshot!($name, $value, { ".**.recorded_at" => "[time]", ".**.request_id" => "[id]" })
    };
}

on_both_stores! {
    async fn what_a_run_found_is_recorded_and_told_of_the_node(database: &Database) {
        let registry = opened(database).await;
        let first = run(1, &json!([check("states", "failed"), check("ids", "passed")]));
        snapshot!("results_recorded", registry.post(RESULTS, &first).await.told());
        registry.post(RESULTS, &run(2, &json!([check("states", "passed"), check("ids", "passed")]))).await;
        snapshot!("node_health", registry.get(HEALTH).await.told());
    }

    async fn the_same_run_again_changes_nothing(database: &Database) {
        let registry = opened(database).await;
        let mut sent = run(1, &json!([check("states", "failed")]));
        let first = registry.post(RESULTS, &sent).await;
        registry.post(RESULTS, &run(2, &json!([check("states", "passed")]))).await;
        // The same moment, told in another zone.
        sent["ran_at"] = "2026-11-20T11:01:00.0000001+01:00".into();
        let again = registry.post(RESULTS, &sent).await;
        assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
        assert_eq!((&again.json()["run"], &again.json()["is_new"]), (&json!(1), &json!(false)));
        assert_eq!(told(&registry.get(HEALTH).await.json()), ("passing".to_owned(), vec![2, 1]));
        let events = database.ask("SELECT what FROM event_log WHERE kind = 'checked' ORDER BY number").await;
        snapshot!("results_events", events);
    }

    async fn a_run_counts_by_when_it_was_made_and_a_check_that_is_gone_is_forgotten(database: &Database) {
        let registry = opened(database).await;
        registry.post(RESULTS, &run(5, &json!([check("states", "passed")]))).await;
        registry.post(RESULTS, &run(1, &json!([check("states", "failed"), check("gone", "failed")]))).await;
        let health = registry.get(HEALTH).await.json();
        assert_eq!(told(&health), ("passing".to_owned(), vec![2, 1]));
        assert_eq!(health["checks"].as_array().unwrap().len(), 1, "{health}");
    }

    async fn the_history_comes_page_by_page_and_environments_apart(database: &Database) {
        let registry = opened(database).await;
        for minute in 1..=5 {
            registry.post(RESULTS, &run(minute, &json!([check("states", "failed")]))).await;
        }
        let first = registry.get(&format!("{HEALTH}?limit=3")).await.json();
        assert_eq!((told(&first).1, &first["history"]["next"]), (vec![5, 4, 3], &json!("3")));
        let second = registry.get(&format!("{HEALTH}?limit=3&after=3")).await.json();
        assert_eq!((told(&second), second["history"].get("next")), (("failing".to_owned(), vec![2, 1]), None));
        assert_eq!(registry.get(&format!("{HEALTH}?after=x")).await.problem(), "invalid_request");
        assert_eq!(registry.get(&format!("{HEALTH}?environment=staging")).await.problem(), "deployment_not_found");
        let staging = RESULTS.replace("prod", "staging");
        registry.post(&staging, &run(1, &json!([check("states", "not_checked")]))).await;
        let health = registry.get(&format!("{HEALTH}?environment=staging")).await.json();
        assert_eq!(told(&health), ("unknown".to_owned(), vec![1]));
    }

    async fn the_last_hundred_runs_of_each_program_are_kept(database: &Database) {
        let registry = opened(database).await;
        let mut verified = run(0, &json!([check("states", "failed")]));
        verified["ran_by"] = "weft_verify".into();
        registry.post(RESULTS, &verified).await;
        for number in 0..103 {
            let sent = run(number % 60, &json!([check(&format!("c{number}"), "passed")]));
            assert_eq!(registry.post(RESULTS, &sent).await.status, StatusCode::CREATED);
        }
        let kept = "SELECT CAST(COUNT(*) AS TEXT) || ' ' || CAST(MIN(number) AS TEXT) FROM node_run
            GROUP BY ran_by ORDER BY ran_by";
        assert_eq!(database.ask(kept).await, ["100 5", "1 1"]);
        assert_eq!(told(&registry.get(&format!("{HEALTH}?after=6")).await.json()), ("failing".to_owned(), vec![5, 1]));
    }

    async fn runs_at_once_each_get_a_number_and_one_sent_by_all_is_recorded_once(database: &Database) {
        let registry = opened(database).await;
        let writers: Vec<_> = (0..16)
            .map(|number| {
                let registry = registry.clone();
                let sent = run(number % 8, &json!([check("states", "passed")]));
                tokio::spawn(async move { registry.post(RESULTS, &sent).await })
            })
            .collect();
        let mut new = Vec::new();
        for writer in writers {
            let answer = writer.await.unwrap();
            if answer.status == StatusCode::CREATED {
                new.push(answer.json()["run"].as_u64().unwrap());
            } else {
                assert_eq!(answer.status, StatusCode::OK);
            }
        }
        new.sort_unstable();
        assert_eq!(new, (1..=8).collect::<Vec<_>>());
    }

    async fn what_no_run_can_be_is_told_with_its_place(database: &Database) {
        let registry = opened(database).await;
        let sound = run(1, &json!([check("states", "passed")]));
        let results = format!("/nodes/{NODE}/results/0");
        for (pointer, value) in [
            ("/ran_at", json!("yesterday")),
            ("/ran_at", json!("9999-12-31T00:00:00Z")),
            ("/ran_by", json!("hand")),
            ("/program", json!("\u{1b}[2J")),
            (&format!("{results}/name"), json!("build")),
            (&format!("{results}/kind"), json!("")),
            (&format!("{results}/outcome"), json!("fine")),
            (&format!("{results}/reason"), json!("x".repeat(513))),
        ] {
            let mut sent = sound.clone();
            *sent.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
            let answer = registry.post(RESULTS, &sent).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_run"), "{pointer} {value}");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{value}");
        }
        let mut sent = sound.clone();
        sent["nodes"][NODE]["samples"] = json!([{"email": "ana@example.com"}]);
        assert_eq!(registry.post(RESULTS, &sent).await.problem(), "invalid_run", "rows are not taken");
        sent = sound;
        sent["nodes"] = json!({"": {}});
        assert_eq!(registry.post(RESULTS, &sent).await.problem(), "invalid_run");
        assert_eq!(database.ask("SELECT CAST(COUNT(*) AS TEXT) FROM check_run").await, ["0"]);
    }

    async fn a_node_that_nobody_has_looked_at_is_told_from_one_that_is_not_there(database: &Database) {
        let registry = opened(database).await;
        assert_eq!(told(&registry.get(HEALTH).await.json()), ("unknown".to_owned(), vec![]));
        let other = HEALTH.replace("public", "other");
        assert_eq!(registry.get(&other).await.problem(), "node_not_found");
        let nobody = "/v1/projects/nobody/environments/prod/results";
        assert_eq!(registry.post(nobody, &run(1, &json!([]))).await.problem(), "project_not_found");
    }
}
