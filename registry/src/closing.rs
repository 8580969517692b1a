//! The end of the service, for answers that would never end by themselves.

use std::sync::Arc;

use tokio::sync::watch;

/// Says when the service is about to stop. A router that no server runs never stops.
#[derive(Debug, Clone)]
pub(crate) struct Closing(watch::Receiver<bool>);

/// Who says so.
#[derive(Debug, Clone)]
pub(crate) struct Closer(Arc<watch::Sender<bool>>);

/// A pair of both.
pub(crate) fn closing() -> (Closer, Closing) {
    let (sender, receiver) = watch::channel(false);
    (Closer(Arc::new(sender)), Closing(receiver))
}

impl Closer {
    /// Says that the service stops now.
    pub(crate) fn close(&self) {
        self.0.send_replace(true);
    }
}

impl Closing {
    /// Resolves when the service is about to stop.
    pub(crate) async fn closes(&mut self) {
        if self.0.wait_for(|closes| *closes).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
