use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::OffsetDateTime;
use weft_api::{Outcome, Verification, health::faults};
use weft_publication::PublishedContract;

use crate::verified;

fn checked(more: &Value) -> Value {
    let mut check =
        json!({"check": "required", "properties": ["email"], "expectation": "no null", "outcome": "failed"});
    check.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    check
}

#[test]
fn what_was_verified_is_told_of_the_node_by_counts_alone() {
    let sample = json!([[{"column": "email", "value": "ana@example.com"}]]);
    let checks = json!([
        checked(&json!({"count": 3, "found": "3 rows", "samples": sample})),
        checked(&json!({"outcome": "error", "reason": "cannot read 'ana@example.com' as a number"})),
        checked(
            &json!({"check": "sql", "properties": [], "rule": "newest", "found": "ana@example.com", "severity": "warning"})
        ),
        checked(&json!({"check": "freshness", "found": "3 days old", "severity": "error"})),
        checked(&json!({"check": "custom", "outcome": "not_checked", "reason": "a person has to check it"})),
    ]);
    let object = |name: &str, checks: &Value| json!({"object": name, "rows": 100, "checks": checks});
    let verification = json!({"contract": "people", "version": "1.0.0", "server": "prod", "engine": "PostgreSQL",
        "objects": [object("people", &checks), object("elsewhere", &checks)]});
    let verification: Verification = serde_json::from_value(verification).unwrap();
    let published = json!({"document": {"apiVersion": "v3.1.0", "id": "people", "version": "1.0.0"},
        "nodes": {"people": "model.shop.people"}});
    let published: PublishedContract = serde_json::from_value(published).unwrap();
    let contracts = BTreeMap::from([("people".to_owned(), published)]);
    let run = verified::run(&contracts, &[verification], OffsetDateTime::UNIX_EPOCH, "weft 0.1.0");
    assert_eq!(faults(&run), []);
    assert!(!serde_json::to_string(&run).unwrap().contains("ana@"), "{run:#?}");
    assert_eq!(run.nodes.len(), 1, "what is no node is left out");
    let results = &run.nodes["model.shop.people"].results;
    let told: Vec<_> = results.iter().map(|it| (it.name.as_str(), it.outcome, it.failures)).collect();
    assert_eq!(
        told,
        [
            ("required(email) of people on prod", Outcome::Failed, Some(3)),
            ("required(email) of people on prod #2", Outcome::Error, None),
            ("sql newest of people on prod", Outcome::Warned, None),
            ("freshness(email) of people on prod", Outcome::Failed, None),
            ("custom(email) of people on prod", Outcome::NotChecked, None),
        ]
    );
    assert_eq!(results[3].found.as_deref(), Some("3 days old"));
    assert_eq!(results[2].rules[0].rule, "newest");
}
