use serde_json::json;

use super::*;
use crate::{
    problem::ProblemCode,
    publication::{Access, Origin, document},
};

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
) -> Result<Derived, Box<Problem>> {
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let catalog = catalog.map(|catalog| Catalog::read(catalog.to_string().as_bytes()).unwrap());
    let expose: Vec<_> = expose.iter().map(|&selector| selector.to_owned()).collect();
    let settings = Settings {
        package_name: name.map(|name| name.parse().unwrap()),
        version: Version::new(1, 0, 0),
        selection: Selection::parse(&expose).unwrap(),
        requires: BTreeMap::new(),
        git: None,
    };
    let derived = derive(&manifest, catalog.as_ref(), &settings)?;
    document::parse(&serde_json::to_value(&derived.publication).unwrap()).unwrap();
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
    assert_eq!(messages(&told), ["`tag:mart` selects nothing; `expose:` in weft.yml chooses what is published"]);
    let mut old = manifest(&[model("a", &json!({"access": null}))]);
    old["metadata"]["dbt_schema_version"] = json!("https://schemas.getdbt.com/dbt/manifest/v8.json");
    let told = try_derived(&old, None, &[], None).unwrap();
    assert!(messages(&told)[0].contains("a manifest v8 knows no access (dbt 1.5 brought it)"), "{:?}", told.notes);
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
    let on_own = json!({"attached_node": "model.shop.a", "depends_on": {"nodes": [read, "model.shop.a"]}});
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
    assert!(messages(&derived)[0].contains("its id is too long to be told"));
}

#[test]
fn the_columns_of_an_enforced_contract_are_the_yamls() {
    let columns = json!({"id": {"name": "id", "data_type": "int"}});
    let nodes = [
        model("a", &json!({"contract": {"enforced": true}, "columns": columns})),
        model("b", &json!({"config": {"contract": {"enforced": true}}})),
    ];
    let catalog = catalog(&[("model.shop.a", &[("ID", "INTEGER")]), ("model.shop.b", &[("x", "DATE")])]);
    let interface = try_derived(&manifest(&nodes), Some(&catalog), &[], None).unwrap().publication.interface;
    let column = &interface["model.shop.a"].columns[0];
    assert_eq!((&*column.name, column.data_type.as_deref(), column.origin), ("id", Some("int"), Origin::Contract));
    // A contract without columns holds nobody to anything: the warehouse knows better.
    assert!(interface["model.shop.b"].contract.enforced);
    assert_eq!(interface["model.shop.b"].columns[0].origin, Origin::Catalog);
}

fn catalog(tables: &[(&str, &[(&str, &str)])]) -> Value {
    let tables: Map<_, _> = tables
        .iter()
        .map(|(id, columns)| {
            let columns: Map<_, _> = columns
                .iter()
                .enumerate()
                .map(|(index, (name, kind))| {
                    ((*name).to_owned(), json!({"name": name, "type": kind, "index": index + 1}))
                })
                .collect();
            ((*id).to_owned(), json!({"unique_id": id, "columns": columns}))
        })
        .collect();
    json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": tables, "sources": {}})
}

#[test]
fn the_warehouses_columns_take_what_the_yaml_says_of_them() {
    let columns = json!({
        "id": {"name": "id", "data_type": "text", "description": "Key", "meta": {"weft": 1, "pii": true}, "tags": ["k"]},
        "gone": {"name": "gone"}
    });
    let nodes = [
        model("a", &json!({"columns": columns})),
        test(
            "t",
            &json!({"attached_node": "model.shop.a", "column_name": "\"id\"", "test_metadata": {"name": "unique"}}),
        ),
    ];
    let catalog = catalog(&[("model.shop.a", &[("Z", "DATE"), ("ID", "INTEGER")])]);
    let derived = try_derived(&manifest(&nodes), Some(&catalog), &[], None).unwrap();
    let columns = &derived.publication.interface["model.shop.a"].columns;
    assert_eq!(columns.iter().map(|column| &*column.name).collect::<Vec<_>>(), ["Z", "ID"]);
    assert_eq!((columns[1].data_type.as_deref(), &*columns[1].description), (Some("INTEGER"), "Key"));
    assert_eq!(Value::from(columns[1].meta.clone()), json!({"pii": true}));
    assert_eq!(columns[1].quality[0].test, "unique");
    assert_eq!(messages(&derived), ["left out, as the warehouse does not have them: `gone`"]);
}

