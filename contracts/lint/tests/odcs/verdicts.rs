//! The lint's schemas beside the official ones: the same verdict on every example, and on what becomes of the examples
//! where a key goes, comes, or takes another value.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use weft_api::Level;
use weft_lint as lint;
use weft_odcs::Document;

use crate::{contracts, material};

/// The official schemas, by minor version, and how a contract says that it is of it.
const OFFICIAL: [(&str, &str); 3] = [
    ("odcs-json-schema-v3.0.2.json", "v3.0.2"),
    ("odcs-json-schema-v3.1.0.json", "v3.1.0"),
    ("odcs-3.2.0.schema.json", "v3.2.0"),
];

/// Examples larger than this, in bytes, are not changed: one of them has the same table seventy times.
const CHANGED: u64 = 4_000;

/// Where the verdicts differ on purpose: of which minor version, at which place, and why.
const DIFFERENCES: [(usize, &str, &str); 3] = [
    (0, "/schema/*/properties/*/quality/*/metric", LATER),
    (0, "/slaProperties/*/description", LATER),
    (0, "/slaProperties/*/schedule", LATER),
];

const LATER: &str =
    "3.0 takes anything under keys that it does not know; those of later versions are read as what they are there";

fn official(data: &Path) -> Vec<(Value, Validator)> {
    let schema = |(name, _): &(&str, &str)| {
        let text = fs::read_to_string(data.join("odcs/schemas").join(name)).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::options().build(&schema).unwrap();
        (schema, validator)
    };
    OFFICIAL.iter().map(schema).collect()
}

fn text_of(path: &Path) -> String {
    String::from_utf8(material::content(path)).unwrap()
}

/// Whether the lint has nothing to say against the shape.
fn is_valid(text: &str) -> bool {
    let Ok(document) = Document::parse(text) else { return false };
    let of_shape = |rule: &str| rule == "schema_violation" || rule == "unknown_key";
    !lint::lint(&document).iter().any(|it| it.level == Level::Error && of_shape(it.rule))
}

fn word(is_valid: bool) -> &'static str {
    if is_valid { "valid" } else { "invalid" }
}

#[test]
fn every_example_gets_the_official_verdict() {
    let Some(data) = material::data("every_example_gets_the_official_verdict") else { return };
    let official = official(&data);
    let mut table = "weft    official\n".to_owned();
    for path in contracts(&data) {
        let text = text_of(&path);
        let value = Document::parse(&text).unwrap().value().clone();
        let version = value["apiVersion"].as_str().unwrap();
        let minor: usize = version.split('.').nth(1).unwrap().parse().unwrap();
        let (ours, theirs) = (is_valid(&text), official[minor].1.is_valid(&value));
        let name = path.strip_prefix(&data).unwrap().display();
        assert_eq!(ours, theirs, "{name}");
        if path.starts_with(data.join("odcs/examples")) {
            let _ = writeln!(table, "{:8}{:8}{version}  {name}", word(ours), word(theirs));
        }
    }
    insta::assert_snapshot!(table);
}

/// A change to a value: its name, and what becomes of the value; `None` where it goes.
type Change = (&'static str, fn(&Value) -> Option<Value>);

const CHANGES: [Change; 7] = [
    ("dropped", |_| None),
    ("null", |_| Some(Value::Null)),
    ("number", |_| Some(json!(7))),
    ("list", |_| Some(json!(["a"]))),
    ("mapping", |_| Some(json!({"a": 1}))),
    ("truth", |_| Some(json!(true))),
    ("other text", |was| Some(json!(format!("{} x", was.as_str().unwrap_or("a"))))),
];

/// Every place in a value: how it is reached, and what it is called without the numbers of lists.
fn places(value: &Value, at: &str, called: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(keys) => {
            for (key, it) in keys {
                let part = key.replace('~', "~0").replace('/', "~1");
                let (at, called) = (format!("{at}/{part}"), format!("{called}/{part}"));
                found.push((at.clone(), called.clone()));
                places(it, &at, &called, found);
            }
        }
        Value::Array(list) => {
            for (index, it) in list.iter().enumerate() {
                let (at, called) = (format!("{at}/{index}"), format!("{called}/*"));
                found.push((at.clone(), called.clone()));
                places(it, &at, &called, found);
            }
        }
        _ => {}
    }
}

