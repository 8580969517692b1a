//! The registry on a socket.

use std::{io, pin::pin, time::Duration};

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};

use crate::{closing::closing, unread::Unread};

/// How long things may take that no request's own limit covers.
#[derive(Debug, Clone, Copy)]
struct ServerLimits {
    /// The head of a request, and the pause before the next one on a connection.
    head: Duration,
    /// Requests that have begun when the service is to stop.
    grace: Duration,
    /// A write to a client that does not read.
    unread: Duration,
}

const LIMITS: ServerLimits =
    ServerLimits { head: Duration::from_mins(1), grace: Duration::from_secs(10), unread: Duration::from_secs(30) };

/// How long nothing is accepted after the system refused a connection (too many open files, say).
const PAUSE: Duration = Duration::from_millis(500);

/// Serves until `shutdown` is done; then takes no new connections, ends the streams of events, and lets requests that
/// have begun finish for up to ten seconds.
///
/// # Errors
/// None at present: a connection that fails ends itself, and one that cannot be accepted is waited for.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(LIMITS, listener, app, shutdown).await;
    Ok(())
}

async fn serve_within(limits: ServerLimits, listener: TcpListener, app: Router, shutdown: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    let (closer, closing) = closing();
    let app = app.layer(Extension(closing));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => begin(limits, stream, app.clone(), &connections),
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
    tracing::info!("Stopping after the running requests have finished");
    if tokio::time::timeout(limits.grace, connections.shutdown()).await.is_err() {
        tracing::warn!("Stopped with requests unfinished");
    }
}

/// Serves a connection beside the others.
fn begin(limits: ServerLimits, stream: TcpStream, app: Router, connections: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "A connection keeps its delay");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(Unread::new(stream, limits.unread)), TowerToHyperService::new(app));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "A connection ended early");
        }
    });
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
        unread: Duration::from_millis(100),
    };

    async fn start() -> (TcpStream, oneshot::Sender<()>, JoinHandle<()>) {
        let app = Router::new().route("/never", get(std::future::pending::<()>));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve_within(SHORT, listener, app, async {
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
        let _server = tokio::spawn(serve_within(SHORT, listener, app, std::future::pending()));
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
}
