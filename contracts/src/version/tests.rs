use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn publication(nodes: &Value) -> Publication {
    serde_json::from_value(json!({"package_name": "shop", "version": "1.0.0", "source": {}, "interface": nodes}))
        .unwrap()
}

fn node(columns: &Value) -> Value {
    json!({"name": "a", "resource_type": "model", "access": "public", "columns": columns})
}

fn column(name: &str, data_type: &str, origin: &str) -> Value {
    json!({"name": name, "data_type": data_type, "origin": origin})
}

fn update(baseline: &Value, current: &Value) -> RequiredUpdate {
    required_update(&publication(&json!({"m": baseline})), &publication(&json!({"m": current})))
}

#[test]
fn the_same_content_asks_for_nothing() {
    let mut current = publication(&json!({"m": node(&json!([]))}));
    let baseline = current.clone();
    current.version = Version::new(7, 0, 0);
    current.source.dbt_version = Some("2.0.0".to_owned());
    assert_eq!(required_update(&baseline, &current), RequiredUpdate::None);
}

#[test]
fn a_node_that_goes_is_major_and_one_that_comes_is_minor() {
    let one = publication(&json!({"m": node(&json!([]))}));
    let two = publication(&json!({"m": node(&json!([])), "n": node(&json!([]))}));
    assert_eq!(required_update(&two, &one), RequiredUpdate::Major);
    assert_eq!(required_update(&one, &two), RequiredUpdate::Minor);
}

#[test]
fn a_change_of_vouched_columns_is_seen_and_of_declared_ones_is_documentation() {
    for (origin, gone, new, other_type) in [
        ("contract", RequiredUpdate::Major, RequiredUpdate::Minor, RequiredUpdate::Major),
        ("catalog", RequiredUpdate::Major, RequiredUpdate::Minor, RequiredUpdate::Major),
        ("declared", RequiredUpdate::Patch, RequiredUpdate::Patch, RequiredUpdate::Patch),
    ] {
        let one = node(&json!([column("a", "int", origin)]));
        let two = node(&json!([column("a", "int", origin), column("b", "int", origin)]));
        assert_eq!(update(&two, &one), gone, "{origin}");
        assert_eq!(update(&one, &two), new, "{origin}");
        assert_eq!(update(&one, &node(&json!([column("a", "bigint", origin)]))), other_type, "{origin}");
        assert_eq!(update(&one, &node(&json!([column("a", " INT ", origin)]))), RequiredUpdate::Patch, "{origin}");
    }
}

#[test]
fn evidence_that_goes_or_differs_breaks_nothing_by_itself() {
    let catalog = node(&json!([column("a", "INTEGER", "catalog"), column("b", "DATE", "catalog")]));
    assert_eq!(update(&catalog, &node(&json!([column("a", "int", "declared")]))), RequiredUpdate::Patch);
    assert_eq!(
        update(&catalog, &node(&json!([column("a", "int", "contract"), column("b", "date", "contract")]))),
        RequiredUpdate::Patch
    );
}

#[test]
fn lowered_access_a_dropped_contract_and_another_latest_version_are_major() {
    let with = |key: &str, value: Value| {
        let mut node = node(&json!([]));
        node[key] = value;
        node
    };
    let (contract, none) = (with("contract", json!({"enforced": true})), with("contract", json!({"enforced": false})));
    assert_eq!(update(&contract, &none), RequiredUpdate::Major);
    assert_eq!(update(&none, &contract), RequiredUpdate::Patch);
    assert_eq!(update(&node(&json!([])), &with("access", json!("protected"))), RequiredUpdate::Major);
    assert_eq!(update(&with("latest_version", json!(1)), &with("latest_version", json!(2))), RequiredUpdate::Major);
    assert_eq!(update(&node(&json!([])), &with("description", json!("New"))), RequiredUpdate::Patch);
}

#[test]
fn the_next_version_follows_semver() {
    use RequiredUpdate::{Major, Minor, None, Patch};
    for (version, update, expected) in [
        ("1.4.2", None, "1.4.2"),
        ("1.4.2", Patch, "1.4.3"),
        ("1.4.2", Minor, "1.5.0"),
        ("1.4.2", Major, "2.0.0"),
        ("1.4.2+build", Patch, "1.4.3"),
        ("2.0.0-rc.1", Patch, "2.0.0"),
        ("2.0.0-rc.1", Minor, "2.0.0"),
        ("2.0.0-rc.1", Major, "2.0.0"),
        ("1.3.0-rc.1", Minor, "1.3.0"),
        ("1.3.0-rc.1", Major, "2.0.0"),
        ("1.2.3-rc.1", Minor, "1.3.0"),
        ("0.3.1", Patch, "0.3.2"),
        ("0.3.1", Minor, "0.3.2"),
        ("0.3.1", Major, "0.4.0"),
        ("0.4.0-rc.1", Major, "0.4.0"),
    ] {
        assert_eq!(next(&version.parse().unwrap(), update).to_string(), expected, "{version} {update:?}");
    }
}

#[test]
fn a_pre_release_of_a_large_enough_version_is_enough() {
    let enough = |baseline: &str, version: &str, update| {
        is_enough(&baseline.parse().unwrap(), &version.parse().unwrap(), update)
    };
    assert!(enough("1.4.2", "2.0.0-rc.1", RequiredUpdate::Major));
    assert!(enough("2.0.0-rc.1", "2.0.0-rc.2", RequiredUpdate::Major));
    assert!(enough("1.4.2", "3.0.0", RequiredUpdate::Patch));
    assert!(!enough("1.4.2", "1.9.0", RequiredUpdate::Major));
    assert!(!enough("1.4.2", "1.4.2", RequiredUpdate::Patch));
    assert!(!enough("1.4.2", "1.4.2-rc.1", RequiredUpdate::Patch));
}

fn versions() -> impl Strategy<Value = Version> {
    (0..4u64, 0..4u64, 0..4u64, any::<bool>()).prop_map(|(major, minor, patch, pre)| {
        let pre = if pre { Prerelease::new("rc.1").unwrap() } else { Prerelease::EMPTY };
        Version { pre, ..Version::new(major, minor, patch) }
    })
}

fn updates() -> impl Strategy<Value = RequiredUpdate> {
    prop_oneof![Just(RequiredUpdate::Patch), Just(RequiredUpdate::Minor), Just(RequiredUpdate::Major)]
}

proptest! {
    #[test]
    fn the_next_version_is_later_enough_and_no_pre_release(version in versions(), update in updates()) {
        let next = next(&version, update);
        prop_assert!(next > version && next.pre.is_empty());
        prop_assert!(is_enough(&version, &next, update));
    }

    #[test]
    fn a_larger_update_never_gives_an_earlier_version(version in versions(), a in updates(), b in updates()) {
        if a >= b {
            prop_assert!(next(&version, a) >= next(&version, b));
        }
    }

    #[test]
    fn a_major_update_leaves_the_range_that_a_caret_takes(version in versions().prop_filter("release", |v| v.pre.is_empty())) {
        let caret: semver::VersionReq = format!("^{version}").parse().unwrap();
        prop_assert!(!caret.matches(&next(&version, RequiredUpdate::Major)));
        if version >= Version::new(0, 1, 0) {
            prop_assert!(caret.matches(&next(&version, RequiredUpdate::Minor)));
        }
    }
}
