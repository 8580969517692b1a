//! A PostgreSQL database of a test's own, gone when dropped.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _, postgres::PgConnectOptions};

pub(crate) struct Database {
    pub(crate) name: String,
    server: String,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Database {
    /// A new one on the server of `TEST_DATABASE_URL`, with these statements run in it.
    pub(crate) fn with(statements: &str) -> Self {
        let server = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL names a PostgreSQL server");
        let name = format!("weft_verify_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let database = Self { name, server };
        run(&database.server, &format!("create database {}", database.name));
        run(&database.url(), statements);
        database
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        let (base, _) = self.server.rsplit_once('/').unwrap();
        format!("{base}/{}", self.name)
    }

    /// The same, for a user of its own.
    pub(crate) fn url_of(&self, user: &str, password: &str) -> String {
        let url = self.url();
        let (_, host) = url.rsplit_once("://").unwrap();
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        format!("postgres://{user}:{password}@{host}")
    }

    /// Runs statements.
    pub(crate) fn run(&self, statements: &str) {
        run(&self.url(), statements);
    }

    /// The texts of a statement's first column.
    pub(crate) fn column(&self, sql: &str) -> Vec<String> {
        on(&self.url(), async |connection| {
            let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        run(&self.server, &format!("drop database {} with (force)", self.name));
    }
}

fn run(url: &str, statements: &str) {
    on(url, async |connection| {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection).await.unwrap();
    });
}

fn on<T>(url: &str, work: impl AsyncFnOnce(&mut PgConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options: PgConnectOptions = url.parse().unwrap();
    runtime.block_on(async {
        let mut connection = options.disable_statement_logging().connect().await.unwrap();
        work(&mut connection).await
    })
}
