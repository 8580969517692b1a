//! Many at once, over a real socket.

use std::{net::SocketAddr, time::Duration};

use registry::{ServiceConfig, Store};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

async fn serve(database: &Database) -> Served {
    let app = registry::app(Store::open(&database.url).await.unwrap(), ServiceConfig::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(registry::serve(listener, app, 1000, async move {
        let _ = stopped.await;
    }));
    Served { address, stop, server }
}

/// Sends a request on a connection of its own; status and body.
async fn send(address: SocketAddr, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

async fn publish_all(address: SocketAddr, samples: Vec<Sample>) -> Vec<u16> {
    let requests: Vec<_> = samples
        .into_iter()
        .map(|sample| {
            let (path, body) = (sample.path(), sample.request().to_string());
            tokio::spawn(async move { send(address, "PUT", &path, &body).await.0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for request in requests {
        statuses.push(request.await.unwrap());
    }
    statuses
}

on_both_stores! {
    async fn of_two_hundred_publishes_of_one_version_with_two_contents_one_wins(database: &Database) {
        let served = serve(database).await;
        let description = |one: usize| if one.is_multiple_of(2) { "even" } else { "odd" };
        let samples = (0..200).map(|one| Sample { description: description(one), ..Sample::default() }).collect();
        let statuses = publish_all(served.address, samples).await;
        let count = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!((count(201), count(200), count(409)), (1, 99, 100), "{statuses:?}");
        let (_, history) = send(served.address, "GET", "/v1/projects/inventory/environments/prod/history", "").await;
        assert_eq!(history.matches("\"revision\"").count(), 1, "{history}");
    }

    async fn writers_of_many_versions_and_projects_do_not_get_in_each_others_way(database: &Database) {
        let served = serve(database).await;
        let names = ["a", "b", "c", "d"];
        // What all of them follow, in whatever order they come.
        publish_all(served.address, names.map(|package_name| Sample { package_name, ..Sample::default() }).into()).await;
        let versions: Vec<String> = (1..=25).map(|minor| format!("1.{minor}.0")).collect();
        let versions: &'static [String] = versions.leak();
        let samples = versions
            .iter()
            .flat_map(|version| names.map(|package_name| Sample { package_name, version, ..Sample::default() }))
            .collect();
        let statuses = publish_all(served.address, samples).await;
        assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
        for name in names {
            let (_, project) = send(served.address, "GET", &format!("/v1/projects/{name}"), "").await;
            let project: serde_json::Value = serde_json::from_str(&project).unwrap();
            assert_eq!((project["publications"].clone(), project["deployments"][0]["revision"].clone()), (26.into(), 26.into()));
            assert_eq!(project["latest"], "1.25.0");
        }
    }

    async fn two_halves_of_a_cycle_at_once_do_not_both_get_in(database: &Database) {
        let served = serve(database).await;
        let projects = ["a", "b", "c"];
        let first = projects.map(|package_name| Sample { package_name, ..Sample::default() });
        publish_all(served.address, first.into()).await;
        let reads: [&'static [&'static str]; 3] = [&["b"], &["c"], &["a"]];
        let closing = projects.iter().zip(reads).map(|(package_name, reads)| Sample {
            package_name,
            version: "1.1.0",
            reads,
            ..Sample::default()
        });
        let mut statuses = publish_all(served.address, closing.collect()).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 201, 409]);
    }

    async fn a_request_that_has_begun_is_finished_when_the_service_stops(database: &Database) {
        let served = serve(database).await;
        let body = Sample::default().request().to_string();
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        let head = format!(
            "PUT {} HTTP/1.1\r\nhost: weft\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            Sample::default().path(),
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body.as_bytes()[..100]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        served.stop.send(()).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        stream.write_all(&body.as_bytes()[100..]).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        served.server.await.unwrap().unwrap();
        assert!(TcpStream::connect(served.address).await.is_err());
    }
}

/// A proxy between the registry and its database that can be cut.
async fn between(server: SocketAddr) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((mut inner, _)) = listener.accept().await {
            connections.spawn(async move {
                let mut outer = TcpStream::connect(server).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut inner, &mut outer).await;
            });
        }
    });
    (address, proxy)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "set TEST_DATABASE_URL"]
async fn a_database_that_goes_away_is_told_soon_and_as_such() {
    let database = Database::postgres().await;
    let options: sqlx::postgres::PgConnectOptions = database.url.parse().unwrap();
    let server = format!("{}:{}", options.get_host(), options.get_port());
    let resolved = tokio::net::lookup_host(&server).await.unwrap().next().unwrap();
    let (address, proxy) = between(resolved).await;
    assert!(database.url.contains(&server), "TEST_DATABASE_URL names host and port");
    let url = database.url.replace(&server, &address.to_string());
    let registry = Registry { app: registry::app(Store::open(&url).await.unwrap(), ServiceConfig::default()) };
    assert_eq!(registry.get("/readyz").await.status, 200);
    proxy.abort();
    // The first requests, too.
    for path in ["/readyz", "/v1/projects"] {
        let answer = tokio::time::timeout(Duration::from_secs(4), registry.get(path)).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "store_unavailable"));
    }
    let answer = tokio::time::timeout(Duration::from_secs(4), registry.publish(&Sample::default())).await.unwrap();
    assert_eq!(answer.problem(), "store_unavailable");
    let figures = registry.get("/metrics").await;
    assert!(String::from_utf8_lossy(&figures.bytes).contains("weft_database_up 0\n"));
    assert_eq!(registry.get("/healthz").await.status, 200);
    database.remove().await;
}

/// Runs itself again as eight processes, each of which opens the same file, the first time too, and publishes.
#[tokio::test]
async fn many_processes_share_one_sqlite_file() {
    const CHILD: &str = "WEFT_TEST_CHILD";
    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    if let Ok(child) = std::env::var(CHILD) {
        let (name, path) = child.split_once('=').unwrap();
        let package_name = NAMES.into_iter().find(|known| *known == name).unwrap();
        let registry = Registry { app: registry::app(Store::open(path).await.unwrap(), ServiceConfig::default()) };
        for version in ["1.0.0", "1.1.0", "1.2.0"] {
            assert_eq!(registry.publish(&Sample { package_name, version, ..Sample::default() }).await.status, 201);
        }
        return;
    }
    let database = Database::sqlite();
    let children = NAMES.map(|name| {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "contention::many_processes_share_one_sqlite_file", "--nocapture"])
            .env(CHILD, format!("{name}={}", database.url))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    });
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let projects = Registry::open(&database).await.get("/v1/projects").await.json();
    let counts: Vec<_> =
        projects["items"].as_array().unwrap().iter().map(|item| item["publications"].clone()).collect();
    assert_eq!(counts, [3; 8]);
}
