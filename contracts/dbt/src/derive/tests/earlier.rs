use std::collections::BTreeMap;

use weft_publication::{How, Origin, Use, Via};

use super::*;

const UPSTREAM: &str = "model.inventory.products";

/// A project whose public `mart` reads the private `kept`, which reads the seed `rates` and another project's node.
fn project() -> Value {
    let code = |code: &str, access: &str, ids: &[&str], calls: &[&str]| json!({"raw_code": code, "access": access, "depends_on": {"nodes": ids, "macros": calls}});
    let seed = json!({"checksum": {"name": "sha256", "checksum": "s1"}, "access": "protected"});
    let injected = json!({"path": "", "original_file_path": ""});
    let called = |package: &str, sql: &str, calls: &[&str]| json!({"package_name": package, "macro_sql": sql, "depends_on": {"macros": calls}});
    let mut manifest = manifest(&[
        node("model", "inventory", "products", &injected),
        node("seed", "shop", "rates", &seed),
        model("kept", &code("select * from p", "private", &[UPSTREAM, "seed.shop.rates"], &["macro.shop.cents"])),
        model("mart", &code("select a from kept", "public", &["model.shop.kept"], &["macro.dbt.type_int"])),
    ]);
    manifest["macros"] = json!({
        "macro.shop.cents": called("shop", "cents", &["macro.shop.round", "macro.dbt.type_int"]),
        "macro.shop.round": called("shop", "round", &["macro.shop.cents"]),
        "macro.dbt.type_int": called("dbt", "int", &[]),
    });
    manifest
}

fn fingerprint(manifest: &Value) -> Option<String> {
    let derived = try_derived(manifest, None, &[], None).unwrap();
    derived.publication.lineage["model.shop.mart"].fingerprint.clone()
}

#[test]
fn a_fingerprint_changes_with_the_code_of_whatever_the_node_is_built_from() {
    let of_all = fingerprint(&project()).unwrap();
    for (at, value) in [
        ("/nodes/model.shop.mart/raw_code", json!("select b from kept")),
        ("/nodes/model.shop.kept/raw_code", json!("select b from p")),
        ("/nodes/seed.shop.rates/checksum/checksum", json!("s2")),
        ("/macros/macro.shop.cents/macro_sql", json!("other")),
        ("/macros/macro.shop.round/macro_sql", json!("other")),
        ("/nodes/model.shop.kept/depends_on/nodes", json!([UPSTREAM])),
    ] {
        let mut other = project();
        *other.pointer_mut(at).unwrap() = value;
        assert_ne!(fingerprint(&other).unwrap(), of_all, "{at}");
    }
}

#[test]
fn a_fingerprint_changes_with_how_a_snapshot_is_written_and_by_whose_macro_a_node_is_built() {
    let snapshot = |config: Value, macros: Value| {
        let fields = json!({ "raw_code": "select 1 as id", "config": config, "access": "public" });
        let mut project = manifest(&[node("snapshot", "shop", "mart", &fields)]);
        project["macros"] = macros;
        let derived = try_derived(&project, None, &[], None).unwrap();
        derived.publication.lineage["snapshot.shop.mart"].fingerprint.clone().unwrap()
    };
    let plain = snapshot(json!({}), json!({}));
    for same in [
        json!({ "hard_deletes": "ignore" }),
        json!({ "invalidate_hard_deletes": false, "dbt_valid_to_current": null }),
        json!({ "snapshot_meta_column_names": { "dbt_valid_to": "dbt_valid_to", "dbt_scd_id": null } }),
    ] {
        assert_eq!(snapshot(same.clone(), json!({})), plain, "{same}");
    }
    for other in [
        json!({ "hard_deletes": "new_record" }),
        json!({ "invalidate_hard_deletes": true }),
        json!({ "dbt_valid_to_current": "to_date('9999-12-31')" }),
        json!({ "snapshot_meta_column_names": { "dbt_valid_to": "valid_to" } }),
    ] {
        assert_ne!(snapshot(other.clone(), json!({})), plain, "{other}");
    }
    let making = |sql: &str| json!({ "macro.shop.create_table_as": { "package_name": "shop", "macro_sql": sql } });
    let table = json!({ "materialized": "table" });
    let one = snapshot(table.clone(), making("one"));
    assert_ne!(one, snapshot(table, making("other")));
    assert_ne!(one, plain);
}

