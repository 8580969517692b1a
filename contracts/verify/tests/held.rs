//! Laws that a database decides: what `contract verify` counts is what a plain evaluator counts, and what weft calls a
//! widening of a type loses no value.
//!
//! Without the database the tests say `skipped:`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "held/ages.rs"]
mod ages;
#[path = "held/columns.rs"]
mod columns;
#[path = "held/model.rs"]
mod model;
#[path = "held/promises.rs"]
mod promises;
#[path = "held/session.rs"]
mod session;
#[path = "held/types.rs"]
mod types;

use std::cell::RefCell;

use laws::{Law, tell};
use proptest::test_runner::TestCaseError;
use serde_json::json;
use weft_odcs::DataContract;
use weft_verify::{CatalogColumn, CatalogTable, DUCKDB, Engine, EngineKind, POSTGRES, Subject, Work, aggregates, plan};

use columns::COLUMNS;
use promises::{Promises, promises};
use session::Session;

/// The default number of inputs for a law.
const CASES: u32 = 64;

/// The time at which contracts are verified, in seconds since 1970: 2026-01-01.
const NOW: i64 = 1_767_225_600;

/// A law of what a database does.
fn law<'a>(about: &'a str, says: &'a str, engine: &'a dyn Engine) -> Law<'a> {
    Law { about, says, engine: Some(engine.name()), cases: CASES, weight: 1 }
}

/// A session; if there is none, that is printed.
fn opened(engine: &dyn Engine, law: &Law<'_>) -> Option<Session> {
    let skipped = |why| tell(format_args!("skipped: {} on {}: {why}", law.says, engine.name()));
    Session::open(engine.kind()).map_err(skipped).ok()
}

fn type_of(column: &columns::Column, engine: &dyn Engine) -> Option<&'static str> {
    if engine.kind() == EngineKind::Postgres { column.postgres } else { column.duckdb }
}

/// Creates a table `held` with one column `x`, and describes it as the catalog would.
fn table(
    session: &mut Session,
    engine: &dyn Engine,
    data_type: &str,
    rows: &[Option<String>],
) -> Result<CatalogTable, String> {
    let (schema, kind) =
        if engine.kind() == EngineKind::Postgres { ("pg_temp", "temp table") } else { ("main", "table") };
    let _ = session.rows("drop table if exists held");
    session.rows(&format!("create {kind} held (x {data_type})"))?;
    if !rows.is_empty() {
        let row = |row: &Option<String>| match row {
            Some(text) => format!("(cast({} as {data_type}))", engine.literal(text)),
            None => "(null)".to_owned(),
        };
        session.rows(&format!("insert into held values {}", rows.iter().map(row).collect::<Vec<_>>().join(", ")))?;
    }
    let column = CatalogColumn { name: "x".to_owned(), data_type: data_type.to_owned() };
    Ok(CatalogTable { schema: schema.to_owned(), name: "held".to_owned(), is_view: false, columns: vec![column] })
}

fn failed(why: impl Into<String>) -> TestCaseError {
    TestCaseError::fail(why.into())
}

/// Verifies one generated column, and returns how many checks were compared with the plain evaluator.
fn try_promises(session: &mut Session, engine: &'static dyn Engine, it: &Promises) -> Result<usize, TestCaseError> {
    let data_type = type_of(it.column(), engine).unwrap();
    let texts: Vec<_> = it.rows.iter().map(|row| row.map(|at| it.column().rows[at].to_owned())).collect();
    let live = table(session, engine, data_type, &texts).map_err(failed)?;
    let contract: DataContract = serde_json::from_value(json!({
        "apiVersion": "v3.1.0", "id": "c", "version": "1.0.0", "schema": [{"name": "held", "properties": [it.property()]}],
    }))
    .unwrap();
    let subject = Subject { contract: &contract, object: &contract.schema[0], table: Some(&live), engine, now: NOW };
    let checks = plan(&subject);
    let mut held = 0;
    for check in &checks {
        let told: Vec<_> = it.rows.iter().map(|row| it.breaks(check.kind, *row)).collect();
        if told.iter().any(Option::is_some) && matches!(check.work, Work::Known { .. }) {
            return Err(failed(format!("{:?} {} was not asked: {:?}", check.kind, check.expectation, check.work)));
        }
    }
    for statement in aggregates(&subject, &checks) {
        let answer = session.rows(&statement.sql).map_err(|why| failed(format!("{why}\n{}", statement.sql)))?;
        for (check, answer) in statement.checks.iter().map(|at| &checks[*at]).zip(&answer[0][1..]) {
            let told: Option<Vec<bool>> = it.rows.iter().map(|row| it.breaks(check.kind, *row)).collect();
            let Some(told) = told else { continue };
            let expected = told.iter().filter(|it| **it).count() as u64;
            let found = check.settle(answer.as_deref(), Some(it.rows.len() as u64)).count;
            if found != Some(expected) {
                return Err(failed(format!(
                    "{:?} {} of {data_type} {texts:?}: {found:?} rows, and {expected} by plain reckoning\n{:?}",
                    check.kind, check.expectation, check.work
                )));
            }
            held += 1;
        }
    }
    Ok(held)
}

fn counts_are_those_of_a_plain_evaluator(engine: &'static dyn Engine) {
    let law = law("verify", "what is counted is what a plain evaluator counts", engine);
    let Some(session) = opened(engine, &law) else { return };
    let columns: Vec<_> = (0..COLUMNS.len()).filter(|at| type_of(&COLUMNS[*at], engine).is_some()).collect();
    let session = RefCell::new(session);
    law.hold(&promises(columns), |it| try_promises(&mut session.borrow_mut(), engine, &it));
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn counts_on_postgres_are_those_of_a_plain_evaluator() {
    counts_are_those_of_a_plain_evaluator(POSTGRES);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn counts_on_duckdb_are_those_of_a_plain_evaluator() {
    counts_are_those_of_a_plain_evaluator(DUCKDB);
}
