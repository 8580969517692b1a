//! Write transactions, on either database.

use std::{sync::Arc, time::Duration};

use crate::store::{
    either::Held,
    error::StoreError,
    new_event::Cause,
    pool::{Pool, SqlitePools, Store},
    write::{Begun, Write},
};

/// How often a transaction that others got in the way of is run.
const ATTEMPTS: u32 = 6;

impl Store {
    /// Holds a connection for several reads.
    pub(super) async fn hold(&self) -> Result<Held, StoreError> {
        self.check_file()?;
        Ok(match &self.pool {
            Pool::Sqlite(SqlitePools { readers, .. }) => Held::Sqlite(readers.acquire().await?),
            Pool::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }

    /// Begins to write. SQLite's lock is taken at once: a reader that turns into a writer could be refused half-way.
    pub(super) async fn begin(&self, cause: &Cause) -> Result<Write, StoreError> {
        self.check_file()?;
        let begun = match &self.pool {
            Pool::Sqlite(SqlitePools { writer, .. }) => Begun::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Begun::Postgres(pool.begin().await?),
        };
        Ok(Write::new(begun, cause.clone(), Arc::clone(&self.feed)))
    }
}

/// Runs a transaction, and again while it fails only because others were in its way.
pub(super) async fn persist<T, F>(transaction: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for attempt in 1..ATTEMPTS {
        match transaction().await {
            Err(error) if error.is_passing() => {
                tracing::debug!(%error, attempt, "A transaction is run again");
                tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
            }
            outcome => return outcome,
        }
    }
    transaction().await
}
