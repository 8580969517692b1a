use weft_publication::How;

use super::*;

const UPSTREAM: &str = "model.inventory.products";

/// `mart` reads `kept`, which is private and reads `staged`, which is private too and reads another project's node and a
/// source of its own.
fn project() -> Value {
    let injected = json!({ "path": "", "original_file_path": "", "version": 2, "latest_version": 2 });
    let staged = json!({ "access": "private", "depends_on": { "nodes": [UPSTREAM, "source.shop.raw.t"] },
        "refs": [{ "name": "products", "package": "inventory", "version": null }] });
    let mut manifest = manifest(&[
        node("model", "inventory", "products", &injected),
        model("staged", &staged),
        model("kept", &reads("private", &["model.shop.staged"])),
        model("mart", &reads("public", &["model.shop.kept"])),
    ]);
    manifest["sources"] = json!({ "source.shop.raw.t": {
        "unique_id": "source.shop.raw.t", "resource_type": "source", "package_name": "shop", "name": "t",
        "database": "db", "schema": "raw", "identifier": "t", "relation_name": "\"db\".\"raw\".\"t\""
    } });
    manifest
}

fn reading(value: Value) -> NodeReading {
    NodeReading { reading: Some(serde_json::from_value(value).unwrap()), ..NodeReading::default() }
}

fn derived_with(readings: &[(&str, NodeReading)]) -> Derived {
    let nodes = readings.iter().map(|(id, known)| (id.parse().unwrap(), known.clone())).collect();
    let readings = Readings { nodes, ..Readings::default() };
    let settings = settings(readings);
    let derived = derive(&Manifest::read(project().to_string().as_bytes()).unwrap(), None, &settings).unwrap();
    document::parse(serde_json::to_value(&derived.publication).unwrap()).unwrap();
    derived
}

fn known() -> Vec<(&'static str, NodeReading)> {
    vec![
        (
            "model.shop.staged",
            reading(json!({
                "columns": {
                    "product": { UPSTREAM: { "id": "renamed" } },
                    "total": { UPSTREAM: { "price": "aggregated" }, "source.shop.raw.t": { "amount": "as_is" } },
                },
                "rows": { "source.shop.raw.t": { "deleted": ["filter"] } },
            })),
        ),
        (
            "model.shop.kept",
            reading(json!({
                "columns": { "id": { "model.shop.staged": { "PRODUCT": "renamed" } },
                    "total": { "model.shop.staged": { "total": "as_is" } } },
                "rows": { "model.shop.staged": { "product": ["order"] } },
            })),
        ),
        (
            "model.shop.mart",
            reading(json!({
                "columns": { "id": { "model.shop.kept": { "id": "as_is" } }, "half": { "model.shop.kept": { "total": "transformed" } },
                    "one": {} },
            })),
        ),
    ]
}

#[test]
fn what_is_read_of_private_nodes_is_what_those_read() {
    let derived = derived_with(&known());
    let mart = &derived.publication.lineage["model.shop.mart"];
    assert_eq!(
        serde_json::to_value(&mart.reading).unwrap(),
        json!({
            "columns": {
                "id": { UPSTREAM: { "id": "as_is" } },
                "half": { UPSTREAM: { "price": "aggregated" }, "source.shop.raw.t": { "amount": "transformed" } },
                "one": {},
            },
            "rows": { UPSTREAM: { "id": ["order"] }, "source.shop.raw.t": { "deleted": ["filter"] } },
        })
    );
    assert_eq!(mart.unknown, None);
}

#[test]
fn a_use_names_the_columns_that_the_private_reader_reads_and_whether_its_ref_is_pinned() {
    let derived = derived_with(&known());
    let uses: Vec<_> = derived.publication.uses.iter().collect();
    assert_eq!(uses.len(), 1);
    assert_eq!(uses[0].reader.as_str(), "model.shop.mart");
    assert!(uses[0].unpinned && !uses[0].star);
    let read = uses[0].columns.as_ref().unwrap();
    assert_eq!(read.keys().collect::<Vec<_>>(), ["id", "price"]);
    assert_eq!(read["price"], [How::Aggregated].into());
}

#[test]
fn a_private_node_that_is_not_understood_leaves_what_it_reads_unknown() {
    let mut readings = known();
    readings[0].1 = NodeReading { unknown: Some("parse_failed"), ..NodeReading::default() };
    let derived = derived_with(&readings);
    let mart = &derived.publication.lineage["model.shop.mart"];
    assert_eq!(mart.unknown.as_deref(), Some("parse_failed"));
    let unresolved = &mart.reading.as_ref().unwrap().unresolved;
    assert_eq!(unresolved.iter().map(UniqueId::as_str).collect::<Vec<_>>(), [UPSTREAM, "source.shop.raw.t"]);
    assert!(derived.publication.uses.iter().all(|used| used.columns.is_none()));
}

#[test]
fn without_sql_nothing_is_said_of_columns() {
    let derived = derived_with(&[]);
    assert!(derived.publication.lineage.values().all(|node| node.reading.is_none() && node.unknown.is_none()));
}

