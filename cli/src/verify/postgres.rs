//! PostgreSQL: one transaction for each object, which can only read, with a savepoint for each statement.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::time;
use weft_verify::Engine;

use crate::verify::{
    place::DatabasePlace,
    secrets::Secrets,
    statement::{GRACE, MOST_BYTES, MOST_ROWS, PAGE, Rows, StatementFailure},
};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(15);

pub(crate) struct PostgresSession {
    connection: PgConnection,
    secrets: Secrets,
    timeout: Duration,
    engine: &'static dyn Engine,
    schema: Option<String>,
    /// What ended the connection, once it has ended.
    lost: Option<String>,
}

impl PostgresSession {
    pub(super) async fn open(
        options: &PgConnectOptions,
        place: &DatabasePlace,
        timeout: Duration,
    ) -> Result<Self, String> {
        let options = options.clone().application_name("weft").disable_statement_logging();
        let said = |error: sqlx::Error| place.secrets.scrubbed(&told(&error));
        let connecting = time::timeout(CONNECT, options.connect()).await;
        let connection = connecting.map_err(|_| format!("no connection within {} seconds", CONNECT.as_secs()))?;
        // Nothing is set for the session: behind a pooler it would be set for whoever comes next.
        Ok(Self {
            connection: connection.map_err(said)?,
            secrets: place.secrets.clone(),
            timeout,
            engine: place.engine,
            schema: place.schema.clone(),
            lost: None,
        })
    }

    /// What follows sees one state of the data, and cannot change it. Waiting for locks is not worth the whole time: a
    /// reader waits only where a table is being altered.
    pub(super) async fn begin(&mut self) -> Result<(), StatementFailure> {
        let milliseconds = self.timeout.as_millis().max(1);
        let mut begin = format!(
            "begin transaction isolation level repeatable read, read only; \
             set local timezone = 'UTC'; \
             set local statement_timeout = {milliseconds}; \
             set local lock_timeout = {}",
            milliseconds.min(10_000),
        );
        if let Some(schema) = &self.schema {
            begin.push_str("; set local search_path = ");
            begin.push_str(&self.engine.identifier(schema));
        }
        self.command(begin).await
    }

    pub(super) async fn end(&mut self) {
        // Nothing was written, and whoever cannot end it has lost the connection.
        let _ = self.command("rollback".to_owned()).await;
    }

    pub(super) async fn rows(&mut self, sql: &str) -> Result<Rows, StatementFailure> {
        self.command("savepoint weft".to_owned()).await?;
        let rows = self.fetch(sql).await;
        let after = if rows.is_ok() { "release savepoint weft" } else { "rollback to savepoint weft" };
        let ended = self.command(after.to_owned()).await;
        let rows = rows?;
        ended?;
        Ok(rows)
    }

    pub(super) async fn open_pages(&mut self, sql: &str) -> Result<(), StatementFailure> {
        self.rows_of("close all").await?;
        self.rows_of(&format!("declare weft no scroll cursor for {sql}")).await
    }

    pub(super) async fn page(&mut self) -> Result<Rows, StatementFailure> {
        self.rows(&format!("fetch forward {PAGE} from weft")).await
    }

    async fn rows_of(&mut self, sql: &str) -> Result<(), StatementFailure> {
        self.rows(sql).await.map(drop)
    }

    /// One statement by the protocol that takes no more than one.
    async fn fetch(&mut self, sql: &str) -> Result<Rows, StatementFailure> {
        let connection = &mut self.connection;
        let all = async {
            let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            let mut stream = query.fetch(connection);
            let (mut rows, mut bytes) = (Rows::new(), 0);
            while let Some(row) = stream.try_next().await? {
                let row = texts(&row)?;
                bytes += row.iter().flatten().map(String::len).sum::<usize>();
                // The rest is read all the same, for the connection to be of use, but not kept.
                if rows.len() < MOST_ROWS && bytes <= MOST_BYTES {
                    rows.push(row);
                } else {
                    bytes = usize::MAX / 2;
                }
            }
            Ok((rows, bytes))
        };
        let answer = time::timeout(self.timeout + GRACE, all).await;
        let (rows, bytes) = self.judged(answer)?;
        if bytes > MOST_BYTES { Err(StatementFailure::TooMuch) } else { Ok(rows) }
    }

    /// Weft's own statements, which answer nothing.
    async fn command(&mut self, sql: String) -> Result<(), StatementFailure> {
        if let Some(lost) = &self.lost {
            return Err(StatementFailure::Lost(lost.clone()));
        }
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection);
        let answer = time::timeout(self.timeout + GRACE, done).await;
        self.judged(answer).map(drop)
    }

    fn judged<T>(
        &mut self,
        answer: Result<Result<T, sqlx::Error>, time::error::Elapsed>,
    ) -> Result<T, StatementFailure> {
        let error = match answer {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => {
                self.lost = Some("the database did not finish a statement within the time limit".to_owned());
                return Err(StatementFailure::Timeout(self.timeout));
            }
        };
        let said = self.secrets.scrubbed(&told(&error));
        let sqlx::Error::Database(database) = &error else {
            self.lost = Some(said.clone());
            return Err(StatementFailure::Lost(said));
        };
        Err(match database.code().as_deref() {
            Some("42501") => StatementFailure::Denied(said),
            Some("57014") => StatementFailure::Timeout(self.timeout),
            Some(code) if code.starts_with("57P") => {
                self.lost = Some(said.clone());
                StatementFailure::Lost(said)
            }
            _ => StatementFailure::Refused(said),
        })
    }
}

/// The database's own sentence, else the driver's.
fn told(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        other => other.to_string(),
    }
}

/// Every statement answers texts.
fn texts(row: &PgRow) -> Result<Vec<Option<String>>, sqlx::Error> {
    (0..row.len()).map(|at| row.try_get(at)).collect()
}
