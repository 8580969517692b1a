//! What must not be accepted, and the errors for it.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{body::Body, http::Method};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body_util::StreamBody;
use registry::ServiceConfig;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry, request},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const PATH: &str = "/v1/projects/inventory/publications/1.0.0";
const JSON: (&str, &str) = ("content-type", "application/json");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

async fn put(registry: &Registry, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    registry.send(request(Method::PUT, PATH, headers, body.into())).await
}

#[tokio::test]
async fn what_is_not_json_is_told_with_its_line_and_column() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let whole = Sample::default().request().to_string();
    let deep = format!("{{\"publication\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    for body in ["", "not json", "{\"publication\": }", &whole[..whole.len() / 2], &format!("{whole} {{}}"), &deep] {
        let answer = put(&registry, &[JSON], body.to_owned()).await;
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "invalid_json"), "{detail}");
        assert!(detail.contains("line 1 column"), "{detail}");
    }
    let answer = put(&registry, &[JSON], &b"{\"publication\": \"\xff\"}"[..]).await;
    assert_eq!(answer.problem(), "invalid_json");
}

#[tokio::test]
async fn a_body_comes_plain_or_compressed_and_as_json_only() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let body = Sample::default().request().to_string();
    for headers in
        [&[][..], &[("content-type", "text/plain")], &[("content-type", "application/x-www-form-urlencoded")]]
    {
        assert_eq!(put(&registry, headers, body.clone()).await.problem(), "unsupported_encoding", "{headers:?}");
    }
    for encoding in ["br", "deflate", "gzip, gzip", "\u{7f}nonsense"] {
        let Ok(_) = http::HeaderValue::from_str(encoding) else { continue };
        let answer = put(&registry, &[JSON, ("content-encoding", encoding)], body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (415, "unsupported_encoding"), "{encoding}");
    }
    let not_gzip = put(&registry, &[JSON, ("content-encoding", "gzip")], body.clone()).await;
    assert_eq!(not_gzip.problem(), "invalid_request");
    let cut = gzip(body.as_bytes());
    let cut = put(&registry, &[JSON, ("content-encoding", "gzip")], cut[..cut.len() / 2].to_vec()).await;
    assert_eq!(cut.problem(), "invalid_request");
    let zstd = zstd::encode_all(body.as_bytes(), 3).unwrap();
    assert_eq!(put(&registry, &[JSON, ("content-encoding", "zstd")], zstd).await.status, 201);
    let charset = ("content-type", "application/json; charset=utf-8");
    let gzipped = put(&registry, &[charset, ("content-encoding", "gzip")], gzip(body.as_bytes())).await;
    assert_eq!(gzipped.status, 200, "the same as before");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_inflated() {
    let database = Database::sqlite();
    let config = ServiceConfig { max_body: 1024 * 1024, ..ServiceConfig::default() };
    let registry = Registry::with(&database, config).await;
    let plain = put(&registry, &[JSON], vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!((plain.status.as_u16(), plain.problem().as_str()), (413, "payload_too_large"));
    // 256 MiB of blanks in small parts; only the first few may be asked for.
    let bomb = gzip(&vec![b' '; 256 * 1024 * 1024]);
    let parts: Vec<_> = bomb.chunks(1024).map(Bytes::copy_from_slice).collect();
    let count = parts.len();
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let parts = parts.into_iter().map(move |part| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(http_body::Frame::data(part))
    });
    let body = Body::new(StreamBody::new(futures_util::stream::iter(parts)));
    let answer = put(&registry, &[JSON, ("content-encoding", "gzip")], body).await;
    assert_eq!(answer.problem(), "payload_too_large");
    assert!(taken.load(Ordering::Relaxed) < count / 50, "{} of {count} parts were read", taken.load(Ordering::Relaxed));
    let zstd = zstd::encode_all(&vec![b' '; 64 * 1024 * 1024][..], 3).unwrap();
    let answer = put(&registry, &[JSON, ("content-encoding", "zstd")], zstd).await;
    assert_eq!(answer.problem(), "payload_too_large");
}

