//! The findings of a report: how many there are, and what each is called.

use std::collections::BTreeMap;

use weft_api::{Finding, Level, Report};
use weft_model::digest::Digest;

/// How many findings there are at each level, in words: "2 errors, 1 warning, 1 waived".
pub(crate) fn counts(report: &Report) -> String {
    let (open, waived): (Vec<&Finding>, Vec<_>) = report.findings.iter().partition(|finding| finding.waiver.is_none());
    let mut words = Vec::new();
    for (level, word) in [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "note")] {
        match open.iter().filter(|finding| finding.level == level).count() {
            0 => {}
            1 => words.push(format!("1 {word}")),
            many => words.push(format!("{many} {word}s")),
        }
    }
    if !waived.is_empty() {
        words.push(format!("{} waived", waived.len()));
    }
    if words.is_empty() { "nothing found".to_owned() } else { words.join(", ") }
}

/// The node, and the column where the finding is about one.
pub(super) fn place(finding: &Finding) -> String {
    match &finding.column {
        Some(column) => format!("{}.{column}", finding.unique_id),
        None => finding.unique_id.to_string(),
    }
}

/// `1 contract`, `2 contracts`.
pub(super) fn contracts(many: usize) -> String {
    if many == 1 { "1 contract".to_owned() } else { format!("{many} contracts") }
}

/// An id for each finding that is stable in the next run, even if its line has moved.
pub(super) fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let fingerprint = |finding: &Finding| {
        let what = format!("{} {}", finding.rule, place(finding));
        let count = seen.entry(what.clone()).and_modify(|count| *count += 1).or_insert(1);
        let what = if *count == 1 { what } else { format!("{what} {count}") };
        Digest::hash_bytes(what.as_bytes()).hex()
    };
    report.findings.iter().map(fingerprint).collect()
}
