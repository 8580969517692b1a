//! What holds of every import of a contract into a properties file.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 4] = ["order_id", "status", "Customer", "pieces"];
const TYPES: [&str; 3] = ["integer", "varchar(5)", "decimal(10,2)"];

/// What a contract promises of a property.
fn promises() -> impl Strategy<Value = Value> {
    let kind = prop::option::of(prop::sample::select(&TYPES[..]));
    let texts = prop::option::of("[\\PC&&[^{}]]{0,12}");
    let quality = prop::sample::select(vec![
        json!([]),
        json!([{"type": "library", "metric": "nullValues", "mustBe": 0}]),
        json!([{"type": "library", "metric": "duplicateValues", "mustBe": 0, "severity": "warning"}]),
        json!([{"type": "library", "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["yes", "1", "a: b"]}}]),
        json!([{"type": "sql", "query": "select 1", "mustBe": 0}]),
        json!([{"type": "text", "description": "It makes sense."}]),
    ]);
    (kind, any::<[bool; 3]>(), texts, quality).prop_map(|(kind, [required, unique, key], description, quality)| {
        json!({"physicalType": kind, "required": required, "unique": unique, "primaryKey": key,
            "description": description, "quality": quality})
    })
}

fn contract() -> impl Strategy<Value = DataContract> {
    let properties = prop::collection::btree_map(0..NAMES.len(), promises(), 1..4);
    (properties, prop::sample::select(vec!["active", "draft"])).prop_map(|(properties, status)| {
        let properties = properties.into_iter().map(|(name, mut it)| {
            it["name"] = NAMES[name].into();
            it
        });
        let schema = json!([{"name": "orders", "properties": properties.collect::<Vec<_>>()}]);
        let contract = json!({"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1.0.0",
            "status": status, "schema": schema});
        serde_json::from_value(contract).unwrap()
    })
}

/// A properties file, which may know the node and some of its columns.
fn file() -> impl Strategy<Value = String> {
    const COLUMNS: [&str; 6] = [
        "      - name: ORDER_ID  # the key\n        data_type: bigint\n",
        "      - name: status\n        # as the shop says\n        data_tests:\n          - accepted_values:\n              arguments:\n                values: [placed]\n",
        "      - {name: pieces, data_type: integer}\n",
        "      - name: Customer\n        constraints:\n          - type: not_null\n        description: >\n          Who\n          bought.\n",
        "      - name: status\n        tests: [not_null]\n",
        "      - name: old\n",
    ];
    let columns = prop::sample::subsequence(&COLUMNS[..], 0..4).prop_map(|columns| columns.concat());
    let config = prop::sample::select(vec![
        "",
        "    config:\n      contract:\n        enforced: false\n",
        "    description: Ours.\n",
    ]);
    let after = prop::sample::select(vec!["", "\n  # The next.\n  - name: other\n", "\nseeds: []\n"]);
    prop_oneof![
        1 => Just("version: 2\n".to_owned()),
        4 => (columns, config, after).prop_map(|(columns, config, after)| {
            let columns = if columns.is_empty() { columns } else { format!("    columns:\n{columns}") };
            format!("version: 2\nmodels:\n  - name: orders  # one row for each\n{config}{columns}{after}")
        }),
    ]
}

fn run(file: &mut Editable, contract: &DataContract) -> Imported {
    let node = node(&json!({}));
    let target = target(&node, file);
    import(file, contract, &contract.schema[0], &target)
}

/// Whether all of a value is in another, lists in their order from the first.
fn is_in(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().all(|(key, it)| new.get(key).is_some_and(|new| is_in(it, new)))
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() <= new.len() && old.iter().zip(new).all(|(old, new)| is_in(old, new))
        }
        // What is empty may be filled.
        (Value::Null, _) => true,
        (old, new) => old == new,
    }
}

::laws::laws! {
    "import and export", 128;

    fn an_import_adds_and_neither_changes_nor_moves_what_is_there(text in file(), contract in contract()) {
        let mut file = Editable::read(&text).unwrap();
        let before = file.value().clone();
        run(&mut file, &contract);
        prop_assert!(is_in(&before, file.value()), "{}", file.text());
        let mut lines = file.text().lines();
        for line in text.lines().filter(|line| !line.trim_end().ends_with("[]")) {
            prop_assert!(lines.any(|it| it == line), "{line:?} of\n{text}is not in its place in\n{}", file.text());
        }
    }

    fn what_was_imported_leaves_nothing_to_import(text in file(), contract in contract()) {
        let mut file = Editable::read(&text).unwrap();
        let first = run(&mut file, &contract);
        let once = file.text().to_owned();
        let again = run(&mut file, &contract);
        prop_assert_eq!(file.text(), once);
        // A key of several columns that was put in says that none of them is null.
        let lines = |of: &Imported| -> BTreeSet<(u32, String)> {
            let lines = |it: &ByHand| it.lines.lines().map(|line| (it.line, line.to_owned())).collect::<Vec<_>>();
            of.by_hand.iter().flat_map(lines).collect()
        };
        prop_assert!(lines(&again).is_subset(&lines(&first)), "{again:?} after {first:?}");
    }

    fn every_property_has_a_column_afterwards_of_its_type_unless_that_is_told(text in file(), contract in contract()) {
        let mut file = Editable::read(&text).unwrap();
        let done = run(&mut file, &contract);
        let models = file.value()["models"].as_array().unwrap().clone();
        let columns = models.iter().find(|it| it["name"] == "orders").and_then(|it| it["columns"].as_array().cloned());
        for property in &contract.schema[0].properties {
            let is_it = |column: &&Value| column["name"].as_str().unwrap().eq_ignore_ascii_case(&property.name);
            let column = columns.iter().flatten().find(is_it);
            let is_told = done.notes.iter().chain(done.by_hand.iter().map(|it| &it.lines)).any(|it| it.contains(&property.name) || it.contains("ORDER_ID"));
            let is_written = column.is_some_and(|it| property.physical_type.as_ref().is_none_or(|wanted| it["data_type"] == wanted.as_str()));
            prop_assert!(is_written || is_told || !done.by_hand.is_empty(), "{}: {done:?}\n{}", property.name, file.text());
        }
    }
}
