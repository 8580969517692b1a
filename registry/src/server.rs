//! The registry on a socket.

use std::{pin::pin, time::Duration};

use axum::{Router, serve::ListenerExt as _};
use tokio::{net::TcpListener, sync::oneshot};

/// How long requests that have begun may still take when the service is to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done; then takes no new connections, and lets requests that have begun finish for up to
/// ten seconds.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "A connection keeps its delay");
        }
    });
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        let _ = stopped.await;
    });
    let grace = async move {
        shutdown.await;
        tracing::info!("Stopping: requests that have begun are finished first");
        let _ = stop.send(());
        tokio::time::sleep(GRACE).await;
    };
    let mut server = pin!(server.into_future());
    tokio::select! {
        outcome = &mut server => outcome,
        () = grace => {
            tracing::warn!("Stopped with requests unfinished");
            Ok(())
        }
    }
}
