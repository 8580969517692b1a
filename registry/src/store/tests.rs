//! What only the store's inside can show.

use sqlx::{Executor as _, SqlSafeStr as _};

use crate::store::{
    Cause, Store, StoreError,
    pool::{Pool, SqlitePools},
    sql,
};

#[path = "../../tests/api/database.rs"]
mod database;

mod events;

use database::{Database, on_both_stores};

on_both_stores! {
    async fn every_statement_can_be_prepared(database: &Database) {
        let store = Store::open(&database.url).await.unwrap();
        match &store.pool {
            Pool::Sqlite(SqlitePools { readers, .. }) => {
                for statement in sql::EVERY.iter().chain(sql::SQLITE_ONLY) {
                    readers.prepare(statement.into_sql_str()).await.unwrap_or_else(|error| panic!("{error}: {statement}"));
                }
            }
            Pool::Postgres(pool) => {
                for statement in sql::EVERY.iter().chain(sql::POSTGRES_ONLY) {
                    pool.prepare(statement.into_sql_str()).await.unwrap_or_else(|error| panic!("{error}: {statement}"));
                }
            }
        }
    }

    async fn a_database_of_a_newer_weft_is_refused(database: &Database) {
        let store = Store::open(&database.url).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
        match &store.pool {
            Pool::Sqlite(SqlitePools { writer, .. }) => drop(writer.execute(newer).await.unwrap()),
            Pool::Postgres(pool) => drop(pool.execute(newer).await.unwrap()),
        }
        let error = Store::open(&database.url).await.unwrap_err();
        assert!(matches!(&error, StoreError::Newer { schema: 9999 }), "{error}");
    }

    async fn a_store_can_be_opened_by_many_at_once_the_first_time_too(database: &Database) {
        let openings: Vec<_> = (0..16)
            .map(|_| {
                let url = database.url.clone();
                tokio::spawn(async move { Store::open(&url).await.unwrap().ping().await.unwrap() })
            })
            .collect();
        for opening in openings {
            opening.await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_store_that_is_there_is_opened_while_another_process_writes() {
    let database = Database::sqlite();
    let store = Store::open(&database.url).await.unwrap();
    let writing = store.begin(&Cause::NONE).await.unwrap();
    let opened = tokio::time::timeout(std::time::Duration::from_secs(5), Store::open(&database.url)).await;
    opened.unwrap().unwrap().ping().await.unwrap();
    writing.finish(false).await.unwrap();
}

#[tokio::test]
async fn a_path_that_cannot_be_opened_is_told_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "this is no database, and long enough to be looked at as one").unwrap();
    for path in [file.join("below.db"), file.clone(), folder.path().to_owned()] {
        let error = Store::open(path.to_str().unwrap()).await.unwrap_err();
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    let error = Store::open("postgres://user:secret@127.0.0.1:notaport/x").await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_file_that_another_program_keeps_its_tables_in_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let other = sqlx::SqlitePool::connect_with(options).await.unwrap();
    other.execute("CREATE TABLE note (text TEXT)").await.unwrap();
    other.close().await;
    let before = std::fs::read(&file).unwrap();
    let error = Store::open(file.to_str().unwrap()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Foreign { table, .. } if table == "note"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn of_a_database_that_does_not_answer_the_reason_is_told() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = format!("postgres://weft@127.0.0.1:{port}/weft").parse().unwrap();
    let error = crate::store::pulse::connect(&options).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(sqlx::Error::Io(_))), "{error}");
}
