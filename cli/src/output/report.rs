//! Reports of the check in the forms that other programs read. Text from outside is escaped as each of them asks.

mod github;
mod gitlab;
mod junit;
mod markdown;
mod sarif;
mod text;

use contracts::api::{Finding, Level, Report};

pub(crate) use crate::output::report::text::{render as text, shown, waived};

/// What a report is about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// The project.
    pub(crate) package_name: String,
    /// What it was compared with, in few words; backticks around what the user named, escaped for a terminal.
    pub(crate) baseline: String,
}

/// A form of a report for another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// A comment on a pull request.
    Markdown,
    /// Annotations in the log of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// `JUnit` XML, for test reports.
    Junit,
}

/// The report as that form has it.
pub(crate) fn render(form: Form, report: &Report, subject: &Subject) -> String {
    match form {
        Form::Markdown => markdown::render(report, subject),
        Form::Github => github::render(report),
        Form::Gitlab => gitlab::render(report),
        Form::Sarif => sarif::render(report),
        Form::Junit => junit::render(report, subject),
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

/// The file that a form wants where the finding knows none.
const SOMEWHERE: &str = "dbt_project.yml";

#[cfg(test)]
mod tests;
