//! Annotations in the log of GitHub Actions: workflow commands, one line each.

use weft_api::{Level, Report};

use crate::{
    escape::escape,
    output::report::{findings::place, subject::ReportSubject},
};

pub(super) fn render(report: &Report, subject: &ReportSubject) -> String {
    let line = |finding: &weft_api::Finding| {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let at = finding.location.as_ref().map_or_else(String::new, |at| {
            let line = at.line.map_or_else(String::new, |line| format!(",line={line}"));
            format!(",file={}{line}", property(&subject.path(&at.file)))
        });
        let title = property(&format!("{} {}", finding.rule, place(finding)));
        let said = data(&format!("{}. {}", finding.message, finding.remedy));
        format!("::{command} title={title}{at}::{said}\n")
    };
    report.findings.iter().filter(|finding| finding.waiver.is_none()).map(line).collect()
}

/// What follows `::` ends at a line's end.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    escape(&text)
}

/// A property also ends at a comma, and its name at a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
