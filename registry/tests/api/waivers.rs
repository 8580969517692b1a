//! Waivers: approvals of findings, their end, and how they are taken back.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

const WAIVERS: &str = "/v1/projects/inventory/waivers";

/// A request with one value replaced, or taken out by null.
fn waiver(name: &str, value: Value) -> Value {
    let mut waiver = json!({"rule": "column_removed", "unique_id": "model.inventory.public", "column": "price",
        "author": "Ana <ana@example.com>", "reason": "finance has moved to `cost`", "until": "9999-12-31"});
    waiver[name] = value;
    waiver
}

async fn opened(database: &Database) -> Registry {
    let registry = Registry::open(database).await;
    registry.publish(&Sample::default()).await;
    registry
}

fn numbers(page: &Value) -> Vec<u64> {
    page["items"].as_array().unwrap().iter().map(|waiver| waiver["number"].as_u64().unwrap()).collect()
}

/// Keeps times out of a snapshot.
macro_rules! snapshot {
    ($name:literal, $value:expr) => {
        assert_json_snapshot!($name, $value, {
            ".**.created_at" => "[time]",
            ".**.revoked_at" => "[time]",
            ".**.request_id" => "[id]",
        })
    };
}

on_both_stores! {
    async fn a_waiver_is_recorded_listed_and_taken_back_and_stays_in_the_list(database: &Database) {
        let registry = opened(database).await;
        snapshot!("waiver_created", registry.post(WAIVERS, &waiver("column", "price".into())).await.told());
        registry.post(WAIVERS, &waiver("column", Value::Null)).await;
        for author in ["ben", "carla"] {
            let revoked = registry.post(&format!("{WAIVERS}/1/revoke"), &json!({ "author": author })).await.json();
            assert_eq!(revoked["revoked"]["author"], "ben", "who was first");
        }
        snapshot!("waivers", registry.get(WAIVERS).await.told());
        let open = registry.get("/v1/projects/inventory/policy").await.json();
        assert_eq!(open["waivers"].as_array().unwrap().len(), 1, "{open}");
    }

    async fn the_same_waiver_again_is_the_one_that_stands_until_it_is_taken_back(database: &Database) {
        let registry = opened(database).await;
        let send = async || registry.post(WAIVERS, &waiver("column", "price".into())).await;
        let (first, again) = (send().await, send().await);
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
        assert_eq!(first.json(), again.json());
        registry.post(&format!("{WAIVERS}/1/revoke"), &json!({"author": "ben"})).await;
        assert_eq!(send().await.json()["number"], 2);
    }

    async fn waivers_are_listed_newest_first_page_by_page(database: &Database) {
        let registry = opened(database).await;
        for number in 1..=5 {
            registry.post(WAIVERS, &waiver("reason", format!("for the {number}. time").into())).await;
        }
        let first = registry.get(&format!("{WAIVERS}?limit=3")).await.json();
        assert_eq!((numbers(&first), &first["next"]), (vec![5, 4, 3], &json!("3")));
        let second = registry.get(&format!("{WAIVERS}?limit=3&after=3")).await.json();
        assert_eq!((numbers(&second), second.get("next")), (vec![2, 1], None));
        assert_eq!(registry.get(&format!("{WAIVERS}?after=x")).await.problem(), "invalid_request");
    }

    async fn waivers_at_once_each_get_a_number_of_their_own(database: &Database) {
        let registry = opened(database).await;
        let writers: Vec<_> = (0..16)
            .map(|number| {
                let registry = registry.clone();
                let request = waiver("reason", format!("number {number}").into());
                tokio::spawn(async move { registry.post(WAIVERS, &request).await.json()["number"].as_u64() })
            })
            .collect();
        let mut given = Vec::new();
        for writer in writers {
            given.push(writer.await.unwrap().unwrap());
        }
        given.sort_unstable();
        assert_eq!(given, (1..=16).collect::<Vec<_>>());
    }

    async fn a_waiver_that_has_expired_is_told_and_lets_nothing_through(database: &Database) {
        let registry = opened(database).await;
        let mut request = waiver("rule", "version_not_bumped".into());
        request["unique_id"] = "project.inventory".into();
        request["column"] = Value::Null;
        assert_eq!(registry.post(WAIVERS, &request).await.status, 201);
        let smaller = Sample { version: "1.0.1", columns: &["other"], ..Sample::default() };
        let dry_run = format!("{}?dry_run=true", smaller.path());
        assert_eq!(registry.put(&dry_run, &smaller.request()).await.status, 201);
        database.ask("UPDATE waiver SET until_day = '2020-01-01' RETURNING until_day").await;
        assert_eq!(registry.put(&dry_run, &smaller.request()).await.problem(), "version_too_small");
        let told = registry.get("/v1/projects/inventory/policy").await.json();
        assert_eq!(told["waivers"][0]["until"], "2020-01-01");
    }

    async fn a_waiver_is_spent_when_a_change_that_it_approves_is_published(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample { columns: &["id", "price"], ..Sample::default() }).await;
        let change = |message: &str| json!([{"column": "price", "baseline": "integer", "message": message}]);
        for (reason, changes) in [
            ("seen", change("column `price` is gone")),
            ("another", change("column `price` is gone in another way")),
            ("by an older client", Value::Null),
            ("taken back", change("column `price` is gone")),
        ] {
            let mut request = waiver("reason", reason.into());
            if !changes.is_null() {
                request["changes"] = changes;
            }
            assert_eq!(registry.post(WAIVERS, &request).await.status, 201, "{reason}");
        }
        registry.post(&format!("{WAIVERS}/4/revoke"), &json!({"author": "ben"})).await;
        let next = Sample { version: "2.0.0", ..Sample::default() };
        let spent = async || {
            let listed = registry.get(WAIVERS).await.json();
            let of = |it: &Value| (it["number"].as_u64().unwrap(), it["spent"]["version"].as_str().map(str::to_owned));
            listed["items"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(registry.put(&format!("{}?dry_run=true", next.path()), &next.request()).await.status, 201);
        assert!(spent().await.iter().all(|(_, version)| version.is_none()), "a dry run spends nothing");
        registry.publish(&next).await;
        let by = Some("2.0.0".to_owned());
        assert_eq!(spent().await, [(4, None), (3, by.clone()), (2, None), (1, by)]);
        let events = "SELECT what FROM event_log WHERE kind = 'waivers_spent'";
        assert_eq!(database.ask(events).await, [r#"{"numbers":[1,3]}"#]);
        let mut again = waiver("reason", "seen".into());
        again["changes"] = change("column `price` is gone");
        assert_eq!(registry.post(WAIVERS, &again).await.json()["number"], 5, "a spent one does not hold any more");
    }

    async fn a_version_is_compared_with_both_its_neighbours(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        registry.publish(&Sample { version: "1.2.0", columns: &["id", "b"], ..Sample::default() }).await;
        let between = Sample { version: "1.1.0", columns: &["id", "unlike_any"], ..Sample::default() };
        let refused = registry.put(&between.path(), &between.request()).await;
        assert_eq!(refused.problem(), "version_too_small");
        let told = refused.json()["check"]["findings"].clone();
        assert_eq!((&told[0]["rule"], &told[0]["baseline"], &told[0]["current"]),
            (&json!("version_not_bumped"), &json!("1.1.0"), &json!("1.2.0")), "{told}");
        assert!(told.as_array().unwrap().iter().any(|it| it["rule"] == "column_removed"), "{told}");
    }

    async fn whatever_is_said_waived_or_taken_back_is_an_event(database: &Database) {
        let registry = opened(database).await;
        registry.put("/v1/policies", &json!({"rules": {"column_added": "error"}})).await;
        registry.put("/v1/policies?package_name=inventory", &json!({"rules": {"column_added": "off"}})).await;
        for _ in 0..2 {
            registry.post(WAIVERS, &waiver("column", Value::Null)).await;
            registry.post(&format!("{WAIVERS}/1/revoke"), &json!({"author": "ben"})).await;
        }
        let events = "SELECT package_name || ' ' || kind || ' ' || what FROM event_log ORDER BY number";
        snapshot!("policy_events", database.ask(events).await.into_iter().skip(2).collect::<Vec<_>>());
    }

    async fn what_no_waiver_can_be_is_told_with_its_place(database: &Database) {
        let registry = opened(database).await;
        for (name, value) in [
            ("rule", json!("colum_removed")),
            ("reason", json!("  ")),
            ("reason", json!("\u{1b}[2J")),
            ("reason", json!("x".repeat(1001))),
            ("author", json!("")),
            ("until", json!("2020-01-01")),
            ("until", json!("tomorrow")),
            ("until", json!("2027-02-30")),
            ("unique_id", json!("")),
            ("column", json!("")),
            ("changes", json!([])),
            ("changes", json!([{"column": "cost", "message": "of another column"}])),
            ("changes", json!([{"column": "price", "message": "x".repeat(10_001)}])),
        ] {
            let answer = registry.post(WAIVERS, &waiver(name, value.clone())).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_waiver"), "{name} {value}");
            assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{name}"), "{value}");
        }
        snapshot!("waiver_past", registry.post(WAIVERS, &waiver("until", "2020-01-01".into())).await.told());
        assert_eq!(numbers(&registry.get(WAIVERS).await.json()), [] as [u64; 0], "nothing was written");
    }

    async fn what_is_not_there_can_neither_be_waived_nor_taken_back(database: &Database) {
        let registry = opened(database).await;
        let nobody = "/v1/projects/nobody/waivers";
        assert_eq!(registry.post(nobody, &waiver("column", Value::Null)).await.problem(), "project_not_found");
        assert_eq!(registry.get(nobody).await.problem(), "project_not_found");
        let author = json!({"author": "ana"});
        for (number, code) in [("1", "waiver_not_found"), ("18446744073709551615", "waiver_not_found"), ("x", "invalid_request")] {
            let answer = registry.post(&format!("{WAIVERS}/{number}/revoke"), &author).await;
            assert_eq!(answer.problem(), code, "{number}");
        }
    }
}
