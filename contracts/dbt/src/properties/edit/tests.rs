use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(text: &str) -> Editable {
    Editable::read(text).unwrap_or_else(|| panic!("{text}"))
}

fn key(at: &str, key: &str, value: Yaml) -> Addition {
    Addition { at: at.to_owned(), key: Some(key.to_owned()), value }
}

fn item(at: &str, value: Yaml) -> Addition {
    Addition { at: at.to_owned(), key: None, value }
}

fn added(text: &str, additions: Vec<Addition>) -> String {
    let mut file = read(text);
    assert_eq!(file.add(additions), []);
    file.text().to_owned()
}

/// That additions are refused, and the file stays as it was.
fn refused(text: &str, addition: Addition) {
    let mut file = read(text);
    assert_eq!(file.add(vec![addition.clone()]), [addition]);
    assert_eq!(file.text(), text);
}

const COMMENTED: &str = "\
# The marts.
version: 2

models:
  - name: orders  # one row for each
    columns:
      - name: order_id
        description: |
          The number.
          # no comment

        # of the next key
        data_type: integer
        # trailing

      # - name: old
      - {name: price, data_type: numeric}

  # The next model.
  - name: customers
";

#[test]
fn keys_and_entries_go_to_the_end_of_what_they_belong_to_and_comments_stay() {
    let column =
        Yaml::map([("name", Yaml::text("total")), ("tests", Yaml::List(vec![Yaml::map([("a", Yaml::map([]))])]))]);
    let text = added(
        COMMENTED,
        vec![
            key("/models/0", "description", Yaml::text("Orders: all.")),
            item("/models/0/columns", column),
            key("/models/0/columns/0", "constraints", Yaml::List(vec![Yaml::map([("type", Yaml::text("not_null"))])])),
            key("/models/1", "description", Yaml::text("yes")),
            item("/models", Yaml::map([("name", Yaml::text("last"))])),
        ],
    );
    insta::assert_snapshot!(text);
    let kept: Vec<&str> = text.lines().filter(|line| COMMENTED.lines().any(|it| it == *line)).collect();
    assert_eq!(kept, COMMENTED.lines().collect::<Vec<_>>());
}

#[test]
fn lists_stand_as_far_in_as_the_file_has_them() {
    let text = "models:\n- name: a\n  columns:\n  - name: x\n";
    let tests = || Yaml::List(vec![Yaml::map([("a", Yaml::text("b"))])]);
    let text = added(
        text,
        vec![key("/models/0/columns/0", "tests", tests()), item("/models", Yaml::map([("name", Yaml::text("b"))]))],
    );
    assert_eq!(text, "models:\n- name: a\n  columns:\n  - name: x\n    tests:\n    - a: b\n- name: b\n");
}

#[test]
fn the_ends_of_lines_are_those_of_the_file() {
    let tag = || vec![key("/models/0", "description", Yaml::text("A"))];
    assert_eq!(added("models:\r\n  - name: a\r\n", tag()), "models:\r\n  - name: a\r\n    description: A\r\n");
    assert_eq!(added("models:\n  - name: a", tag()), "models:\n  - name: a\n    description: A");
}

#[test]
fn what_is_empty_is_filled() {
    let list = || Yaml::List(vec![Yaml::map([("name", Yaml::text("x"))])]);
    let text = added(
        "models:\n  - name: a\n    columns:  # none\n    config: {}\n",
        vec![key("/models/0", "columns", list())],
    );
    assert_eq!(text, "models:\n  - name: a\n    columns:  # none\n      - name: x\n    config: {}\n");
}

#[test]
fn what_cannot_be_added_to_by_lines_is_refused() {
    let tag = |at| key(at, "description", Yaml::text("A"));
    refused(COMMENTED, tag("/models/0/columns/1"));
    refused("models: [{name: a}]\n", tag("/models/0"));
    refused("models:\n  - {\n    name: a\n  }\n", tag("/models/0"));
    refused("models:\n  - name: a\n    tests: [unique]\n", item("/models/0/tests", Yaml::text("not_null")));
    refused("models:\n  - name: a\n    config: {}\n", key("/models/0/config", "contract", Yaml::text("a")));
    refused("a: &a\n  x: 1\nb: *a\n", key("/a", "y", Yaml::text("z")));
    refused("a: &a\n  x: 1\nb: *a\n", key("/b", "y", Yaml::text("z")));
    refused("models:\n  - name: a\n", tag("/models/1"));
    refused("models:\n  - name: a\n", key("/models/0", "name", Yaml::text("b")));
}

#[test]
fn of_several_additions_those_that_can_be_made_are() {
    let mut file = read(COMMENTED);
    let bad = key("/models/0/columns/1", "description", Yaml::text("A"));
    let left = file.add(vec![bad.clone(), key("/models/1", "description", Yaml::text("B"))]);
    assert_eq!(left, [bad]);
    assert!(file.text().ends_with("- name: customers\n    description: B\n"));
}

#[test]
fn what_is_no_mapping_is_not_edited() {
    for text in ["", "- a\n", "a: [\n", "models:\n\t- name: a\n", "{% if a %}\n"] {
        assert!(Editable::read(text).is_none(), "{text:?}");
    }
}

