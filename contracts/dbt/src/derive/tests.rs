mod checks;
mod earlier;
mod interface;
mod laws;
mod reading;
mod runs;
mod table;

use semver::Version;
use serde_json::{Map, Value, json};
use weft_model::name::UniqueId;
use weft_publication::{Access, InterfaceNode, Owner, document};

use super::*;
use crate::select::Selection;

/// A manifest of the project `shop`, from its nodes.
fn manifest(nodes: &[Value]) -> Value {
    let nodes: Map<_, _> =
        nodes.iter().map(|node| (node["unique_id"].as_str().unwrap().to_owned(), node.clone())).collect();
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop",
            "dbt_version": "1.11.16", "adapter_type": "duckdb", "generated_at": "2026-11-20T12:00:00Z"
        },
        "nodes": nodes
    })
}

fn settings(readings: Readings) -> DeriveSettings {
    DeriveSettings {
        package_name: None,
        version: Version::new(1, 0, 0),
        selection: Selection::default(),
        requires: BTreeMap::new(),
        git: None,
        readings,
    }
}

fn node(kind: &str, package: &str, name: &str, more: &Value) -> Value {
    let mut node = json!({
        "unique_id": format!("{kind}.{package}.{name}"), "resource_type": kind, "package_name": package, "name": name,
        "path": format!("{name}.sql"), "original_file_path": format!("models/{name}.sql"),
        "database": "db", "schema": "main", "alias": name, "access": "public", "config": {"materialized": "table"}
    });
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    node
}

fn model(name: &str, more: &Value) -> Value {
    node("model", "shop", name, more)
}

fn reads(access: &str, ids: &[&str]) -> Value {
    json!({"access": access, "depends_on": {"nodes": ids}})
}

fn test(name: &str, more: &Value) -> Value {
    let mut test = json!({"unique_id": format!("test.shop.{name}"), "resource_type": "test", "package_name": "shop", "name": name});
    test.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    test
}

fn try_derived(
    manifest: &Value,
    catalog: Option<&Value>,
    expose: &[&str],
    name: Option<&str>,
) -> Result<Derived, ProjectNameError> {
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let catalog = catalog.map(|catalog| Catalog::read(catalog.to_string().as_bytes()).unwrap());
    let expose: Vec<_> = expose.iter().map(|&selector| selector.to_owned()).collect();
    let settings = DeriveSettings {
        package_name: name.map(|name| name.parse().unwrap()),
        version: Version::new(1, 0, 0),
        selection: Selection::parse(&expose).unwrap(),
        requires: BTreeMap::new(),
        git: None,
        readings: crate::derive::Readings::default(),
    };
    let derived = derive(&manifest, catalog.as_ref(), &settings)?;
    document::parse(serde_json::to_value(&derived.publication).unwrap()).unwrap();
    Ok(derived)
}

fn derived(nodes: &[Value], expose: &[&str]) -> Derived {
    try_derived(&manifest(nodes), None, expose, None).unwrap()
}

fn names<'a, K: ToString + 'a>(ids: impl IntoIterator<Item = &'a K>) -> Vec<String> {
    ids.into_iter().map(ToString::to_string).collect()
}

fn messages(derived: &Derived) -> Vec<&str> {
    derived.notes.iter().map(|note| &*note.message).collect()
}

fn uses(derived: &Derived) -> Vec<(&str, &str, &str)> {
    let uses = derived.publication.uses.iter();
    uses.map(|usage| (usage.reader.as_str(), usage.upstream.as_str(), usage.unique_id.as_str())).collect()
}

#[test]
fn public_nodes_are_published_and_protected_ones_only_where_they_are_chosen() {
    let nodes = [
        model("a", &json!({})),
        model("b", &json!({"access": "protected"})),
        node("seed", "shop", "s", &json!({"access": null})),
    ];
    assert_eq!(names(derived(&nodes, &[]).publication.interface.keys()), ["model.shop.a"]);
    let chosen = derived(&nodes, &["b", "resource_type:seed"]).publication;
    assert_eq!(names(chosen.interface.keys()), ["model.shop.b", "seed.shop.s"]);
    assert!(chosen.interface.values().all(|node| node.access == Access::Public));
}

