//! One thing of two drivers, so that a call is written once for both.

use std::ops::DerefMut;

use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, pool::PoolConnection};

/// What is of one kind in both drivers, and of two types.
#[derive(Debug, Clone)]
pub(super) enum Either<S, P> {
    Sqlite(S),
    Postgres(P),
}

/// A pool, for single reads.
pub(super) type Reads<'p> = Either<&'p SqlitePool, &'p PgPool>;

/// A connection of the pool that is held for several reads.
pub(super) type Held = Either<PoolConnection<Sqlite>, PoolConnection<Postgres>>;

/// A connection, whether it writes or not.
pub(super) type Connected<'c> = Either<&'c mut SqliteConnection, &'c mut PgConnection>;

/// Writes a call once, for either driver.
macro_rules! on_either {
    ($either:expr, |$of:ident| $body:expr) => {
        match $either {
            $crate::store::either::Either::Sqlite($of) => $body,
            $crate::store::either::Either::Postgres($of) => $body,
        }
    };
}
pub(super) use on_either;

impl<S, P> Either<S, P>
where
    S: DerefMut<Target = SqliteConnection>,
    P: DerefMut<Target = PgConnection>,
{
    /// The connection, for one statement.
    pub(super) fn lend(&mut self) -> Connected<'_> {
        match self {
            Self::Sqlite(connection) => Either::Sqlite(connection),
            Self::Postgres(connection) => Either::Postgres(connection),
        }
    }
}
