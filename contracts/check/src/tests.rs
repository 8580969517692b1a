mod consumers;
mod governance;
mod hidden;
mod laws;
mod leaves;
mod moves;
mod quiet;
mod quoted;
mod sizes;

use semver::Version;
use serde_json::{Value, json};
use time::Month;
use weft_api::{Evidence, Level, RuleId, Severity};
use weft_publication::relation::Relations;

use super::*;

fn publication(nodes: &Value) -> Publication {
    with_adapter(nodes, "duckdb")
}

fn with_adapter(nodes: &Value, adapter: &str) -> Publication {
    let source = json!({"adapter_type": adapter});
    serde_json::from_value(json!({"package_name": "shop", "version": "1.0.0", "source": source, "interface": nodes}))
        .unwrap()
}

fn node(columns: &Value, checksum: &str) -> Value {
    json!({"name": "a", "resource_type": "model", "access": "public", "columns": columns, "checksum": checksum})
}

fn column(name: &str, data_type: &str, origin: &str) -> Value {
    json!({"name": name, "data_type": data_type, "origin": origin})
}

fn day(year: i32) -> Date {
    Date::from_calendar_date(year, Month::November, 20).unwrap()
}

fn report(baseline: &Value, current: &Value) -> Report {
    let [old, new] = [baseline, current].map(|node| publication(&json!({"m": node})));
    check(Side::new(&old), Side::new(&new), day(2026), &Levels::default())
}

/// Level, rule and evidence of each finding.
fn told(report: &Report) -> Vec<(Level, &str, Evidence)> {
    report.findings.iter().map(|finding| (finding.level, finding.rule.as_str(), finding.evidence)).collect()
}

#[test]
fn the_same_content_asks_for_nothing() {
    let mut current = publication(&json!({"m": node(&json!([]), "a1")}));
    let baseline = current.clone();
    current.version = semver::Version::new(7, 0, 0);
    current.source.dbt_version = Some("2.0.0".to_owned());
    let report = check(Side::new(&baseline), Side::new(&current), day(2026), &Levels::default());
    assert_eq!((report.required_update, report.findings), (RequiredUpdate::None, Vec::new()));
}

#[test]
fn what_no_rule_speaks_of_is_a_patch() {
    let baseline = publication(&json!({}));
    let mut current = baseline.clone();
    current.requires.insert("sales".parse().unwrap(), weft_model::requirement::Requirement::any());
    let report = check(Side::new(&baseline), Side::new(&current), day(2026), &Levels::default());
    assert_eq!((report.required_update, report.findings), (RequiredUpdate::Patch, Vec::new()));
}

#[test]
fn a_column_goes_with_the_certainty_of_its_evidence() {
    for (origin, evidence) in
        [("contract", Evidence::Contract), ("catalog", Evidence::Catalog), ("declared", Evidence::Declared)]
    {
        let two = json!([column("a", "int", origin), column("b", "int", origin)]);
        let one = json!([column("a", "int", origin)]);
        let report = report(&node(&two, "a1"), &node(&one, "b2"));
        assert_eq!(report.required_update, RequiredUpdate::Major, "{origin}");
        assert_eq!(told(&report)[0], (Level::Error, "column_removed", evidence));
    }
}

#[test]
fn what_changes_in_the_yaml_alone_is_documentation() {
    let two = json!([column("a", "int", "declared"), column("b", "int", "declared")]);
    let one = json!([column("a", "text", "declared")]);
    let report = report(&node(&two, "a1"), &node(&one, "a1"));
    assert_eq!(told(&report), [(Level::Info, "documentation", Evidence::Declared)]);
    assert_eq!(
        report.findings[0].message,
        "the declared columns of `a` changed, but its SQL did not: removed `b`; type changed: `a`"
    );
    assert_eq!(report.required_update, RequiredUpdate::Patch);
}

