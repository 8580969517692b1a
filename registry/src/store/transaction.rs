//! Write transactions, on either database.

use std::time::Duration;

use crate::store::{
    either::{Held, Write},
    error::StoreError,
    mesh::Learned,
    pool::{Pool, SqlitePools, Store},
};

/// How often a transaction that others got in the way of is run.
const ATTEMPTS: u32 = 6;

impl Write {
    /// Commits, or rolls back where there is nothing to keep.
    pub(super) async fn finish(self, keep: bool) -> Result<(), StoreError> {
        match (self, keep) {
            (Self::Sqlite(transaction), true) => transaction.commit().await?,
            (Self::Sqlite(transaction), false) => transaction.rollback().await?,
            (Self::Postgres(transaction), true) => transaction.commit().await?,
            (Self::Postgres(transaction), false) => transaction.rollback().await?,
        }
        Ok(())
    }

    /// Commits and then keeps in memory what was learned; or rolls back and forgets it.
    pub(super) async fn finish_and_keep(self, keep: bool, learned: Learned<'_>) -> Result<(), StoreError> {
        self.finish(keep).await?;
        if keep {
            learned.keep();
        }
        Ok(())
    }
}

impl Store {
    /// Holds a connection for several reads.
    pub(super) async fn hold(&self) -> Result<Held, StoreError> {
        Ok(match &self.pool {
            Pool::Sqlite(SqlitePools { readers, .. }) => Held::Sqlite(readers.acquire().await?),
            Pool::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }

    /// Begins to write. SQLite's lock is taken at once: a reader that turns into a writer could be refused half-way.
    pub(super) async fn begin(&self) -> Result<Write, StoreError> {
        self.check_file()?;
        Ok(match &self.pool {
            Pool::Sqlite(SqlitePools { writer, .. }) => Write::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Write::Postgres(pool.begin().await?),
        })
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
