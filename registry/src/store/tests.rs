//! What only the store's inside can show.

use sqlx::{Executor as _, SqlSafeStr as _};

use crate::store::{Store, pool::Pool, sql};

#[path = "../../tests/api/database.rs"]
mod database;

use database::{Database, on_both_stores};

on_both_stores! {
    async fn every_statement_can_be_prepared(database: &Database) {
        let store = Store::open(&database.url).await.unwrap();
        match &store.pool {
            Pool::Sqlite { readers, .. } => {
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
    let writing = store.begin().await.unwrap();
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
