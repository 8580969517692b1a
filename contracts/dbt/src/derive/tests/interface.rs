use weft_publication::Origin;

use super::*;

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
fn grants_are_published_as_dbt_takes_them() {
    let grants = |grants: Value| {
        let model = model("a", &json!({ "config": { "materialized": "table", "grants": grants } }));
        serde_json::to_value(&derived(&[model], &[]).publication.interface["model.shop.a"].grants).unwrap()
    };
    let plain = json!({ "select": ["a", "b"] });
    assert_eq!(grants(json!({ "select": ["b", "a", "b"] })), plain);
    assert_eq!(grants(json!({ "select": "a, b" })), plain, "dbt writes the text into its statement");
    assert_eq!(grants(json!({ "select": ["a, b"] })), plain);
    assert_eq!(grants(json!({ "select": ["\"a, b\""] })), json!({ "select": ["\"a, b\""] }));
    assert_eq!(grants(json!({ "select": [] })), json!({ "select": [] }), "dbt takes it from everybody");
    assert_eq!(grants(json!({ "select": null })), json!({}));
    assert_eq!(grants(json!(["a"])), json!({}));
}
