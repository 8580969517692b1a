//! Reports of the check in the forms that other programs read. Text from outside is escaped as each of them asks.

mod coverage;
mod github;
mod gitlab;
mod groups;
mod junit;
mod markdown;
mod sarif;
mod text;

use std::collections::BTreeMap;

use weft_api::{Finding, Level, Location, Report};
use weft_model::digest::Digest;

use crate::output::places::PROJECT_FILE;
pub(crate) use crate::output::report::text::{render as text, shown, waived};

/// What a report is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReportSubject {
    /// The project's name.
    pub(crate) package_name: String,
    /// What it was compared with, in few words; backticks around what the user named, escaped for a terminal.
    pub(crate) baseline: String,
    /// What was compared with that, in the same manner, where it is not the work tree that is checked.
    pub(crate) current: Option<String>,
    /// The project's folder below the root of its repository, `/` between the parts.
    pub(crate) folder: String,
    /// How many contracts were linted, where they are what it is about, and nothing was compared.
    pub(crate) contracts: Option<usize>,
}

impl ReportSubject {
    /// A place in the project as CI services want it: from the root of the repository.
    fn path(&self, file: &str) -> String {
        if self.folder.is_empty() || file.starts_with('/') {
            file.to_owned()
        } else {
            format!("{}/{file}", self.folder)
        }
    }
}

/// A report format for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ReportFormat {
    /// A comment on a pull request.
    Markdown,
    /// Annotations in the log of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reports.
    Junit,
}

/// The report as that form has it.
pub(crate) fn render(form: ReportFormat, report: &Report, subject: &ReportSubject) -> String {
    match form {
        ReportFormat::Markdown => markdown::render(report, subject),
        ReportFormat::Github => github::render(report, subject),
        ReportFormat::Gitlab => gitlab::render(report, subject),
        ReportFormat::Sarif => sarif::render(report, subject),
        ReportFormat::Junit => junit::render(report, subject),
    }
}

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
fn place(finding: &Finding) -> String {
    match &finding.column {
        Some(column) => format!("{}.{column}", finding.unique_id),
        None => finding.unique_id.to_string(),
    }
}

/// `1 contract`, `2 contracts`.
fn contracts(many: usize) -> String {
    if many == 1 { "1 contract".to_owned() } else { format!("{many} contracts") }
}

/// The place of a finding from the root of the repository, for forms that want one: the project itself where nothing
/// nearer is known.
fn location(finding: &Finding, subject: &ReportSubject) -> Location {
    let (file, line) = match &finding.location {
        Some(at) => (at.file.as_str(), at.line),
        None => (PROJECT_FILE, None),
    };
    Location { file: subject.path(file), line }
}

/// An id for each finding that is stable in the next run, even if its line has moved.
fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let fingerprint = |finding: &Finding| {
        let what = format!("{} {}", finding.rule, place(finding));
        let count = seen.entry(what.clone()).and_modify(|count| *count += 1).or_insert(1);
        let what = if *count == 1 { what } else { format!("{what} {count}") };
        Digest::hash_bytes(what.as_bytes()).hex()
    };
    report.findings.iter().map(fingerprint).collect()
}

#[cfg(test)]
mod tests;
