//! `weft check --comment`.

use std::ffi::OsString;

use weft_api::Report;

use crate::{
    escape::escape,
    output::{
        Message,
        report::{ReportFormat, ReportSubject, counts, render},
    },
    pull_request::{PullRequest, Review, Written},
};

/// Writes the report to the pull or merge request of this job, and sets the status of its commit.
///
/// The answer of the check does not depend on it: what could not be written is a warning.
pub(super) async fn comment(
    report: &Report,
    subject: &ReportSubject,
    passes: bool,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Vec<Message> {
    let request = match PullRequest::from_job(variable) {
        Ok(request) => request,
        Err(error) => return vec![Message::Warning(format!("No comment was written: {error}"))],
    };
    let review = Review {
        project: &subject.package_name,
        body: render(ReportFormat::Markdown, report, subject),
        summary: counts(report),
        passes,
        is_empty: report.findings.is_empty() && !report.checked_nothing(),
    };
    let [comment, status] = request.post(&review).await;
    let comment = match comment {
        Ok(Written::Created | Written::Status) => Message::Note("Wrote a comment on the request".to_owned()),
        Ok(Written::Updated) => Message::Note("Updated the comment on the request".to_owned()),
        Ok(Written::Nothing) => Message::Note("Wrote no comment, because the report has no findings".to_owned()),
        Err(error) => Message::Warning(format!("The comment could not be written: {error}")),
    };
    let status = match status {
        Ok(_) => None,
        Err(error) => Some(Message::Warning(format!(
            "The status `weft/{}` of the commit could not be set: {error}",
            escape(&subject.package_name)
        ))),
    };
    [Some(comment), status].into_iter().flatten().collect()
}
