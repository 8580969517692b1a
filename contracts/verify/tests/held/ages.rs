//! Ages of rows: freshness and retention against a plain computation.

use std::cell::RefCell;

use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;
use time::OffsetDateTime;
use weft_api::{CheckKind, CheckOutcome};
use weft_odcs::DataContract;
use weft_verify::{DUCKDB, Engine, POSTGRES, Subject, aggregates, plan};

use crate::{NOW, failed, law, opened, session::Session, table};

const DAY: i64 = 86_400;

/// How far from now rows are, in seconds.
const OFFSETS: [i64; 16] = [
    -4_000 * DAY,
    -400 * DAY,
    -3 * DAY,
    -DAY - 1,
    -DAY,
    -DAY + 1,
    -3_600,
    -1,
    0,
    60,
    300,
    301,
    13 * 3_600,
    15 * 3_600,
    3 * DAY,
    4_000 * DAY,
];

/// Types of columns, how far ahead of the clock a row may be, and whether a value is a whole day.
const TYPES: [(&str, i64, bool); 3] =
    [("timestamp", 14 * 3_600, false), ("timestamp with time zone", 300, false), ("date", 14 * 3_600, true)];

/// A row: so far from now, or endless.
#[derive(Debug, Clone, Copy)]
enum Row {
    At(i64),
    Endless(bool),
}

fn row() -> impl Strategy<Value = Option<Row>> {
    let at = prop::sample::select(OFFSETS.to_vec()).prop_map(Row::At);
    prop::option::weighted(0.9, prop_oneof![8 => at, 1 => any::<bool>().prop_map(Row::Endless)])
}

fn text(row: Row) -> String {
    match row {
        Row::Endless(below) => if below { "-infinity" } else { "infinity" }.to_owned(),
        Row::At(offset) => {
            let at = OffsetDateTime::from_unix_timestamp(NOW + offset).unwrap();
            let (hour, minute, second) = at.to_hms();
            format!("{} {hour:02}:{minute:02}:{second:02}", at.date())
        }
    }
}

/// Seconds since 1970 as the column keeps them.
fn seconds(row: Row, is_day: bool) -> i64 {
    match row {
        Row::Endless(below) => {
            if below {
                i64::MIN
            } else {
                i64::MAX
            }
        }
        Row::At(offset) if is_day => (NOW + offset).div_euclid(DAY) * DAY,
        Row::At(offset) => NOW + offset,
    }
}

/// What a promise of so many days comes to, and how many rows are in the future.
fn reckoned(rows: &[i64], is_fresh: bool, days: i64, ahead: i64, is_day: bool) -> (CheckOutcome, usize) {
    let outcome = |holds| if holds { CheckOutcome::Passed } else { CheckOutcome::Failed };
    let age = |at: i64| {
        let latest = if is_day && at <= NOW { NOW.min(at.saturating_add(DAY)) } else { at };
        NOW.saturating_sub(latest)
    };
    if is_fresh {
        let future = rows.iter().filter(|at| **at > NOW + ahead).count();
        let newest = rows.iter().filter(|at| **at <= NOW + ahead).max();
        (outcome(newest.is_some_and(|at| age(*at) <= days * DAY)), future)
    } else {
        (outcome(rows.iter().min().is_none_or(|at| age(*at) <= days * DAY)), 0)
    }
}

fn try_ages(
    session: &mut Session,
    engine: &'static dyn Engine,
    (of_type, rows, is_fresh, days): (usize, Vec<Option<Row>>, bool, i64),
) -> Result<(), TestCaseError> {
    let (data_type, ahead, is_day) = TYPES[of_type];
    let texts: Vec<_> = rows.iter().map(|row| row.map(text)).collect();
    let live = table(session, engine, data_type, &texts).map_err(failed)?;
    let property = if is_fresh { "freshness" } else { "retention" };
    let contract: DataContract = serde_json::from_value(json!({
        "apiVersion": "v3.1.0", "id": "c", "version": "1.0.0", "schema": [{"name": "held", "properties": [{"name": "x"}]}],
        "slaProperties": [{"property": property, "value": days, "unit": "d", "element": "held.x"}],
    }))
    .unwrap();
    let subject = Subject { contract: &contract, object: &contract.schema[0], table: Some(&live), engine, now: NOW };
    let checks = plan(&subject);
    let statement = aggregates(&subject, &checks).remove(0);
    let answer = session.rows(&statement.sql).map_err(|why| failed(format!("{why}\n{}", statement.sql)))?;
    let check = &checks[statement.checks[0]];
    assert!(matches!(check.kind, CheckKind::Freshness | CheckKind::Retention));
    let found = check.settle(answer[0][1].as_deref(), None);
    let there: Vec<_> = rows.iter().flatten().map(|row| seconds(*row, is_day)).collect();
    let (outcome, future) = reckoned(&there, is_fresh, days, ahead, is_day);
    if found.outcome != outcome || found.reason.is_some() != (future > 0) {
        return Err(failed(format!(
            "{property} of {days} d of {data_type} {texts:?}: {found:?}, and {outcome:?} with {future} in the future"
        )));
    }
    Ok(())
}

fn ages_are_those_of_a_plain_evaluator(engine: &'static dyn Engine) {
    let law = law("verify", "what is called fresh or kept is what plain reckoning calls so", engine);
    let Some(session) = opened(engine, &law) else { return };
    let session = RefCell::new(session);
    let inputs =
        (0..TYPES.len(), prop::collection::vec(row(), 0..6), any::<bool>(), prop::sample::select(vec![1_i64, 2, 365]));
    law.hold(&inputs, |input| try_ages(&mut session.borrow_mut(), engine, input));
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn ages_on_postgres_are_those_of_a_plain_evaluator() {
    ages_are_those_of_a_plain_evaluator(POSTGRES);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn ages_on_duckdb_are_those_of_a_plain_evaluator() {
    ages_are_those_of_a_plain_evaluator(DUCKDB);
}
