use serde_json::Value;
use weft_api::{Consumer, Coverage, Evidence, Finding, Level, Location, RuleId, Waiver};
use weft_model::version::RequiredUpdate;

use super::*;
use crate::output::report::{
    findings::{fingerprints, place},
    subject::location,
};

mod hostile;
mod laws;
mod structure;

const HOSTILE: &str = "a`|<b>&amp;[x](y) @all ::error::%0A \u{1b}[31m\"'\r\nnext";

fn finding(level: Level, column: Option<&str>) -> Finding {
    Finding {
        rule: RuleId::new("column_removed"),
        unique_id: "model.shop.orders".parse().unwrap(),
        column: column.map(str::to_owned),
        level,
        evidence: Evidence::Contract,
        baseline: None,
        current: None,
        message: format!("column `{}` was removed", column.unwrap_or("x")),
        remedy: "keep the column".to_owned(),
        location: None,
        consumers: Vec::new(),
        waiver: None,
    }
}

/// An error with a place and a reader, a hostile warning, a waived error.
fn report() -> (Report, ReportSubject) {
    let mut first = finding(Level::Error, Some("discount"));
    first.location = Some(Location { file: "models/orders, eu.yml".to_owned(), line: Some(7) });
    first.consumers = vec![Consumer {
        package_name: "finance".parse().unwrap(),
        version: Some("1.2.0".parse().unwrap()),
        kind: None,
        environment: "prod".parse().unwrap(),
        reader: "model.finance.profit".parse().unwrap(),
        unique_id: first.unique_id.clone(),
        owner: None,
        via: None,
        columns: None,
        roles: std::collections::BTreeSet::new(),
        declared: None,
        star: false,
        through: Vec::new(),
    }];
    let mut waived = finding(Level::Error, None);
    waived.waiver =
        Some(Waiver { author: "ana".to_owned(), reason: "agreed".to_owned(), until: "2027-01-31".parse().unwrap() });
    let findings = vec![first, finding(Level::Warning, Some(HOSTILE)), waived];
    let report = Report { required_update: RequiredUpdate::Major, findings, coverage: Coverage::default() };
    let (package_name, baseline) = ("shop".to_owned(), "`git:main`".to_owned());
    (report, ReportSubject { package_name, baseline, current: None, folder: "dbt/shop".to_owned(), contracts: None })
}

fn rendered(form: ReportFormat) -> String {
    let (report, subject) = report();
    render(form, &report, &subject)
}

#[test]
fn a_comment_shows_each_finding_and_its_readers() {
    insta::assert_snapshot!(rendered(ReportFormat::Markdown));
}

#[test]
fn an_annotation_is_one_line_whatever_a_name_holds() {
    let text = rendered(ReportFormat::Github);
    assert_eq!(text.lines().count(), 2, "a waived finding is no annotation");
    assert!(text.lines().all(|line| line.starts_with("::error title=") || line.starts_with("::warning title=")));
    insta::assert_snapshot!(text);
}

