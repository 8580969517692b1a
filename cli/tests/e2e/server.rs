//! What the service promises when it is killed: nothing that was acknowledged is lost.

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::Server;

/// One request over a connection of its own; `None` where the server went away before it had answered in full.
fn request(server: &str, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let host = server.strip_prefix("http://")?;
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let body = body.to_string();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}

/// A publication that differs from every other by its version and by a description.
fn publication(number: u32) -> Value {
    json!({
        "publication": {
            "package_name": "inventory",
            "version": format!("1.{number}.0"),
            "source": {},
            "interface": {
                "model.inventory.products": {
                    "name": "products", "resource_type": "model", "access": "public",
                    "description": format!("As of {number}")
                }
            }
        },
        "relations": { "model.inventory.products": { "schema": "inventory", "identifier": "products" } },
        "deploy_to": "prod"
    })
}

/// Publishes until the server is killed, three times over, each in the midst of the publishes; returns the versions that
/// were acknowledged.
fn publish_under_fire(database: &str) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    let mut number = 0;
    for round in 1..=3 {
        let mut server = Server::start(database);
        let url = server.url.clone();
        let (tell, told) = std::sync::mpsc::channel();
        let shooter = std::thread::spawn(move || {
            // However fast the machine is: some are through, and more are under way.
            for _ in 0..5 * round {
                let _ = told.recv();
            }
            std::thread::sleep(Duration::from_millis(2 * round));
            server.kill();
        });
        loop {
            number += 1;
            let path = format!("/v1/projects/inventory/publications/1.{number}.0");
            match request(&url, "PUT", &path, &publication(number)) {
                Some((201, _)) => acknowledged.insert(format!("1.{number}.0")),
                Some(other) => panic!("{other:?}"),
                None => break,
            };
            let _ = tell.send(());
        }
        drop(tell);
        shooter.join().unwrap();
    }
    acknowledged
}

fn nothing_acknowledged_is_lost(database: &str) {
    let acknowledged = publish_under_fire(database);
    assert!(acknowledged.len() >= 30, "only {} publishes before the kills", acknowledged.len());

    let server = Server::start(database);
    let mut path = "/v1/projects/inventory/publications?limit=200".to_owned();
    let mut kept = BTreeSet::new();
    loop {
        let (status, page) = request(&server.url, "GET", &path, &Value::Null).unwrap();
        assert_eq!(status, 200, "{page}");
        kept.extend(page["items"].as_array().unwrap().iter().map(|item| item["version"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/projects/inventory/publications?limit=200&after={next}");
    }
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");

    let (_, deployment) =
        request(&server.url, "GET", "/v1/projects/inventory/environments/prod", &Value::Null).unwrap();
    let deployed = deployment["version"].as_str().unwrap();
    assert!(kept.contains(deployed), "{deployed} is deployed and not published");
    // No half of a write: whatever is published can be read whole.
    for version in &kept {
        let path = format!("/v1/projects/inventory/publications/{version}");
        let (status, document) = request(&server.url, "GET", &path, &Value::Null).unwrap();
        assert_eq!((status, document["version"].as_str()), (200, Some(version.as_str())));
    }
}

#[test]
fn a_server_killed_in_a_loop_of_publishes_loses_nothing_that_was_acknowledged_on_sqlite() {
    let folder = TempDir::new().unwrap();
    nothing_acknowledged_is_lost(&folder.path().join("weft.db").display().to_string());
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn a_server_killed_in_a_loop_of_publishes_loses_nothing_that_was_acknowledged_on_postgresql() {
    let database = crate::harness::postgres_schema();
    nothing_acknowledged_is_lost(&database);
}
