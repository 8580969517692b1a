//! Watching the log for new events, for everybody in this process who waits for them.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use crate::store::{
    error::StoreError,
    pool::{Pool, Store},
};

/// The channel on which PostgreSQL passes hints between replicas.
const CHANNEL: &str = "weft_events";
/// How often the log is looked at without a hint.
///
/// Hints get lost: a connection breaks, and behind a pooler that hands out a connection for each transaction `LISTEN`
/// succeeds and nothing ever arrives. SQLite has none for other processes. One row is read, which costs less than a
/// comparison of `data_version` on a connection of its own.
const POLL: Duration = Duration::from_secs(1);
/// How long nobody listens for hints after that failed.
const PAUSE: Duration = Duration::from_secs(30);

/// A task that ends when this is dropped.
struct Companion(JoinHandle<()>);

impl Drop for Companion {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Store {
    /// The number of the last event, as it grows. It may begin below the number in the log, until the log is read.
    pub(crate) fn watch_events(&self) -> watch::Receiver<u64> {
        let (receiver, is_first) = self.feed.subscribe();
        if is_first {
            tokio::spawn(self.clone().watch());
        }
        receiver
    }

    /// Looks at the log as long as somebody waits.
    async fn watch(self) {
        let hint = self.feed.hint();
        let _listening = match &self.pool {
            Pool::Sqlite(_) => None,
            Pool::Postgres(pool) => Some(Companion(tokio::spawn(listen(pool.clone(), Arc::clone(&hint))))),
        };
        while !self.feed.stops() {
            match self.last_event().await {
                Ok(last) => self.feed.publish(last),
                Err(error) => tracing::debug!(%error, "The log of events cannot be read now"),
            }
            // Whether it was a hint or the time does not matter: the table says what is new.
            let _ = tokio::time::timeout(POLL, hint.notified()).await;
        }
    }
}

/// Passes the hints of other replicas on, over a connection of its own.
async fn listen(pool: PgPool, hint: Arc<Notify>) {
    loop {
        if let Err(error) = listened(&pool, &hint).await {
            tracing::debug!(%error, "No hints of new events arrive for now");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listened(pool: &PgPool, hint: &Notify) -> Result<(), StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        listener.recv().await?;
        hint.notify_one();
    }
}