#[test]
fn a_catalog_that_is_missing_tells_of_nothing_gone() {
    let catalog = node(&json!([column("a", "INTEGER", "catalog"), column("b", "DATE", "catalog")]), "a1");
    let declared = node(&json!([column("a", "int", "declared")]), "a1");
    assert!(report(&catalog, &declared).findings.is_empty());
    assert!(report(&declared, &catalog).findings.is_empty());
    assert!(report(&catalog, &node(&json!([]), "a1")).findings.is_empty());
}

#[test]
fn an_enforced_contract_and_a_catalog_are_compared_by_names_alone() {
    let catalog = node(&json!([column("A", "NUMBER(38,0)", "catalog"), column("B", "DATE", "catalog")]), "a1");
    let contract = json!([column("b", "text", "contract")]);
    let report = report(&catalog, &node(&contract, "b2"));
    assert_eq!(
        told(&report),
        [(Level::Error, "column_removed", Evidence::Catalog), (Level::Info, "evidence_differs", Evidence::Catalog)]
    );
    assert_eq!(report.findings[0].column.as_deref(), Some("A"));
}

#[test]
fn types_of_two_adapters_are_not_compared() {
    let nodes = |data_type: &str| json!({"m": node(&json!([column("a", data_type, "catalog")]), "a1")});
    let messages = |old: &str, new: &str| {
        let (old, new) = (with_adapter(&nodes(old), "bigquery"), with_adapter(&nodes(new), "postgres"));
        let report = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
        report.findings.into_iter().map(|finding| (finding.level, finding.message)).collect::<Vec<_>>()
    };
    let note = "the columns come from `postgres` now, and from `bigquery` before; not compared: the types of `a`";
    assert_eq!(messages("INT64", "integer"), [(Level::Info, note.to_owned())]);
    assert_eq!(messages("INT64", "bigint"), []);
}

#[test]
fn a_type_of_another_spelling_is_the_same() {
    let typed = |data_type: &str| node(&json!([column("a", data_type, "contract")]), "a1");
    for (old, new) in [("integer", "int"), ("VARCHAR", "varchar"), ("numeric( 12, 4 )", "decimal(12,4)")] {
        assert!(report(&typed(old), &typed(new)).findings.is_empty(), "{old} {new}");
    }
}

#[test]
fn a_type_that_nobody_knows_is_told_as_such() {
    let typed = |data_type: &str| node(&json!([column("a", data_type, "contract")]), "a1");
    let report = report(&typed("frob(1"), &typed("frob(2"));
    assert_eq!(told(&report), [(Level::Warning, "type_changed", Evidence::Contract)]);
}

#[test]
fn a_node_may_go_from_its_deprecation_date_on() {
    let going = publication(
        &json!({"m": {"name": "a", "resource_type": "model", "access": "public", "deprecation_date": "2026-11-20"}}),
    );
    let nothing = publication(&json!({}));
    let rule = |year| {
        let report = check(Side::new(&going), Side::new(&nothing), day(year), &Levels::default());
        assert_eq!(report.required_update, RequiredUpdate::Major);
        report.findings[0].rule.clone()
    };
    assert_eq!(rule(2026), "model_removed_after_deprecation");
    assert_eq!(rule(2025), "model_removed");
}

#[test]
fn an_unversioned_model_that_becomes_versioned_names_what_a_ref_without_version_loses() {
    let [old, new] = [
        json!({"model.shop.a": node(&json!([column("x", "int", "contract"), column("y", "int", "contract")]), "a1")}),
        json!({"model.shop.a.v2": {"name": "a", "resource_type": "model", "access": "public", "version": 2,
            "latest_version": 2, "columns": [column("x", "int", "contract")]}}),
    ]
    .map(|nodes| publication(&nodes));
    let report = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
    let told: Vec<_> = report.findings.iter().map(|it| (it.rule.as_str(), it.unique_id.as_str())).collect();
    assert!(told.contains(&("column_removed", "model.shop.a")), "{told:?}");
    assert!(told.contains(&("model_versioned", "model.shop.a")), "{told:?}");
    assert!(!told.iter().any(|(rule, _)| *rule == "model_removed"), "{told:?}");
    let same = json!({"model.shop.a.v2": {"name": "a", "resource_type": "model", "access": "public", "version": 2,
        "latest_version": 2, "contract": {"enforced": true},
        "columns": [column("x", "int", "contract"), column("y", "int", "contract")]}});
    let report = check(Side::new(&old), Side::new(&publication(&same)), day(2026), &Levels::default());
    assert_eq!(report.required_update, RequiredUpdate::Minor);
}