#[test]
fn a_snapshot_is_published_with_how_it_writes_its_history_and_without_its_sql() {
    let history = |kind: &str, config: Value| {
        let fields = json!({ "raw_code": "select 1 as id", "config": config, "access": "public" });
        let project = manifest(&[node(kind, "shop", "mart", &fields)]);
        let derived = try_derived(&project, None, &[], None).unwrap();
        derived.publication.interface[&*format!("{kind}.shop.mart")].history.clone()
    };
    assert_eq!(history("model", json!({ "unique_key": "id" })), None);
    assert_eq!(history("snapshot", json!({})), Some(BTreeMap::new()));
    let said = json!({ "strategy": "check", "unique_key": ["id", "day"], "check_cols": "all",
        "dbt_valid_to_current": "to_date('9999-12-31')", "hard_deletes": "new_record" });
    let told = history("snapshot", said).unwrap();
    let told: Vec<_> = told.iter().map(|(name, value)| format!("{name} {value:.10}")).collect();
    assert_eq!(
        told,
        [
            "check_cols all",
            "dbt_valid_to_current sha256:2c3",
            "hard_deletes new_record",
            "strategy check",
            "unique_key id, day"
        ]
    );
}

#[test]
fn a_fingerprint_stays_where_only_dbt_the_target_or_the_machine_is_another() {
    let of_all = fingerprint(&project());
    for (at, value) in [
        ("/nodes/model.shop.mart/raw_code", json!("select a from kept\r\n")),
        ("/nodes/model.shop.mart/schema", json!("ci_17")),
        ("/nodes/model.shop.mart/checksum", json!({"name": "sha256", "checksum": "of another dbt"})),
        ("/nodes/model.shop.mart/compiled_code", json!("select a from db.main.kept")),
        ("/macros/macro.dbt.type_int/macro_sql", json!("of another dbt")),
        ("/nodes/model.inventory.products/checksum", json!({"name": "sha256", "checksum": "of another parse"})),
        ("/metadata/dbt_version", json!("1.12.6")),
    ] {
        let mut other = project();
        let (parent, key) = at.rsplit_once('/').unwrap();
        other.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        assert_eq!(fingerprint(&other), of_all, "{at}");
    }
}

#[test]
fn code_that_is_not_known_or_reads_itself_has_no_fingerprint() {
    for (at, value) in [
        ("/nodes/model.shop.mart/raw_code", json!("")),
        ("/nodes/model.shop.kept/raw_code", json!(null)),
        ("/nodes/model.shop.kept/depends_on/nodes", json!(["model.shop.mart"])),
    ] {
        let mut other = project();
        *other.pointer_mut(at).unwrap() = value;
        assert_eq!(fingerprint(&other), None, "{at}");
    }
}

/// What the compiled SQL of `kept` and `mart` reads: a table that dbt does not know among it.
fn compiled() -> Readings {
    let table = "relation.shop.raw.prices";
    let reading =
        |value: Value| NodeReading { reading: Some(serde_json::from_value(value).unwrap()), ..NodeReading::default() };
    let kept = reading(json!({"columns": {"a": {UPSTREAM: {"price": "as_is"}}}, "rows": {table: {"id": ["join"]}}}));
    let sql = SqlColumn { name: "a".to_owned(), quoted: false, data_type: Some("integer".to_owned()), literal: None };
    let mart = NodeReading {
        columns: Some(vec![sql]),
        ..reading(json!({"columns": {"a": {"model.shop.kept": {"a": "as_is"}}}}))
    };
    let nodes = [("model.shop.kept", kept), ("model.shop.mart", mart)];
    let relation = relations::in_sql(&["raw", "prices"]).unwrap();
    Readings {
        checks: BTreeMap::new(),
        nodes: nodes.into_iter().map(|(id, known)| (id.parse().unwrap(), known)).collect(),
        relations: BTreeMap::from([(table.parse().unwrap(), relation)]),
    }
}

