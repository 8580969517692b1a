//! Events as they happen: over two replicas, through broken connections, and until the service stops.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Method, StatusCode},
};
use futures_util::StreamExt as _;
use registry::{ServiceConfig, Store};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tower::ServiceExt as _;

use crate::{
    client::{Registry, request},
    database::{Database, on_both_stores},
    events::Guarded,
    mesh::Sample,
};

/// How long a test waits for what must come.
const SOON: Duration = Duration::from_secs(20);
const STREAM: &str = "/v1/events/stream";

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("it comes soon")
}

/// A client that follows events in this process.
struct Follower {
    body: BodyDataStream,
    text: String,
}

impl Follower {
    async fn open(registry: &Registry, path: &str, headers: &[(&str, &str)]) -> Self {
        let response = registry.app.clone().oneshot(request(Method::GET, path, headers, Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Value> {
        soon(async {
            loop {
                if let Some(event) = take_event(&mut self.text) {
                    return Some(event);
                }
                self.text.push_str(std::str::from_utf8(&self.body.next().await?.unwrap()).unwrap());
            }
        })
        .await
    }

    async fn ids(&mut self, count: usize) -> Vec<u64> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.next().await.unwrap()["id"].as_u64().unwrap());
        }
        ids
    }
}

/// Takes the next whole event out of what was received.
fn take_event(text: &mut String) -> Option<Value> {
    loop {
        let end = text.find("\n\n")?;
        let message: String = text.drain(..end + 2).collect();
        let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let Some(data) = field("data: ") else { continue };
        let event: Value = serde_json::from_str(&data).unwrap();
        assert_eq!(field("id: ").unwrap(), event["id"].to_string());
        assert_eq!(field("event: ").unwrap(), event["kind"].as_str().unwrap());
        return Some(event);
    }
}

async fn publish(registry: &Registry, version: &'static str) {
    assert_eq!(registry.publish(&Sample { version, ..Sample::default() }).await.status, 201);
}

/// A replica on a socket.
struct Replica {
    address: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Replica {
    async fn start(database: &Database) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = registry::app(Store::open(&database.url).await.unwrap(), ServiceConfig::default());
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        let server = tokio::spawn(async { registry::serve(listener, app, 1000, stopped).await.unwrap() });
        Self { address, stop, server }
    }