#[test]
fn tests_become_promises_on_their_column_or_node_sorted_and_each_once() {
    let columns = json!({"id": {"name": "id"}});
    let on = |name: &str, column: Value, metadata: Value| {
        test(
            name,
            &json!({"attached_node": "model.shop.a", "column_name": column, "test_metadata": metadata, "config": {"severity": "WARN", "where": "x > 1"}}),
        )
    };
    let unique = json!({"name": "unique", "kwargs": {"column_name": "id", "model": "{{ x }}"}, "namespace": null});
    let nodes = [
        model("a", &json!({"columns": columns})),
        on("u1", json!("id"), unique.clone()),
        on("u2", json!("ID"), unique.clone()),
        on("n", json!("id"), json!({"name": "not_null"})),
        on("ghost", json!("ghost"), unique),
        on(
            "e",
            json!(null),
            json!({"name": "expression_is_true", "namespace": "dbt_utils", "kwargs": {"expression": "{{ y }}", "model": 1}}),
        ),
        test("singular", &json!({"attached_node": null, "depends_on": {"nodes": ["model.shop.a"]}})),
    ];
    let interface = derived(&nodes, &[]).publication.interface;
    let node = serde_json::to_value(&interface["model.shop.a"]).unwrap();
    assert_eq!(
        node["columns"][0]["quality"],
        json!([{"test": "not_null", "severity": "warn", "where": "x > 1"}, {"test": "unique", "severity": "warn", "where": "x > 1"}])
    );
    assert_eq!(
        node["quality"],
        json!([
            {"test": "dbt_utils.expression_is_true", "arguments": {"expression": "{{ y }}"}, "severity": "warn", "where": "x > 1"},
            {"test": "unique", "arguments": {"column_name": "ghost"}, "severity": "warn", "where": "x > 1"}
        ])
    );
}

#[test]
fn a_test_of_an_older_dbt_is_placed_by_its_yaml_or_its_only_dependency() {
    let relationships = json!({"name": "relationships", "kwargs": {"to": "ref('b')", "field": "id"}});
    let both = json!({"nodes": ["model.shop.a", "model.shop.b"]});
    let nodes = [
        model("a", &json!({})),
        model("b", &json!({})),
        test("r", &json!({"file_key_name": "models.a", "test_metadata": relationships, "depends_on": both})),
        test("lost", &json!({"test_metadata": {"name": "lost"}, "depends_on": both})),
        test("u", &json!({"test_metadata": {"name": "unique"}, "depends_on": {"nodes": ["model.shop.b"]}})),
    ];
    let interface = derived(&nodes, &[]).publication.interface;
    let tests = |id: &str| interface[id].quality.iter().map(|quality| quality.test.clone()).collect::<Vec<_>>();
    assert_eq!(
        (tests("model.shop.a"), tests("model.shop.b")),
        (vec!["relationships".to_owned()], vec!["unique".to_owned()])
    );
}

