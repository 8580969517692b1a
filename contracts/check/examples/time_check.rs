//! Times the rules of the check alone, over two publications in which everything changed: `time_check MODELS COLUMNS`.
//!
//! Prints the median seconds of five runs and the number of findings.

use std::{
    io::Write as _,
    process::ExitCode,
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};
use time::{Date, Month};
use weft_check::{Levels, Side, check};
use weft_publication::Publication;

/// As the binary has it: findings are many small texts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 5;

fn main() -> ExitCode {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [models, columns] = numbers.try_into().unwrap_or([10_000, 20]);
    let (Ok(old), Ok(new)) = (publication(models, columns, false), publication(models, columns, true)) else {
        return ExitCode::from(2);
    };
    let Ok(today) = Date::from_calendar_date(2026, Month::November, 20) else { return ExitCode::from(2) };
    let levels = Levels::default();
    let mut findings = 0;
    let mut taken: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            findings = check(Side::new(&old), Side::new(&new), today, &levels).findings.len();
            start.elapsed()
        })
        .collect();
    taken.sort_unstable();
    let median = taken.get(RUNS / 2).map_or(0.0, Duration::as_secs_f64);
    match writeln!(std::io::stdout(), "{median:.3} s, {findings} findings") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

fn publication(models: usize, columns: usize, changed: bool) -> Result<Publication, serde_json::Error> {
    let nodes: Map<String, Value> =
        (0..models).map(|index| (format!("model.shop.model_{index:05}"), model(index, columns, changed))).collect();
    let source = json!({"adapter_type": "duckdb"});
    serde_json::from_value(json!({"package_name": "shop", "version": "1.0.0", "source": source, "interface": nodes}))
}

/// A model with a constraint and a test on each column. In the changed one each column has a different type and
/// description, one is gone, one is new, one is renamed, and the key differs.
fn model(index: usize, columns: usize, changed: bool) -> Value {
    let columns = (0..columns).filter(|column| !(changed && *column == 1));
    let columns: Vec<Value> = columns
        .map(|column| {
            let name = match (column, changed) {
                (2, true) => "renamed_column_02".to_owned(),
                (3, true) => "something_else".to_owned(),
                _ => format!("column_{column:02}"),
            };
            let data_type = if changed { "decimal(18,4)" } else { "decimal(18,2)" };
            json!({
                "name": name, "data_type": data_type, "origin": "contract",
                "description": format!("What it holds{}.", if changed { " now" } else { "" }),
                "constraints": [{"type": "not_null"}],
                "quality": [{"test": "accepted_values", "arguments": {"values": ["a", "b"]}, "severity": "error"}],
            })
        })
        .collect();
    json!({
        "name": format!("model_{index:05}"), "resource_type": "model", "access": "public", "materialization": "table",
        "contract": {"enforced": true}, "columns": columns, "checksum": if changed { "b2" } else { "a1" },
        "description": if changed { "Facts." } else { "The facts." },
        "constraints": [{"type": "primary_key", "columns": [if changed { "column_04" } else { "column_00" }]}],
    })
}