#[test]
fn a_run_with_another_target_moves_no_relation() {
    let publication = publication(&json!({"m": node(&json!([]), "a1"), "n": node(&json!([]), "a1")}));
    let at = |schema: &str, identifier: &str| json!({"schema": schema, "identifier": identifier});
    let rules = |old: &Value, new: &Value| {
        let [old, new] = [old, new].map(|relations| serde_json::from_value::<Relations>(relations.clone()).unwrap());
        let [old, new] = [&old, &new].map(|relations| Side::new(&publication).with_relations(relations));
        let report = check(old, new, day(2026), &Levels::default());
        report.findings.into_iter().map(|finding| finding.unique_id.to_string()).collect::<Vec<_>>()
    };
    let prod = json!({"m": at("marts", "m"), "n": at("marts", "n")});
    assert!(rules(&prod, &json!({"m": at("pr_17", "m"), "n": at("pr_17", "n")})).is_empty());
    assert_eq!(rules(&prod, &json!({"m": at("pr_17", "m"), "n": at("pr_17", "other")})), ["n"]);
    assert_eq!(rules(&prod, &json!({"m": at("core", "m"), "n": at("marts", "n")})), ["m"]);
}

#[test]
fn findings_stand_in_one_order_the_gravest_first() {
    let columns = |names: &[&str]| names.iter().map(|name| column(name, "int", "contract")).collect::<Value>();
    let report = report(&node(&columns(&["zeta", "alpha", "kept"]), "a1"), &node(&columns(&["kept", "new"]), "b2"));
    let order: Vec<_> =
        report.findings.iter().map(|finding| (finding.level, finding.column.as_deref().unwrap())).collect();
    assert_eq!(order, [(Level::Error, "alpha"), (Level::Error, "zeta"), (Level::Info, "new")]);
}

#[test]
fn a_policy_replaces_a_findings_level_and_off_leaves_the_update_that_it_asks_for() {
    let columns = |names: &[&str]| names.iter().map(|name| column(name, "int", "contract")).collect::<Value>();
    let nodes = |names: &[&str]| {
        let mut node = node(&columns(names), "a1");
        node["group"] = json!("finance");
        publication(&json!({"m": node}))
    };
    let (old, new) = (nodes(&["kept", "gone"]), nodes(&["kept"]));
    let under = |group, severity| {
        let levels = Levels::default().with(group, [(RuleId::new("column_removed"), severity)].into());
        check(Side::new(&old), Side::new(&new), day(2026), &levels)
    };
    let levels = |report: &Report| report.findings.iter().map(|finding| finding.level).collect::<Vec<_>>();
    assert_eq!(levels(&under(None, Severity::Info)), [Level::Info]);
    assert_eq!(levels(&under(Some("finance"), Severity::Warning)), [Level::Warning]);
    assert_eq!(levels(&under(Some("sales"), Severity::Warning)), [Level::Error]);
    let off = under(None, Severity::Off);
    assert_eq!((off.required_update, off.findings), (RequiredUpdate::Major, Vec::new()));
}

