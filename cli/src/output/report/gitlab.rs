//! GitLab's code quality report: a JSON array, an entry a finding.

use serde_json::{Value, json};
use weft_api::{Finding, Level, Report};

use crate::output::report::{
    findings::{fingerprints, place},
    subject::{ReportSubject, location},
};

pub(super) fn render(report: &Report, subject: &ReportSubject) -> String {
    let told = report.findings.iter().zip(fingerprints(report)).filter(|(finding, _)| finding.waiver.is_none());
    let entries: Vec<Value> = told.map(|(finding, fingerprint)| entry(finding, &fingerprint, subject)).collect();
    format!("{:#}\n", Value::from(entries))
}

fn entry(finding: &Finding, fingerprint: &str, subject: &ReportSubject) -> Value {
    let severity = match finding.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info => "info",
    };
    let at = location(finding, subject);
    json!({
        "check_name": finding.rule,
        "description": format!("{}: {}", place(finding), finding.message),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": at.file,
            "lines": { "begin": at.line.unwrap_or(1) },
        },
    })
}
