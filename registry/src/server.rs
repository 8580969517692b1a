//! The registry on a socket.

use std::{
    io,
    net::IpAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Extension, Router};
use http::Request;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tower::util::MapRequest;

use crate::{caller::Peer, closing::closing, unread::Unread};

/// How long things may take that no request's own limit covers.
#[derive(Debug, Clone, Copy)]
struct ServerLimits {
    /// The head of a request, and the pause before the next one on a connection.
    head: Duration,
    /// Requests that have begun when the service is to stop.
    grace: Duration,
    /// A write to a client that does not read.
    unread: Duration,
    /// The same when the service is to stop.
    unread_at_stop: Duration,
}

const LIMITS: ServerLimits = ServerLimits {
    head: Duration::from_mins(1),
    grace: Duration::from_secs(10),
    unread: Duration::from_secs(30),
    unread_at_stop: Duration::from_secs(1),
};

/// How long nothing is accepted after the system refused a connection (too many open files, say).
const PAUSE: Duration = Duration::from_millis(500);

/// Serves up to `connections` at a time until `shutdown` is done; then takes no new connections, ends the streams of
/// events, and lets requests that have begun finish for up to ten seconds.
///
/// # Errors
/// None at present: a connection that fails ends itself, and one that cannot be accepted is waited for.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    connections: usize,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(LIMITS, listener, app, connections, shutdown).await;
    Ok(())
}

async fn serve_within(
    limits: ServerLimits,
    listener: TcpListener,
    app: Router,
    connections: usize,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS)));
    let (stop, stopping) = watch::channel(false);
    let connections = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    let (closer, closing) = closing();
    let app = app.layer(Extension(closing));
    loop {
        tokio::select! {
            accepted = accept(&listener, &slots) => match accepted {
                Ok(accepted) => begin(limits, accepted, app.clone(), &connections, stopping.clone()),
                Err(error) => {
                    tracing::warn!(%error, "A connection cannot be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    closer.close();
    stop.send_replace(true);
    tracing::info!("Stopping after the running requests have finished");
    if tokio::time::timeout(limits.grace, connections.shutdown()).await.is_err() {
        tracing::warn!("Stopped with requests unfinished");
    }
}

/// A connection, the address of its other end, and its place among all.
struct Accepted {
    stream: TcpStream,
    peer: IpAddr,
    slot: OwnedSemaphorePermit,
}

/// The next connection, once there is a place for it. Until then it waits in the system's queue.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> io::Result<Accepted> {
    if slots.available_permits() == 0 {
        tracing::warn!("All connections are used; new ones wait");
    }
    let slot = Arc::clone(slots).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok(Accepted { stream, peer: peer.ip().to_canonical(), slot })
}

/// Serves a connection beside the others.
fn begin(
    limits: ServerLimits,
    accepted: Accepted,
    app: Router,
    connections: &GracefulShutdown,
    stopping: watch::Receiver<bool>,
) {
    let Accepted { stream, peer, slot } = accepted;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "A connection keeps its delay");
    }
    let app = MapRequest::new(app, move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let stream = Unread::new(stream, limits.unread);
    let is_stalled = stream.stalled();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(Unread::new(stream, limits.unread)), TowerToHyperService::new(app));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            ended = connection => if let Err(error) = ended {
                tracing::debug!(%error, "A connection ended early");
            },
            () = abandoned(limits.unread_at_stop, stopping, &is_stalled) => {
                tracing::debug!("A connection whose client does not read is closed");
            }
        }
        drop(slot);
    });
}

/// Ends when the service is to stop and the client does not read.
async fn abandoned(patience: Duration, mut stopping: watch::Receiver<bool>, is_stalled: &AtomicBool) {
    // If the sender is gone, the service has stopped.
    let _ = stopping.wait_for(|stopping| *stopping).await;
    loop {
        tokio::time::sleep(patience).await;
        if is_stalled.load(Ordering::Relaxed) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::oneshot,
        task::JoinHandle,
    };

    use super::*;

    const SHORT: ServerLimits = ServerLimits {
        head: Duration::from_millis(100),
        grace: Duration::from_millis(100),
        unread: Duration::from_millis(200),
        unread_at_stop: Duration::from_millis(50),
    };

    async fn start() -> (TcpStream, oneshot::Sender<()>, JoinHandle<()>) {
        start_within(SHORT).await
    }

    async fn start_within(limits: ServerLimits) -> (TcpStream, oneshot::Sender<()>, JoinHandle<()>) {
        let app = Router::new()
            .route("/never", get(std::future::pending::<()>))
            .route("/large", get(|| async { vec![0_u8; 64 * 1024 * 1024] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve_within(limits, listener, app, 2, async {
            let _ = stopped.await;
        }));
        (TcpStream::connect(address).await.unwrap(), stop, server)
    }

    async fn soon<T>(what: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(5), what).await.unwrap()
    }

    #[tokio::test]
    async fn a_client_that_does_not_end_its_head_is_let_go() {
        let (mut stream, _stop, _server) = start().await;
        stream.write_all(b"GET /never HTTP/1.1\r\nhost: ").await.unwrap();
        let mut answer = Vec::new();
        soon(stream.read_to_end(&mut answer)).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_its_answer_is_let_go() {
        let (dropped, is_dropped) = oneshot::channel::<()>();
        let dropped = std::sync::Arc::new(std::sync::Mutex::new(Some(dropped)));
        let endless = move || {
            let held = dropped.lock().unwrap().take();
            let more = move |()| {
                let _held = &held;
                std::future::ready(Some((Ok::<_, io::Error>(vec![0_u8; 64 * 1024]), ())))
            };
            std::future::ready(axum::body::Body::from_stream(futures_util::stream::unfold((), more)))
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/endless", get(endless));
        let _server = tokio::spawn(serve_within(SHORT, listener, app, 2, std::future::pending()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /endless HTTP/1.1\r\nhost: weft\r\n\r\n").await.unwrap();
        // The sender of the channel is part of the answer.
        soon(is_dropped).await.unwrap_err();
    }

    #[tokio::test]
    async fn a_request_that_never_ends_does_not_keep_the_service_from_stopping() {
        let (mut stream, stop, server) = start().await;
        stream.write_all(b"GET /never HTTP/1.1\r\nhost: weft\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        soon(server).await.unwrap();
    }

    async fn ask_and_never_read(stream: &mut TcpStream) {
        stream.write_all(b"GET /large HTTP/1.1\r\nhost: weft\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    #[tokio::test]
    async fn a_client_that_never_reads_is_let_go_and_its_place_is_free_again() {
        let (mut one, _stop, _server) = start().await;
        let address = one.peer_addr().unwrap();
        let mut two = TcpStream::connect(address).await.unwrap();
        ask_and_never_read(&mut one).await;
        ask_and_never_read(&mut two).await;
        // A third has to wait until one of the two is let go.
        let mut third = TcpStream::connect(address).await.unwrap();
        third.write_all(b"GET /none HTTP/1.1\r\nhost: weft\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        assert!(tokio::time::timeout(Duration::from_millis(20), third.read_to_end(&mut answer)).await.is_err());
        soon(third.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 404"));
    }

    #[tokio::test]
    async fn a_client_that_never_reads_does_not_keep_the_service_from_stopping() {
        let long = Duration::from_mins(1);
        let (mut stream, stop, server) = start_within(ServerLimits { unread: long, grace: long, ..SHORT }).await;
        ask_and_never_read(&mut stream).await;
        stop.send(()).unwrap();
        soon(server).await.unwrap();
    }
}