/// The level, rule and remedy of what is found between two versions, over a change that asks for a major update.
fn step(baseline: &str, current: &str) -> Vec<(Level, String, String)> {
    let at = |version: &str, nodes: &Value| {
        let mut publication = publication(nodes);
        publication.version = version.parse().unwrap();
        publication
    };
    let old = at(baseline, &json!({"m": node(&json!([]), "a1")}));
    let new = at(current, &json!({}));
    let sides = [&old, &new].map(Side::new);
    assert!(check(sides[0].at_version(), sides[1], day(2026), &Levels::default()).findings.len() == 1);
    let [old, new] = sides.map(Side::at_version);
    let findings = check(old, new, day(2026), &Levels::default()).findings;
    let of_project = findings.into_iter().filter(|finding| finding.unique_id.as_str() == "project.shop");
    of_project.map(|finding| (finding.level, finding.rule.to_string(), finding.remedy)).collect()
}

#[test]
fn a_version_that_is_too_small_is_told_with_the_least_that_is_enough() {
    let told = |level, rule: &str, least: &str| {
        vec![(level, rule.to_owned(), format!("Choose {least} or later, or use `--version auto`."))]
    };
    assert_eq!(step("1.4.2", "2.0.0"), []);
    assert_eq!(step("1.4.2", "2.0.0-rc.1"), []);
    assert_eq!(step("1.4.2", "1.5.0"), told(Level::Error, "version_not_bumped", "2.0.0"));
    assert_eq!(step("1.4.2", "1.4.2+other"), told(Level::Error, "version_not_bumped", "2.0.0"));
    assert_eq!(step("1.4.2", "1.5.0-rc.1"), told(Level::Warning, "version_not_bumped", "2.0.0"));
    assert_eq!(step("1.4.2", "1.4.2-rc.1"), told(Level::Error, "version_regressed", "2.0.0"));
    assert_eq!(step("0.3.1", "0.3.0"), told(Level::Error, "version_regressed", "0.4.0"));
}

#[test]
fn what_evidence_of_two_kinds_leaves_open_is_told_once_a_node() {
    let columns = |types: [&str; 5], origin: &str| {
        ["a", "b", "c", "d", "e"].iter().zip(types).map(|(name, it)| column(name, it, origin)).collect::<Value>()
    };
    let catalog = columns(["INTEGER", "VARCHAR", "DATE", "DOUBLE", "BIGINT"], "catalog");
    let messages = |types, origin: &str, checksum: &str| {
        let report = report(&node(&catalog, "a1"), &node(&columns(types, origin), checksum));
        let of_rule = report.findings.into_iter().filter(|finding| finding.rule == "evidence_differs");
        of_rule.map(|finding| finding.message).collect::<Vec<_>>()
    };
    // A type is the same in another spelling, and with a size that DuckDB's catalog leaves out.
    let same = ["int", "varchar(20)", "date", "double", "bigint"];
    let other = ["text", "int", "text", "text", "bigint"];
    assert_eq!(messages(same, "contract", "b2"), [""; 0]);
    assert_eq!(
        messages(other, "contract", "b2"),
        [
            "the columns come from an enforced contract now, and from the catalog before; not compared: the types of `a`, `b`, `c` and 1 more"
        ]
    );
    // Of a side that does not tell every column, that is told, and no more.
    assert_eq!(messages(other, "declared", "b2"), [""; 0]);
    assert_eq!(messages(other, "catalog", "b2"), [""; 0]);
    // Where the SQL is the same, the YAML alone has changed.
    assert_eq!(messages(other, "declared", "a1"), [""; 0]);
}

#[test]
fn the_order_that_evidence_of_two_kinds_leaves_open_is_told() {
    let catalog = json!([column("a", "INTEGER", "catalog"), column("b", "INTEGER", "catalog")]);
    let contract = json!([column("b", "int", "contract"), column("a", "int", "contract")]);
    let report = report(&node(&catalog, "a1"), &node(&contract, "a1"));
    assert_eq!(told(&report), [(Level::Info, "evidence_differs", Evidence::Catalog)]);
    assert!(report.findings[0].message.ends_with("not compared: the order"), "{report:#?}");
}
