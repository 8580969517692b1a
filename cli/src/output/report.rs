//! Reports of the check in the forms that other programs read. Text from outside is escaped as each of them asks.

mod coverage;
mod findings;
mod github;
mod gitlab;
mod groups;
mod junit;
mod markdown;
mod sarif;
mod subject;
mod text;

use weft_api::Report;

pub(crate) use crate::output::report::{
    findings::counts,
    subject::ReportSubject,
    text::{render as text, shown, waived},
};

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

#[cfg(test)]
mod tests;
