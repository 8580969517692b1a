//! What holds of every report: the same findings in every form.

use std::{collections::BTreeSet, sync::LazyLock};

use jsonschema::Validator;
use proptest::prelude::*;
use roxmltree::Document;
use weft_api::RuleId;
use weft_check::rules::RULES;
use weft_model::hidden::is_hidden;

use super::*;

/// What a format shows of a finding: its severity, its rule, its place, and whether it is approved.
type Told = (Level, String, String, bool);

/// Names and sentences with what each of the forms writes in its own way.
fn word() -> impl Strategy<Value = String> {
    let hard = vec!["a|b", "<b>", "&amp;", "100%", "a: b, c", "%0A", "`code`", "]]>", "\"q\" 'q'", "👩‍🔧", "_x_", "價格"];
    prop_oneof![2 => "[a-z_]{1,8}", 2 => prop::sample::select(hard).prop_map(str::to_owned), 1 => "[^\\pC\\pZ]{1,8}"]
        .prop_filter("hidden characters are written as escapes", |word| !word.chars().any(is_hidden))
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let level = prop::sample::select(vec![Level::Error, Level::Warning, Level::Info]);
    let rule = (0..RULES.len()).prop_map(|at| RuleId::new(RULES[at].id));
    let at = prop::option::of((word(), prop::option::of(1..1_000_u32)));
    let at = at.prop_map(|at| at.map(|(file, line)| Location { file: format!("models/{file}.yml"), line }));
    let waiver = prop::option::weighted(0.3, (word(), word()));
    let texts = (word(), prop::option::of(word()), word(), word());
    (level, rule, at, waiver, texts).prop_map(|(level, rule, location, waiver, (node, column, message, remedy))| {
        Finding {
            rule,
            level,
            unique_id: format!("model.shop.{node}").parse().unwrap(),
            message: format!("`{message}` is gone"),
            remedy: format!("Keep {remedy}."),
            location,
            waiver: waiver.map(|(author, reason)| Waiver { author, reason, until: "2027-01-31".parse().unwrap() }),
            ..finding(Level::Error, column.as_deref())
        }
    })
}

fn any_report() -> impl Strategy<Value = (Report, ReportSubject)> {
    (prop::collection::vec(any_finding(), 0..12), word()).prop_map(|(findings, folder)| {
        let report = Report { required_update: RequiredUpdate::Major, findings, coverage: Coverage::default() };
        let (package_name, baseline) = ("shop".to_owned(), "`git:main`".to_owned());
        (report, ReportSubject { package_name, baseline, current: None, folder, contracts: None })
    })
}

fn expected(report: &Report) -> Vec<Told> {
    let told = |it: &Finding| (it.level, it.rule.to_string(), place(it), it.waiver.is_some());
    report.findings.iter().map(told).collect()
}

fn open(told: Vec<Told>) -> Vec<Told> {
    told.into_iter().filter(|(.., is_waived)| !is_waived).collect()
}

fn level(word: &str) -> Level {
    match word {
        "error" | "major" | "❌" => Level::Error,
        "warning" | "minor" | "⚠️" => Level::Warning,
        "note" | "notice" | "info" | "ℹ️" => Level::Info,
        other => panic!("{other}"),
    }
}

/// A text with its `%XX` read.
fn percent(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// What a reader of HTML sees.
fn shown_by_html(html: &str) -> String {
    Document::parse(&format!("<p>{}</p>", html.replace("<br>", "<br/>")))
        .unwrap_or_else(|why| panic!("{why}: {html}"))
        .descendants()
        .filter(roxmltree::Node::is_text)
        .filter_map(|it| it.text())
        .collect()
}

fn in_text(report: &Report, subject: &ReportSubject) -> Vec<(Level, String, String, bool, String)> {
    let plain = anstream::adapter::strip_str(&text(report, subject)).to_string();
    let blocks = plain.split("\n\n").skip(1).map(|block| block.lines().collect::<Vec<_>>());
    blocks
        .map(|lines| {
            let (word, rest) = lines[0].split_once('[').unwrap();
            let (rule, rest) = rest.split_once("] ").unwrap();
            let node = rest.strip_suffix(" (contract)").unwrap().to_owned();
            let is_waived = lines.iter().any(|line| line.starts_with("  waived by "));
            let message = lines[1..].iter().find(|line| !line.starts_with("  --> ")).unwrap();
            (level(word), rule.to_owned(), node, is_waived, message.trim_start().to_owned())
        })
        .collect()
}

fn in_markdown(report: &Report, subject: &ReportSubject) -> Vec<Told> {
    let text = render(ReportFormat::Markdown, report, subject);
    let rows = text.lines().filter(|line| ["| ❌ |", "| ⚠️ |", "| ℹ️ |"].iter().any(|sign| line.starts_with(sign)));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 7, "{row}");
        let node = cells[3].split("<br>").next().unwrap().replace("</code> <code>", "</code>.<code>");
        (level(cells[1]), shown_by_html(cells[2]), shown_by_html(&node), cells[4].contains(" (waived by "))
    })
    .collect()
}