#[tokio::test]
async fn names_and_versions_outside_their_grammar_are_refused() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    for name in ["sales.eu", "sa%20les", "s%F0%9F%8E%88", "..%2f..%2fetc", "%2e%2e", "a%00b", &"x".repeat(10_000)] {
        let answer = registry.get(&format!("/v1/projects/{name}")).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_name"), "{name}");
        assert!(answer.bytes.len() < 1500, "{name}");
    }
    assert_eq!(registry.get("/v1/projects/%ff").await.problem(), "invalid_request");
    for version in ["1", "1.0", "v1.0.0", "01.0.0", "latest", &format!("1.0.0-{}", "x".repeat(200))] {
        let answer = registry.get(&format!("/v1/projects/inventory/publications/{version}")).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_version"), "{version}");
    }
    assert_eq!(registry.get("/v1/projects/inventory/environments/Prod").await.problem(), "invalid_name");
    assert_eq!(registry.get("/v1/projects/inventory/relations/sha256:00").await.problem(), "invalid_request");
    for query in ["limit=many", "limit=-1", "limit=0", "limit=201", "page=2", "after=a%00b"] {
        assert_eq!(registry.get(&format!("/v1/projects?{query}")).await.problem(), "invalid_request", "{query}");
    }
    for path in ["/v1/graph?limit=0", "/v1/graph?limit=1001", "/v1/projects/inventory/consumers?limit=1001"] {
        let answer = registry.get(path).await;
        assert_eq!(answer.problem(), "invalid_request", "{path}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("`limit` takes 1 to 1000"), "{path}");
    }
}

#[tokio::test]
async fn a_publication_that_is_not_valid_is_told_with_pointers() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let model = "/publication/interface/model.inventory.public";
    let cases: Vec<(&str, Value, String)> = vec![
        ("/publication/interface/model.inventory.public/columns", Value::Null, format!("{model}/columns")),
        ("/publication/interface/model.inventory.public/access", "secret".into(), format!("{model}/access")),
        ("/publication/package_name", "sales".into(), "/publication/package_name".to_owned()),
        ("/publication/version", "2.0.0".into(), "/publication/version".to_owned()),
        (
            "/relations/model.inventory.public/schema",
            Value::Null,
            "/relations/model.inventory.public/schema".to_owned(),
        ),
    ];
    for (place, value, pointer) in cases {
        let mut request = Sample::default().request();
        *request.pointer_mut(place).unwrap() = value;
        let answer = registry.put(PATH, &request).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_publication"), "{place}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.json());
    }
    let mut stray = Sample::default().request();
    stray["relations"]["model.inventory.other"] = json!({"schema": "main", "identifier": "other"});
    assert_eq!(registry.put(PATH, &stray).await.json()["errors"][0]["pointer"], "/relations/model.inventory.other");
    let mut digest = Sample::default().request();
    digest["digest"] = format!("sha256:{}", "0".repeat(64)).into();
    assert_eq!(registry.put(PATH, &digest).await.problem(), "digest_mismatch");
    for (key, value, code) in [
        ("deploy_to", json!("Prod"), "invalid_name"),
        ("digest", json!("x"), "invalid_request"),
        ("deploy", json!("x"), "invalid_request"),
    ] {
        let mut request = Sample::default().request();
        request[key] = value;
        assert_eq!(registry.put(PATH, &request).await.problem(), code, "{key}");
    }
    assert_eq!(registry.get("/v1/projects").await.json(), json!({"items": []}), "nothing was written");
}

on_both_stores! {
    async fn characters_that_a_database_cannot_keep_are_refused_or_kept_in_their_document(database: &Database) {
        let registry = Registry::open(database).await;
        let text = "a\0\u{1b}[31m";
        for key in ["remote", "branch", "commit", "folder"] {
            let mut request = Sample { git: Some("https://example.com/mesh"), ..Sample::default() }.request();
            request["publication"]["source"]["git"][key] = text.into();
            let answer = registry.put(PATH, &request).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_publication"), "{key}");
            assert_eq!(answer.json()["errors"][0]["pointer"], format!("/publication/source/git/{key}"));
        }
        assert_eq!(registry.get("/v1/projects?after=a%00b").await.problem(), "invalid_request");
        assert_eq!(registry.get("/v1/projects").await.json(), json!({"items": []}), "nothing was written");
        let mut request = Sample::default().request();
        request["publication"]["interface"]["model.inventory.public"]["description"] = text.into();
        let schema = "größe 🎈.x";
        request["relations"]["model.inventory.public"]["schema"] = schema.into();
        let published = registry.put(PATH, &request).await;
        assert_eq!(published.status, 201);
        let read = registry.get(PATH).await.json();
        assert_eq!(read["interface"]["model.inventory.public"]["description"], text);
        let digest = &registry.get("/v1/projects/inventory/environments/prod").await.json()["relations_digest"];
        let relations = registry.get(&format!("/v1/projects/inventory/relations/{}", digest.as_str().unwrap())).await;
        assert_eq!(relations.json()["model.inventory.public"]["schema"], schema);
    }
}

