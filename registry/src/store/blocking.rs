//! Work that would hold up the threads that serve requests.

use crate::store::error::StoreError;

/// Works beside the threads that serve requests.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Aside(error.to_string()))
}
