//! SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use weft_api::{Finding, Level, Report};
use weft_check::rules::RULES;
use weft_lint as lint;

use crate::output::report::{
    findings::{fingerprints, place},
    subject::{ReportSubject, location},
};

pub(super) fn render(report: &Report, subject: &ReportSubject) -> String {
    let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let of_check = RULES.iter().map(|rule| (rule.id, rule.title, rule.why));
    let of_lint = lint::RULES.iter().map(|rule| (rule.id, rule.title, rule.why));
    let rules: Vec<Value> = of_check
        .chain(of_lint)
        .filter(|(id, ..)| found.contains(id))
        .map(|(id, title, why)| {
            json!({
                "id": id,
                "shortDescription": { "text": title },
                "fullDescription": { "text": why },
            })
        })
        .collect();
    let told = report.findings.iter().zip(fingerprints(report));
    let results: Vec<Value> = told.map(|(finding, fingerprint)| result(finding, &fingerprint, subject)).collect();
    let driver = json!({ "name": "weft", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let sarif = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    });
    format!("{sarif:#}\n")
}

fn result(finding: &Finding, fingerprint: &str, subject: &ReportSubject) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    };
    let at = location(finding, subject);
    let mut physical = json!({ "artifactLocation": { "uri": uri(&at.file) } });
    if let Some(line) = at.line {
        physical["region"] = json!({ "startLine": line });
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level,
        "message": { "text": format!("{}. {}", finding.message, finding.remedy) },
        "partialFingerprints": { "weft/v1": fingerprint },
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{ "fullyQualifiedName": place(finding) }],
        }],
    });
    if let Some(waiver) = &finding.waiver {
        result["suppressions"] = json!([{ "kind": "external", "justification": waiver.reason }]);
    }
    result
}

/// A relative path as a URI reference (RFC 3986).
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut uri, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => drop(write!(uri, "%{byte:02X}")),
        }
        uri
    })
}