/// As dbt leaves it where it only parses.
fn parsed() -> Readings {
    let unknown = NodeReading { unknown: Some("no_sql"), ..NodeReading::default() };
    let nodes = ["model.shop.kept", "model.shop.mart"].map(|id| (id.parse().unwrap(), unknown.clone()));
    Readings { nodes: nodes.into(), ..Readings::default() }
}

fn after(earlier: &[&Publication], manifest: &Value, readings: Readings) -> Derived {
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let derived = derive_after(earlier, &manifest, None, &settings(readings)).unwrap();
    document::parse(serde_json::to_value(&derived.publication).unwrap()).unwrap();
    derived
}

#[test]
fn a_run_that_only_parsed_says_of_the_same_code_what_the_compiled_one_said() {
    let whole = after(&[], &project(), compiled());
    let poorer = after(&[], &project(), parsed());
    let carried = after(&[&whole.publication], &project(), parsed());
    assert_eq!(document::digest(&carried.publication).unwrap(), document::digest(&whole.publication).unwrap());
    assert_ne!(document::digest(&poorer.publication).unwrap(), document::digest(&whole.publication).unwrap());
    assert_eq!(carried.relations, whole.relations, "the table stands where it stood");
    assert_eq!(names(&carried.publication.source.carried_over), ["model.shop.mart"]);
    assert!(whole.publication.source.carried_over.is_empty());
    assert!(may_carry_over(&whole.publication, &poorer.publication));
    assert!(!may_carry_over(&poorer.publication, &whole.publication));
}

#[test]
fn what_was_known_of_other_code_is_not_carried_over() {
    let whole = after(&[], &project(), compiled()).publication;
    let mut other = project();
    other["nodes"]["model.shop.kept"]["raw_code"] = json!("select 1");
    let publication = after(&[&whole], &other, parsed()).publication;
    assert_eq!(publication.source.carried_over.len(), 0);
    assert_eq!(publication.lineage["model.shop.mart"].unknown.as_deref(), Some("no_sql"));
    assert!(publication.uses.iter().all(|used| used.columns.is_none()));
}

#[test]
fn a_publication_without_fingerprints_is_taken_for_one_that_knows_nothing() {
    let mut whole = after(&[], &project(), compiled()).publication;
    whole.lineage.values_mut().for_each(|node| node.fingerprint = None);
    let publication = after(&[&whole], &project(), parsed()).publication;
    assert_eq!(publication.interface["model.shop.mart"].columns, []);
}

#[test]
fn what_is_private_now_is_not_told_by_an_earlier_reading() {
    let mut then = project();
    then["nodes"]["model.shop.kept"]["access"] = json!("public");
    let whole = after(&[], &then, compiled()).publication;
    let publication = after(&[&whole], &project(), parsed()).publication;
    assert_eq!(publication.lineage["model.shop.mart"].reading, None);
}

#[test]
fn columns_that_are_read_of_others_are_carried_over_with_the_code_that_reads() {
    let whole = after(&[], &project(), compiled()).publication;
    let publication = after(&[&whole], &project(), parsed()).publication;
    assert_eq!(publication.uses, whole.uses);
    let [Use { reader, via: Via::Ref, columns: Some(columns), .. }] =
        &*publication.uses.iter().cloned().collect::<Vec<_>>()
    else {
        panic!("{:#?}", publication.uses)
    };
    assert_eq!(reader.as_str(), "model.shop.mart");
    assert_eq!(columns["price"], BTreeSet::from([How::AsIs]));
}

