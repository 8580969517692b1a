use super::*;

/// What the rule says of a node, under a policy that raises it, where the project has this group.
fn said(rule: &str, node: &Value) -> Vec<String> {
    let mut publication = publication(&json!({"m": node}));
    publication.groups = serde_json::from_value(json!({
        "named": {"name": "Order desk"}, "nameless": {"name": " ", "email": ["", null]},
        "reachable": {"email": ["desk@example.com"]}, "untold": {}
    }))
    .unwrap();
    let levels = Levels::default().with(None, [(rule.to_owned().into(), Severity::Warning)].into());
    let side = Side::new(&publication);
    check(side, side, day(2026), &levels).findings.into_iter().map(|finding| finding.message).collect()
}

fn node(facts: &Value) -> Value {
    let mut node = json!({"name": "a", "resource_type": "model", "access": "public"});
    node.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    node
}

#[test]
fn an_owner_has_a_name_or_an_email() {
    let is_told = |group: &str| said("owner_missing", &node(&json!({"group": group}))).len() == 1;
    for (group, expected) in
        [("named", false), ("reachable", false), ("nameless", true), ("untold", true), ("of_nobody", true)]
    {
        assert_eq!(is_told(group), expected, "{group}");
    }
    assert_eq!(said("owner_missing", &node(&json!({"access": "protected"}))), [""; 0]);
}

#[test]
fn the_first_columns_without_a_description_are_named_and_the_others_counted() {
    let bare = |names: &[&str]| names.iter().map(|name| column(name, "int", "catalog")).collect::<Value>();
    let of = |columns: &Value| said("column_description_missing", &node(&json!({"columns": columns})));
    assert_eq!(
        of(&bare(&["b", "a", "d", "c", "e"])),
        ["5 of 5 columns of `a` have no description: `b`, `a`, `d` and 2 more"]
    );
    assert_eq!(of(&json!([])), [""; 0]);
}

#[test]
fn a_constraint_that_dbt_puts_on_the_relation_is_a_promise() {
    let of = |materialization: &str, enforced: bool| {
        let columns = json!([{"name": "a", "constraints": [{"type": "not_null"}], "origin": "contract"}]);
        let facts = json!({"columns": columns, "materialization": materialization, "contract": {"enforced": enforced}});
        said("quality_missing", &node(&facts)).len()
    };
    assert_eq!([of("table", true), of("view", true), of("table", false)], [0, 1, 1]);
}

#[test]
fn a_seed_has_no_contract_to_enforce() {
    assert_eq!(said("contract_missing", &node(&json!({"resource_type": "seed"}))), [""; 0]);
}