#[test]
fn private_and_ephemeral_nodes_stay_at_home_even_where_they_are_chosen() {
    let nodes = [
        model("a", &json!({"access": "private"})),
        model("b", &json!({"config": {"materialized": "ephemeral"}})),
        model("c", &json!({})),
    ];
    let derived = derived(&nodes, &["resource_type:model"]);
    assert_eq!(names(derived.publication.interface.keys()), ["model.shop.c"]);
    assert_eq!(
        messages(&derived),
        [
            "not published: it is private to its group",
            "not published: it is ephemeral, so there is no relation to read"
        ]
    );
    assert_eq!(names(derived.publication.lineage.keys()), ["model.shop.b", "model.shop.c"]);
}

#[test]
fn a_selector_that_selects_nothing_is_told() {
    let told = derived(&[model("a", &json!({}))], &["tag:mart", "a"]);
    assert_eq!(messages(&told), ["`tag:mart` selects nothing; `expose:` in weft.yml selects what to publish"]);
    let mut old = manifest(&[model("a", &json!({"access": null}))]);
    old["metadata"]["dbt_schema_version"] = json!("https://schemas.getdbt.com/dbt/manifest/v8.json");
    let told = try_derived(&old, None, &[], None).unwrap();
    assert!(messages(&told)[0].contains("a manifest v8 has no access (new in dbt 1.5)"), "{:?}", told.notes);
}

#[test]
fn injected_nodes_are_no_part_of_the_project_and_installed_ones_are() {
    let stub = |name: &str, config: Value| node("model", "inventory", name, &json!({"config": config}));
    let pathless = json!({"path": "", "original_file_path": ""});
    let nodes = [
        node("model", "dbt_date", "calendar", &json!({})),
        node("model", "inventory", "by_loom", &pathless),
        stub("by_package", json!({"materialized": "weft_interface"})),
        stub(
            "overridden",
            json!({"materialized": "view", "meta": {"weft": {"database": null, "schema": "main", "alias": "x"}}}),
        ),
        model(
            "a",
            &reads(
                "public",
                &[
                    "model.inventory.by_loom",
                    "model.inventory.by_package",
                    "model.inventory.overridden",
                    "model.dbt_date.calendar",
                ],
            ),
        ),
    ];
    let derived = derived(&nodes, &[]);
    assert_eq!(names(derived.publication.interface.keys()), ["model.dbt_date.calendar", "model.shop.a"]);
    assert_eq!(names(&derived.publication.lineage["model.shop.a"].depends_on), ["model.dbt_date.calendar"]);
    let read: Vec<_> = uses(&derived).into_iter().map(|(_, upstream, id)| (upstream, id)).collect();
    assert_eq!(
        read,
        ["by_loom", "by_package", "overridden"]
            .map(|name| ("inventory", format!("model.inventory.{name}")))
            .each_ref()
            .map(|(u, id)| (*u, &**id))
    );
}

#[test]
fn edges_through_private_nodes_are_bridged() {
    let nodes = [
        model("a", &json!({})),
        model("b", &reads("private", &["model.shop.a"])),
        model("c", &reads("private", &["model.shop.b", "model.shop.missing"])),
        model("d", &reads("protected", &["model.shop.c"])),
    ];
    let lineage = derived(&nodes, &[]).publication.lineage;
    assert_eq!(names(lineage.keys()), ["model.shop.a", "model.shop.d"]);
    assert_eq!(names(&lineage["model.shop.d"].depends_on), ["model.shop.a"]);
}

