//! A comment on a pull request.

use std::{collections::BTreeSet, fmt::Write as _};

use weft_api::{Consumer, Finding, Level, Report};
use weft_model::{hidden::is_hidden, version::RequiredUpdate};

use crate::output::{
    readings,
    report::{
        coverage,
        findings::{contracts, counts},
        groups::{groups, is_long},
        subject::ReportSubject,
    },
};

/// GitHub takes no comment longer than 65,536 characters. In bytes, with room for what comes after the tables.
const LONGEST: usize = 60_000;

pub(super) fn render(report: &Report, subject: &ReportSubject) -> String {
    let mut text = head(report, subject);
    let mut told = BTreeSet::new();
    let mut rows = Vec::new();
    for group in groups(report) {
        for finding in &group.shown {
            let is_new = !is_long(report) || told.insert((&finding.rule, &finding.remedy));
            rows.push(row(finding, subject, is_new));
        }
        rows.extend(group.rest().map(|rest| format!("| | | | {} | |\n", words(&rest))));
    }
    table(&mut text, "| | Rule | Node | Change | Remedy |\n| --- | --- | --- | --- | --- |", rows.into_iter());
    let consumers = report.findings.iter().flat_map(consumers);
    table(
        &mut text,
        "| Consumer | Owner | Environment | Reader | Reads | How |\n| --- | --- | --- | --- | --- | --- |",
        consumers,
    );
    if is_long(report) {
        let _ = writeln!(text, "\n{}; `--format json` and `-o FILE.json` list every finding.", counts(report));
    }
    text
}

/// What the report is about, and what it came to.
fn head(report: &Report, subject: &ReportSubject) -> String {
    if let Some(many) = subject.contracts {
        return format!("### weft: {}\n\n{}.\n", contracts(many), counts(report));
    }
    let update = match report.required_update {
        RequiredUpdate::None => "has not changed for its readers",
        RequiredUpdate::Patch => "needs a **patch** version",
        RequiredUpdate::Minor => "needs a **minor** version",
        RequiredUpdate::Major => "needs a **major** version",
    };
    let compared = match (words(&subject.baseline), subject.current.as_deref().map(words)) {
        (baseline, Some(current)) => format!("from {baseline} to {current}"),
        (baseline, None) => format!("against {baseline}"),
    };
    let (name, counts) = (code(&subject.package_name), counts(report));
    if report.checked_nothing() {
        return format!("### weft: nothing of {name} was checked\n\nNo node is public, {compared}.\n");
    }
    let rests_on = words(&coverage::line(&report.coverage));
    format!("### weft: {name} {update}\n\n{counts}, {compared}.\n\n<sub>{rests_on}</sub>\n")
}

/// A table of as many rows as there is room for; the others are counted.
fn table(text: &mut String, head: &str, mut rows: impl Iterator<Item = String>) {
    let Some(first) = rows.next() else { return };
    let _ = write!(text, "\n{head}\n");
    let mut left = 0;
    for row in std::iter::once(first).chain(rows) {
        if text.len() + row.len() > LONGEST || left > 0 { left += 1 } else { text.push_str(&row) }
    }
    if left > 0 {
        let _ = writeln!(text, "\nAnd {left} more, which do not fit here.");
    }
}

fn row(finding: &Finding, subject: &ReportSubject, has_remedy: bool) -> String {
    let sign = match finding.level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Info => "ℹ️",
    };
    let node = match &finding.column {
        Some(column) => format!("{} {}", code(finding.unique_id.as_str()), code(column)),
        None => code(finding.unique_id.as_str()),
    };
    let at = finding.location.as_ref().map_or_else(String::new, |at| {
        let line = at.line.map_or_else(String::new, |line| format!(":{line}"));
        format!("<br>{}", code(&format!("{}{line}", subject.path(&at.file))))
    });
    let waived = finding.waiver.as_ref().map_or_else(String::new, |waiver| {
        format!(" (waived by {} until {}: {})", words(&waiver.author), waiver.until, words(&waiver.reason))
    });
    let remedy = if has_remedy { words(&finding.remedy) } else { "as above".to_owned() };
    let (rule, message) = (code(finding.rule.as_str()), words(&finding.message));
    format!("| {sign} | {rule} | {node}{at} | {message}{waived} | {remedy} |\n")
}

fn consumers(finding: &Finding) -> Vec<String> {
    let mut rows = Vec::new();
    for consumer in &finding.consumers {
        let mut row = String::new();
        let project = consumer.who();
        let _ = writeln!(
            row,
            "| {} | {} | {} | {} | {} | {} |",
            code(&project),
            consumer.owner.as_deref().map(words).unwrap_or_default(),
            code(consumer.environment.as_str()),
            code(consumer.reader.as_str()),
            code(consumer.unique_id.as_str()),
            how(consumer)
        );
        rows.push(row);
    }
    rows
}

/// The columns with how each is read; if they are unknown, the text says so.
fn how(consumer: &Consumer) -> String {
    let Some(columns) = &consumer.columns else { return "unknown".to_owned() };
    let columns = columns.iter().map(|(name, hows)| format!("{} {}", code(name), readings::hows(hows)));
    columns.collect::<Vec<_>>().join("; ")
}

/// A text as code, with any content: HTML's form allows backticks.
fn code(text: &str) -> String {
    format!("<code>{}</code>", html(text))
}

/// A text as words; text in backticks as code. Nothing in it opens a tag, a link, a mention or a cell.
fn words(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let part = |(index, part): (usize, &&str)| {
        if index % 2 == 1 && index < last { code(part) } else { html(part) }
    };
    parts.iter().enumerate().map(part).collect()
}

/// A text in which nothing means something to Markdown or HTML; between tags of HTML, too, Markdown reads on.
fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '[' | ']' | '!' | '@' | '*' | '#' | '~' | '\\' | '$' => number(&mut safe, c),
            // Where a word begins or ends it may mean emphasis.
            '_' if !(before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)) => {
                number(&mut safe, c);
            }
            // What looks like an address becomes a link by itself.
            ':' if after.starts_with("//") => number(&mut safe, c),
            '.' if before.get(at.saturating_sub(3)..).is_some_and(|it| it.eq_ignore_ascii_case("www")) => {
                number(&mut safe, c);
            }
            c if is_hidden(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

fn number(safe: &mut String, c: char) {
    let _ = write!(safe, "&#{};", u32::from(c));
}
