//! A report for people, with colors.

use std::{collections::BTreeSet, fmt::Write as _};

use weft_api::{Consumer, Evidence, Finding, Level, Report, Waiver};

use crate::{
    escape::escape,
    output::{
        report::{
            coverage,
            findings::{contracts, counts},
            groups::{groups, is_long},
            subject::ReportSubject,
        },
        style::{DIM, ERROR, HEAD, HINT, WARNING, paint},
    },
};

/// How many readers of a finding are shown.
const READERS: usize = 10;

/// A line of what was compared and what it came to, then each finding.
pub(crate) fn render(report: &Report, subject: &ReportSubject) -> String {
    let mut text = match subject.contracts {
        Some(many) => format!("{}: {}\n", paint(HEAD, contracts(many)), counts(report)),
        None => compared(report, subject),
    };
    let mut told = BTreeSet::new();
    for group in groups(report) {
        for finding in &group.shown {
            text.push('\n');
            // A long report says what to do once, however many findings ask for it.
            let is_new = !is_long(report) || told.insert((&finding.rule, &finding.remedy));
            text.push_str(&in_lines(finding, is_new));
        }
        if let Some(rest) = group.rest() {
            let _ = writeln!(text, "\n{}", paint(DIM, rest));
        }
    }
    if is_long(report) {
        let _ = writeln!(text, "\n{}; `--format json` and `-o FILE.json` list every finding", counts(report));
    }
    text
}

/// What was compared, and what it came to.
fn compared(report: &Report, subject: &ReportSubject) -> String {
    let name = paint(HEAD, &subject.package_name);
    let update = report.required_update;
    let compared = match (&subject.baseline, &subject.current) {
        (baseline, Some(current)) => format!("{baseline} → {current}"),
        (baseline, None) => format!("against {baseline}"),
    };
    if report.checked_nothing() {
        return format!("{name} {compared}: nothing checked, because no node is public\n");
    }
    let rests_on = paint(DIM, format_args!("  {}", coverage::line(&report.coverage)));
    format!("{name} {compared}: {}; required update: {update}\n{rests_on}\n", counts(report))
}

/// A finding in a few lines: what, where, and what to do; of a waived one, who approved it instead.
pub(crate) fn shown(finding: &Finding) -> String {
    in_lines(finding, true)
}

fn in_lines(finding: &Finding, has_remedy: bool) -> String {
    let (style, level) = match finding.level {
        Level::Error => (ERROR, "error"),
        Level::Warning => (WARNING, "warning"),
        Level::Info => (HINT, "note"),
    };
    let evidence = match finding.evidence {
        Evidence::Declared => "declared",
        Evidence::Sql => "sql",
        Evidence::Catalog => "catalog",
        Evidence::Contract => "contract",
        Evidence::Project => "project",
    };
    let rule = paint(style, format_args!("{level}[{}]", escape(finding.rule.as_str())));
    let node = escape(finding.unique_id.as_str());
    let mut text = format!("{rule} {node} {}\n", paint(DIM, format_args!("({evidence})")));
    if let Some(at) = &finding.location {
        let line = at.line.map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(text, "{}", paint(DIM, format_args!("  --> {}{line}", escape(&at.file))));
    }
    let _ = writeln!(text, "  {}", escape(&finding.message));
    if let Some(waiver) = &finding.waiver {
        let _ = writeln!(text, "  {}", waived(waiver));
    } else if finding.level != Level::Info && has_remedy {
        let _ = writeln!(text, "  {}", escape(&finding.remedy));
    }
    for consumer in finding.consumers.iter().take(READERS) {
        let _ = writeln!(text, "  {}", read_by(consumer));
    }
    if finding.consumers.len() > READERS {
        let _ = writeln!(text, "  and {} more readers", finding.consumers.len() - READERS);
    }
    text
}

/// `read by finance 1.2.0: model.finance.profit (price: filter, join), through model.sales.orders, of Finance team`
fn read_by(consumer: &Consumer) -> String {
    let mut text = format!("read by {}: {}", escape(&consumer.who()), escape(consumer.reader.as_str()));
    if let Some(columns) = consumer.columns.as_ref().filter(|columns| !columns.is_empty()) {
        let columns = columns.iter().map(|(name, hows)| {
            let hows: Vec<_> = hows.iter().map(|how| how.word()).collect();
            format!("{}: {}", escape(name), hows.join(", "))
        });
        let _ = write!(text, " ({})", columns.collect::<Vec<_>>().join("; "));
    }
    let through: Vec<_> = consumer.through.iter().map(|node| escape(node.unique_id.as_str())).collect();
    if !through.is_empty() {
        let _ = write!(text, ", through {}", through.join(", "));
    }
    if let Some(owner) = &consumer.owner {
        let _ = write!(text, ", of {}", escape(owner));
    }
    text
}

/// `waived by ana until 2027-01-31: agreed`
pub(crate) fn waived(waiver: &Waiver) -> String {
    let Waiver { author, reason, until } = waiver;
    format!("waived by {} until {}: {}", escape(author), until, escape(reason))
}