#[test]
fn the_relations_are_those_of_the_interface_and_of_the_sources() {
    let relations = derived_with(&[]).relations;
    assert_eq!(relations.keys().map(UniqueId::as_str).collect::<Vec<_>>(), ["model.shop.mart", "source.shop.raw.t"]);
}

#[test]
fn the_columns_are_those_that_the_sql_gives_with_what_the_yaml_says_of_them() {
    let column = |name: &str, data_type: Option<&str>| SqlColumn {
        name: name.to_owned(),
        quoted: false,
        data_type: data_type.map(str::to_owned),
        literal: None,
    };
    let columns = vec![column("id", Some("bigint")), column("half", None), column("new", None)];
    let known = NodeReading { columns: Some(columns), ..NodeReading::default() };
    let mut manifest = project();
    manifest["nodes"]["model.shop.mart"]["columns"] = json!({
        "HALF": { "name": "HALF", "data_type": "decimal(9,2)", "description": "Half" },
        "id": { "name": "id", "data_type": "integer" }, "gone": { "name": "gone" } });
    let settings = settings(Readings {
        nodes: BTreeMap::from([("model.shop.mart".parse().unwrap(), known)]),
        ..Readings::default()
    });
    let derived = derive(&Manifest::read(manifest.to_string().as_bytes()).unwrap(), None, &settings).unwrap();
    let columns = &derived.publication.interface["model.shop.mart"].columns;
    let told: Vec<_> = columns.iter().map(|it| (&*it.name, it.data_type.as_deref(), &*it.description)).collect();
    assert_eq!(told, [("id", Some("bigint"), ""), ("half", Some("decimal(9,2)"), "Half"), ("new", None, "")]);
    assert!(columns.iter().all(|column| column.origin == weft_publication::Origin::Sql));
    assert_eq!(messages(&derived), ["left out, as its SQL does not select them: `gone`"]);
}

#[test]
fn a_catalog_that_is_older_than_the_manifest_counts_only_where_the_sql_does_not_say_otherwise() {
    let table = |name: &str, columns: &[(&str, &str)]| {
        let columns: Map<_, _> = columns
            .iter()
            .enumerate()
            .map(|(at, (name, kind))| ((*name).to_owned(), json!({"name": name, "type": kind, "index": at + 1})))
            .collect();
        (format!("model.shop.{name}"), json!({ "columns": columns }))
    };
    let had = [("id", "INTEGER"), ("price", "DATE")];
    let tables: Map<_, _> =
        ["renamed", "retyped", "same", "unread"].map(|name| table(name, &had)).into_iter().collect();
    let catalog = |made_at: &str| {
        let schema = "https://schemas.getdbt.com/dbt/catalog/v1.json";
        let catalog = json!({"metadata": {"dbt_schema_version": schema, "generated_at": made_at}, "nodes": tables});
        Catalog::read(catalog.to_string().as_bytes()).unwrap()
    };
    let in_sql = |names: [&str; 2]| {
        let column = |name: &str| SqlColumn { name: name.to_owned(), quoted: false, data_type: None, literal: None };
        NodeReading { columns: Some(names.map(column).into()), ..NodeReading::default() }
    };
    let mut retyped = in_sql(["id", "price"]);
    let kinds = ["INTEGER", "VARCHAR"].map(|kind| Some(kind.to_owned()));
    retyped.columns.iter_mut().flatten().zip(kinds).for_each(|(column, kind)| column.data_type = kind);
    let nodes = [("renamed", in_sql(["id", "unit_price"])), ("retyped", retyped), ("same", in_sql(["ID", "price"]))];
    let nodes = nodes.into_iter().map(|(name, it)| (format!("model.shop.{name}").parse().unwrap(), it)).collect();
    let settings = settings(Readings { nodes, ..Readings::default() });
    let manifest = manifest(&["renamed", "retyped", "same", "unread"].map(|name| model(name, &json!({}))));
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let columns = |made_at: &str| {
        let derived = derive(&manifest, Some(&catalog(made_at)), &settings).unwrap();
        let told = |node: &InterfaceNode| {
            let columns = node.columns.iter().map(|it| format!("{} {:?}", it.name, it.data_type.as_deref()));
            columns.collect::<Vec<_>>().join(", ")
        };
        let columns: Vec<_> = derived.publication.interface.values().map(told).collect();
        (columns, messages(&derived).into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let (old, told) = columns("2026-11-19T12:00:00Z");
    let of_catalog = r#"id Some("INTEGER"), price Some("DATE")"#;
    let of_both = r#"id Some("INTEGER"), price Some("VARCHAR")"#;
    assert_eq!(old, ["id None, unit_price None", of_both, of_catalog, of_catalog]);
    let (general, about_one) = (&told[0], &told[1]);
    assert!(told[2].ends_with("so these types are those of the SQL: `price`"), "{told:?}");
    assert!(general.contains("columns or types of 2 nodes are known only from it"), "{general}");
    assert!(about_one.ends_with("which no longer selects `price` and now also selects `unit_price`"), "{about_one}");
    let (new, told) = columns("2026-11-21T12:00:00Z");
    assert_eq!((new, told.len()), (vec![of_catalog.to_owned(); 4], 0));
}
