//! What holds for every package, with any names and texts upstream.

use proptest::prelude::*;
use serde_json::{Map, Value};
use weft_publication::{InterfaceNode, Owner};

use super::*;
use crate::package::yaml;

/// Texts of what is hard: jinja, YAML's own marks, line ends, control and astral characters.
fn hard() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{",
            "\\",
            "\"",
            "'",
            "\n",
            "\r\n",
            "\r",
            "\t",
            ": ",
            " #",
            "- ",
            "---",
            "&a",
            "*a",
            "!!str",
            "yes",
            "null",
            "1e3",
            "\u{0}",
            "\u{7f}",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{ffff}",
            "é",
            "🎈",
            "\u{10ffff}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[a-zA-Z0-9_.]{1,6}",
    ];
    proptest::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        hard().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(hard(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// What dbt gives back of a value, jinja rendered: of what an upstream writes, it runs nothing.
fn rendered(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let run = text.replace("{{ '{' }}", "");
            assert!(!["{{", "{%", "{#"].iter().any(|opening| run.contains(opening)), "dbt would run {text:?}");
            text.replace("{{ '{' }}", "{").into()
        }
        Value::Array(items) => items.iter().map(rendered).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), rendered(value))).collect(),
        other => other.clone(),
    }
}

/// What is asked of a value that is written and read back.
fn normal(value: &Value) -> Value {
    match value {
        Value::String(text) => yaml::normal(text).into(),
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (yaml::normal(key), normal(value))).collect(),
        other => other.clone(),
    }
}

/// An upstream of nodes with these names and texts.
fn upstream(nodes: &[(String, String, Map<String, Value>)]) -> Upstream {
    let mut upstream = inventory();
    let pattern = upstream.publication.interface["model.inventory.products"].clone();
    let relation = upstream.relations["model.inventory.products"].clone();
    for (name, description, meta) in nodes {
        let Ok(id) = format!("model.inventory.{name}").parse::<UniqueId>() else { continue };
        let mut node = InterfaceNode {
            name: name.clone(),
            description: description.clone(),
            meta: meta.clone(),
            ..pattern.clone()
        };
        node.columns[0].description.clone_from(description);
        upstream.publication.interface.insert(id.clone(), node);
        upstream.relations.insert(id, relation.clone());
    }
    let owner = Owner { name: nodes.first().map(|(name, ..)| name.clone()), ..Owner::default() };
    upstream.publication.groups.insert("stock".to_owned(), owner);
    upstream
}

fn any_nodes() -> impl Strategy<Value = Vec<(String, String, Map<String, Value>)>> {
    let meta = proptest::collection::btree_map(hard(), any_value(), 0..3).prop_map(|map| map.into_iter().collect());
    proptest::collection::vec((hard(), hard(), meta), 1..5)
}

::laws::laws! {
    "bindings", 256;

    fn every_text_reads_back_from_the_yaml_and_the_same_input_gives_the_same_bytes(nodes in any_nodes()) {
        let upstream = upstream(&nodes);
        let files = files(&upstream, None);
        prop_assert_eq!(&files, &super::files(&upstream, None));
        let read: Value = serde_saphyr::from_str(&files["models/schema.yml"]).unwrap();
        let (stubs, _) = carried(&upstream);
        for stub in &stubs {
            let node = stub.injected.node;
            if node.version.is_some() {
                continue;
            }
            let models = read["models"].as_array().unwrap();
            let written = models.iter().find(|model| model["name"] == node.name.as_str()).unwrap();
            let described = rendered(&written["description"]);
            prop_assert_eq!(described.as_str().unwrap_or_default(), yaml::normal(&node.description));
            let mut meta = rendered(&written["config"]["meta"]);
            prop_assert_eq!(&meta["weft"]["alias"], &normal(&stub.injected.relation.identifier.clone().into()));
            meta.as_object_mut().unwrap().remove("weft");
            let mut expected = normal(&node.meta.clone().into());
            expected.as_object_mut().unwrap().remove("weft");
            prop_assert_eq!(meta, expected);
            if let Some(column) = node.columns.first() {
                let described = rendered(&written["columns"][0]["description"]);
                prop_assert_eq!(described.as_str().unwrap_or_default(), yaml::normal(&column.description));
            }
        }
        prop_assert_eq!(rendered(&read["groups"][0]["owner"]["name"]), normal(&nodes[0].0.clone().into()));
    }

    fn every_path_is_one_that_any_file_system_takes_and_none_looks_like_another(nodes in any_nodes()) {
        let files = files(&upstream(&nodes), None);
        let mut seen = BTreeSet::new();
        for path in files.keys() {
            prop_assert!(seen.insert(path.to_lowercase()), "{}", path);
            for part in path.split('/') {
                prop_assert!(!part.is_empty() && !part.starts_with('.') && part.len() < 255, "{}", path);
                prop_assert!(!part.contains(|c: char| c.is_control() || c.is_whitespace() || "\\<>:\"|?*".contains(c)), "{}", path);
                let base = part.split('.').next().unwrap().to_lowercase();
                prop_assert!(!["con", "nul", "aux", "prn", "com1", "lpt9"].contains(&base.as_str()), "{}", path);
            }
        }
    }

    fn a_node_is_either_carried_or_told_to_be_left_out(nodes in any_nodes()) {
        let upstream = upstream(&nodes);
        let stubs = files(&upstream, None).values().filter(|text| *text == BODY).count();
        prop_assert_eq!(stubs + left_out(&upstream).len(), upstream.publication.interface.len());
    }
}