#[tokio::test]
async fn other_requests_are_held_to_their_words_too() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    for (body, code, pointer) in [
        (json!({"requires": {"inventory": "newest"}}), "invalid_requirement", "/requires/inventory"),
        (json!({"requires": {"sales.eu": "*"}}), "invalid_name", "/requires/sales.eu"),
        (json!({"requires": {}, "environment": "Prod"}), "invalid_name", "/environment"),
        (json!({"requires": {}, "newest": true}), "invalid_request", "/newest"),
        (json!([]), "invalid_request", ""),
    ] {
        let answer = registry.post("/v1/resolve", &body).await;
        assert_eq!(answer.problem(), code, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let deploy = registry.put("/v1/projects/inventory/environments/prod", &json!({"version": "newest"})).await;
    assert_eq!(deploy.problem(), "invalid_version");
}

#[tokio::test]
async fn unknown_routes_and_methods_are_problems_too() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    for path in ["/", "/v1", "/v1/nothing", "/v2/projects", &format!("/{}", "x".repeat(10_000))] {
        let answer = registry.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (404, "route_not_found"));
        assert!(answer.bytes.len() < 1000);
    }
    let answer = registry.send(request(Method::DELETE, PATH, &[], Body::empty())).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (405, "method_not_allowed"));
    let mut allowed: Vec<_> = answer.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "PUT"]);
}

#[tokio::test]
async fn a_request_keeps_its_id_where_it_is_fit_for_a_log() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let given = registry.get_with("/v1/nothing", &[("x-request-id", "trace-1.a_b")]).await;
    assert_eq!(given.header("x-request-id"), "trace-1.a_b");
    assert_eq!(given.problem(), "route_not_found");
    let mut seen = std::collections::BTreeSet::new();
    for bad in ["", "a b", "<script>", &"x".repeat(129)] {
        let id = registry.get_with("/healthz", &[("x-request-id", bad)]).await.header("x-request-id").to_owned();
        assert!(id != bad && !id.is_empty() && seen.insert(id), "{bad}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let database = Database::sqlite();
    let config = ServiceConfig { request_timeout: Duration::from_millis(200), ..ServiceConfig::default() };
    let registry = Registry::with(&database, config).await;
    let never = StreamBody::new(futures_util::stream::pending::<Result<http_body::Frame<Bytes>, std::io::Error>>());
    let answer = put(&registry, &[JSON], Body::new(never)).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (408, "request_timeout"));
}

#[tokio::test]
async fn a_relation_whose_name_is_more_than_a_name_is_refused_with_its_place() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let hostile = "m\" ); create table main.owned as select 42 as x; --";
    let of = |part: &str, text: &str| {
        let mut relations = Sample::default().relations("main");
        relations["model.inventory.public"][part] = json!(text);
        relations
    };
    for (part, text) in [
        ("identifier", hostile),
        ("schema", hostile),
        ("database", hostile),
        ("identifier", "m`"),
        ("schema", "s' or '1'='1"),
        ("identifier", "a\nb"),
        ("identifier", "a\u{0}"),
        ("relation_name", "a\u{202e}b"),
    ] {
        let mut request = Sample::default().request();
        request["relations"] = of(part, text);
        let answer = put(&registry, &[JSON], request.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid_publication"), "{text:?}");
        assert_eq!(answer.json()["errors"][0]["pointer"], format!("/relations/model.inventory.public/{part}"));
    }
    assert_eq!(registry.get("/v1/projects/inventory").await.status, 404, "nothing was published");
    assert_eq!(put(&registry, &[JSON], Sample::default().request().to_string()).await.status, 201);
    let deploy = json!({"version": "1.0.0", "relations": of("identifier", hostile)}).to_string();
    let deploy = request(Method::PUT, "/v1/projects/inventory/environments/staging", &[JSON], deploy.into());
    assert_eq!(registry.send(deploy).await.problem(), "invalid_publication");
    let mut unusual = Sample::default().request();
    unusual["relations"] = of("identifier", "größe 🎈.Two words");
    assert_eq!(put(&registry, &[JSON], unusual.to_string()).await.status, 200);
}
