//! Reads a manifest and the column lineage of its models, so that a benchmark can measure time and memory:
//! `read_lineage MANIFEST [THREADS]`. Prints how many models were read, and how many columns.

use std::{io::Write as _, num::NonZeroUsize, process::ExitCode};

use weft_dbt::{
    manifest::Manifest,
    project_lineage::{lineage, nodes},
};
use weft_model::types::Dialect;
use weft_sql::Polyglot;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(bytes) = arguments.next().and_then(|path| std::fs::read(path).ok()) else { return ExitCode::from(2) };
    let threads = arguments.next().and_then(|threads| threads.parse().ok()).unwrap_or(NonZeroUsize::MIN);
    let Ok(manifest) = Manifest::read(&bytes) else { return ExitCode::from(2) };
    drop(bytes);
    let dialect = Dialect::from_adapter(manifest.metadata.adapter_type.as_deref());
    let nodes = nodes(&manifest, None, dialect, |_| false);
    let lineage = lineage(&nodes, dialect, &Polyglot::default(), threads);
    let columns = lineage.values().flatten().flat_map(|reading| &reading.columns);
    let certain = columns.clone().filter(|column| column.inputs.is_ok()).count();
    let read = lineage.values().filter(|result| result.is_ok()).count();
    let told = writeln!(std::io::stdout(), "{} {read} {} {certain}", lineage.len(), columns.count());
    if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