fn in_github(report: &Report, subject: &ReportSubject) -> Vec<Told> {
    let text = render(ReportFormat::Github, report, subject);
    let told = text.lines().map(|line| {
        let (command, rest) = line.strip_prefix("::").unwrap().split_once(' ').unwrap();
        let (properties, _) = rest.split_once("::").unwrap();
        let title = percent(properties.strip_prefix("title=").unwrap().split(',').next().unwrap());
        let (rule, place) = title.split_once(' ').unwrap();
        (level(command), rule.to_owned(), place.to_owned(), false)
    });
    told.collect()
}

fn in_gitlab(report: &Report, subject: &ReportSubject) -> Vec<Told> {
    let entries: Vec<Value> = serde_json::from_str(&render(ReportFormat::Gitlab, report, subject)).unwrap();
    let told = entries.iter().zip(report.findings.iter().filter(|it| it.waiver.is_none())).map(|(entry, finding)| {
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        let place = text("description").strip_suffix(&format!(": {}", finding.message)).map(str::to_owned);
        (level(&text("severity")), text("check_name"), place.unwrap_or_default(), false)
    });
    let fingerprints: BTreeSet<_> = entries.iter().map(|it| it["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), entries.len(), "each finding has its own");
    told.collect()
}

fn in_sarif(report: &Report, subject: &ReportSubject) -> Vec<Told> {
    let sarif: Value = serde_json::from_str(&render(ReportFormat::Sarif, report, subject)).unwrap();
    let faults: Vec<_> =
        schemas().iter().flat_map(|schema| schema.iter_errors(&sarif)).map(|it| it.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}: {sarif:#}");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let told = results.iter().zip(&report.findings).map(|(result, finding)| {
        let at = &result["locations"][0];
        let uri = percent(at["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap());
        assert_eq!(uri, location(finding, subject).file);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let place = text(&at["logicalLocations"][0]["fullyQualifiedName"]);
        (level(&text(&result["level"])), text(&result["ruleId"]), place, result.get("suppressions").is_some())
    });
    told.collect()
}

/// Whether each finding is a test that failed, and its name.
fn in_junit(report: &Report, subject: &ReportSubject) -> Vec<(bool, String)> {
    let text = render(ReportFormat::Junit, report, subject);
    let document = Document::parse(&text).unwrap();
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    let told = cases.map(|case| {
        let is_failed = case.children().any(|child| child.has_tag_name("failure"));
        (is_failed, case.attribute("name").unwrap().to_owned())
    });
    told.filter(|(_, name)| name != "no findings").collect()
}

/// Weft's own schema of what it writes, and the standard's if it is available.
fn schemas() -> &'static [Validator] {
    static SCHEMAS: LazyLock<Vec<Validator>> = LazyLock::new(|| {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../.venv-npm/sarif-2.1.0-rtm.5.json");
        let official = std::fs::read_to_string(beside);
        if official.is_err() {
            ::laws::tell("skipped: SARIF against the standard's schema: `make .venv-npm/.tried` fetches it");
        }
        let read = |text: &str| {
            let mut schema: Value = serde_json::from_str(text).unwrap();
            // A pattern of the standard that no reader of patterns takes; weft writes no such member.
            for of in ["run", "toolComponent"] {
                if let Some(language) = schema.pointer_mut(&format!("/definitions/{of}/properties/language")) {
                    language.as_object_mut().unwrap().remove("pattern");
                }
            }
            jsonschema::validator_for(&schema).unwrap()
        };
        [include_str!("sarif.schema.json").to_owned()].into_iter().chain(official).map(|it| read(&it)).collect()
    });
    &SCHEMAS
}

::laws::laws! {
    "forms of reports", 128;

    fn every_form_tells_the_same_findings((report, subject) in any_report()) {
        let told = expected(&report);
        let of_nodes: Vec<_> = report
            .findings
            .iter()
            .map(|it| (it.level, it.rule.to_string(), it.unique_id.to_string(), it.waiver.is_some(), it.message.clone()))
            .collect();
        prop_assert_eq!(in_text(&report, &subject), of_nodes, "text");
        prop_assert_eq!(in_markdown(&report, &subject), told.clone(), "markdown");
        prop_assert_eq!(in_sarif(&report, &subject), told.clone(), "SARIF");
        prop_assert_eq!(in_github(&report, &subject), open(told.clone()), "annotations of GitHub");
        prop_assert_eq!(in_gitlab(&report, &subject), open(told.clone()), "code quality of GitLab");
        let failed = told.iter().map(|(level, rule, place, is_waived)| {
            (*level == Level::Error && !is_waived, format!("{rule} {place}"))
        });
        prop_assert_eq!(in_junit(&report, &subject), failed.collect::<Vec<_>>(), "JUnit");
        let json = serde_json::to_string(&report).unwrap();
        prop_assert_eq!(expected(&serde_json::from_str(&json).unwrap()), told, "JSON");
    }

    fn every_form_counts_alike((report, subject) in any_report()) {
        let counted = counts(&report);
        let head = anstream::adapter::strip_str(&text(&report, &subject)).to_string();
        prop_assert!(head.lines().next().unwrap().contains(&counted), "{head}");
        prop_assert!(render(ReportFormat::Markdown, &report, &subject).contains(&counted));
        let junit = render(ReportFormat::Junit, &report, &subject);
        let failed = report.findings.iter().filter(|it| it.level == Level::Error && it.waiver.is_none()).count();
        prop_assert!(junit.contains(&format!("failures=\"{failed}\"")), "{junit}");
    }
}
