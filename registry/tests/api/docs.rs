//! The documentation that the service carries.

use serde_json::Value;

use crate::{client::Registry, database::Database};

#[tokio::test]
async fn the_pages_load_nothing_from_elsewhere() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let redirect = registry.get("/docs").await;
    assert_eq!((redirect.status.as_u16(), redirect.header("location")), (303, "/docs/"));
    let page = registry.get("/docs/").await;
    let html = String::from_utf8(page.bytes.to_vec()).unwrap();
    let mut loaded = 0;
    for part in html.split(['"', '\'']) {
        assert!(!part.starts_with("http") && !part.starts_with("//"), "{part}");
        if part.starts_with("./") {
            let path = format!("/docs/{}", part.trim_start_matches("./"));
            assert_eq!(registry.get(&path).await.status, 200, "{path}");
            loaded += 1;
        }
    }
    assert!(loaded >= 4, "{html}");
    let start = registry.get("/docs/swagger-initializer.js").await;
    let start = String::from_utf8(start.bytes.to_vec()).unwrap();
    assert!(start.contains("/openapi.json") && !start.contains("http"), "{start}");
    assert!(start.contains(r#""validatorUrl": "none""#), "{start}");
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_committed() {
    let database = Database::sqlite();
    let served = Registry::open(&database).await.get("/openapi.json").await.json();
    let committed = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/weft.v1.json")).unwrap();
    assert!(served == serde_json::from_slice::<Value>(&committed).unwrap(), "tests/openapi.rs tells more");
    assert_eq!(served["openapi"], "3.1.0");
}

#[tokio::test]
async fn it_tells_that_it_lives_and_that_its_database_answers() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(registry.get(path).await.json()["status"], "ok");
    }
}
