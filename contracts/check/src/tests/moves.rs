//! Nodes with a different relation, and nodes that replace others.

use weft_publication::relation::Relations;

use super::*;

fn model(name: &str) -> Value {
    json!({"name": name, "resource_type": "model", "access": "public"})
}

/// A relation with its configured schema; `None` if that is unknown.
fn relation(schema: &str, identifier: &str, configured: Option<&Value>) -> Value {
    json!({"database": "db", "schema": schema, "identifier": identifier, "configured": configured})
}

/// The findings about nodes `a`, `b`, ... with these relations before and after.
fn moved(was: &[Value], is: &[Value]) -> Vec<String> {
    let ids: Vec<String> = (0..was.len()).map(|at| format!("model.shop.{at}")).collect();
    let nodes: serde_json::Map<String, Value> = ids.iter().map(|id| (id.clone(), model(id))).collect();
    let publication = publication(&Value::Object(nodes));
    let relations = |of: &[Value]| -> Relations {
        let relations = ids.iter().zip(of).map(|(id, it)| (id.clone(), it.clone()));
        serde_json::from_value(Value::Object(relations.collect())).unwrap()
    };
    let (was, is) = (relations(was), relations(is));
    let side = Side::new(&publication);
    let report = check(side.with_relations(&was), side.with_relations(&is), day(2026), &Levels::default());
    assert!(report.findings.iter().all(|finding| finding.rule == "relation_moved"));
    report.findings.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn another_target_moves_nothing() {
    let (plain, own) = (&json!({}), &json!({"schema": "core"}));
    let prod = [relation("prod", "a", Some(plain)), relation("prod_core", "b", Some(own))];
    let of_ci = [relation("pr_7", "a", Some(plain)), relation("pr_7_core", "b", Some(own))];
    let one_schema = [relation("pr_7", "a", Some(plain)), relation("pr_7", "b", Some(own))];
    let suffixed = [relation("ci", "a_pr7", Some(plain)), relation("ci", "b_pr7", Some(own))];
    for current in [of_ci, one_schema, suffixed] {
        assert_eq!(moved(&prod, &current), [""; 0], "{current:?}");
    }
    // Only the schema that every target shares stayed: that tells nothing of the others.
    let shared = relation("raw", "c", Some(&json!({"schema": "raw"})));
    let with = |nodes: &[Value; 2]| [nodes[0].clone(), nodes[1].clone(), shared.clone()];
    let elsewhere = [relation("pr_7", "a", Some(plain)), relation("pr_7_core", "b", Some(own))];
    assert_eq!(moved(&with(&prod), &with(&elsewhere)), [""; 0]);
    // One name that the engine does not tell apart.
    let spelled = |schema: &str| json!({"schema": schema, "identifier": "a", "configured": {}});
    assert_eq!(moved(&[spelled("Main")], &[spelled("main")]), [""; 0]);
}

#[test]
fn a_project_that_configures_another_place_moves_every_node() {
    let [core, marts] = ["core", "marts"].map(|schema| json!({"schema": schema}));
    let was = [relation("core", "a", Some(&core)), relation("core", "b", Some(&core))];
    let is = [relation("marts", "a", Some(&marts)), relation("marts", "b", Some(&marts))];
    assert_eq!(
        moved(&was, &is),
        [
            "the relation moved from `db.core.a` to `db.marts.a`: its configured schema changed",
            "the relation moved from `db.core.b` to `db.marts.b`: its configured schema changed",
        ]
    );
    let aliased = [relation("core", "x", Some(&json!({"schema": "core", "alias": "x"}))), was[1].clone()];
    assert_eq!(
        moved(&was, &aliased),
        ["the relation moved from `db.core.a` to `db.core.x`: its configured alias changed"]
    );
    // The same configuration, and another macro: what only the target places stayed.
    let plain = relation("prod", "c", Some(&json!({})));
    let renamed = [relation("prod_core", "a", Some(&core)), plain.clone()];
    assert_eq!(moved(&[was[0].clone(), plain], &renamed), ["the relation moved from `db.core.a` to `db.prod_core.a`"]);
}

#[test]
fn where_the_configuration_is_not_known_the_nodes_that_stayed_tell_the_target() {
    let was = [relation("core", "a", None), relation("core", "b", None)];
    assert_eq!(moved(&was, &[relation("ci", "a", None), relation("ci", "b", None)]), [""; 0]);
    assert_eq!(moved(&was, &[relation("marts", "a", None), relation("core", "b", None)]).len(), 1);
    assert_eq!(moved(&was, &[relation("ci", "x", Some(&json!({}))), relation("ci", "b", None)]).len(), 1);
}

/// Rule and message of each finding between two interfaces.
fn between(baseline: &Value, current: &Value) -> Vec<(String, String)> {
    let (old, new) = (publication(baseline), publication(current));
    let report = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
    report.findings.into_iter().map(|finding| (finding.rule.to_string(), finding.message)).collect()
}

fn with(name: &str, more: &Value) -> Value {
    let mut node = model(name);
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    node
}

#[test]
fn a_node_that_is_renamed_is_one_finding() {
    let named = |old: &str, new: &str| {
        vec![("model_renamed".to_owned(), format!("`{old}` was renamed to `{new}` (`m.{new}`)"))]
    };
    let columns = json!({"columns": [
        column("a", "int", "catalog"), column("b", "int", "catalog"), column("c", "int", "catalog"),
    ]});
    let sql = json!({"checksum": "x1"});
    for more in [&columns, &sql] {
        assert_eq!(between(&json!({"m.a": with("a", more)}), &json!({"m.b": with("b", more)})), named("a", "b"));
    }
    let said = json!({"meta": {"renamed_from": "a"}});
    assert_eq!(between(&json!({"m.a": model("a")}), &json!({"m.b": with("b", &said)})), named("a", "b"));
    let moved = between(&json!({"model.x.a": model("a")}), &json!({"model.y.a": model("a")}));
    assert_eq!(moved, [("model_renamed".to_owned(), "`a` moved to another package (`model.y.a`)".to_owned())]);
}

#[test]
fn what_may_be_either_of_two_is_neither() {
    let sql = json!({"checksum": "x1"});
    let rules = |baseline: &Value, current: &Value| {
        between(baseline, current).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    let two = json!({"m.b": with("b", &sql), "m.c": with("c", &sql)});
    assert_eq!(rules(&json!({"m.a": with("a", &sql)}), &two), ["model_removed", "model_added", "model_added"]);
    assert_eq!(rules(&json!({"m.a": model("a")}), &json!({"m.b": model("b")})), ["model_removed", "model_added"]);
    let seed = json!({"m.b": with("b", &json!({"checksum": "x1", "resource_type": "seed"}))});
    assert_eq!(rules(&json!({"m.a": with("a", &sql)}), &seed), ["model_removed", "model_added"]);
}