/// A document with one change at a place.
fn changed(document: &Value, at: &str, change: fn(&Value) -> Option<Value>) -> Value {
    let mut document = document.clone();
    let (above, key) = at.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(above).unwrap() {
        Value::Object(keys) => match change(&keys[&key]) {
            Some(value) => drop(keys.insert(key, value)),
            None => drop(keys.remove(&key)),
        },
        Value::Array(list) => {
            let index: usize = key.parse().unwrap();
            match change(&list[index]) {
                Some(value) => list[index] = value,
                None => drop(list.remove(index)),
            }
        }
        _ => unreachable!(),
    }
    document
}

/// One contract for each type of server, with every key that any version has for it.
fn of_servers(schema: &Value) -> Vec<Value> {
    let source = |branch: &Value| {
        let name = branch["if"]["properties"]["type"]["const"].clone();
        let of_type = branch["then"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let keys = &schema["$defs"]["ServerSource"][of_type]["properties"];
        let value = |key: &str, of: &Value| match key {
            "port" => json!(1),
            _ if of["type"] == "integer" => json!(1),
            "location" => json!("sftp://host/file"),
            "format" => json!("json"),
            "delimiter" => json!("array"),
            _ => json!("a"),
        };
        let keys = keys.as_object().unwrap().iter().map(|(key, of)| (key.clone(), value(key, of)));
        let mut server: Map<String, Value> = keys.collect();
        server.extend([("server".to_owned(), json!("prod")), ("type".to_owned(), name)]);
        json!({"kind": "DataContract", "id": "a", "version": "1", "status": "active", "servers": [server]})
    };
    schema["$defs"]["Server"]["allOf"].as_array().unwrap().iter().map(source).collect()
}

#[test]
fn every_change_to_an_example_gets_the_official_verdict() {
    let Some(data) = material::data("every_change_to_an_example_gets_the_official_verdict") else { return };
    let official = official(&data);
    let small = contracts(&data).into_iter().filter(|path| path.metadata().unwrap().len() < CHANGED);
    let mut documents: Vec<_> = small.map(|path| Document::parse(&text_of(&path)).unwrap().value().clone()).collect();
    documents.extend(official.iter().flat_map(|(schema, _)| of_servers(schema)));
    let (mut seen, mut counts) = (BTreeSet::new(), BTreeMap::new());
    let mut differences = BTreeSet::new();
    for document in &documents {
        for (minor, (_, version)) in OFFICIAL.iter().enumerate() {
            let mut document = document.clone();
            document["apiVersion"] = json!(version);
            let mut compare = |called: &str, change: &'static str, document: &Value| {
                let text = serde_json::to_string(document).unwrap();
                let (ours, theirs) = (is_valid(&text), official[minor].1.is_valid(document));
                *counts.entry(word(theirs)).or_insert(0) += 1;
                if ours != theirs {
                    differences.insert((minor, called.to_owned(), change, word(ours)));
                }
            };
            compare("", "as it is", &document);
            let mut found = Vec::new();
            places(&document, "", "", &mut found);
            for (at, called) in found {
                let beside = document.pointer(at.rsplit_once('/').unwrap().0).unwrap();
                // What a server or rule may say depends on its kind.
                let kind = ["type", "logicalType"].map(|key| beside.get(key).cloned().unwrap_or_default().to_string());
                if !seen.insert((minor, called.clone(), kind)) {
                    continue;
                }
                for (name, change) in CHANGES {
                    compare(&called, name, &changed(&document, &at, change));
                }
                if document.pointer(&at).unwrap().is_object() {
                    let mut more = document.clone();
                    more.pointer_mut(&at).unwrap()["unheardOf"] = json!("a");
                    compare(&called, "more", &more);
                }
            }
        }
    }
    let known = DIFFERENCES.iter().map(|(minor, at, reason)| {
        assert!(!reason.is_empty());
        (*minor, (*at).to_owned())
    });
    let found: BTreeSet<_> = differences.iter().map(|(minor, at, ..)| (*minor, at.clone())).collect();
    assert_eq!(found, known.collect(), "{differences:#?}");
    // Both verdicts are given often, or nothing is compared.
    println!("{counts:?}");
    assert!(counts["valid"] > 1_000 && counts["invalid"] > 5_000, "{counts:?}");
}
