use contracts::{
    api::{Consumer, Evidence, Location, Waiver},
    version::RequiredUpdate,
};
use serde_json::Value;

use super::*;

const HOSTILE: &str = "a`|<b>&amp;[x](y) @all ::error::%0A \u{1b}[31m\"'\r\nnext";

fn finding(level: Level, column: Option<&str>) -> Finding {
    Finding {
        rule: "column_removed".to_owned(),
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
fn report() -> (Report, Subject) {
    let mut first = finding(Level::Error, Some("discount"));
    first.location = Some(Location { file: "models/orders, eu.yml".to_owned(), line: Some(7) });
    first.consumers = vec![Consumer {
        package_name: "finance".parse().unwrap(),
        version: "1.2.0".parse().unwrap(),
        environment: "prod".parse().unwrap(),
        reader: "model.finance.profit".parse().unwrap(),
        unique_id: first.unique_id.clone(),
        owner: None,
        via: None,
        columns: None,
        declared: None,
        star: false,
        through: Vec::new(),
    }];
    let mut waived = finding(Level::Error, None);
    waived.waiver =
        Some(Waiver { author: "ana".to_owned(), reason: "agreed".to_owned(), until: "2027-01-31".to_owned() });
    let findings = vec![first, finding(Level::Warning, Some(HOSTILE)), waived];
    let report = Report { required_update: RequiredUpdate::Major, findings };
    (report, Subject { package_name: "shop".to_owned(), baseline: "`git:main`".to_owned() })
}

fn rendered(form: Form) -> String {
    let (report, subject) = report();
    render(form, &report, &subject)
}

#[test]
fn a_comment_shows_each_finding_and_its_readers() {
    insta::assert_snapshot!(rendered(Form::Markdown));
}

#[test]
fn an_annotation_is_one_line_whatever_a_name_holds() {
    let text = rendered(Form::Github);
    assert_eq!(text.lines().count(), 2, "a waived finding is no annotation");
    assert!(text.lines().all(|line| line.starts_with("::error title=") || line.starts_with("::warning title=")));
    insta::assert_snapshot!(text);
}

#[test]
fn gitlab_finds_a_path_a_line_and_a_fingerprint_in_every_entry() {
    let entries: Vec<Value> = serde_json::from_str(&rendered(Form::Gitlab)).unwrap();
    assert_eq!(entries.len(), 2);
    for entry in &entries {
        assert!(entry["location"]["path"].is_string() && entry["location"]["lines"]["begin"].is_u64());
        assert_eq!(entry["fingerprint"].as_str().unwrap().len(), 64);
    }
    assert_ne!(entries[0]["fingerprint"], entries[1]["fingerprint"]);
}

#[test]
fn sarif_names_each_rule_once_and_says_what_is_suppressed() {
    let sarif: Value = serde_json::from_str(&rendered(Form::Sarif)).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
    let results = run["results"].as_array().unwrap();
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!((results.len(), uri.as_str()), (3, Some("models/orders%2C%20eu.yml")));
    assert_eq!(results[2]["suppressions"][0]["justification"], "agreed");
}

#[test]
fn junit_counts_only_what_failed() {
    let text = rendered(Form::Junit);
    assert!(text.contains("tests=\"3\" failures=\"1\""), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains("<b>"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_report_without_findings_is_whole_in_every_form() {
    let (_, subject) = report();
    let report = Report { required_update: RequiredUpdate::None, findings: Vec::new() };
    let render = |form| super::render(form, &report, &subject);
    assert!(render(Form::Markdown).contains("nothing found"));
    assert_eq!(render(Form::Github), "");
    assert_eq!(render(Form::Gitlab), "[]\n");
    assert!(render(Form::Junit).contains("tests=\"1\" failures=\"0\""));
    assert!(serde_json::from_str::<Value>(&render(Form::Sarif)).is_ok());
}