#[test]
fn a_foreign_key_points_to_the_same_node_after_parse_and_after_build() {
    let to = |to: &str| {
        let key = json!([{"type": "foreign_key", "to": to, "to_columns": ["id"]}, {"name": "no type"}]);
        let nodes = [
            model("a", &json!({"constraints": key})),
            model("b", &json!({"relation_name": "\"db\".\"main\".\"b\""})),
            model("p", &json!({"access": "private"})),
            node("model", "shop", "v.v1", &json!({"name": "v", "version": 1, "latest_version": 2})),
            node("model", "shop", "v.v2", &json!({"name": "v", "version": 2, "latest_version": 2})),
        ];
        let mut manifest = manifest(&nodes);
        manifest["sources"] =
            json!({"source.shop.raw.t": {"resource_type": "source", "package_name": "shop", "name": "t"}});
        let interface = try_derived(&manifest, None, &["a"], None).unwrap().publication.interface;
        assert_eq!(interface["model.shop.a"].constraints.len(), 1);
        interface["model.shop.a"].constraints[0].to.clone()
    };
    for (written, found) in [
        ("ref('b')", Some("model.shop.b")),
        ("ref(\"shop\", 'b')", Some("model.shop.b")),
        ("\"db\".\"main\".\"b\"", Some("model.shop.b")),
        ("ref('v')", Some("model.shop.v.v2")),
        ("ref('v', v=1)", Some("model.shop.v.v1")),
        ("ref('v', version='1')", Some("model.shop.v.v1")),
        ("source('raw', 't')", Some("source.shop.raw.t")),
        ("ref('p')", None),
        ("ref('unknown')", Some("ref('unknown')")),
        ("ref(", Some("ref(")),
        ("elsewhere.t", Some("elsewhere.t")),
    ] {
        assert_eq!(to(written).as_deref(), found, "{written}");
    }
}

#[test]
fn only_the_groups_of_published_nodes_are_published() {
    let nodes = [
        model("a", &json!({"group": "g"})),
        model("b", &json!({"config": {"group": "unknown"}})),
        model("c", &json!({"access": "protected", "group": "h"})),
    ];
    let mut manifest = manifest(&nodes);
    manifest["groups"] = json!({
        "group.shop.g": {"name": "g", "package_name": "shop", "owner": {"name": "Ann", "email": "a@example.org", "slack": "#g", "github": null}},
        "group.shop.h": {"name": "h", "package_name": "shop", "owner": {"name": "Bob"}}
    });
    let groups = serde_json::to_value(try_derived(&manifest, None, &[], None).unwrap().publication.groups).unwrap();
    assert_eq!(groups, json!({"g": {"name": "Ann", "email": "a@example.org", "slack": "#g"}, "unknown": {}}));
}

#[test]
fn a_relation_is_as_the_manifest_says_and_its_identifier_has_fallbacks() {
    let relation_of = |more: Value| {
        let mut derived = derived(&[model("a", &more)], &[]);
        derived.relations.remove("model.shop.a")
    };
    let relation = relation_of(json!({"database": "", "alias": null, "relation_name": "`p`.`d`.`x.y`"})).unwrap();
    assert_eq!((relation.database, &*relation.schema, &*relation.identifier), (None, "main", "x.y"));
    assert_eq!(relation_of(json!({"alias": null, "relation_name": "db.main.plain"})).unwrap().identifier, "plain");
    assert_eq!(relation_of(json!({"alias": null})).unwrap().identifier, "a");
    assert_eq!(relation_of(json!({"schema": null})), None);
}

#[test]
fn a_seed_that_is_too_large_to_hash_has_no_checksum() {
    let of = |name: &str| json!({"checksum": {"name": name, "checksum": "seeds/a.csv"}});
    let nodes = [node("seed", "shop", "a", &of("path")), node("seed", "shop", "b", &of("sha256"))];
    let interface = derived(&nodes, &[]).publication.interface;
    assert_eq!(interface["seed.shop.a"].checksum, None);
    assert_eq!(interface["seed.shop.b"].checksum.as_deref(), Some("seeds/a.csv"));
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
    assert_eq!(try_derived(&nameless, None, &[], None).unwrap_err().code, ProblemCode::ProjectNameMissing);
    assert_eq!(try_derived(&nameless, None, &[], Some("shop")).unwrap().publication.interface.len(), 2);
}
