//! Whether PostgreSQL can be reached at all.
//!
//! The pool tries for as long as a request may wait for a busy database, and does not distinguish a busy database from one
//! that is gone. A connection beside the pool does: it is refused at once where no server listens.

use std::time::{Duration, Instant};

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::Mutex;

use crate::store::error::StoreError;

/// For how long an answer is good, and how often a request that takes longer looks again.
pub(super) const FRESH: Duration = Duration::from_secs(1);
/// How long a connection may take: less would be wrong about a busy machine.
const PATIENCE: Duration = Duration::from_secs(3);

/// A PostgreSQL server, and when it was last looked for.
#[derive(Debug)]
pub(super) struct Pulse {
    options: PgConnectOptions,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Pulse {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, last: Mutex::default() }
    }

    /// Whether the server answers. One asks, the others wait for its answer.
    pub(super) async fn beats(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((_, beats)) = last.filter(|(at, _)| at.elapsed() < FRESH) {
            return beats;
        }
        let beats = match connect(&self.options).await {
            Ok(connection) => {
                // What cannot be closed is dropped.
                let _ = connection.close().await;
                true
            }
            // A server that refuses one connection more is there.
            Err(StoreError::Unavailable(sqlx::Error::Database(error))) => {
                error.code().is_some_and(|code| !code.starts_with("57"))
            }
            Err(StoreError::Unavailable(_)) => false,
            Err(_) => true,
        };
        *last = Some((Instant::now(), beats));
        beats
    }
}

/// A connection of its own, or soon the reason why there is none.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(connection) => Ok(connection?),
        Err(_elapsed) => Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)),
    }
}
