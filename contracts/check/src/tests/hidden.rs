use weft_api::{Consumer, Readers};
use weft_publication::relation::Relations;

use super::*;

const NODE: &str = "model.shop.a";

fn project(node: &Value, public: &Value) -> Publication {
    serde_json::from_value(json!({
        "package_name": "shop", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "interface": public, "lineage": { NODE: node, "model.shop.other": { "resource_type": "model" } },
    }))
    .unwrap()
}

fn hidden(columns: &[&str], fingerprint: &str) -> Publication {
    let shape = json!({ "names": columns });
    project(&json!({ "resource_type": "model", "fingerprint": fingerprint, "shape": shape }), &json!({}))
}

fn places(identifier: Option<&str>) -> Relations {
    let place = |name: &str| json!({ "schema": "s", "identifier": name, "configured": {} });
    let mut all = json!({ "model.shop.other": place("other") });
    if let Some(name) = identifier {
        all[NODE] = place(name);
    }
    serde_json::from_value(all).unwrap()
}

/// The findings about two sides if somebody reads the column `b` of the node by its relation, and if nobody does.
fn told(sides: [(&Publication, &Relations); 2]) -> [Vec<(String, String)>; 2] {
    let reader: Consumer = serde_json::from_value(json!({
        "package_name": "finance", "version": "1.0.0", "environment": "prod", "reader": "model.finance.m",
        "unique_id": NODE, "via": "source", "columns": { "b": ["as_is"] },
    }))
    .unwrap();
    [true, false].map(|is_read| {
        let [was, is] = sides.map(|(publication, relations)| Side::new(publication).with_relations(relations));
        let checked = Checked::between(was, is, day(2026));
        assert_eq!(checked.required_update <= RequiredUpdate::Patch, sides[0].0.interface.is_empty());
        let reads = |touched: &TouchedNode| {
            is_read
                && touched.unique_id.as_str() == NODE
                && touched.column.as_deref().is_none_or(|column| column == "b")
                && matches!(touched.readers, Readers::All | Readers::ByPlace)
        };
        let touched = checked.touched().into_iter().filter(reads);
        let consumers = touched.map(|touched| (touched, vec![reader.clone()])).collect();
        let report = checked.report(&Levels::default(), Some(&consumers));
        report.findings.into_iter().map(|it| (it.rule.to_string(), it.message)).collect()
    })
}

fn rules(told: &[(String, String)]) -> Vec<&str> {
    told.iter().map(|(rule, _)| rule.as_str()).collect()
}

#[test]
fn a_node_that_is_not_public_is_compared_for_those_who_read_its_table() {
    let (was, here) = (hidden(&["a", "b", "c"], "0000000000000001"), places(Some("a")));
    for (is, expected) in [
        (hidden(&["a", "c"], "0000000000000002"), &["column_removed"][..]),
        (hidden(&["a", "b"], "0000000000000002"), &[]),
        (hidden(&["a", "b", "c"], "0000000000000002"), &[]),
    ] {
        let [read, unread] = told([(&was, &here), (&is, &here)]);
        assert_eq!((rules(&read), unread), (expected.to_vec(), vec![]));
    }
}

#[test]
fn one_that_moves_or_is_ephemeral_now_is_told_to_those_who_read_its_table() {
    let (was, here) = (hidden(&["a", "b"], "0000000000000001"), places(Some("a")));
    let [read, unread] = told([(&was, &here), (&was, &places(Some("moved")))]);
    assert_eq!((rules(&read), unread), (vec!["relation_moved"], vec![]));
    let [read, unread] = told([(&was, &here), (&was, &places(None))]);
    let expected = ("model_removed".to_owned(), "it no longer has a relation: it is now ephemeral".to_owned());
    assert_eq!((read, unread), (vec![expected], vec![]));
}

#[test]
fn one_whose_text_changed_and_whose_columns_nobody_knows_cannot_be_told() {
    let of = |text: &str| project(&json!({ "resource_type": "model", "text": text }), &json!({}));
    let here = places(Some("a"));
    let [read, unread] = told([(&of("00000001"), &here), (&of("00000002"), &here)]);
    assert_eq!((rules(&read), unread), (vec!["columns_unknown"], vec![]));
    let [read, _] = told([(&of("00000001"), &here), (&of("00000001"), &here)]);
    assert_eq!(rules(&read), [""; 0]);
}

#[test]
fn what_leaves_the_interface_as_it_loses_a_column_is_told_of_both() {
    let column = |name: &str| json!({ "name": name, "origin": "sql", "description": "D", "tags": ["t"] });
    let public = json!({ NODE: { "name": "a", "resource_type": "model", "access": "public", "description": "D",
        "meta": { "k": 1 }, "group": "g", "contract": { "enforced": true }, "columns": [column("a"), column("b")] } });
    let node = json!({ "resource_type": "model", "fingerprint": "0000000000000001" });
    let here = places(Some("a"));
    let [read, unread] = told([(&project(&node, &public), &here), (&hidden(&["a"], "0000000000000002"), &here)]);
    assert_eq!(rules(&read), ["access_reduced", "column_removed"]);
    assert_eq!(rules(&unread), ["access_reduced"]);
}
