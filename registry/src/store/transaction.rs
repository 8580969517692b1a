//! Write transactions, on either database.

use std::time::Duration;

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use crate::store::{
    error::StoreError,
    mesh::Learned,
    pool::{Pool, Store},
};

/// How often a transaction that others got in the way of is run.
const ATTEMPTS: u32 = 6;

/// A transaction that writes. It is rolled back unless it is committed.
pub(super) enum Write {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Writes a statement once, for the transaction of either database.
macro_rules! on_transaction {
    ($write:expr, |$connection:ident| $body:expr) => {
        match $write {
            $crate::store::transaction::Write::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
            $crate::store::transaction::Write::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}
pub(super) use on_transaction;

/// A connection of the pool that is held for several reads.
pub(super) enum Held {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A connection, whether it writes or not.
pub(super) enum Connected<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Writes a statement once, for the connection to either database.
macro_rules! on_connection {
    ($connected:expr, |$connection:ident| $body:expr) => {
        match $connected {
            $crate::store::transaction::Connected::Sqlite(connection) => {
                let $connection = &mut **connection;
                $body
            }
            $crate::store::transaction::Connected::Postgres(connection) => {
                let $connection = &mut **connection;
                $body
            }
        }
    };
}
pub(super) use on_connection;

impl Held {
    pub(super) fn lend(&mut self) -> Connected<'_> {
        match self {
            Self::Sqlite(connection) => Connected::Sqlite(connection),
            Self::Postgres(connection) => Connected::Postgres(connection),
        }
    }
}

impl Write {
    /// The connection, for reading as the transaction sees it.
    pub(super) fn lend(&mut self) -> Connected<'_> {
        match self {
            Self::Sqlite(transaction) => Connected::Sqlite(transaction),
            Self::Postgres(transaction) => Connected::Postgres(transaction),
        }
    }

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
            Pool::Sqlite { readers, .. } => Held::Sqlite(readers.acquire().await?),
            Pool::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }

    /// Begins to write. SQLite's lock is taken at once: a reader that turns into a writer could be refused half-way.
    pub(super) async fn begin(&self) -> Result<Write, StoreError> {
        Ok(match &self.pool {
            Pool::Sqlite { writer, .. } => Write::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
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
