//! Contracts that are generated from the official schemas, and the lint's verdict on them beside the official one.
//!
//! The schemas come from a package of PyPI (`make .venv-odcs/.tried`), which has them as they were published, but for one
//! slip of 3.1 that it forgives: an object may be a `blob` there.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use jsonschema::Validator;
use laws::{Law, tell};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

use crate::{
    changes::{CHANGES, changed, places, with_unknown_key},
    verdicts::{DIFFERENCES, is_valid, word},
};

/// How deep a generated contract is.
const DEPTH: usize = 7;

/// Texts that some key takes and others do not.
const TEXTS: [&str; 6] = ["a", "a.b", "schema/a/properties/b", "sftp://host/file", "a b", ""];

/// A version of the standard.
struct Standard {
    version: &'static str,
    schema: Value,
    validator: Validator,
}

fn standards() -> [Standard; 3] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv-odcs/datacontract/schemas");
    ["3.0.2", "3.1.0", "3.2.0"].map(|version| {
        let path = folder.join(format!("odcs-{version}.schema.json"));
        let text = fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}: make .venv-odcs/.tried", path.display()));
        let schema: Value = serde_json::from_slice(&text).unwrap();
        let validator = jsonschema::options().build(&schema).unwrap();
        Standard { version, schema, validator }
    })
}

/// What is still to be chosen: the fewer there is, the smaller the contract.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    /// One of so many; the first where nothing is left to choose by.
    fn one_of(&mut self, many: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % many.max(1)
    }

    fn of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.one_of(values.len())]
    }
}

/// What a schema says of a mapping, wherever in it: under conditions and alternatives, too.
#[derive(Default)]
struct Mapping<'s> {
    keys: BTreeMap<&'s str, Vec<&'s Value>>,
    required: BTreeSet<&'s str>,
    /// Where a key says a word, what else is required.
    conditions: Vec<(&'s str, &'s Value, Vec<&'s str>)>,
}

impl Standard {
    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let Some(reference) = schema["$ref"].as_str() else { return schema };
        self.schema.pointer(reference.trim_start_matches('#')).unwrap()
    }

    fn mapping<'s>(&'s self, schema: &'s Value, is_certain: bool, mapping: &mut Mapping<'s>) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            mapping.keys.entry(key).or_default().push(value);
        }
        if is_certain {
            mapping.required.extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
        }
        if schema.get("$ref").is_some() {
            self.mapping(self.resolved(schema), is_certain, mapping);
        }
        let parts = |key: &str| schema[key].as_array().map(Vec::as_slice).unwrap_or_default();
        parts("allOf").iter().for_each(|it| self.mapping(it, is_certain, mapping));
        ["anyOf", "oneOf"].iter().for_each(|key| parts(key).iter().for_each(|it| self.mapping(it, false, mapping)));
        for branch in ["then", "else"].iter().filter_map(|key| schema.get(key)) {
            self.mapping(branch, false, mapping);
        }
        let Some(then) = schema.get("then") else { return };
        let mut needed = Mapping::default();
        self.mapping(then, true, &mut needed);
        for (key, said) in schema["if"]["properties"].as_object().into_iter().flatten() {
            if let Some(said) = said.get("const") {
                mapping.conditions.push((key, said, needed.required.iter().copied().collect()));
            }
        }
    }

    /// A value that a schema may take; not always, for what depends on other keys is only looked at in part.
    fn value(&self, schema: &Value, choices: &mut Choices<'_>, depth: usize) -> Value {
        if let Some(said) = schema.get("const") {
            return said.clone();
        }
        if let Some(words) = schema["enum"].as_array() {
            return choices.of(words).clone();
        }
        let has_keys = schema["type"] == "object" || schema.get("properties").is_some();
        let alternatives = ["oneOf", "anyOf"].iter().find_map(|key| schema[key].as_array());
        if let Some(alternatives) = alternatives.filter(|_| !has_keys) {
            return self.value(choices.of(alternatives), choices, depth);
        }
        if schema.get("$ref").is_some() && !has_keys {
            return self.value(self.resolved(schema), choices, depth);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => choices.of(kinds).as_str().unwrap(),
            Value::String(kind) => kind,
            _ if has_keys => "object",
            _ => *choices.of(&["string", "number", "boolean"]),
        };
        match kind {
            "object" => self.object(schema, choices, depth),
            "array" => {
                let fewest = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap();
                let more = if depth < DEPTH { choices.one_of(3) } else { 0 };
                (0..fewest + more).map(|_| self.value(&schema["items"], choices, depth + 1)).collect()
            }
            "integer" => json!(choices.of(&[1, 2, 0])),
            "number" => json!(choices.of(&[1.0, 2.5, 0.0])),
            "boolean" => json!(choices.one_of(2) == 0),
            "null" => Value::Null,
            _ => {
                let examples = schema["examples"].as_array().map(Vec::as_slice).unwrap_or_default();
                let examples = examples.iter().filter_map(Value::as_str);
                let texts: Vec<_> = TEXTS.into_iter().chain(examples).collect();
                json!(choices.of(&texts))
            }
        }
    }

    fn object(&self, schema: &Value, choices: &mut Choices<'_>, depth: usize) -> Value {
        let mut mapping = Mapping::default();
        self.mapping(schema, true, &mut mapping);
        let mut object = Map::new();
        let put = |key: &str, object: &mut Map<String, Value>, choices: &mut Choices<'_>| {
            if let Some(schemas) = mapping.keys.get(key).filter(|_| !object.contains_key(key)) {
                let value = self.value(choices.of::<&Value>(schemas), choices, depth + 1);
                object.insert(key.to_owned(), value);
            }
        };
        mapping.required.iter().for_each(|key| put(key, &mut object, choices));
        let keys: Vec<&str> = mapping.keys.keys().copied().collect();
        let more = if depth < DEPTH && !keys.is_empty() { choices.one_of(5) } else { 0 };
        for _ in 0..more {
            let key = *choices.of(&keys);
            put(key, &mut object, choices);
        }
        for (key, said, needed) in &mapping.conditions {
            if object.get(*key) == Some(said) {
                needed.iter().for_each(|key| put(key, &mut object, choices));
            }
        }
        Value::Object(object)
    }

    /// A contract that says that it is of another version, perhaps.
    fn contract(&self, of: &Standard, choices: &mut Choices<'_>) -> Value {
        let mut contract = self.object(&self.schema, choices, 0);
        contract["kind"] = json!("DataContract");
        contract["apiVersion"] = json!(format!("v{}", of.version));
        contract
    }
}