#[test]
fn an_anchor_that_nothing_else_stands_for_may_be_added_to() {
    let text = added("a: &a\n  x: 1\n", vec![key("/a", "w", Yaml::text("z"))]);
    assert_eq!(text, "a: &a\n  x: 1\n  w: z\n");
}

#[test]
fn texts_that_some_reader_takes_for_something_else_stand_between_quotes() {
    for text in
        ["yes", "No", "1", "1e3", "2026-01-01", "~", "", "a: b", "a #b", "*a", "{{ x }}", "a ", "-", "a,b", "null"]
    {
        let written = added("a: 1\n", vec![key("", "b", Yaml::text(text))]);
        assert!(written.ends_with("\"\n"), "{written}");
    }
    let written = added("a: 1\n", vec![key("", "b", Yaml::text("x\u{1b}\u{202e}\u{85}\ny"))]);
    assert_eq!(written, "a: 1\nb: \"x\\u001b\\u202e\\u0085\\ny\"\n");
}

#[test]
fn a_block_at_the_end_of_a_file_keeps_its_end() {
    for (file, expected) in [
        // Without a line's end behind it, dbt's readers take the text without one.
        ("a:\n  x: |\n    abc", "a:\n  x: |-\n    abc\n  w: z"),
        ("a:\n  x: >2 # c\n     abc\n\n    d", "a:\n  x: >2- # c\n     abc\n\n    d\n  w: z"),
        ("a:\n  x: |+\n    abc", "a:\n  x: |-\n    abc\n  w: z"),
        ("a:\n  x: |-\n    abc", "a:\n  x: |-\n    abc\n  w: z"),
        ("a:\n  x: |\n    abc\n", "a:\n  x: |\n    abc\n  w: z\n"),
        ("a:\n  x: \"y |\n    abc\"", "a:\n  x: \"y |\n    abc\"\n  w: z"),
        // What is kept with its blank lines keeps them.
        ("a:\n  x: |+\n    abc\n\n\n", "a:\n  x: |+\n    abc\n\n\n  w: z\n"),
        ("a:\n  x: |+\n    abc\n\nb: 1\n", "a:\n  x: |+\n    abc\n\n  w: z\nb: 1\n"),
    ] {
        assert_eq!(added(file, vec![key("/a", "w", Yaml::text("z"))]), expected);
    }
    assert_eq!(read("x: |\n  abc").value()["x"], "abc", "as dbt reads it");
}

#[test]
fn a_file_that_ends_its_lines_in_more_ways_for_some_readers_is_added_to_where_they_agree() {
    for line_break in ['\u{85}', '\u{2028}', '\u{2029}'] {
        let text = format!("a:\n  x: 'y{line_break}z'\n");
        let expected = format!("{text}  w: z\n");
        assert_eq!(added(&text, vec![key("/a", "w", Yaml::text("z"))]), expected);
        // To those readers `b` is a key, and what is added would be its.
        refused(&format!("a:\n  x: 1 # c{line_break}b:\n  y: 2\n"), key("/a", "w", Yaml::text("z")));
        refused(&format!("a:\n  x: |\n    y{line_break}z\n"), key("/a", "w", Yaml::text("z")));
    }
}

fn any_yaml() -> impl Strategy<Value = Yaml> {
    let scalar = prop_oneof![
        "\\PC{0,12}".prop_map(|it| Yaml::text(&it)),
        any::<i32>().prop_map(|it| Yaml::Scalar(json!(it))),
        any::<bool>().prop_map(|it| Yaml::Scalar(json!(it))),
    ];
    scalar.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Yaml::List),
            prop::collection::btree_map("[a-z: #]{1,6}", inner, 0..4)
                .prop_map(|map| Yaml::Map(map.into_iter().collect())),
        ]
    })
}

::laws::laws! {
    "import and export", 256;

    fn whatever_is_added_is_read_back_and_nothing_else_changes(value in any_yaml(), other in any_yaml()) {
        let mut file = read(COMMENTED);
        let additions = vec![key("/models/0", "added", value.clone()), item("/models/0/columns", other.clone())];
        prop_assert_eq!(file.add(additions), []);
        prop_assert_eq!(&file.value()["models"][0]["added"], &value.to_value());
        prop_assert_eq!(&file.value()["models"][0]["columns"][2], &other.to_value());
    }

    fn no_file_makes_it_panic_or_say_something_else(
        text in "(models:|  - name: |    columns:|      - |x|&a|\\*a|<<: |\\{|\\}|\\[|\\]|\"|\\||#| |\n){0,30}",
        at in prop::sample::select(vec!["", "/models", "/models/0", "/models/0/columns", "/models/0/columns/0"]),
        of_list in any::<bool>(),
    ) {
        if let Some(mut file) = Editable::read(&text) {
            let before = file.value().clone();
            let addition = if of_list { item(at, Yaml::text("new")) } else { key(at, "new", Yaml::text("new")) };
            let refused = file.add(vec![addition.clone()]);
            let mut wanted = before.clone();
            if refused.is_empty() {
                prop_assert!(addition.put(&mut wanted).is_some());
            }
            prop_assert_eq!(file.value(), &wanted);
        }
    }
}
