//! The committed OpenAPI document is the one that the routes make.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/weft.v1.json");

#[test]
fn openapi_document_is_current() {
    let generated = registry::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(DOCUMENT, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(DOCUMENT).unwrap_or_default();
    assert!(
        committed == generated,
        "openapi/weft.v1.json is not current: run `UPDATE_OPENAPI=1 cargo test -p weft-registry`"
    );
}

#[test]
fn every_operation_has_an_id_of_a_verb_and_a_resource_and_names_its_problems() {
    let document = serde_json::to_value(registry::openapi()).unwrap();
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(id.contains('_') && id.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{id}");
            ids.push(id.to_owned());
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = &response["content"]["application/problem+json"];
                assert_eq!(status.starts_with(['4', '5']), problem.is_object(), "{method} {path} {status}");
            }
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn the_codes_of_problems_are_written_as_they_are_sent() {
    let document = serde_json::to_value(registry::openapi()).unwrap();
    let sent = serde_json::to_value(weft_api::problem::EVERY).unwrap();
    assert_eq!(document["components"]["schemas"]["ProblemCode"]["enum"], sent);
}
