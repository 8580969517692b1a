//! A fresh database for one test: a SQLite file in a folder of its own, or a PostgreSQL schema of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

/// A database that nobody else uses.
pub(crate) struct Database {
    /// What `Store::open` takes.
    pub(crate) url: String,
    home: Home,
}

enum Home {
    Folder(tempfile::TempDir),
    Schema { server: String, name: String },
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().join("nested/registry.db").to_str().unwrap().to_owned();
        Self { url, home: Home::Folder(folder) }
    }

    /// A schema in the database that `TEST_DATABASE_URL` names.
    pub(crate) async fn postgres() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let server = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL names a PostgreSQL database");
        let name = format!("weft_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        run(&server, format!("CREATE SCHEMA {name}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options[search_path]={name}");
        Self { url, home: Home::Schema { server, name } }
    }

    /// Runs a statement past the registry; gives back the first column of what it answers.
    #[allow(dead_code, reason = "the crate's unit tests share this file")]
    pub(crate) async fn ask(&self, statement: &'static str) -> Vec<String> {
        match &self.home {
            Home::Folder(_) => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap()
            }
            Home::Schema { .. } => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    pub(crate) async fn remove(self) {
        match self.home {
            Home::Folder(folder) => folder.close().unwrap(),
            Home::Schema { server, name } => run(&server, format!("DROP SCHEMA {name} CASCADE")).await,
        }
    }
}

async fn run(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
    connection.close().await.unwrap();
}

/// Makes each test once for either database. The PostgreSQL half shows as ignored unless it is asked for.
#[allow(unused_macros, reason = "the crate's unit tests share this file")]
macro_rules! on_both_stores {
    ($($(#[doc = $doc:literal])* async fn $name:ident($database:ident: &Database) $body:block)*) => {
        mod sqlite {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let database = Database::sqlite();
                    super::story::$name(&database).await;
                    database.remove().await;
                }
            )*
        }

        mod postgres {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "set TEST_DATABASE_URL"]
                async fn $name() {
                    let database = Database::postgres().await;
                    super::story::$name(&database).await;
                    database.remove().await;
                }
            )*
        }

        mod story {
            use super::*;
            $($(#[doc = $doc])* pub(super) async fn $name($database: &Database) $body)*
        }
    };
}
pub(crate) use on_both_stores;
