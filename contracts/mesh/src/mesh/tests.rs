mod checks;
mod cycle;
mod graph;
mod growth;
mod laws;
mod lineage;
mod names;
mod registered;

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};
use weft_api::consumer::ConsumerKind;
use weft_model::{graph::MeshNode, name::UniqueId, types::Dialect};
use weft_publication::{Publication, Via};

use super::*;

fn member(document: Value, relations: Value) -> Member {
    let publication = weft_publication::document::parse(document).unwrap();
    Member { publication: publication.into(), relations: Arc::new(serde_json::from_value(relations).unwrap()) }
}

fn node(package_name: &str, unique_id: &str) -> MeshNode {
    (package_name.parse().unwrap(), unique_id.parse().unwrap())
}

fn public(name: &str, columns: &[&str]) -> Value {
    let columns: Vec<_> = columns.iter().map(|name| json!({ "name": name, "origin": "contract" })).collect();
    json!({ "name": name, "resource_type": "model", "access": "public", "contract": { "enforced": true },
        "columns": columns })
}

fn relation(schema: &str, identifier: &str) -> Value {
    json!({ "database": "mesh", "schema": schema, "identifier": identifier,
        "relation_name": format!("\"mesh\".\"{schema}\".\"{identifier}\"") })
}

/// `products` → `order_lines` → `profit` → an exposure, each in a project of its own; sales filters by `category`.
fn three() -> Mesh {
    let inventory = json!({
        "package_name": "inventory", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "interface": { "model.inventory.products": public("products", &["id", "price", "category", "colour"]) },
        "lineage": { "model.inventory.products": { "resource_type": "model" } },
    });
    let read = json!({ "id": ["join"], "price": ["renamed"], "category": ["filter"] });
    let sales = json!({
        "package_name": "sales", "version": "2.0.0", "source": { "adapter_type": "duckdb" },
        "groups": { "sales": { "name": "Sales team" } },
        "interface": { "model.sales.order_lines": {
            "name": "order_lines", "resource_type": "model", "access": "public", "group": "sales",
            "columns": [{ "name": "unit_price", "origin": "catalog" }, { "name": "quantity", "origin": "catalog" }] } },
        "lineage": { "model.sales.order_lines": { "resource_type": "model", "reading": {
            "columns": { "unit_price": { "model.inventory.products": { "price": "renamed" } }, "quantity": {} },
            "rows": { "model.inventory.products": { "id": ["join"], "category": ["filter"] } } } } },
        "uses": [{ "reader": "model.sales.order_lines", "upstream": "inventory",
            "unique_id": "model.inventory.products", "via": "ref", "columns": read }],
    });
    let finance = json!({
        "package_name": "finance", "version": "3.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": { "model.finance.profit": { "resource_type": "model", "reading": {
            "columns": { "profit": { "model.sales.order_lines": { "unit_price": "aggregated" } } } } } },
        "uses": [{ "reader": "model.finance.profit", "upstream": "sales", "unique_id": "model.sales.order_lines",
            "via": "ref", "columns": { "unit_price": ["aggregated"] } }],
        "exposures": { "exposure.finance.board": { "name": "board", "owner": { "name": "CFO" },
            "depends_on": ["model.finance.profit"] } },
    });
    Mesh::new([inventory, sales, finance].map(|document| member(document, json!({}))))
}

fn told(mesh: &Mesh, start: (&str, &str), touch: Touch) -> Vec<String> {
    let reached = mesh.reached(&node(start.0, start.1), touch, |_| true);
    let line = |reached: &Reached| {
        let columns = reached.columns.as_ref().map_or("?".to_owned(), |columns| {
            let columns = columns.iter().map(|(name, how)| {
                format!("{name}:{}", how.iter().map(|how| how.word()).collect::<Vec<_>>().join("+"))
            });
            columns.collect::<Vec<_>>().join(",")
        });
        format!("{} reads {} {columns} ({} between)", reached.reader.1, reached.read.1, reached.through.len())
    };
    reached.iter().map(line).collect()
}

const PRODUCTS: (&str, &str) = ("inventory", "model.inventory.products");

#[test]
fn a_column_is_followed_through_whoever_passes_it_on_to_the_exposure() {
    assert_eq!(
        told(&three(), PRODUCTS, Touch::column("PRICE", Dialect::DuckDb)),
        [
            "exposure.finance.board reads model.finance.profit ? (2 between)",
            "model.finance.profit reads model.sales.order_lines unit_price:aggregated (1 between)",
            "model.sales.order_lines reads model.inventory.products price:renamed (0 between)",
        ]
    );
}

#[test]
fn a_column_that_decides_which_rows_there_are_touches_every_column() {
    let reached = told(&three(), PRODUCTS, Touch::column("category", Dialect::DuckDb));
    assert_eq!(reached.len(), 3, "{reached:?}");
    assert!(reached[2].ends_with("category:filter (0 between)"), "{reached:?}");
}

#[test]
fn a_column_that_nobody_reads_reaches_nobody() {
    assert_eq!(told(&three(), PRODUCTS, Touch::column("colour", Dialect::DuckDb)), [""; 0]);
}

#[test]
fn a_whole_node_reaches_whoever_reads_any_of_it() {
    assert_eq!(told(&three(), PRODUCTS, Touch::Whole).len(), 3);
}

#[test]
fn the_changed_project_itself_is_not_told_of_and_owners_are_known() {
    let mesh = three();
    let reached = told(&mesh, ("sales", "model.sales.order_lines"), Touch::column("unit_price", Dialect::DuckDb));
    assert_eq!(reached.len(), 2, "{reached:?}");
    let owner = |package, id| mesh.owner(&node(package, id)).and_then(|owner| owner.name.as_deref());
    assert_eq!(owner("sales", "model.sales.order_lines"), Some("Sales team"));
    assert_eq!(owner("finance", "exposure.finance.board"), Some("CFO"));
    assert_eq!(owner("finance", "model.finance.profit"), None);
}

