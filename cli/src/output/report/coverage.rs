//! The coverage of a report, in one line.

use weft_api::{Coverage, Input, InputOrigin, InputSide, NotCompared};

use crate::escape::escape;

/// How many nodes are named that were not compared.
const NAMED: usize = 3;

/// `3 nodes compared (2 contract, 1 sql), 1 not (model.shop.orders: no_sql); readers: 4 by column, 1 of unknown columns;
/// baseline of dbt 1.11.16, written 2026-11-20T08:00:00Z; current of ...`; escaped for a terminal.
pub(super) fn line(coverage: &Coverage) -> String {
    let parts = [Some(nodes(coverage)), types(coverage), readers(coverage), inputs(coverage)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn nodes(coverage: &Coverage) -> String {
    let compared = coverage.compared;
    let by = [
        (compared.contract, "contract"),
        (compared.catalog, "catalog"),
        (compared.sql, "sql"),
        (compared.declared, "declared"),
    ];
    let by: Vec<_> = by.iter().filter(|(many, _)| *many > 0).map(|(many, what)| format!("{many} {what}")).collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    let total = compared.total();
    let compared = format!("{total} {} compared{by}", if total == 1 { "node" } else { "nodes" });
    if coverage.not_compared.is_empty() {
        return compared;
    }
    let some = coverage.not_compared.iter().take(NAMED).map(|NotCompared { unique_id, side, reason }| {
        let side = if *side == InputSide::Baseline { "baseline, " } else { "" };
        format!("{}: {side}{}", escape(unique_id.as_str()), escape(reason))
    });
    let some = some.collect::<Vec<_>>().join(", ");
    let more = if coverage.not_compared.len() > NAMED { ", ..." } else { "" };
    format!("{compared}, {} not ({some}{more})", coverage.not_compared.len())
}

fn types(coverage: &Coverage) -> Option<String> {
    match coverage.types_unknown {
        0 => None,
        1 => Some("the type of 1 column of a changed node is unknown".to_owned()),
        many => Some(format!("the types of {many} columns of changed nodes are unknown")),
    }
}

fn readers(coverage: &Coverage) -> Option<String> {
    let readers = coverage.readers?;
    Some(match (readers.by_column, readers.of_unknown_columns) {
        (0, 0) => "no readers known".to_owned(),
        (by_column, 0) => format!("readers: {by_column} by column"),
        (0, unknown) => format!("readers: {unknown} of unknown columns"),
        (by_column, unknown) => format!("readers: {by_column} by column, {unknown} of unknown columns"),
    })
}

fn inputs(coverage: &Coverage) -> Option<String> {
    let inputs: Vec<_> = coverage.inputs.iter().filter_map(input).collect();
    (!inputs.is_empty()).then(|| inputs.join("; "))
}

/// The text for a side; `None` if there is nothing to say.
fn input(input: &Input) -> Option<String> {
    let side = match input.side {
        InputSide::Baseline => "baseline",
        InputSide::Current => "current",
    };
    let origin = input.origin.as_ref().and_then(|origin| match origin {
        InputOrigin::Registry { version, environment: Some(environment) } => {
            Some(format!("{version} in {environment}"))
        }
        InputOrigin::Registry { version, environment: None } => Some(version.to_string()),
        InputOrigin::Git { revision } => Some(format!("git:{}", escape(revision))),
        InputOrigin::File { path } => Some(escape(path)),
        InputOrigin::WorkTree | InputOrigin::Request => None,
    });
    let commit = input.commit.as_deref().map(|commit| {
        let short: String = commit.chars().take(12).collect();
        format!("commit {}", escape(&short))
    });
    let dbt = input.dbt_version.as_deref().map(|dbt| format!("dbt {}", escape(dbt)));
    let written = input.generated_at.as_deref().map(|at| format!("written {}", escape(at)));
    let carried = (input.carried_over > 0).then(|| {
        let nodes = if input.carried_over == 1 { "node" } else { "nodes" };
        format!("{} unchanged {nodes} taken from an earlier publication", input.carried_over)
    });
    let remarks = input.remarks.iter().map(|remark| escape(remark));
    let parts: Vec<_> = [origin, commit, dbt, written, carried].into_iter().flatten().chain(remarks).collect();
    (!parts.is_empty()).then(|| format!("{side}: {}", parts.join(", ")))
}
