//! What a request may take: memory for its body, time in a queue, room on the disk.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Method};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::StreamExt as _;
use http_body_util::StreamBody;
use registry::{ServiceConfig, Store};
use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry, request},
    database::{Database, on_both_stores},
    mesh::Sample,
};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn resolve(registry: &Registry, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    registry.send(request(Method::POST, "/v1/resolve", headers, body.into())).await
}

#[tokio::test]
async fn a_body_of_more_values_than_fit_is_refused_before_it_is_read_to_its_end() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(b"[0").unwrap();
    let zeros = b",0".repeat(1024 * 1024);
    for _ in 0..31 {
        zipped.write_all(&zeros).unwrap();
    }
    zipped.write_all(b"]").unwrap();
    let answer = resolve(&registry, &[JSON, ("content-encoding", "gzip")], zipped.finish().unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (413, "payload_too_large"));
    assert_eq!(answer.json()["detail"], "the body has more than 4194304 values");
}

#[tokio::test]
async fn a_body_that_needs_more_memory_than_all_may_have_is_refused() {
    let database = Database::sqlite();
    let registry =
        Registry::with(&database, ServiceConfig { body_memory: 1024 * 1024, ..ServiceConfig::default() }).await;
    let objects = format!("[{}]", vec![r#"{"a":0}"#; 2000].join(","));
    let answer = resolve(&registry, &[JSON], objects).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (413, "payload_too_large"));
    assert_eq!(resolve(&registry, &[JSON], json!({"requires": {}}).to_string()).await.status, 200);
}

#[tokio::test]
async fn who_finds_no_room_for_a_body_waits_and_is_then_asked_to_come_back() {
    let database = Database::sqlite();
    let config = ServiceConfig {
        body_memory: 1024 * 1024,
        body_patience: Duration::from_millis(100),
        ..ServiceConfig::default()
    };
    let registry = Registry::with(&database, config).await;
    let large = || Bytes::from(format!("{{\"requires\": {{}}{}", " ".repeat(400 * 1024)));
    // Two bodies that never end: one has its room, one takes more than there is.
    let unfinished: Vec<_> = (0..2)
        .map(|_| {
            let registry = registry.clone();
            let begun = futures_util::stream::iter([Ok::<_, std::io::Error>(http_body::Frame::data(large()))]);
            let body = Body::new(StreamBody::new(begun.chain(futures_util::stream::pending())));
            tokio::spawn(async move { resolve(&registry, &[JSON], body).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let whole = [large(), Bytes::from_static(b"}")].concat();
    let refused = resolve(&registry, &[JSON], whole.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (503, "registry_busy"));
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(resolve(&registry, &[JSON], json!({"requires": {}}).to_string()).await.status, 200, "there is room");
    for request in unfinished {
        request.abort();
        let _ = request.await;
    }
    assert_eq!(resolve(&registry, &[JSON], whole).await.status, 200);
    let figures = registry.get("/metrics").await;
    assert!(String::from_utf8_lossy(&figures.bytes).contains("weft_body_bytes 0\n"));
}

on_both_stores! {
    async fn readers_are_answered_while_a_hundred_jobs_publish_into_one_environment(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let names: Vec<String> = (0..100).map(|number| format!("p{number}")).collect();
        let names: &'static [String] = names.leak();
        let jobs: Vec<_> = names
            .iter()
            .map(|package_name| {
                let registry = registry.clone();
                tokio::spawn(async move { registry.publish(&Sample { package_name, ..Sample::default() }).await.status })
            })
            .collect();
        let (mut times, mut most_waits) = (Vec::new(), 0);
        while !jobs.iter().all(tokio::task::JoinHandle::is_finished) {
            for path in ["/readyz", "/v1/projects/inventory", "/v1/projects/inventory/environments/prod"] {
                let started = Instant::now();
                assert_eq!(registry.get(path).await.status, 200, "{path}");
                times.push(started.elapsed());
            }
            let figures = String::from_utf8(registry.get("/metrics").await.bytes.to_vec()).unwrap();
            let waits = figures.lines().find_map(|line| line.strip_prefix("weft_turn_waits ")).unwrap();
            most_waits = most_waits.max(waits.parse::<u32>().unwrap());
        }
        for job in jobs {
            assert_eq!(job.await.unwrap(), 201);
        }
        times.sort_unstable();
        let p99 = times[times.len() * 99 / 100];
        // Loose: other tests run at the same time. Readers waited 20 s for a connection before jobs had queues.
        assert!(p99 < Duration::from_secs(3), "{p99:?}");
        assert!(most_waits > 0, "nobody waited");
    }
}

/// Runs itself again in a process with a file system of its own, of 2 MB.
#[tokio::test(flavor = "multi_thread")]
async fn writes_go_on_when_there_is_room_again_on_a_disk_that_was_full() {
    const CHILD: &str = "WEFT_TEST_SMALL_DISK";
    if let Ok(folder) = std::env::var(CHILD) {
        return fill(&folder).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let own = std::env::current_exe().unwrap();
    let name = "bounded::writes_go_on_when_there_is_room_again_on_a_disk_that_was_full";
    let mount = r#"mount -t tmpfs -o size=2m tmpfs "$1" || exit 77; exec "$2" --exact "$3" --nocapture"#;
    let child = std::process::Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", mount, "sh"])
        .arg(folder.path())
        .arg(own)
        .arg(name)
        .env(CHILD, folder.path())
        .output();
    match child {
        Ok(output) if output.status.success() => {}
        Ok(output) if matches!(output.status.code(), Some(1 | 77)) && !output.stdout.starts_with(b"\nrunning") => {
            println!("skipped: no file system can be mounted here: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output) => panic!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("skipped: unshare cannot be run: {error}"),
    }
}

async fn fill(folder: &str) {
    let store = Store::open(&format!("{folder}/registry.db")).await.unwrap();
    let registry = Registry { app: registry::app(store, ServiceConfig::default()) };
    assert_eq!(registry.publish(&Sample::default()).await.status, 201);
    let ballast = format!("{folder}/ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    let versions: Vec<String> = (1..=20).map(|minor| format!("1.{minor}.0")).collect();
    let versions: &'static [String] = versions.leak();
    let mut refused = 0;
    for version in versions {
        let answer =
            registry.publish(&Sample { version, description: "x".repeat(50_000).leak(), ..Sample::default() }).await;
        if answer.status != 201 {
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "store_unavailable"));
            refused += 1;
        }
    }
    assert!(refused > 10, "{refused}");
    assert_eq!(registry.get("/v1/projects/inventory").await.status, 200, "it can still be read");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(registry.publish(&Sample { version: "2.0.0", ..Sample::default() }).await.status, 201);
    assert_eq!(registry.get("/readyz").await.status, 200);
    let project: Value = registry.get("/v1/projects/inventory").await.json();
    assert_eq!(project["latest"], "2.0.0");
}

#[tokio::test]
async fn a_resolution_of_too_many_names_is_refused() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    let requires: Value = (0..10_001).map(|number| (format!("p{number}"), json!("*"))).collect();
    let answer = registry.post("/v1/resolve", &json!({"requires": requires})).await;
    assert_eq!((answer.status.as_u16(), answer.json()["errors"][0]["pointer"].clone()), (400, json!("/requires")));
}

#[tokio::test]
async fn a_caller_that_asks_too_often_is_asked_to_wait_and_others_are_not() {
    let database = Database::sqlite();
    let config = ServiceConfig {
        rate_limit: std::num::NonZeroU32::new(1),
        trust_proxy: true,
        admin_token: Some(registry::Secret::new("s3cret")),
        ..ServiceConfig::default()
    };
    let registry = Registry::with(&database, config).await;
    let [one, other, admin] =
        [("x-forwarded-for", "10.0.0.1"), ("x-forwarded-for", "10.0.0.2"), ("authorization", "Bearer s3cret")];
    for _ in 0..10 {
        assert_eq!(registry.get_with("/v1/projects", &[one]).await.status, 401);
    }
    let refused = registry.get_with("/v1/projects", &[one]).await;
    assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (429, "too_many_requests"));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(registry.get_with("/v1/projects", &[other]).await.status, 401);
    assert_eq!(registry.get_with("/v1/projects", &[one, admin]).await.status, 200);
    assert_eq!(registry.get_with("/readyz", &[one]).await.status, 200);
}

#[tokio::test]
async fn each_encoding_of_a_document_has_its_own_tag_and_is_known_again() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    assert_eq!(
        registry.publish(&Sample { description: "x".repeat(4000).leak(), ..Sample::default() }).await.status,
        201
    );
    let path = "/v1/projects/inventory/publications/1.0.0";
    let plain = registry.get(path).await;
    for encoding in ["gzip", "zstd"] {
        for _ in 0..2 {
            let encoded = registry.get_with(path, &[("accept-encoding", encoding)]).await;
            assert_eq!((encoded.status.as_u16(), encoded.header("content-encoding")), (200, encoding));
            assert_eq!(encoded.header("vary"), "accept-encoding");
            let tag = encoded.header("etag");
            assert_eq!(tag, format!("{}-{encoding}\"", plain.header("etag").trim_end_matches('"')));
            let inflated = match encoding {
                "zstd" => zstd::decode_all(&encoded.bytes[..]).unwrap(),
                _ => std::io::read_to_string(flate2::read::GzDecoder::new(&encoded.bytes[..])).unwrap().into_bytes(),
            };
            assert_eq!(inflated, plain.bytes);
            let again = registry.get_with(path, &[("accept-encoding", encoding), ("if-none-match", tag)]).await;
            assert_eq!((again.status.as_u16(), again.header("etag")), (304, tag));
        }
        let page = registry.get_with("/docs/swagger-ui-bundle.js", &[("accept-encoding", encoding)]).await;
        assert_eq!((page.status.as_u16(), page.header("content-encoding")), (200, encoding));
    }
}
