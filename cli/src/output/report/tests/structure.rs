//! The forms as their readers ask for them: what GitLab and code scanning refuse a report without.

use std::collections::BTreeSet;

use roxmltree::Document;

use super::*;

#[test]
fn gitlab_finds_a_path_a_line_and_a_fingerprint_of_its_own_in_every_entry() {
    let (mut report, subject) = report();
    report.findings.push(report.findings[0].clone());
    let entries: Vec<Value> = serde_json::from_str(&render(ReportFormat::Gitlab, &report, &subject)).unwrap();
    let mut fingerprints = BTreeSet::new();
    for entry in &entries {
        assert!(entry["description"].is_string() && entry["check_name"].is_string());
        assert!(entry["location"]["lines"]["begin"].as_u64() >= Some(1));
        assert!(entry["location"]["path"].as_str().unwrap().starts_with("dbt/shop/"), "from the repository's root");
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&entry["severity"].as_str().unwrap()));
        fingerprints.insert(entry["fingerprint"].as_str().unwrap());
    }
    assert_eq!((entries.len(), fingerprints.len()), (3, 3), "a waived finding is no entry");
}

#[test]
fn a_fingerprint_stays_when_the_line_moves() {
    let (report, _) = report();
    let mut moved = report.clone();
    moved.findings[0].location = None;
    assert_eq!(fingerprints(&report), fingerprints(&moved));
}

#[test]
fn sarif_holds_what_its_schema_requires() {
    let sarif: Value = serde_json::from_str(&rendered(ReportFormat::Sarif)).unwrap();
    assert_eq!((&sarif["version"], sarif["$schema"].is_string()), (&"2.1.0".into(), true));
    let run = &sarif["runs"][0];
    let driver = &run["tool"]["driver"];
    assert!(driver["name"] == "weft" && driver["version"].is_string());
    let rules: BTreeSet<&str> =
        driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(rules.len(), driver["rules"].as_array().unwrap().len(), "each rule once");
    for result in run["results"].as_array().unwrap() {
        assert!(rules.contains(result["ruleId"].as_str().unwrap()));
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert!(result["partialFingerprints"].as_object().unwrap().values().all(Value::is_string));
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
        assert!(physical.get("region").is_none_or(|region| region["startLine"].as_u64() >= Some(1)));
    }
}

#[test]
fn sarif_says_where_a_finding_is_and_whether_it_is_suppressed() {
    let sarif: Value = serde_json::from_str(&rendered(ReportFormat::Sarif)).unwrap();
    let results = &sarif["runs"][0]["results"];
    let physical = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "dbt/shop/models/orders%2C%20eu.yml");
    assert_eq!(physical["region"]["startLine"], 7);
    let nowhere = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(nowhere["artifactLocation"]["uri"], "dbt/shop/dbt_project.yml");
    assert_eq!(results[2]["suppressions"][0]["justification"], "agreed");
}

#[test]
fn junit_is_xml_that_counts_its_cases() {
    let text = rendered(ReportFormat::Junit);
    let document = Document::parse(&text).unwrap();
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
    let failed = |case: &&roxmltree::Node<'_, '_>| case.children().any(|child| child.has_tag_name("failure"));
    assert_eq!(suite.attribute("tests"), Some(cases.len().to_string().as_str()));
    assert_eq!(suite.attribute("failures"), Some(cases.iter().filter(failed).count().to_string().as_str()));
    assert_eq!(cases[0].attribute("file"), Some("dbt/shop/models/orders, eu.yml"));
    assert!(cases.iter().all(|case| case.attribute("name").is_some() && case.attribute("classname").is_some()));
}