    async fn follow(&self, last: Option<u64>) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let last = last.map(|last| format!("last-event-id: {last}\r\n")).unwrap_or_default();
        let head = format!("GET {STREAM} HTTP/1.1\r\nhost: weft\r\naccept: text/event-stream\r\n{last}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }
}

/// Reads a chunked answer until so many events are there; an end of the connection ends it.
async fn read_events(stream: &mut TcpStream, text: &mut String, count: usize) -> Vec<u64> {
    let (mut ids, mut buffer) = (Vec::new(), [0; 512]);
    let started = std::time::Instant::now();
    while ids.len() < count {
        assert!(started.elapsed() < SOON, "heartbeats alone");
        let read = soon(stream.read(&mut buffer)).await.unwrap();
        if read == 0 {
            break;
        }
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        // Each message comes in a chunk of its own, and no line of a chunk's size begins as one of a message.
        while let Some(end) = text.find("\n\n") {
            let message: String = text.drain(..end + 2).collect();
            ids.extend(message.lines().find_map(|line| line.strip_prefix("id: ")).map(|id| id.parse::<u64>().unwrap()));
        }
    }
    // What came beyond that is lost with the connection.
    ids.truncate(count);
    ids
}

on_both_stores! {
    async fn what_one_replica_changes_the_followers_of_the_other_see_in_order(database: &Database) {
        let [one, other] = [Registry::open(database).await, Registry::open(database).await];
        publish(&one, "1.0.0").await;
        let mut from_now = Follower::open(&other, STREAM, &[]).await;
        let mut from_start = Follower::open(&other, &format!("{STREAM}?after=0"), &[]).await;
        let mut deployed = Follower::open(&other, &format!("{STREAM}?kind=deployed&package_name=inventory"), &[]).await;
        let mut of_nobody = Follower::open(&other, &format!("{STREAM}?package_name=nobody"), &[]).await;
        publish(&one, "1.0.1").await;
        publish(&other, "1.0.2").await;
        assert_eq!(from_now.ids(4).await, [3, 4, 5, 6]);
        assert_eq!(from_start.ids(6).await, [1, 2, 3, 4, 5, 6]);
        assert_eq!(deployed.ids(2).await, [4, 6]);
        assert!(tokio::time::timeout(Duration::from_millis(500), of_nobody.body.next()).await.is_ok(), "the head comes");
        assert!(of_nobody.text.is_empty());
    }

    async fn a_follower_whose_connection_breaks_goes_on_at_any_replica_without_loss_or_doubles(database: &Database) {
        const VERSIONS: [&str; 10] = ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4", "1.0.5", "1.0.6", "1.0.7", "1.0.8", "1.0.9"];
        let replicas = [Replica::start(database).await, Replica::start(database).await];
        let writer = Registry::open(database).await;
        let writing = tokio::spawn(async move {
            for version in VERSIONS {
                publish(&writer, version).await;
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        });
        let (mut seen, mut turn): (Vec<u64>, usize) = (Vec::new(), 0);
        while seen.len() < 2 * VERSIONS.len() {
            let last = seen.last().copied().unwrap_or_default();
            let mut stream = replicas[turn % 2].follow(Some(last)).await;
            let count = (1 + turn % 4).min(2 * VERSIONS.len() - seen.len());
            seen.extend(read_events(&mut stream, &mut String::new(), count).await);
            // The connection is cut, whatever is on its way.
            drop(stream);
            turn += 1;
        }
        writing.await.unwrap();
        assert_eq!(seen, (1..=2 * VERSIONS.len() as u64).collect::<Vec<_>>());
        for Replica { stop, server, .. } in replicas {
            stop.send(()).unwrap();
            soon(server).await.unwrap();
        }
    }

    async fn a_stop_ends_the_streams_at_once(database: &Database) {
        let replica = Replica::start(database).await;
        let mut streams = Vec::new();
        for _ in 0..5 {
            let mut stream = replica.follow(None).await;
            let mut head = [0; 12];
            soon(stream.read_exact(&mut head)).await.unwrap();
            assert_eq!(&head, b"HTTP/1.1 200");
            streams.push(stream);
        }
        let started = std::time::Instant::now();
        replica.stop.send(()).unwrap();
        soon(replica.server).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        for mut stream in streams {
            let mut rest = Vec::new();
            soon(stream.read_to_end(&mut rest)).await.unwrap();
            assert!(rest.ends_with(b"0\r\n\r\n"), "the answer is whole");
        }
    }

    async fn a_revoked_token_ends_its_streams(database: &Database) {
        let guarded = Guarded::open(database).await;
        let secret = guarded.token("reader", &["read"]).await;
        let bearer = format!("Bearer {secret}");
        let mut follower = Follower::open(&guarded.registry, STREAM, &[("authorization", &bearer)]).await;
        guarded.revoke(1).await;
        assert_eq!(follower.next().await, None);
        let none = guarded.registry.get_with(STREAM, &[("authorization", &bearer)]).await;
        assert_eq!(none.problem(), "not_authorized");
    }
}

#[tokio::test]
async fn only_so_many_streams_are_open_at_once() {
    let database = Database::sqlite();
    let registry = Registry::with(&database, ServiceConfig { max_streams: 2, ..ServiceConfig::default() }).await;
    let first = Follower::open(&registry, STREAM, &[]).await;
    let _second = Follower::open(&registry, STREAM, &[]).await;
    let third = registry.get(STREAM).await;
    assert_eq!((third.status.as_u16(), third.problem().as_str()), (503, "too_many_streams"));
    drop(first);
    let _third = Follower::open(&registry, STREAM, &[]).await;
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_and_one_that_is_too_large_stands_for_the_last() {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    publish(&registry, "1.0.0").await;
    for bad in ["x", "-1", "1,2", "99999999999999999999999"] {
        let answer = registry.get_with(STREAM, &[("last-event-id", bad)]).await;
        assert_eq!(answer.problem(), "invalid_request", "{bad}");
    }
    for query in ["?after=x", "?kind=all", "?limit=1"] {
        assert_eq!(registry.get(&format!("{STREAM}{query}")).await.problem(), "invalid_request", "{query}");
    }
    let mut follower = Follower::open(&registry, STREAM, &[("last-event-id", "1000")]).await;
    let mut given_twice = Follower::open(&registry, &format!("{STREAM}?after=0"), &[("last-event-id", "1")]).await;
    publish(&registry, "1.0.1").await;
    assert_eq!(follower.ids(2).await, [3, 4]);
    assert_eq!(given_twice.ids(3).await, [2, 3, 4]);
}