/// The document without what is judged differently on purpose.
fn without_differences(document: &Value, minor: usize) -> Value {
    let known = |called: &str| DIFFERENCES.iter().any(|(of, at, _)| *of == minor && *at == called);
    let mut document = document.clone();
    for (at, _) in places(&document).iter().rev().filter(|(_, called)| known(called)) {
        document = changed(&document, at, |_| None);
    }
    // The package forgives it in 3.1.
    for object in document["schema"].as_array_mut().into_iter().flatten().filter(|_| minor == 1) {
        if object.get("logicalType").is_some_and(|it| it == "blob") {
            object["logicalType"] = json!("object");
        }
    }
    document
}

mod official_tests {
    use super::*;

    /// A contract and a change to it, each judged by both.
    #[test]
    #[ignore = "needs the official schemas: make .venv-odcs/.tried"]
    fn a_generated_contract_and_a_changed_one_get_the_official_verdict() {
        let standards = standards();
        let counts = [const { Cell::new(0_usize) }; 2];
        let law = Law {
            about: "contracts",
            says: "a_generated_contract_and_a_changed_one_get_the_official_verdict",
            engine: None,
            cases: 1_500,
            weight: 4,
        };
        law.hold(&(0..6_usize, vec(any::<u8>(), 0..160)), |(pair, bytes)| {
            // 3.0 takes any key that it does not know: it is asked about its own contracts alone.
            let (from, minor) = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)][pair];
            let mut choices = Choices(&bytes);
            let contract = standards[from].contract(&standards[minor], &mut choices);
            let places = places(&contract);
            let (at, _) = choices.of(&places);
            let (name, change) = *choices.of(&CHANGES);
            let mut documents = vec![("as it is", contract.clone()), (name, changed(&contract, at, change))];
            documents.extend(with_unknown_key(&contract, at).map(|it| ("with an unknown key", it)));
            for (name, document) in &documents {
                let verdicts = |it: &Value| (is_valid(&it.to_string()), standards[minor].validator.is_valid(it));
                let (mut ours, mut theirs) = verdicts(document);
                if ours != theirs {
                    (ours, theirs) = verdicts(&without_differences(document, minor));
                }
                let count = &counts[usize::from(theirs)];
                count.set(count.get() + 1);
                prop_assert_eq!(word(ours), word(theirs), "{}, {} at {}: {:#}", minor, name, at, document);
            }
            Ok(documents.len())
        });
        let [invalid, valid] = counts.map(|it| it.get());
        tell(format_args!("generated contracts: {valid} valid, {invalid} invalid"));
        assert!(valid > 500 && invalid > 500, "{valid} valid, {invalid} invalid");
    }
}
