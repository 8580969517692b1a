//! Compares the readers that weft names when a column is dropped, renamed or retyped with a real database that binds
//! the readers' SQL.
//!
//! A reader that no longer binds and is not named is a silent break: there must be none. A reader that is named by the
//! column and still binds is named needlessly, unless its text means something else without the column.
//!
//! `make oracle` runs it at full size; the tests try the written queries (every construct, the lineage cases, the
//! sample mesh, TPC-H) and a few generated ones. `WEFT_ORACLE_PAIRS` sets how many generated pairs of reader and column
//! are tried, `WEFT_ORACLE_SEED` which, and `WEFT_ORACLE_ONLY` names the one corpus to try. `WEFT_ORACLE_SHOW=refused`
//! shows the readers that do not bind over the unchanged tables, `needless` those that are named needlessly, `unknown`
//! those that weft does not understand, and why.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "oracle/corpus.rs"]
mod corpus;
#[path = "oracle/database.rs"]
mod database;
#[path = "oracle/dbt.rs"]
mod dbt;
#[path = "oracle/generate.rs"]
mod generate;
#[path = "oracle/growth.rs"]
mod growth;
#[path = "../../dbt/tests/real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;
#[path = "oracle/random.rs"]
mod random;
#[path = "oracle/schema.rs"]
mod schema;
#[path = "oracle/shrink.rs"]
mod shrink;
#[path = "oracle/tables.rs"]
mod tables;
#[path = "oracle/tally.rs"]
mod tally;
#[path = "oracle/trial.rs"]
mod trial;
#[path = "oracle/weft.rs"]
mod weft;

use corpus::Corpus;
use database::Database;
use dbt::Form;
use material::{folder, tell};
use schema::Engine;
use trial::Trial;

/// With more generated pairs of reader and column than these, the longest corpus is tried too.
const PAIRS: usize = 1_500;

/// How many generated pairs are tried where nothing else is asked for.
const FEW: usize = 300;

/// How many generated readers are tried together.
const BATCH: usize = 150;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Tries every corpus on an engine, and prints the table.
fn every_break_is_named(engine: Engine, test: &str) {
    let database = match Database::open(engine) {
        Ok(database) => database,
        Err(why) => return tell(&format!("skipped: {test}: {why}\n")),
    };
    let pairs = setting("WEFT_ORACLE_PAIRS").map_or(FEW, |pairs| usize::try_from(pairs).unwrap());
    let is_full = pairs > PAIRS;
    let seed = setting("WEFT_ORACLE_SEED").unwrap_or(1);
    let every = [Form::Ref, Form::Source, Form::Private];
    let mut trial = Trial::new(database);
    let only = std::env::var("WEFT_ORACLE_ONLY").ok();
    let is_asked = |name: &str| only.as_ref().is_none_or(|only| only == name);
    let try_all = |trial: &mut Trial, corpus: &Corpus, forms: &[Form]| {
        forms.iter().filter(|_| is_asked(&corpus.name)).for_each(|form| trial.of(corpus, *form));
    };
    let constructs = corpus::constructs(engine);
    try_all(&mut trial, &constructs, if is_full { &every } else { &every[..1] });
    if is_full && is_asked(&constructs.name) {
        trial.try_growth(&constructs);
    }
    if is_asked("lineage cases") {
        for case in corpus::lineage_cases(&mut trial.database) {
            try_all(&mut trial, &case, &every[..2]);
        }
    }
    if engine == Engine::DuckDb {
        let mesh = corpus::sample_mesh(&mut trial.database);
        try_all(&mut trial, &mesh, &every);
    }
    let data = folder();
    if data.is_dir() {
        try_all(&mut trial, &corpus::tpc(&data, "tpc-h", engine), &every[..2]);
        if is_full {
            try_all(&mut trial, &corpus::tpc(&data, "tpc-ds", engine), &every[..1]);
        }
    } else {
        tell(&format!("without the queries of TPC: there is no {}\n", data.display()));
    }
    let columns: usize = tables::tables(engine, "").iter().map(|table| table.columns.len()).sum();
    // Some do not bind and do not count.
    let readers = pairs.div_ceil(columns) * 5 / 4;
    for (batch, first) in (0..readers).step_by(BATCH).enumerate() {
        let corpus = corpus::generated(engine, seed + batch as u64, BATCH.min(readers - first));
        // Most by ref; each third batch otherwise.
        let form = if batch % 3 == 2 { every[1 + batch / 3 % 2] } else { Form::Ref };
        try_all(&mut trial, &corpus, &[form]);
        // A few readers say nothing of how many are named without need.
        if is_full && is_asked("generated") {
            trial.try_growth(&corpus);
            tell(&format!("\n{} after {} readers\n{}", engine.adapter(), first + BATCH, trial.tally.table()));
            tell(&trial.growths.table());
        }
    }
    tell(&format!("\n{}\n{}", engine.adapter(), trial.tally.table()));
    tell(&trial.growths.table());
    trial.assert_nothing_is_silent();
    trial.tally.assert_few_are_needless();
    trial.growths.assert_is_sound();
}

#[test]
#[ignore = "needs a Python with duckdb"]
fn no_reader_that_duckdb_refuses_goes_unnamed() {
    every_break_is_named(Engine::DuckDb, "no_reader_that_duckdb_refuses_goes_unnamed");
}

#[test]
#[ignore = "needs PostgreSQL, and a Python with psycopg2"]
fn no_reader_that_postgres_refuses_goes_unnamed() {
    every_break_is_named(Engine::Postgres, "no_reader_that_postgres_refuses_goes_unnamed");
}
