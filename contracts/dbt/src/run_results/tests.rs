use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn file(version: &str, args: &Value, results: &Value) -> Value {
    json!({
        "metadata": {
            "dbt_schema_version": format!("https://schemas.getdbt.com/dbt/run-results/{version}.json"),
            "dbt_version": "1.11.16", "generated_at": "2026-11-20T10:47:18.974472Z", "invocation_id": "x", "env": {}
        },
        "args": args, "elapsed_time": 1.5, "results": results
    })
}

fn read(value: &Value) -> Result<RunResults, ArtifactError> {
    RunResults::read(value.to_string().as_bytes())
}

fn refused(value: &Value) -> (ArtifactFault, String) {
    let error = read(value).unwrap_err();
    let words = error.to_string();
    (error.fault, words)
}

#[test]
fn results_of_every_version_that_is_known_are_read() {
    for version in ["v4", "v5", "v6"] {
        let result = json!({"unique_id": "test.shop.a", "status": "fail", "failures": 3, "message": "Got 3 results",
            "timing": [], "thread_id": "Thread-1", "execution_time": 0.1, "adapter_response": {}});
        let read = read(&file(version, &json!({"which": "test"}), &json!([result]))).unwrap();
        assert_eq!(format!("v{}", read.version), version);
        assert_eq!(read.dbt_version.as_deref(), Some("1.11.16"));
        assert_eq!(read.ran_at.unix_timestamp(), 1_795_171_638);
        let found = &read.results["test.shop.a"];
        assert_eq!((&*found.status, found.failures), ("fail", Some(3)));
    }
}

#[test]
fn a_version_out_of_range_is_told_with_what_is_known() {
    let (fault, detail) = refused(&file("v3", &json!({}), &json!([])));
    assert!(matches!(fault, ArtifactFault::Unsupported { version: 3, .. }), "{fault:?}");
    assert_eq!(detail, "the results have version v3; this weft supports v4 (dbt 1.0) to v6");
    assert!(refused(&file("v7", &json!({}), &json!([]))).1.contains("v7"));
}

#[test]
fn another_of_dbts_files_is_told_as_such() {
    for (schema, told) in
        [("manifest/v12", "a dbt manifest.json"), ("sources/v3", "sources.json"), ("catalog/v1", "catalog.json")]
    {
        let other =
            json!({"metadata": {"dbt_schema_version": format!("https://schemas.getdbt.com/dbt/{schema}.json")}});
        let (fault, detail) = refused(&other);
        assert!(matches!(fault, ArtifactFault::Other { .. }), "{fault:?}");
        assert!(detail.starts_with("expected a dbt run_results.json") && detail.contains(told), "{detail}");
    }
    assert_eq!(refused(&json!({"results": []})).0, ArtifactFault::NoSchema);
}

#[test]
fn a_run_that_looked_at_no_data_or_at_some_of_it_is_refused() {
    for (args, told) in [
        (json!({"which": "generate"}), "`dbt generate` wrote the file"),
        (json!({"which": "compile"}), "`dbt compile`"),
        (json!({"which": "build", "empty": true}), "--empty"),
        (json!({"which": "build", "sample": "3 days"}), "--sample 3 days"),
    ] {
        let (_, detail) = refused(&file("v6", &args, &json!([])));
        assert!(detail.contains(told), "{detail}");
    }
    for args in [
        json!(null),
        json!({"which": null, "sample": null}),
        json!({"which": "retry", "empty": false, "sample": false}),
    ] {
        assert!(read(&file("v6", &args, &json!([]))).is_ok(), "{args}");
    }
}

#[test]
fn of_a_file_that_does_not_say_when_it_was_written_nothing_can_be_told_over_time() {
    for said in [Value::Null, json!(""), json!("yesterday")] {
        let mut file = file("v6", &json!({}), &json!([]));
        file["metadata"]["generated_at"] = said;
        assert!(refused(&file).1.contains("generated_at"));
    }
}

#[test]
fn dirty_entries_are_read_as_far_as_they_go() {
    let results = json!([
        null, 7, {"unique_id": null}, {"unique_id": ""}, {"unique_id": "test.a", "status": null, "failures": "2"},
        {"unique_id": "test.b", "status": "fail"}, {"unique_id": "test.b", "status": "pass", "failures": -1}
    ]);
    let read = read(&file("v6", &json!([]), &results)).unwrap();
    assert_eq!(read.results.keys().map(|id| &**id).collect::<Vec<_>>(), ["test.a", "test.b"]);
    assert_eq!(read.results["test.a"].failures, Some(2));
    assert_eq!((&*read.results["test.b"].status, read.results["test.b"].failures), ("pass", None));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = RunResults::read(&bytes);
        let _ = crate::freshness::Freshness::read(&bytes);
    }

    #[test]
    fn a_file_cut_off_anywhere_is_told_as_that(cut in 0_usize..10_000) {
        let text = file("v6", &json!({"which": "build"}), &json!([{"unique_id": "test.a", "status": "pass"}])).to_string();
        let end = cut % text.len();
        prop_assert!(RunResults::read(&text.as_bytes()[..end]).is_err());
    }
}