#[test]
fn for_a_private_reader_stand_the_nearest_below_it_that_are_not() {
    let foreign = node("model", "inventory", "products", &json!({"path": "", "original_file_path": ""}));
    let read = "model.inventory.products";
    let nodes = [
        foreign,
        model("a", &reads("private", &[read])),
        model("b", &reads("private", &["model.shop.a"])),
        model("c", &reads("public", &["model.shop.b"])),
        model("d", &reads("public", &["model.shop.c"])),
        model("lonely", &reads("private", &[read])),
    ];
    let mut manifest = manifest(&nodes);
    manifest["exposures"] = json!({"exposure.shop.dash": {
        "name": "dash", "owner": {"name": "Ann", "email": null}, "depends_on": {"nodes": ["model.shop.a", read, "model.shop.d"]}
    }});
    let derived = try_derived(&manifest, None, &[], None).unwrap();
    let readers: Vec<_> = uses(&derived).into_iter().map(|(reader, ..)| reader).collect();
    assert_eq!(readers, ["exposure.shop.dash", "model.shop.c", "model.shop.lonely"]);
    let exposure = &derived.publication.exposures["exposure.shop.dash"];
    assert_eq!(names(&exposure.depends_on), [read, "model.shop.d"]);
    assert_eq!(exposure.owner, Owner { name: Some("Ann".to_owned()), ..Owner::default() });
}

#[test]
fn a_test_that_reads_another_project_counts_for_the_node_it_is_on() {
    let foreign = node("model", "inventory", "products", &json!({"path": "", "original_file_path": ""}));
    let read = "model.inventory.products";
    let looks_up = json!({"name": "relationships", "kwargs": {"to": "ref('inventory', 'products')", "field": "id"}});
    let on_own = json!({"attached_node": "model.shop.a", "depends_on": {"nodes": [read, "model.shop.a"]},
        "test_metadata": looks_up});
    let on_foreign = json!({"attached_node": read, "depends_on": {"nodes": [read]}});
    let long = json!({"depends_on": {"nodes": [read]}});
    let nodes = [
        foreign,
        model("a", &json!({})),
        test("own", &on_own),
        test("foreign", &on_foreign),
        test(&"x".repeat(2000), &long),
    ];
    let derived = derived(&nodes, &[]);
    assert_eq!(uses(&derived), [("model.shop.a", "inventory", read), ("test.shop.foreign", "inventory", read)]);
    assert!(derived.publication.uses.iter().all(|usage| usage.via == weft_publication::Via::Test));
    let columns: Vec<_> = derived.publication.uses.iter().map(|usage| usage.columns.as_ref()).collect();
    assert_eq!(columns[0].unwrap().keys().collect::<Vec<_>>(), ["id"], "a lookup reads the column that it names");
    assert_eq!(columns[1], None);
    assert!(messages(&derived)[0].contains("its id is too long to be published"));
}

#[test]
fn a_run_on_another_day_has_the_same_digest() {
    let digest = |generated_at: &str, created_at: f64, compiled: Value| {
        let mut manifest = manifest(&[model("a", &json!({"created_at": created_at, "compiled_code": compiled}))]);
        manifest["metadata"]["generated_at"] = json!(generated_at);
        manifest["metadata"]["invocation_id"] = json!(generated_at);
        document::digest(&try_derived(&manifest, None, &[], None).unwrap().publication).unwrap()
    };
    assert_eq!(digest("2026-01-01", 1.0, json!(null)), digest("2026-01-02", 2.0, json!("select 1")));
}

#[test]
fn another_name_is_taken_for_the_publication_but_not_for_whose_nodes_are_whose() {
    let nodes = [model("a", &json!({}))];
    let derived = try_derived(&manifest(&nodes), None, &[], Some("shop_eu")).unwrap().publication;
    assert_eq!((derived.package_name.as_str(), derived.interface.len()), ("shop_eu", 1));
    let mut nameless = manifest(&[model("a", &json!({})), node("model", "other", "b", &json!({}))]);
    nameless["metadata"]["project_name"] = json!(null);
    let error = try_derived(&nameless, None, &[], None).unwrap_err();
    assert!(matches!(error, ProjectNameError::Missing(_)), "{error}");
    assert_eq!(try_derived(&nameless, None, &[], Some("shop")).unwrap().publication.interface.len(), 2);
}
