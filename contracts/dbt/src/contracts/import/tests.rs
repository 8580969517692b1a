mod laws;

use serde_json::json;
use weft_model::types::Dialect;
use weft_odcs as odcs;
use weft_publication::InterfaceNode;

use super::*;

const CONTRACT: &str = "\
apiVersion: v3.2.0
kind: DataContract
id: urn:shop:orders
version: 1.0.0
status: active
schema:
  - name: orders
    description: \"Orders: one row for each.\"
    properties:
      - name: order_id
        physicalType: integer
        primaryKey: true
        required: true
        quality: [{type: library, metric: duplicateValues, mustBe: 0, severity: warning}]
      - name: status
        physicalType: varchar
        description: Where it is.
        enum: [{value: placed}, {value: shipped}]
      - name: customer_id
        physicalType: integer
        relationships: [{to: customers.customer_id}]
      - name: pieces
        logicalType: integer
        physicalType: integer
        logicalTypeOptions: {minimum: 1}
        quality:
          - {type: custom, engine: dbt, implementation: {own_test: {arguments: {a: 1}}}}
          - {type: sql, query: select 1, mustBe: 0}
    quality:
      - {type: library, metric: duplicateValues, arguments: {properties: [order_id, status]}, mustBe: 0}
";

fn node(more: &Value) -> InterfaceNode {
    let mut node = json!({"name": "orders", "resource_type": "model", "access": "public"});
    for (key, value) in more.as_object().into_iter().flatten() {
        node[key] = value.clone();
    }
    serde_json::from_value(node).unwrap()
}

fn target<'a>(node: &'a InterfaceNode, file: &Editable) -> ImportTarget<'a> {
    ImportTarget {
        node,
        dialect: Dialect::DuckDb,
        style: Style::from_file(file.value(), Some("1.11.0")),
        has_dbt_utils: true,
        reference: &|named| named.starts_with("customers").then(|| "ref('customers')".to_owned()),
    }
}

/// The file after an import, and the result. A second import has nothing left to do.
fn imported(text: &str, contract: &str, node: &InterfaceNode) -> (String, Imported) {
    let contract = odcs::read(contract).unwrap().contract;
    let mut file = Editable::read(text).unwrap();
    let target = target(node, &file);
    let imported = import(&mut file, &contract, &contract.schema[0], &target);
    let once = file.text().to_owned();
    let target = self::target(node, &file);
    let again = import(&mut file, &contract, &contract.schema[0], &target);
    assert_eq!(file.text(), once);
    assert_eq!(again.by_hand.len(), imported.by_hand.len(), "{again:?}");
    (once, imported)
}

#[test]
fn a_node_without_an_entry_gets_one() {
    let (text, imported) = imported("version: 2\n", CONTRACT, &node(&json!({})));
    insta::assert_snapshot!(text);
    assert_eq!(imported.notes, ["column `pieces`: a rule of quality stays in the contract alone"]);
    assert_eq!(imported.by_hand, []);
}

#[test]
fn only_what_is_missing_is_added_and_what_differs_is_told() {
    let file = "\
models:
  - name: orders
    # The owner's words.
    description: Ours.
    columns:
      - name: ORDER_ID
        data_type: bigint
        constraints:
          - type: primary_key
        data_tests:
          - unique
      - name: status  # see below
        data_tests:
          - accepted_values:
              arguments:
                values: [placed]
      - {name: pieces, data_type: integer}
";
    let (text, imported) = imported(file, CONTRACT, &node(&json!({})));
    insta::assert_snapshot!(text);
    insta::assert_debug_snapshot!(imported);
}

#[test]
fn tests_are_written_as_the_file_writes_them() {
    let file = "models:\n  - name: other\n    tests:\n      - own:\n          a: 1\n";
    let (text, _) = imported(file, CONTRACT, &node(&json!({})));
    assert!(text.contains("tests:\n          - accepted_values:\n              values: [placed, shipped]\n"), "{text}");
    let style = |file: Value, version| Style::from_file(&file, Some(version));
    assert_eq!(style(json!({}), "1.7.4"), Style { key: "tests", has_arguments: false });
    assert_eq!(style(json!({}), "1.9.0"), Style { key: "data_tests", has_arguments: false });
    assert_eq!(style(json!({}), "2.0.0-alpha"), Style { key: "data_tests", has_arguments: true });
}

