//! The freshness of sources.

use super::*;

fn freshness(generated_at: &str, results: &Value) -> ObservedRun {
    let mut file = json!({"metadata": metadata("sources/v3"), "results": results});
    file["metadata"]["generated_at"] = generated_at.into();
    let freshness = Freshness::read(file.to_string().as_bytes()).unwrap();
    with_teller(|teller| teller.freshness(&freshness)).unwrap()
}

#[test]
fn a_source_that_dbt_leaves_out_is_not_checked_and_not_fine() {
    let found = freshness(
        "2026-11-20T11:00:00Z",
        &json!([
            {"unique_id": "source.shop.raw.people", "status": "error", "max_loaded_at_time_ago_in_s": 260_000.5}
        ]),
    );
    assert!(found.is_older_than_manifest);
    let people = only(&found, "source.shop.raw.people");
    assert_eq!((people.outcome, people.found.as_deref()), (Outcome::Failed, Some("3 days old")));
    let omitted = only(&found, "source.shop.raw.omitted");
    assert_eq!(
        (omitted.outcome, omitted.reason.as_deref()),
        (Outcome::NotChecked, Some("dbt leaves it out of sources.json"))
    );
    assert!(!found.run.nodes.contains_key("source.shop.raw.whenever"), "it does not say how old it may be");
}
