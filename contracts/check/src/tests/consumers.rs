use weft_api::{ColumnMove, Consumer, Level, Readers, Severity, TouchedNode};

use super::*;

const NODE: &str = "model.shop.a";

fn side(columns: &Value) -> Publication {
    serde_json::from_value(json!({
        "package_name": "shop", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "interface": { NODE: { "name": "a", "resource_type": "model", "access": "public",
            "contract": { "enforced": true }, "columns": columns } },
    }))
    .unwrap()
}

fn column(name: &str, data_type: &str) -> Value {
    json!({ "name": name, "data_type": data_type, "origin": "contract" })
}

fn consumer(declared: Option<&str>) -> Consumer {
    Consumer {
        package_name: "finance".parse().unwrap(),
        version: Some(Version::new(1, 0, 0)),
        kind: None,
        environment: "prod".parse().unwrap(),
        reader: "model.finance.m".parse().unwrap(),
        unique_id: NODE.parse().unwrap(),
        owner: None,
        via: None,
        columns: None,
        roles: std::collections::BTreeSet::new(),
        declared: declared.map(str::to_owned),
        star: false,
        through: Vec::new(),
    }
}

fn touched(column: &str) -> TouchedNode {
    TouchedNode {
        unique_id: NODE.parse().unwrap(),
        column: Some(column.to_owned()),
        readers: Readers::All,
        moved: None,
    }
}

/// The levels of what is found between two lists of columns, where these consumers read the column `b`.
fn told(columns: [Value; 2], rule: Option<(&str, Severity)>, consumers: Vec<Consumer>) -> Vec<(String, Level, usize)> {
    let [old, new] = columns.map(|columns| side(&columns));
    let policy = rule.map(|(rule, severity)| (rule.to_owned().into(), severity)).into_iter().collect();
    let checked = Checked::between(Side::new(&old), Side::new(&new), day(2026));
    let report =
        checked.report(&Levels::default().with(None, policy), Some(&BTreeMap::from([(touched("b"), consumers)])));
    report.findings.into_iter().map(|it| (it.rule.to_string(), it.level, it.consumers.len())).collect()
}

fn without_b() -> [Value; 2] {
    [json!([column("a", "int"), column("b", "int")]), json!([column("a", "int")])]
}

#[test]
fn what_is_touched_is_asked_for_once_and_what_is_for_the_record_not_at_all() {
    let [old, new] =
        [json!([column("a", "int"), column("b", "int")]), json!([column("c", "text"), column("a", "int")])];
    let checked = Checked::between(Side::new(&side(&old)), Side::new(&side(&new)), day(2026));
    let of = |column, readers| TouchedNode { readers, ..touched(column) };
    let new = [Readers::Star, Readers::Counting, Readers::Fixed, Readers::Ambiguous, Readers::Capturing]
        .map(|readers| of("c", readers));
    let pushed = TouchedNode { moved: Some(ColumnMove { from: 0, to: 1 }), ..of("a", Readers::Placing) };
    assert_eq!(checked.touched(), new.into_iter().chain([touched("b"), pushed]).collect());
}

#[test]
fn a_policy_makes_an_unread_columns_removal_less_grave_and_a_read_ones_never() {
    let warning = Some(("column_removed", Severity::Warning));
    let removed = |level, readers| [("column_removed".to_owned(), level, readers)];
    assert_eq!(told(without_b(), None, vec![]), removed(Level::Error, 0));
    assert_eq!(told(without_b(), warning, vec![]), removed(Level::Warning, 0));
    assert_eq!(told(without_b(), warning, vec![consumer(None)]), removed(Level::Error, 1));
    let off = Some(("column_removed", Severity::Off));
    assert_eq!(told(without_b(), off, vec![]), []);
    assert_eq!(told(without_b(), off, vec![consumer(None)]), removed(Level::Error, 1));
}

#[test]
fn a_widened_type_breaks_whoever_has_the_old_one_in_an_enforced_contract() {
    let widened = || [json!([column("b", "integer")]), json!([column("b", "bigint")])];
    let level = |consumers| told(widened(), None, consumers).into_iter().map(|(_, level, _)| level).collect::<Vec<_>>();
    assert_eq!(level(vec![consumer(None)]), [Level::Warning]);
    assert_eq!(level(vec![consumer(Some("BIGINT"))]), [Level::Warning]);
    assert_eq!(level(vec![consumer(Some("int4"))]), [Level::Error]);
}

/// The level of a lost grant to `reporter`, and who is named, where readers use these roles.
fn of_grant(now: &Value, roles: &[&[&str]]) -> Option<(Level, usize, String)> {
    let of = |grants: &Value| {
        let mut publication = side(&json!([column("a", "int")]));
        let node = publication.interface.values_mut().next().unwrap();
        node.grants = serde_json::from_value(grants.clone()).unwrap();
        publication
    };
    let [old, new] = [&json!({ "select": ["Reporter", "loader"] }), now].map(of);
    let reader = |(number, roles): (usize, &&[&str])| Consumer {
        reader: format!("model.finance.m{number}").parse().unwrap(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..consumer(None)
    };
    let readers = roles.iter().enumerate().map(reader).collect();
    let whole = TouchedNode { column: None, ..touched("a") };
    let checked = Checked::between(Side::new(&old), Side::new(&new), day(2026));
    let report = checked.report(&Levels::default(), Some(&BTreeMap::from([(whole, readers)])));
    let found = report.findings.into_iter().find(|finding| finding.rule == "grant_removed")?;
    Some((found.level, found.consumers.len(), found.message))
}

#[test]
fn a_lost_grant_is_an_error_for_whoever_is_known_to_read_with_it() {
    let lost = json!({ "select": ["loader"] });
    let told = |roles: &[&[&str]]| of_grant(&lost, roles).map(|(level, readers, _)| (level, readers)).unwrap();
    assert_eq!(told(&[]), (Level::Warning, 0), "nobody reads it");
    assert_eq!(told(&[&["reporter"]]), (Level::Error, 1), "names are one whatever their case");
    assert_eq!(told(&[&["loader"]]), (Level::Warning, 0), "it reads with another role");
    assert_eq!(told(&[&[], &["loader"]]), (Level::Warning, 1), "it is not known with which it reads");
    assert_eq!(told(&[&[], &["loader", "REPORTER"]]), (Level::Error, 2));
    let (_, _, message) = of_grant(&lost, &[&[]]).unwrap();
    assert!(message.ends_with("; the roles of some of these readers are unknown"), "{message}");
}

#[test]
fn a_role_that_still_may_is_not_told_and_dbt_takes_nothing_where_it_grants_nothing() {
    for still in [json!({ "SELECT": ["loader", "reporter"] }), json!({ "select": ["loader", "PUBLIC"] })] {
        assert_eq!(of_grant(&still, &[]), None, "{still}");
    }
    for gone in [json!({ "select": [] }), json!({}), json!({ "insert": ["reporter"] })] {
        assert!(of_grant(&gone, &[&["reporter"]]).is_some_and(|(level, ..)| level == Level::Error), "{gone}");
    }
}
