#![expect(clippy::needless_pass_by_value, reason = "`json!` makes values, each for one use")]

mod types;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use weft_lint as lint;
use weft_odcs::{self as odcs, QualityKind};
use weft_publication::contract::{Tie, TiedBy, tie};

use super::*;

/// A publication of `products` and of one more node `stock_levels.v2`, whose columns are given.
fn publication(columns: Value, more: Value) -> Publication {
    let mut stock = json!({
        "name": "stock_levels", "resource_type": "model", "access": "public", "group": "procurement",
        "version": 2, "latest_version": 2, "materialization": "incremental", "contract": {"enforced": true},
        "description": "Stock: what was bought.", "columns": columns
    });
    for (key, value) in more.as_object().unwrap() {
        stock[key] = value.clone();
    }
    let document = json!({
        "package_name": "inventory", "version": "1.4.0", "source": {"adapter_type": "duckdb"},
        "groups": {
            "merchandising": {"name": "Merchandising", "email": "merchandising@example.com"},
            "procurement": {"name": "Procurement", "email": ["a@example.com", "b@example.com"]}
        },
        "interface": {
            "model.inventory.products": {
                "name": "products", "resource_type": "model", "access": "public", "group": "merchandising",
                "materialization": "view",
                "columns": [{"name": "product_id", "data_type": "integer", "origin": "contract"}]
            },
            "model.inventory.stock_levels.v2": stock
        },
        "uses": [
            {"reader": "model.inventory.stock_levels.v2", "upstream": "crm", "unique_id": "model.crm.customers", "via": "ref"}
        ]
    });
    serde_json::from_value(document).unwrap()
}

fn column(name: &str, data_type: &str, more: Value) -> Value {
    let mut column = json!({"name": name, "data_type": data_type, "origin": "contract"});
    for (key, value) in more.as_object().unwrap() {
        column[key] = value.clone();
    }
    column
}

fn test(name: &str, arguments: Value) -> Value {
    json!({"test": name, "arguments": arguments, "severity": "error"})
}

fn settings(api_version: ApiVersion) -> ExportSettings {
    ExportSettings { api_version, id_prefix: "urn:weft".to_owned(), version: Version::new(1, 4, 0) }
}

fn relations(publication: &Publication) -> Relations {
    let relation = |node: &InterfaceNode| weft_publication::relation::Relation {
        database: Some("dev".to_owned()),
        schema: "inventory".to_owned(),
        identifier: object_name(node),
        relation_name: None,
        configured: None,
    };
    publication.interface.iter().map(|(unique_id, node)| (unique_id.clone(), relation(node))).collect()
}

fn whole(publication: &Publication, api_version: ApiVersion) -> DataContract {
    let scope = ExportScope::Project(publication.interface.keys().collect());
    export(publication, &relations(publication), &scope, &settings(api_version))
}

/// The contract of `stock_levels` in a version, with one column `x` of a type.
fn of_column(api_version: ApiVersion, data_type: &str, more: Value) -> odcs::SchemaProperty {
    let publication = publication(json!([column("x", data_type, more)]), json!({}));
    let contract = whole(&publication, api_version);
    held(&contract);
    contract.schema[1].properties[0].clone()
}

