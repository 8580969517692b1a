use proptest::prelude::*;

use super::*;

const FILE: &str = "\
version: 2

seeds:
  - name: orders

models:
  - description: >
      name: orders
    name: orders
    columns:
      # - name: price
      - name: order_id
        data_tests: [unique]
      - {name: Price, data_type: numeric}
  - name: stock
    latest_version: 2
    columns: &columns
      - name: quantity
      - description: Name last.
        name: cost
    versions:
      - v: 1
        columns:
          - include: all
            exclude: [cost]
          - name: quantity
      - v: 2
      - v: \"2024-01\"
  - name: stock_copy
    columns: *columns
";

fn model(name: &str) -> NamedNode<'_> {
    NamedNode { resource_type: ResourceType::Model, name, version: None }
}

fn read(text: &str) -> Properties {
    Properties::read(text).unwrap()
}

#[test]
fn a_node_stands_at_the_line_of_its_name_in_the_section_of_its_kind() {
    let file = read(FILE);
    assert_eq!(file.line_of(model("orders")), Some(9));
    assert_eq!(file.line_of(NamedNode { resource_type: ResourceType::Seed, ..model("orders") }), Some(4));
    assert_eq!(file.line_of(NamedNode { resource_type: ResourceType::Snapshot, ..model("orders") }), None);
    assert_eq!(file.line_of(model("order")), None);
}

#[test]
fn a_column_stands_at_the_line_of_its_name_whatever_its_case() {
    let file = read(FILE);
    assert_eq!(file.line_of_column(model("orders"), "order_id"), Some(12));
    assert_eq!(file.line_of_column(model("orders"), "price"), Some(14));
    assert_eq!(file.line_of_column(model("stock"), "cost"), Some(20));
    assert_eq!(file.line_of_column(model("orders"), "cost"), None);
}

#[test]
fn a_version_stands_at_its_own_line_and_its_columns_there_or_with_the_model() {
    let file = read(FILE);
    let (one, two, text) = (1.into(), 2.into(), "2024-01".to_owned());
    let [one, two] = [one, two].map(ModelVersion::Number);
    let text = ModelVersion::Text(text);
    let stock = |version| NamedNode { version: Some(version), ..model("stock") };
    assert_eq!(file.line_of(stock(&one)), Some(22));
    assert_eq!(file.line_of(stock(&two)), Some(27));
    assert_eq!(file.line_of(stock(&text)), Some(28));
    assert_eq!(file.line_of_column(stock(&one), "quantity"), Some(26));
    assert_eq!(file.line_of_column(stock(&two), "quantity"), Some(18));
    let gone = ModelVersion::Number(3.into());
    assert_eq!(file.line_of(stock(&gone)), Some(15), "a version without an entry stands with its model");
}

#[test]
fn what_an_alias_repeats_stands_where_it_is_written() {
    assert_eq!(read(FILE).line_of_column(model("stock_copy"), "quantity"), Some(18));
}

#[test]
fn a_name_that_yaml_takes_for_something_else_is_a_name() {
    for name in ["on", "1", "1.50", "2024-01-01", "0x1f", "~x", "true"] {
        let file = read(&format!("models:\n  - name: x\n    columns:\n      - name: {name}\n"));
        assert_eq!(file.line_of_column(model("x"), name), Some(4), "{name}");
    }
}

#[test]
fn a_file_may_describe_many_columns_and_repeat_one_thing_often() {
    let columns: Vec<_> = (0..60_000).map(|n| format!("      - {{name: c{n}, data_type: *type}}")).collect();
    let text = format!("type: &type integer\nmodels:\n  - name: x\n    columns:\n{}\n", columns.join("\n"));
    assert_eq!(read(&text).line_of_column(model("x"), "c59999"), Some(60_004));
}

#[test]
fn an_alias_that_stands_for_very_much_is_not_followed_without_end() {
    let tenfold = |n| format!("a{}: &a{} [{}]", n + 1, n + 1, [format!("*a{n}").as_str(); 10].join(", "));
    let lines: Vec<_> = (0..11).map(tenfold).collect();
    let text = format!("a0: &a0 x\n{}\nmodels: *a11\n", lines.join("\n"));
    assert!(Properties::read(&text).is_none());
}

#[test]
fn an_empty_file_names_nothing() {
    for text in ["", "# nothing\n", "version: 2\n", "models:\n", "models:\n  -\n  - name:\n  - columns: [{}]\n"] {
        assert_eq!(read(text).line_of(model("orders")), None, "{text:?}");
    }
}

#[test]
fn what_is_no_properties_file_is_none() {
    for text in ["models: [", "models: 1", "- a", "{% if x %}\nmodels:\n{% endif %}\n", "models:\n\t- name: x\n"] {
        assert!(Properties::read(text).is_none(), "{text:?}");
    }
}

#[test]
fn jinja_in_texts_is_text() {
    let text = "models:\n  - name: x\n    description: \"{{ doc('x') }}\"\n    columns: [{name: a}]\n";
    assert_eq!(read(text).line_of_column(model("x"), "a"), Some(4));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(models:|seeds:|  - name: |    columns:|- v: 1|x|&a|\\*a|<<: |\\{|\\}|\\[|\\]|\"|\t| |\n){0,40}") {
        if let Some(file) = Properties::read(&text) {
            prop_assert!(file.line_of(model("x")).is_none_or(|line| line as usize <= text.lines().count()));
        }
    }

    #[test]
    fn every_column_is_found_at_its_line(names in prop::collection::btree_set("[a-z_]{1,8}", 1..20)) {
        let columns: Vec<_> = names.iter().map(|name| format!("      - name: \"{name}\"")).collect();
        let file = read(&format!("models:\n  - name: x\n    columns:\n{}\n", columns.join("\n")));
        for (line, name) in (4..).zip(&names) {
            prop_assert_eq!(file.line_of_column(model("x"), name), Some(line));
        }
    }
}