#[test]
fn a_contract_that_is_no_active_one_is_not_enforced() {
    let draft = CONTRACT.replace("status: active", "status: draft");
    let (text, _) = imported("version: 2\n", &draft, &node(&json!({})));
    assert!(!text.contains("enforced") && text.contains("not_null"), "{text}");
    let untyped = CONTRACT.replace("        physicalType: varchar\n", "");
    let (text, done) = imported("version: 2\n", &untyped, &node(&json!({})));
    assert!(!text.contains("enforced"), "{text}");
    assert!(done.notes.iter().any(|it| it.ends_with("not every column has a type: status")), "{done:?}");
    let off = "models:\n  - name: orders\n    config:\n      contract:\n        enforced: false\n";
    let (text, done) = imported(off, CONTRACT, &node(&json!({})));
    assert!(!text.contains("enforced: true") && done.notes.iter().any(|it| it.contains("does not enforce")));
}

#[test]
fn a_seed_has_tests_where_a_model_has_constraints() {
    let (text, _) = imported("version: 2\n", CONTRACT, &node(&json!({"resource_type": "seed"})));
    assert!(
        text.contains("seeds:")
            && text.contains("          - not_null\n          - unique\n")
            && !text.contains("constraints"),
        "{text}"
    );
    assert!(!text.contains("enforced"), "{text}");
}

const VERSIONS: &str = "\
models:
  - name: orders
    columns:
      - name: order_id
      - name: status
    versions:
      - v: 1
        columns:
          - include: all
            exclude: [status]
          - name: customer_id
      - v: 2
";

#[test]
fn what_versions_share_is_left_to_people_and_what_is_of_one_is_added_there() {
    let of = |version: u32| imported(VERSIONS, CONTRACT, &node(&json!({"version": version, "latest_version": 2})));
    let (text, done) = of(1);
    insta::assert_snapshot!(text);
    assert!(done.by_hand.iter().all(|it| it.why == SHARED && it.line == 4), "{done:?}");
    let (text, done) = of(2);
    assert!(text.contains("      - v: 2\n        description: \"Orders: one row for each.\"\n"), "{text}");
    assert!(text.contains("        columns:\n          - include: all\n          - name: customer_id\n"), "{text}");
    assert!(!done.by_hand.is_empty());
    let unversioned = VERSIONS.split("    versions").next().unwrap();
    let (text, _) = imported(unversioned, CONTRACT, &node(&json!({"version": 2, "latest_version": 2})));
    assert!(text.contains("constraints"), "{text}");
}

#[test]
fn what_dbt_would_run_is_left_to_people() {
    let hostile = CONTRACT.replace("Where it is.", "\"{{ env_var('SECRET') }}\"").replace("a: 1", "a: '{% x %}'");
    let file = "models:\n  - name: orders\n    columns:\n      - name: status\n      - name: pieces\n";
    let (text, done) = imported(file, &hostile, &node(&json!({})));
    assert!(!text.contains("{{") && !text.contains("{%"), "{text}");
    assert!(done.by_hand.iter().any(|it| it.why == JINJA), "{done:?}");
}

#[test]
fn a_type_that_is_more_than_a_type_is_left_to_people() {
    let physical = CONTRACT.lines().find_map(|line| line.split_once("physicalType: ")).unwrap().1;
    let hostile = CONTRACT.replacen(
        &format!("physicalType: {physical}"),
        "physicalType: \"int); create table owned as select 1; --\"",
        1,
    );
    let file = "models:\n  - name: orders\n";
    let (text, done) = imported(file, &hostile, &node(&json!({})));
    assert!(!text.contains("owned"), "{text}");
    assert!(done.by_hand.iter().any(|it| it.why == NOT_A_NAME && it.lines.contains("owned")), "{done:?}");
}

#[test]
fn without_dbt_utils_its_tests_are_told() {
    let contract = odcs::read(CONTRACT).unwrap().contract;
    let mut file = Editable::read("version: 2\n").unwrap();
    let node = node(&json!({}));
    let target = ImportTarget { has_dbt_utils: false, ..target(&node, &file) };
    let imported = import(&mut file, &contract, &contract.schema[0], &target);
    assert!(!file.text().contains("dbt_utils"));
    assert_eq!(imported.notes.iter().filter(|it| it.contains("dbt_utils")).count(), 2, "{imported:?}");
}

#[test]
fn a_version_that_its_model_does_not_have_yet_is_added_to_it() {
    let file = "models:\n  - name: orders\n    versions:\n      - v: 1\n";
    let (text, _) = imported(file, CONTRACT, &node(&json!({"version": 2, "latest_version": 2})));
    assert!(
        text.starts_with("models:\n  - name: orders\n    versions:\n      - v: 1\n      - v: 2\n        desc"),
        "{text}"
    );
    let (text, done) = imported("models: [{name: a}]\n", CONTRACT, &node(&json!({})));
    assert_eq!((text.as_str(), done.by_hand.len()), ("models: [{name: a}]\n", 1));
}
