//! A comment on a pull request.

use std::fmt::Write as _;

use contracts::{
    api::{Finding, Level, Report},
    version::RequiredUpdate,
};

use crate::output::report::{Subject, counts};

pub(super) fn render(report: &Report, subject: &Subject) -> String {
    let update = match report.required_update {
        RequiredUpdate::None => "has not changed for its readers",
        RequiredUpdate::Patch => "needs a **patch** version",
        RequiredUpdate::Minor => "needs a **minor** version",
        RequiredUpdate::Major => "needs a **major** version",
    };
    let mut text = format!(
        "### weft: {} {update}\n\n{}, against {}.\n",
        code(&subject.package_name),
        counts(report),
        words(&subject.baseline)
    );
    if !report.findings.is_empty() {
        text.push_str("\n| | Rule | Node | Change | Remedy |\n| --- | --- | --- | --- | --- |\n");
        text.extend(report.findings.iter().map(row));
    }
    let consumers: Vec<String> = report.findings.iter().flat_map(consumers).collect();
    if !consumers.is_empty() {
        text.push_str("\n| Consumer | Environment | Reader | Reads |\n| --- | --- | --- | --- |\n");
        text.extend(consumers);
    }
    text
}

fn row(finding: &Finding) -> String {
    let sign = match finding.level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Info => "ℹ️",
    };
    let node = match &finding.column {
        Some(column) => format!("{} {}", code(finding.unique_id.as_str()), code(column)),
        None => code(finding.unique_id.as_str()),
    };
    let waived = finding.waiver.as_ref().map_or_else(String::new, |waiver| {
        format!(" (waived by {} until {}: {})", words(&waiver.author), words(&waiver.until), words(&waiver.reason))
    });
    let (rule, message, remedy) = (code(&finding.rule), words(&finding.message), words(&finding.remedy));
    format!("| {sign} | {rule} | {node} | {message}{waived} | {remedy} |\n")
}

fn consumers(finding: &Finding) -> Vec<String> {
    let mut rows = Vec::new();
    for consumer in &finding.consumers {
        let mut row = String::new();
        let project = format!("{} {}", consumer.package_name, consumer.version);
        let _ = writeln!(
            row,
            "| {} | {} | {} | {} |",
            code(&project),
            code(consumer.environment.as_str()),
            code(consumer.reader.as_str()),
            code(consumer.unique_id.as_str())
        );
        rows.push(row);
    }
    rows
}

/// A text as code, whatever is in it: HTML's way takes any backtick.
fn code(text: &str) -> String {
    format!("<code>{}</code>", html(text))
}

/// A text as words; what stands in backticks as code. Nothing in it opens a tag, a link, a mention or a cell.
fn words(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let part = |(index, part): (usize, &&str)| {
        if index % 2 == 1 && index < last { code(part) } else { html(part) }
    };
    parts.iter().enumerate().map(part).collect()
}

fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '[' | ']' | '!' | '@' | '*' | '#' | '~' | '\\' => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
