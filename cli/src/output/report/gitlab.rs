//! GitLab's code quality report: a JSON array, an entry a finding.

use contracts::{
    api::{Finding, Level, Report},
    digest::Digest,
};
use serde_json::{Value, json};

use crate::output::report::{SOMEWHERE, place};

pub(super) fn render(report: &Report) -> String {
    let entries: Vec<Value> = report.findings.iter().filter(|finding| finding.waiver.is_none()).map(entry).collect();
    format!("{:#}\n", Value::from(entries))
}

fn entry(finding: &Finding) -> Value {
    let severity = match finding.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info => "info",
    };
    // The same finding in the next run has the same fingerprint, wherever its line has moved.
    let fingerprint = Digest::of_bytes(format!("{} {}", finding.rule, place(finding)).as_bytes()).hex();
    let at = finding.location.as_ref();
    json!({
        "check_name": finding.rule,
        "description": format!("{}: {}", place(finding), finding.message),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": at.map_or(SOMEWHERE, |at| &at.file),
            "lines": { "begin": at.and_then(|at| at.line).unwrap_or(1) },
        },
    })
}