/// `b` reads the table of `a` by a source, whose name differs by case.
fn by_source(second: bool) -> Mesh {
    let a = |name: &str| {
        let id = format!("model.{name}.t");
        let document = json!({
            "package_name": name, "version": "1.0.0", "source": { "adapter_type": "duckdb" },
            "lineage": { &id: { "resource_type": "model" } },
        });
        member(document, json!({ &id: relation("main", "t") }))
    };
    let b = json!({
        "package_name": "b", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": {
            "source.b.a.t": { "resource_type": "source" },
            "model.b.m": { "resource_type": "model", "depends_on": ["source.b.a.t"], "reading": {
                "columns": { "x": { "source.b.a.t": { "x": "as_is" } } } } } },
        "exposures": { "exposure.b.e": { "name": "e", "depends_on": ["model.b.m"] } },
    });
    let b = member(b, json!({ "source.b.a.t": relation("main", "T"), "model.b.m": relation("main", "m") }));
    let second = second.then(|| a("c"));
    Mesh::new([a("a"), b].into_iter().chain(second))
}

#[test]
fn a_source_is_the_node_of_another_project_that_stands_in_its_relation() {
    let mesh = by_source(false);
    assert_eq!(mesh.behind_source(&node("b", "source.b.a.t")), Some(&node("a", "model.a.t")));
    assert_eq!(
        told(&mesh, ("a", "model.a.t"), Touch::column("x", Dialect::DuckDb)),
        ["exposure.b.e reads model.b.m ? (1 between)", "model.b.m reads model.a.t x:as_is (0 between)",]
    );
    assert_eq!(told(&mesh, ("a", "model.a.t"), Touch::column("y", Dialect::DuckDb)), [""; 0]);
}

#[test]
fn a_source_that_may_be_either_of_two_nodes_reads_both() {
    let mesh = by_source(true);
    assert_eq!(mesh.behind_source(&node("b", "source.b.a.t")), None);
    for (package_name, unique_id) in [("a", "model.a.t"), ("c", "model.c.t")] {
        assert_eq!(
            told(&mesh, (package_name, unique_id), Touch::column("x", Dialect::DuckDb)),
            [
                "exposure.b.e reads model.b.m ? (1 between)".to_owned(),
                format!("model.b.m reads {unique_id} x:as_is (0 between)")
            ]
        );
        assert_eq!(told(&mesh, (package_name, unique_id), Touch::column("y", Dialect::DuckDb)), [""; 0]);
    }
}

#[test]
fn a_table_named_without_its_database_stands_in_a_database_of_its_reader() {
    let table = |name: &str, database: &str| {
        let id = format!("model.{name}.t");
        let document = json!({
            "package_name": name, "version": "1.0.0", "source": { "adapter_type": "postgres" },
            "lineage": { &id: { "resource_type": "model" } },
        });
        let place = json!({ "database": database, "schema": "main", "identifier": "t",
            "relation_name": format!("\"{database}\".\"main\".\"t\"") });
        member(document, json!({ &id: place }))
    };
    let reader = || {
        let document = json!({
            "package_name": "reader", "version": "1.0.0", "source": { "adapter_type": "postgres" },
            "lineage": {
                "relation.reader.main.t": { "resource_type": "relation" },
                "model.reader.m": { "resource_type": "model", "depends_on": ["relation.reader.main.t"] } },
        });
        let bare = json!({ "schema": "main", "identifier": "t", "relation_name": "\"main\".\"t\"" });
        member(document, json!({ "relation.reader.main.t": bare, "model.reader.m": relation("mart", "m") }))
    };
    let source = node("reader", "relation.reader.main.t");
    let beside = Mesh::new([table("here", "mesh"), table("there", "other"), reader()]);
    assert_eq!(beside.behind_source(&source), Some(&node("here", "model.here.t")));
    let elsewhere = Mesh::new([table("there", "other"), reader()]);
    assert_eq!(elsewhere.behind_source(&source), None);
}

#[test]
fn projects_that_read_each_other_in_a_circle_are_walked_once() {
    let project = |name: &str, upstream: &str| {
        let id = |name: &str| format!("model.{name}.m");
        member(
            json!({
                "package_name": name, "version": "1.0.0", "source": {},
                "lineage": { id(name): { "resource_type": "model" } },
                "uses": [{ "reader": id(name), "upstream": upstream, "unique_id": id(upstream), "via": "ref" }],
            }),
            json!({}),
        )
    };
    let mesh = Mesh::new([project("a", "c"), project("b", "a"), project("c", "b")]);
    assert_eq!(told(&mesh, ("a", "model.a.m"), Touch::Whole).len(), 2);
}

#[test]
fn a_test_between_two_readings_passes_nothing_on() {
    let a = json!({
        "package_name": "a", "version": "1.0.0", "source": {},
        "lineage": { "model.a.m": { "resource_type": "model" } },
    });
    let b = json!({
        "package_name": "b", "version": "1.0.0", "source": {},
        "lineage": { "model.b.m": { "resource_type": "model" } },
        "uses": [{ "reader": "model.b.m", "upstream": "a", "unique_id": "model.a.m", "via": "test" }],
        "exposures": { "exposure.b.e": { "name": "e", "depends_on": ["model.b.m"] } },
    });
    let mesh = Mesh::new([a, b].map(|document| member(document, json!({}))));
    assert_eq!(
        told(&mesh, ("a", "model.a.m"), Touch::Whole),
        ["model.b.m reads model.a.m ? (0 between)"],
        "the exposure is made of `model.b.m`, which the test changes nothing of"
    );
}
