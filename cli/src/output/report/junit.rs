//! JUnit XML: a finding at error level is a test that failed, any other one that passed and said something.

use std::fmt::Write as _;

use weft_api::{Finding, Level, Report};

use crate::{
    escape::xml,
    output::report::{findings::place, subject::ReportSubject},
};

pub(super) fn render(report: &Report, subject: &ReportSubject) -> String {
    let failures = report.findings.iter().filter(|finding| failed(finding)).count();
    let name = match (&subject.package_name, &subject.baseline, &subject.current) {
        _ if subject.contracts.is_some() => "weft contract lint".to_owned(),
        (name, baseline, Some(current)) => format!("weft diff {name} {baseline} {current}"),
        (name, baseline, None) => format!("weft check {name} against {baseline}"),
    };
    let name = xml(&name.replace('`', ""));
    // A suite without any case reads as one that did not run.
    let tests = report.findings.len().max(1);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  \
         <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">\n"
    );
    if report.findings.is_empty() {
        let _ = writeln!(text, "    <testcase classname=\"weft\" name=\"no findings\"/>");
    }
    for finding in &report.findings {
        let (class, case) = (xml(finding.unique_id.as_str()), xml(&format!("{} {}", finding.rule, place(finding))));
        let (message, remedy) = (xml(&finding.message), xml(&finding.remedy));
        let at = finding.location.as_ref().map(|at| format!(" file=\"{}\"", xml(&subject.path(&at.file))));
        let _ = writeln!(text, "    <testcase classname=\"{class}\" name=\"{case}\"{}>", at.unwrap_or_default());
        let _ = if failed(finding) {
            writeln!(text, "      <failure message=\"{message}\">{remedy}</failure>")
        } else {
            writeln!(text, "      <system-out>{message}. {remedy}</system-out>")
        };
        text.push_str("    </testcase>\n");
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn failed(finding: &Finding) -> bool {
    finding.level == Level::Error && finding.waiver.is_none()
}