/// A project with `mart` and `raw`, whose SQL is not understood, as it was at an hour of a day.
fn at_hour(hour: u8, code: &str) -> Value {
    let mut project = project();
    project["metadata"]["generated_at"] = json!(format!("2026-11-20T{hour:02}:00:00Z"));
    project["nodes"]["model.shop.raw"] = project["nodes"]["model.shop.mart"].clone();
    project["nodes"]["model.shop.raw"]["unique_id"] = json!("model.shop.raw");
    for node in ["mart", "raw"] {
        project["nodes"][format!("model.shop.{node}")]["raw_code"] = json!(code);
    }
    project
}

#[test]
fn a_catalog_from_before_a_change_tells_nothing_of_what_changed() {
    let columns = json!({"a": {"name": "a", "index": 1, "type": "BIGINT"}});
    let catalog = json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json", "generated_at": "2026-11-20T08:30:00Z"
        },
        "nodes": {
            "model.shop.mart": {"unique_id": "model.shop.mart", "columns": columns},
            "model.shop.raw": {"unique_id": "model.shop.raw", "columns": columns},
        }
    });
    let catalog = Catalog::read(catalog.to_string().as_bytes()).unwrap();
    let mut readings = compiled();
    let mart = readings.nodes.get_mut("model.shop.mart").unwrap();
    mart.columns.iter_mut().flatten().for_each(|column| column.data_type = None);
    let settings = settings(readings);
    let derived = |earlier: &[&Publication], hour: u8, code: &str| {
        let manifest = Manifest::read(at_hour(hour, code).to_string().as_bytes()).unwrap();
        derive_after(earlier, &manifest, Some(&catalog), &settings).unwrap().publication
    };
    let told = |publication: &Publication| {
        let of = |id: &str| {
            publication.interface[id].columns.iter().map(|it| (it.origin, it.data_type.clone())).collect::<Vec<_>>()
        };
        ["model.shop.mart", "model.shop.raw"].map(of)
    };
    let known = vec![(Origin::Catalog, Some("BIGINT".to_owned()))];
    let first = derived(&[], 8, "select a from kept");
    assert_eq!(told(&first), [known.clone(), known.clone()]);
    let again = derived(&[&first], 9, "select a from kept");
    assert_eq!(told(&again), [known.clone(), known], "the same code stood when the catalog was made");
    let changed = derived(&[&first], 10, "select 'k' || a as a from kept");
    assert_eq!(told(&changed), [vec![(Origin::Catalog, None)], vec![]]);
    let later = derived(&[&changed], 11, "select 'k' || a as a from kept");
    assert_eq!(told(&later), [vec![(Origin::Catalog, None)], vec![]], "publishing twice makes nothing known");
}

#[test]
fn the_sql_of_today_is_surer_than_a_catalog_of_before_unless_both_name_the_same_columns() {
    let catalog = |columns: Value| {
        json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"},
            "nodes": {"model.shop.mart": {"unique_id": "model.shop.mart", "columns": columns}}})
    };
    let known = |columns: Value| {
        let manifest = Manifest::read(project().to_string().as_bytes()).unwrap();
        let catalog = Catalog::read(catalog(columns).to_string().as_bytes()).unwrap();
        let earlier = derive(&manifest, Some(&catalog), &settings(compiled())).unwrap().publication;
        let now = after(&[&earlier], &project(), compiled()).publication;
        let column = &now.interface["model.shop.mart"].columns[0];
        (column.name.clone(), column.data_type.clone().unwrap(), column.origin)
    };
    let a = json!({"A": {"name": "A", "index": 1, "type": "BIGINT"}});
    assert_eq!(known(a), ("A".to_owned(), "BIGINT".to_owned(), Origin::Catalog));
    let b = json!({"b": {"name": "b", "index": 1, "type": "BIGINT"}});
    assert_eq!(known(b), ("a".to_owned(), "integer".to_owned(), Origin::Sql));
}