#[test]
fn junit_counts_only_what_failed() {
    let text = rendered(ReportFormat::Junit);
    assert!(text.contains("tests=\"3\" failures=\"1\""), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains("<b>"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_report_without_findings_is_whole_in_every_form() {
    let (_, subject) = report();
    let report = Report { required_update: RequiredUpdate::None, findings: Vec::new(), coverage: Coverage::default() };
    let render = |form| super::render(form, &report, &subject);
    assert!(render(ReportFormat::Markdown).contains("nothing found"));
    assert_eq!(render(ReportFormat::Github), "");
    assert_eq!(render(ReportFormat::Gitlab), "[]\n");
    assert!(render(ReportFormat::Junit).contains("tests=\"1\" failures=\"0\""));
    assert!(serde_json::from_str::<Value>(&render(ReportFormat::Sarif)).is_ok());
}

#[test]
fn a_report_between_two_states_names_both() {
    let (report, subject) = report();
    let subject = ReportSubject { baseline: "1.0.0".to_owned(), current: Some("`git:main`".to_owned()), ..subject };
    let plain = anstream::adapter::strip_str(&text(&report, &subject)).to_string();
    assert!(plain.starts_with("shop 1.0.0 → `git:main`: 1 error"), "{plain}");
    assert!(super::render(ReportFormat::Markdown, &report, &subject).contains("from 1.0.0 to <code>git:main</code>"));
    assert!(super::render(ReportFormat::Junit, &report, &subject).contains("name=\"weft diff shop 1.0.0 git:main\""));
}

#[test]
fn a_report_of_contracts_compares_nothing() {
    let (report, subject) = report();
    let subject = ReportSubject { contracts: Some(2), ..subject };
    let plain = anstream::adapter::strip_str(&text(&report, &subject)).to_string();
    assert!(plain.starts_with("2 contracts: 1 error, 1 warning, 1 waived\n"), "{plain}");
    assert!(super::render(ReportFormat::Markdown, &report, &subject).starts_with("### weft: 2 contracts\n\n1 error"));
    assert!(super::render(ReportFormat::Junit, &report, &subject).contains("name=\"weft contract lint\""));
}

#[test]
fn a_text_shows_where_a_finding_is() {
    let (report, subject) = report();
    let plain = anstream::adapter::strip_str(&text(&report, &subject)).to_string();
    assert!(plain.contains("\n  --> models/orders, eu.yml:7\n"), "{plain}");
}

#[test]
fn a_comment_has_room_for_whatever_is_found() {
    let (mut report, subject) = report();
    let of_rule =
        |index: usize| Finding { rule: format!("rule_{index}").into(), ..finding(Level::Error, Some("discount")) };
    report.findings = (0..5000).map(of_rule).collect();
    let text = super::render(ReportFormat::Markdown, &report, &subject);
    assert!(text.len() < 65_536, "{}", text.len());
    let shown = text.lines().filter(|line| line.contains("<code>discount</code>")).count();
    assert!(text.contains(&format!("And {} more", 5000 - shown)), "{shown}");
}

#[test]
fn a_long_report_shows_the_first_of_each_rule_its_remedy_once_and_its_counts_at_the_end_too() {
    let (mut report, subject) = report();
    let read = report.findings[0].clone();
    let note = |index: usize| Finding {
        rule: RuleId::new("metadata_changed"),
        unique_id: format!("model.shop.m{index}").parse().unwrap(),
        ..finding(Level::Info, None)
    };
    report.findings = vec![finding(Level::Error, Some("price")); 1_400];
    report.findings.push(read);
    report.findings.extend((0..590).map(note));
    report.findings.push(Finding { rule: RuleId::new("column_renamed"), ..finding(Level::Warning, Some("x")) });
    let plain = anstream::adapter::strip_str(&text(&report, &subject)).to_string();
    assert!(plain.lines().count() < 60, "{plain}");
    assert_eq!(plain.matches("\n  keep the column\n").count(), 2, "{plain}");
    assert!(plain.contains("read by finance"), "what somebody reads comes first: {plain}");
    assert!(plain.contains("\nand 1396 more errors of column_removed: model.shop.orders.price, "), "{plain}");
    assert!(plain.contains("\nand 585 more notes of metadata_changed: model.shop.m5, model.shop.m6, "), "{plain}");
    assert!(plain.trim_end().lines().last().unwrap().starts_with("1401 errors, 1 warning, 590 notes"), "{plain}");
    let comment = super::render(ReportFormat::Markdown, &report, &subject);
    assert!(comment.contains("and 1396 more errors of column_removed") && comment.contains("as above"), "{comment}");
    // Other programs are given every finding.
    assert_eq!(
        super::render(ReportFormat::Sarif, &report, &subject).matches("\"ruleId\"").count(),
        report.findings.len()
    );
}
