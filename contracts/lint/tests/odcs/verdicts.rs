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

use crate::{
    changes::{CHANGES, changed, places, with_unknown_key},
    contracts, material,
};

/// The official schemas, by minor version, and how a contract says that it is of it.
const OFFICIAL: [(&str, &str); 3] = [
    ("odcs-json-schema-v3.0.2.json", "v3.0.2"),
    ("odcs-json-schema-v3.1.0.json", "v3.1.0"),
    ("odcs-3.2.0.schema.json", "v3.2.0"),
];

/// Examples larger than this, in bytes, are not changed: one of them has the same table seventy times.
const CHANGED: u64 = 4_000;

/// Where the verdicts differ on purpose: of which minor version, at which place, and why.
pub(crate) const DIFFERENCES: [(usize, &str, &str); 3] = [
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
pub(crate) fn is_valid(text: &str) -> bool {
    let Ok(document) = Document::parse(text) else { return false };
    let of_shape = |rule: &str| rule == "schema_violation" || rule == "unknown_key";
    !lint::lint(&document).iter().any(|it| it.level == Level::Error && of_shape(it.rule))
}

pub(crate) fn word(is_valid: bool) -> &'static str {
    if is_valid { "valid" } else { "invalid" }
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

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn every_example_gets_the_official_verdict() {
        let data = material::data();
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

    #[test]
    #[ignore = "needs ../shared/data"]
    fn every_change_to_an_example_gets_the_official_verdict() {
        let data = material::data();
        let official = official(&data);
        let small = contracts(&data).into_iter().filter(|path| path.metadata().unwrap().len() < CHANGED);
        let mut documents: Vec<_> =
            small.map(|path| Document::parse(&text_of(&path)).unwrap().value().clone()).collect();
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
                for (at, called) in places(&document) {
                    let beside = document.pointer(at.rsplit_once('/').unwrap().0).unwrap();
                    // What a server or rule may say depends on its kind.
                    let kind =
                        ["type", "logicalType"].map(|key| beside.get(key).cloned().unwrap_or_default().to_string());
                    if !seen.insert((minor, called.clone(), kind)) {
                        continue;
                    }
                    for (name, change) in CHANGES {
                        compare(&called, name, &changed(&document, &at, change));
                    }
                    if let Some(more) = with_unknown_key(&document, &at) {
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
}
