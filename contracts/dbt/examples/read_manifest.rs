//! Reads a manifest in one of three ways, so that a benchmark can compare their time and memory:
//! `fields` into what weft keeps, `value` into a `serde_json::Value`, `skip` over everything (the parser alone).

use std::process::ExitCode;

use serde::de::IgnoredAny;
use weft_dbt::manifest::Manifest;

fn main() -> ExitCode {
    let [way, path] = std::env::args().skip(1).collect::<Vec<_>>().try_into().unwrap_or_default();
    let Ok(bytes) = std::fs::read(&path) else { return ExitCode::from(2) };
    let read = match way.as_str() {
        "fields" => Manifest::read(&bytes).is_ok(),
        "value" => serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(),
        "skip" => serde_json::from_slice::<IgnoredAny>(&bytes).is_ok(),
        _ => false,
    };
    if read { ExitCode::SUCCESS } else { ExitCode::from(2) }
}
