//! A session with a database: statements that read, each with its own time, and answers that are bounded.

use std::time::Duration;

use crate::verify::{
    duckdb,
    place::{DatabasePlace, DatabaseTarget},
    postgres,
    statement::{Rows, StatementFailure},
};

/// A session. One more engine is one more arm.
pub(crate) enum Session {
    Postgres(Box<postgres::PostgresSession>),
    DuckDb(Box<duckdb::DuckDbSession>),
}

impl Session {
    /// Opens one; the error is why it cannot be.
    pub(crate) async fn open(place: &DatabasePlace, timeout: Duration) -> Result<Self, String> {
        match &place.target {
            DatabaseTarget::Postgres(options) => {
                postgres::PostgresSession::open(options, place, timeout).await.map(Box::new).map(Self::Postgres)
            }
            DatabaseTarget::DuckDb { path, python } => {
                duckdb::DuckDbSession::open(path, python, place, timeout).await.map(Box::new).map(Self::DuckDb)
            }
        }
    }

    /// Begins to look at the data as it is now.
    pub(crate) async fn begin(&mut self) -> Result<(), StatementFailure> {
        match self {
            Self::Postgres(session) => session.begin().await,
            // A file that is open for reading has no writer.
            Self::DuckDb(_) => Ok(()),
        }
    }

    /// Ends the session.
    pub(crate) async fn end(&mut self) {
        if let Self::Postgres(session) = self {
            session.end().await;
        }
    }

    /// All rows of a statement.
    pub(crate) async fn rows(&mut self, sql: &str) -> Result<Rows, StatementFailure> {
        writable(sql)?;
        match self {
            Self::Postgres(session) => session.rows(sql).await,
            Self::DuckDb(session) => session.rows(sql).await,
        }
    }

    /// Begins a statement whose rows are read in pages.
    pub(crate) async fn open_pages(&mut self, sql: &str) -> Result<(), StatementFailure> {
        writable(sql)?;
        match self {
            Self::Postgres(session) => session.open_pages(sql).await,
            Self::DuckDb(session) => session.open_pages(sql).await,
        }
    }

    /// Its next rows; none where there are no more.
    pub(crate) async fn page(&mut self) -> Result<Rows, StatementFailure> {
        match self {
            Self::Postgres(session) => session.page().await,
            Self::DuckDb(session) => session.page().await,
        }
    }
}

/// A zero character ends a statement on PostgreSQL's wire, at any position.
fn writable(sql: &str) -> Result<(), StatementFailure> {
    if sql.contains('\0') {
        return Err(StatementFailure::Refused("a name or value of the contract has a zero character".to_owned()));
    }
    Ok(())
}