/// Holds a contract to what is true of each: it is read back as it is, and the lint has nothing to say.
fn held(contract: &DataContract) {
    let text = contract.to_yaml().unwrap();
    let read = odcs::read(&text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    assert_eq!(read.contract, *contract, "{text}");
    let findings = lint::lint(&read.document);
    assert!(findings.iter().all(|it| it.rule == "deprecated_key"), "{findings:#?}\n{text}");
}

const EVERY: [ApiVersion; 3] = [ApiVersion::V3_0, ApiVersion::V3_1, ApiVersion::V3_2];

#[test]
fn a_project_is_one_contract_whose_objects_name_their_nodes() {
    let publication = publication(json!([]), json!({"deprecation_date": "2027-06-30", "tags": ["stock"]}));
    let contract = whole(&publication, ApiVersion::V3_1);
    held(&contract);
    insta::assert_snapshot!(contract.to_yaml().unwrap());
    for object in &contract.schema {
        let tied = tie(&contract, object, &publication.interface, &Relations::new());
        assert!(matches!(tied, Tie::To(_, TiedBy::CustomProperty)), "{tied:?}");
    }
}

#[test]
fn a_node_alone_has_its_own_id_domain_and_team() {
    let publication = publication(json!([]), json!({}));
    let unique_id: UniqueId = "model.inventory.stock_levels.v2".parse().unwrap();
    for api_version in EVERY {
        let scope = ExportScope::Node(&unique_id);
        let contract = export(&publication, &relations(&publication), &scope, &settings(api_version));
        held(&contract);
        assert_eq!(contract.id, "urn:weft:inventory:stock_levels_v2");
        assert_eq!(contract.domain.as_deref(), Some("procurement"));
        let addresses: Vec<_> = contract.members().iter().map(|it| it.username.as_str()).collect();
        assert_eq!(addresses, ["a@example.com", "b@example.com"]);
        assert_eq!(contract.schema.len(), 1);
    }
}

#[test]
fn without_a_group_nobody_answers_for_it() {
    let publication = publication(json!([]), json!({"group": null}));
    let unique_id: UniqueId = "model.inventory.stock_levels.v2".parse().unwrap();
    let contract = export(&publication, &Relations::new(), &ExportScope::Node(&unique_id), &settings(ApiVersion::V3_1));
    assert_eq!((contract.team, contract.domain), (None, None));
}

#[test]
fn types_keep_their_text_and_have_a_word_of_the_standard() {
    for (data_type, by_version) in [
        ("integer", ["integer", "integer", "integer"]),
        ("decimal(10,2)", ["number", "number", "number"]),
        ("varchar", ["string", "string", "string"]),
        ("timestamp", ["date", "timestamp", "timestamp"]),
        ("timestamptz", ["date", "timestamp", "timestamp"]),
        ("time", ["date", "time", "time"]),
        ("uuid", ["string", "string", "string"]),
        ("json", ["object", "object", "object"]),
        ("integer[]", ["array", "array", "array"]),
        ("struct(a integer, b varchar)", ["object", "object", "object"]),
        ("map(varchar, integer)", ["object", "object", "map"]),
        ("blob", ["", "", ""]),
        ("what(ever", ["", "", ""]),
    ] {
        for (api_version, word) in EVERY.into_iter().zip(by_version) {
            let property = of_column(api_version, data_type, json!({}));
            assert_eq!(property.logical_type.as_deref().unwrap_or_default(), word, "{data_type} {api_version}");
            assert_eq!(property.physical_type.as_deref(), Some(data_type));
        }
    }
    let nested = of_column(ApiVersion::V3_1, "struct(a integer, b varchar)[]", json!({}));
    let names: Vec<_> = nested.items.unwrap().properties.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn constraints_are_keys_and_what_the_standard_lacks_stays_in_words_of_dbt() {
    let columns = json!([
        column("a", "integer", json!({"constraints": [{"type": "not_null"}, {"type": "unique"}]})),
        column("b", "integer", json!({"constraints": [{"type": "check", "expression": "b > 0"}]})),
    ]);
    let constraints = json!([
        {"type": "primary_key", "columns": ["b", "A"]},
        {"type": "unique", "columns": ["a", "b"]},
        {"type": "foreign_key", "columns": ["a"], "to": "model.inventory.products", "to_columns": ["product_id"]},
        {"type": "foreign_key", "columns": ["a", "b"], "to": "model.crm.customers", "to_columns": ["x", "y"]},
        {"type": "custom", "expression": "anything"},
    ]);
    for api_version in EVERY {
        let publication = publication(columns.clone(), json!({"constraints": constraints}));
        let contract = whole(&publication, api_version);
        held(&contract);
        let [a, b] = &contract.schema[1].properties[..] else { panic!() };
        assert_eq!((a.required, a.unique, a.primary_key_position), (Some(true), Some(true), Some(2)));
        assert_eq!((b.required, b.unique, b.primary_key_position), (Some(true), None, Some(1)));
        let query = b.quality[0].query.as_deref();
        assert_eq!(query, Some("select count(*) from ${object} where not (b > 0)"));
        let object = &contract.schema[1];
        let kinds: Vec<_> = object.quality.iter().map(|it| it.kind().unwrap()).collect();
        if api_version == ApiVersion::V3_0 {
            assert_eq!(kinds, [QualityKind::Custom; 4]);
            continue;
        }
        assert_eq!(kinds, [QualityKind::Library, QualityKind::Custom]);
        let to: Vec<_> = object.relationships[0].to.iter().flat_map(|it| it.iter()).collect();
        let file = "crm/customers.odcs.yaml#schema/customers/properties";
        assert_eq!(to, [&format!("{file}/x"), &format!("{file}/y")]);
        let to: Vec<_> = a.relationships[0].to.iter().flat_map(|it| it.iter()).collect();
        assert_eq!(to, ["products.product_id"]);
    }
}

#[test]
fn tests_are_rules_that_every_engine_can_measure_where_there_are_such() {
    let metric = |api_version, quality: Value| {
        let property = of_column(api_version, "integer", json!({"quality": [quality]}));
        property.quality.first().and_then(|it| it.measure().map(str::to_owned))
    };
    for api_version in EVERY {
        let of = |quality| metric(api_version, quality);
        assert_eq!(of(test("not_null", json!({}))).as_deref(), Some("nullValues"));
        assert_eq!(of(test("unique", json!({}))).as_deref(), Some("duplicateValues"));
        assert_eq!(of(json!({"test": "unique", "severity": "error", "where": "x > 1"})), None);
        let warned = json!({"test": "accepted_values", "arguments": {"values": [1]}, "severity": "warn"});
        assert_eq!(of(warned).as_deref(), Some("invalidValues"));
    }
    let accepted = || json!({"quality": [test("accepted_values", json!({"values": ["a", "b"]}))]});
    let property = of_column(ApiVersion::V3_2, "varchar", accepted());
    assert_eq!(property.r#enum.iter().map(|it| it.value.clone()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(property.quality.is_empty());
    let property = of_column(ApiVersion::V3_1, "varchar", accepted());
    assert_eq!(property.quality[0].arguments["validValues"], json!(["a", "b"]));
    let expressions = test("accepted_values", json!({"values": ["now()"], "quote": false}));
    let property = of_column(ApiVersion::V3_2, "varchar", json!({"quality": [expressions]}));
    assert_eq!(property.quality[0].kind(), Some(QualityKind::Custom));
}

#[test]
fn limits_of_numbers_are_limits_of_the_type() {
    let options = |data_type, name, arguments: Value| {
        let property = of_column(ApiVersion::V3_1, data_type, json!({"quality": [test(name, arguments)]}));
        assert_eq!(property.quality.is_empty(), property.logical_type_options.is_some());
        property.logical_type_options
    };
    let range = "dbt_utils.accepted_range";
    let both = options("integer", range, json!({"min_value": 0, "max_value": 9})).unwrap();
    assert_eq!((both.minimum, both.maximum), (Some(json!(0)), Some(json!(9))));
    let open = options("decimal(9,2)", range, json!({"min_value": 0.5, "inclusive": false})).unwrap();
    assert_eq!((open.minimum, open.exclusive_minimum), (None, Some(json!(0.5))));
    let between = "dbt_expectations.expect_column_values_to_be_between";
    let strict = options("integer", between, json!({"max_value": 7, "strictly": true})).unwrap();
    assert_eq!(strict.exclusive_maximum, Some(json!(7)));
    assert_eq!(options("integer", range, json!({"min_value": "other_column"})), None);
    assert_eq!(options("varchar", range, json!({"min_value": 1})), None);
    assert_eq!(options("integer", between, json!({"min_value": 1, "row_condition": "x"})), None);
}

#[test]
fn relationships_lead_within_the_contract_or_to_the_file_of_another() {
    let relationship_to = |to: &str, field: &str| {
        let quality = test("relationships", json!({"to": to, "field": field}));
        let property = of_column(ApiVersion::V3_1, "integer", json!({"quality": [quality]}));
        let found = property.relationships.first()?;
        let said = found.custom_properties.first().map(|it| it.value.clone());
        Some((found.to.as_ref()?.iter().next()?.clone(), said))
    };
    let relationship = |to| relationship_to(to, "product_id");
    assert_eq!(relationship("ref('products')"), Some(("products.product_id".to_owned(), None)));
    assert_eq!(relationship("ref(\"inventory\", 'products')"), Some(("products.product_id".to_owned(), None)));
    let versioned = relationship_to("ref('stock_levels', v=2)", "x");
    assert_eq!(versioned, Some(("stock_levels_v2.x".to_owned(), None)));
    assert_eq!(relationship_to("ref('products')", "untold"), None);
    let other = "crm/customers.odcs.yaml#schema/customers/properties/product_id".to_owned();
    let written = json!("ref('crm', 'customers')");
    assert_eq!(relationship("ref('crm', 'customers')"), Some((other, Some(written))));
    for untold in ["ref('private')", "source('a', 'b')", "ref('stock_levels', v=1)", "ref('a b', 'c')"] {
        assert_eq!(relationship(untold), None, "{untold}");
    }
}

#[test]
fn a_combination_of_columns_is_a_rule_of_the_object() {
    let unique = test("dbt_utils.unique_combination_of_columns", json!({"combination_of_columns": ["x", "y"]}));
    let other = test("dbt_utils.equal_rowcount", json!({"compare_model": "ref('a')"}));
    let publication = publication(json!([]), json!({"quality": [other, unique]}));
    let contract = whole(&publication, ApiVersion::V3_1);
    held(&contract);
    let [other, unique] = &contract.schema[1].quality[..] else { panic!() };
    assert_eq!(unique.arguments["properties"], json!(["x", "y"]));
    let words = json!({"dbt_utils.equal_rowcount": {"arguments": {"compare_model": "ref('a')"}}});
    assert_eq!(other.implementation, Some(words));
}

#[test]
fn meta_tells_a_classification() {
    for (meta, classification) in [
        (json!({"classification": "restricted", "pii": true}), Some("restricted")),
        (json!({"pii": true}), Some("pii")),
        (json!({"pii": false}), None),
    ] {
        let property = of_column(ApiVersion::V3_1, "integer", json!({"meta": meta}));
        assert_eq!(property.classification.as_deref(), classification);
    }
}

#[test]
fn a_version_of_the_standard_is_read_as_it_is_written() {
    for api_version in EVERY {
        assert_eq!(api_version.to_string().parse(), Ok(api_version));
    }
    assert!("v4.0.0".parse::<ApiVersion>().is_err());
}

fn any_test() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "not_null",
        "unique",
        "accepted_values",
        "relationships",
        "dbt_utils.accepted_range",
        "own",
    ]);
    let arguments = prop::sample::select(vec![
        json!({}),
        json!({"values": ["a", "\u{1b}[31m: #", "yes", "1"]}),
        json!({"values": [1, 1.5, true]}),
        json!({"to": "ref('products')", "field": "product_id"}),
        json!({"to": "ref('x-y', 'z')", "field": "a.b"}),
        json!({"min_value": 1, "max_value": 2.5}),
        json!({"expression": "a\n  b: {{ c }}\u{202e}"}),
    ]);
    let filter = prop::sample::select(vec![Value::Null, json!("a > 1")]);
    (names, arguments, prop::sample::select(vec!["error", "warn"]), filter).prop_map(|(name, arguments, severity, filter)| {
        json!({"test": name, "arguments": arguments, "severity": severity, "where": filter})
    })
}

::laws::laws! {
    "import and export", 256;

    fn whatever_the_tests_a_contract_is_read_back_and_lints_clean(
        tests in prop::collection::vec(any_test(), 0..6),
        data_type in prop::sample::select(vec!["integer", "varchar", "date", "double", "integer[]", "?"]),
        description in "\\PC{0,20}",
        at in 0_usize..3,
    ) {
        let column = column("x", data_type, json!({"quality": tests, "description": description}));
        let publication = publication(json!([column]), json!({"description": description}));
        let contract = whole(&publication, EVERY[at]);
        held(&contract);
        prop_assert_eq!(contract.to_yaml().unwrap(), whole(&publication, EVERY[at]).to_yaml().unwrap());
    }
}

#[test]
fn control_characters_are_written_as_escapes() {
    let publication = publication(json!([]), json!({"description": "a\u{1b}[31m\u{7}b"}));
    let contract = whole(&publication, ApiVersion::V3_1);
    let text = contract.to_yaml().unwrap();
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    let owners: BTreeMap<_, _> = contract.members().iter().map(|it| (&it.username, &it.description)).collect();
    assert_eq!(owners.len(), 3);
}
