use serde_json::json;

use super::*;

const AMONG: &str = "of `shop`, neither in the work tree nor in the registry";

/// A project with these nodes: `unique_id`, name, version, columns.
fn known(nodes: &[(&str, &str, Option<u64>, &[&str])]) -> KnownNodes {
    let package_name: PackageName = "shop".parse().unwrap();
    let node = |(unique_id, name, version, columns): &(&str, &str, Option<u64>, &[&str])| {
        let columns: Vec<_> = columns.iter().map(|column| json!({"name": column, "origin": "declared"})).collect();
        let mut node = json!({"name": name, "resource_type": "model", "access": "public", "columns": columns});
        if let Some(version) = version {
            node["version"] = json!(version);
        }
        ((*unique_id).to_owned(), node)
    };
    let interface: serde_json::Map<_, _> = nodes.iter().map(node).collect();
    let publication = json!({"package_name": "shop", "version": "1.0.0", "source": {}, "interface": interface});
    let mut known = KnownNodes::among(AMONG.to_owned()).with_project(&package_name);
    known.add(&serde_json::from_value(publication).unwrap());
    known
}

fn shop() -> KnownNodes {
    known(&[
        ("model.shop.orders", "orders", None, &["id", "Price"]),
        ("model.shop.orders.eu", "orders.eu", None, &["id"]),
        ("model.shop.stock.v1", "stock", Some(1), &["id"]),
        ("model.shop.stock.v2", "stock", Some(2), &["id", "cost"]),
        ("seed.shop.plain", "plain", None, &["a.b"]),
    ])
}

#[track_caller]
fn found(text: &str) -> String {
    match shop().find(text, None) {
        Ok(NodeTarget { unique_id, column, .. }) => format!("{unique_id} {}", column.as_deref().unwrap_or("-")),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_node_is_called_by_unique_id_or_name_with_or_without_a_column() {
    for (text, expected) in [
        ("model.shop.orders", "model.shop.orders -"),
        ("orders", "model.shop.orders -"),
        ("orders.id", "model.shop.orders id"),
        ("model.shop.orders.price", "model.shop.orders Price"),
        ("stock.v2", "model.shop.stock.v2 -"),
        ("stock.v2.cost", "model.shop.stock.v2 cost"),
        ("model.shop.stock.v1.id", "model.shop.stock.v1 id"),
        ("plain.a.b", "seed.shop.plain a.b"),
        ("project.shop", "project.shop -"),
        ("shop.orders", "model.shop.orders -"),
        ("shop.stock.v2.cost", "model.shop.stock.v2 cost"),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn of_names_with_dots_the_longest_that_there_is_is_meant() {
    assert_eq!(found("orders.eu"), "model.shop.orders.eu -");
    assert_eq!(found("orders.eu.id"), "model.shop.orders.eu id");
    assert_eq!(found("orders.eu.name"), "`model.shop.orders.eu` has no column `name`");
}

#[test]
fn what_may_be_several_nodes_is_told_with_all_of_them() {
    assert_eq!(found("stock"), "`stock` may be `model.shop.stock.v1` or `model.shop.stock.v2`");
    assert_eq!(found("stock.id"), "`stock.id` may be `model.shop.stock.v1` or `model.shop.stock.v2`");
    assert_eq!(found("stock.cost"), "model.shop.stock.v2 cost", "only one has the column");
}

#[test]
fn a_column_of_its_own_leaves_the_node_as_it_is_written() {
    let target = |text, column| shop().find(text, Some(column)).map(|it| (it.unique_id.to_string(), it.column));
    assert_eq!(target("orders", "id"), Ok(("model.shop.orders".to_owned(), Some("id".to_owned()))));
    assert!(matches!(target("orders.id", "id"), Err(TargetError::NoNode { .. })));
    assert!(matches!(target("orders", "eu"), Err(TargetError::NoColumn { .. })));
}

#[test]
fn what_is_not_there_is_told() {
    let no_node = |text: &str| format!("`{text}` is not a node {AMONG}");
    for text in ["", "order", "ordersx", "shop", "project.other"] {
        assert_eq!(found(text), no_node(text));
    }
    assert_eq!(found("orders.\u{1b}[2J"), "`model.shop.orders` has no column `\\u{1b}[2J`");
}

#[test]
fn columns_that_differ_only_in_case_must_be_written_as_they_are() {
    let known = known(&[("model.shop.a", "a", None, &["ID", "Id"])]);
    assert_eq!(known.find("a.Id", None).unwrap().column.as_deref(), Some("Id"));
    assert!(matches!(known.find("a.id", None), Err(TargetError::NoColumn { .. })));
}

#[test]
fn a_node_whose_columns_are_not_all_known_may_have_any_but_one_that_is_known_comes_first() {
    let publication = json!({"package_name": "shop", "version": "1.0.0", "source": {}, "interface": {
        "model.shop.a": {"name": "a", "resource_type": "model", "access": "public",
            "columns": [{"name": "id", "origin": "declared"}]}},
        "lineage": {"seed.shop.raw": {"resource_type": "seed", "depends_on": []}}});
    let publication = serde_json::from_value(publication).unwrap();
    let mut known = KnownNodes::among(AMONG.to_owned());
    known.add_as_open(&publication);
    let target =
        |known: &KnownNodes, text| known.find(text, None).map(|it| (it.unique_id.to_string(), it.column, it.is_known));
    let column = |id: &str, column: &str, is_known| Ok((id.to_owned(), Some(column.to_owned()), is_known));
    assert_eq!(target(&known, "a.ID"), column("model.shop.a", "id", true));
    assert_eq!(target(&known, "a.more"), column("model.shop.a", "more", false));
    assert!(matches!(target(&known, "a."), Err(TargetError::NoColumn { .. })));
    assert!(matches!(target(&known, "seed.shop.raw"), Err(TargetError::NoNode { .. })));
    known.add_others(&publication);
    assert_eq!(target(&known, "seed.shop.raw.x"), column("seed.shop.raw", "x", false));
    assert_eq!(target(&known, "model.shop.a"), Ok(("model.shop.a".to_owned(), None, true)));
}

#[test]
fn a_name_that_two_projects_have_is_told_with_both() {
    let mut known = known(&[("model.shop.a", "a", None, &["id"])]);
    let publication = json!({"package_name": "other", "version": "1.0.0", "source": {}, "interface": {
        "model.shop.a": {"name": "a", "resource_type": "model", "access": "public"}}});
    known.add(&serde_json::from_value(publication).unwrap());
    let said = known.find("a", None).unwrap_err().to_string();
    assert_eq!(said, "`a` may be `model.shop.a` of `other` or `model.shop.a` of `shop`");
    assert_eq!(known.find("shop.a", None).unwrap().package_name.as_str(), "shop");
    assert_eq!(known.find("a.id", None).unwrap().package_name.as_str(), "shop", "only one has the column");
}
