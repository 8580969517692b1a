//! Writes contracts that a JSON Schema may take.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// How deep a contract is that is written at random.
const DEPTH: usize = 7;

/// Texts that some key takes and others do not. None is empty: weft refuses empty names, ids and versions, which the
/// official schemas take.
const TEXTS: [&str; 5] = ["a", "a.b", "schema/a/properties/b", "sftp://host/file", "a b"];

/// What is still to be chosen: the fewer there is, the smaller the contract.
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

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

/// A step to a key that must be in the contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'s> {
    pub(crate) key: &'s str,
    /// Which of the schemas for it.
    way: usize,
}

/// A schema for a key, and the word that another key must have for it.
#[derive(Clone, Copy)]
struct Way<'s> {
    schema: &'s Value,
    given: Option<(&'s str, &'s Value)>,
}

/// What a schema says of a mapping, wherever in it: under conditions and alternatives, too.
#[derive(Default)]
struct Mapping<'s> {
    keys: BTreeMap<&'s str, Vec<Way<'s>>>,
    required: BTreeSet<&'s str>,
    /// Where a key says a word, what else is required.
    conditions: Vec<(&'s str, &'s Value, BTreeSet<&'s str>)>,
}

fn parts<'s>(schema: &'s Value, key: &str) -> &'s [Value] {
    schema[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn alternatives(schema: &Value) -> Option<&[Value]> {
    ["oneOf", "anyOf"].iter().map(|key| parts(schema, key)).find(|it| !it.is_empty())
}

fn has_keys(schema: &Value) -> bool {
    schema["type"] == "object" || schema.get("properties").is_some()
}

/// Writes by a schema; not always what it takes, for what depends on other keys is only looked at in part.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'s>(pub(crate) &'s Value);

impl<'s> Writer<'s> {
    /// A contract that has what is wished for.
    pub(crate) fn contract(self, wish: &[Step<'_>], choices: &mut Choices<'_>) -> Value {
        self.object(self.0, wish, choices, 0)
    }

    /// The way to every key of every mapping, and how many words or forms it has.
    pub(crate) fn every_key(self) -> Vec<(Vec<Step<'s>>, usize)> {
        let mut found = Vec::new();
        self.keys_below(self.0, &[], &mut Vec::new(), &mut found);
        found
    }

    fn keys_below(
        self,
        schema: &'s Value,
        above: &[Step<'s>],
        seen: &mut Vec<&'s Value>,
        found: &mut Vec<(Vec<Step<'s>>, usize)>,
    ) {
        for mapping in self.mappings(schema) {
            if seen.iter().any(|it| std::ptr::eq(*it, mapping)) {
                continue;
            }
            seen.push(mapping);
            for (key, ways) in self.mapping(mapping).keys {
                for (index, way) in ways.iter().enumerate() {
                    let wish: Vec<_> = above.iter().copied().chain([Step { key, way: index }]).collect();
                    self.keys_below(way.schema, &wish, seen, found);
                    let schema = self.resolved(way.schema);
                    let words = parts(schema, "enum").len().max(alternatives(schema).map_or(1, <[_]>::len));
                    found.push((wish, words));
                }
            }
        }
    }

    fn resolved(self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str() {
            Some(reference) if !has_keys(schema) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            _ => schema,
        }
    }

    /// The mappings that a value may be, or the items of a list.
    fn mappings(self, schema: &'s Value) -> Vec<&'s Value> {
        let schema = self.resolved(schema);
        if has_keys(schema) {
            return vec![schema];
        }
        let items = schema.get("items").into_iter();
        items.chain(alternatives(schema).unwrap_or_default()).flat_map(|it| self.mappings(it)).collect()
    }

    fn mapping(self, schema: &'s Value) -> Mapping<'s> {
        let mut mapping = Mapping::default();
        self.gather(schema, None, true, &mut mapping);
        mapping
    }

    fn gather(
        self,
        schema: &'s Value,
        given: Option<(&'s str, &'s Value)>,
        is_certain: bool,
        mapping: &mut Mapping<'s>,
    ) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            mapping.keys.entry(key).or_default().push(Way { schema: value, given });
        }
        if is_certain {
            mapping.required.extend(parts(schema, "required").iter().filter_map(Value::as_str));
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let schema = self.0.pointer(reference.trim_start_matches('#')).unwrap();
            self.gather(schema, given, is_certain, mapping);
        }
        for part in parts(schema, "allOf") {
            self.gather(part, given, is_certain, mapping);
        }
        for form in alternatives(schema).unwrap_or_default() {
            self.gather(form, given, false, mapping);
        }
        if let Some(otherwise) = schema.get("else") {
            self.gather(otherwise, given, false, mapping);
        }
        let Some(then) = schema.get("then") else { return };
        let mut words = schema["if"]["properties"].as_object().into_iter().flatten();
        let word = words.find_map(|(key, said)| Some((key.as_str(), said.get("const")?)));
        self.gather(then, word.or(given), false, mapping);
        if let Some((key, said)) = word {
            let mut needed = Mapping::default();
            self.gather(then, None, true, &mut needed);
            mapping.conditions.push((key, said, needed.required));
        }
    }

    fn value(self, schema: &'s Value, wish: &[Step<'_>], choices: &mut Choices<'_>, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(said) = schema.get("const") {
            return said.clone();
        }
        if let Some(words) = schema["enum"].as_array() {
            return choices.of(words).clone();
        }
        if let Some(forms) = alternatives(schema).filter(|_| !has_keys(schema)) {
            let has_wish = |form: &&Value| {
                let Some(step) = wish.first() else { return false };
                self.mappings(form).iter().any(|it| self.mapping(it).keys.contains_key(step.key))
            };
            let form = forms.iter().find(has_wish);
            return self.value(form.unwrap_or_else(|| choices.of(forms)), wish, choices, depth);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => choices.of(kinds).as_str().unwrap(),
            Value::String(kind) => kind,
            _ if has_keys(schema) => "object",
            _ => *choices.of(&["string", "number", "boolean"]),
        };
        match kind {
            "object" => self.object(schema, wish, choices, depth),
            "array" if !wish.is_empty() => json!([self.value(&schema["items"], wish, choices, depth + 1)]),
            "array" => {
                let fewest = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap();
                let more = if depth < DEPTH { choices.one_of(3) } else { 0 };
                (0..fewest + more).map(|_| self.value(&schema["items"], &[], choices, depth + 1)).collect()
            }
            "integer" => json!(choices.of(&[1, 2, 0])),
            "number" => json!(choices.of(&[1.0, 2.5, 0.0])),
            "boolean" => json!(choices.one_of(2) == 0),
            "null" => Value::Null,
            _ => {
                let examples = parts(schema, "examples").iter().filter_map(Value::as_str);
                let texts: Vec<_> = TEXTS.into_iter().chain(examples).collect();
                // A pattern is met by one of them.
                let pattern = schema["pattern"].as_str().map(|it| regex::Regex::new(it).unwrap());
                let first = pattern.and_then(|it| texts.iter().copied().find(|text| it.is_match(text)));
                let is_wished = choices.0.is_empty();
                json!(first.filter(|_| is_wished).unwrap_or_else(|| choices.of::<&str>(&texts)))
            }
        }
    }

    fn object(self, schema: &'s Value, wish: &[Step<'_>], choices: &mut Choices<'_>, depth: usize) -> Value {
        let mapping = self.mapping(schema);
        let mut object = Map::new();
        if let [Step { key, way }, rest @ ..] = wish {
            let Way { schema, given } = mapping.keys[key][*way];
            object.extend(given.map(|(key, said)| (key.to_owned(), said.clone())));
            object.insert((*key).to_owned(), self.value(schema, rest, choices, depth + 1));
        }
        let put = |key: &str, object: &mut Map<String, Value>, choices: &mut Choices<'_>| {
            if let Some(ways) = mapping.keys.get(key).filter(|_| !object.contains_key(key)) {
                let Way { schema, given } = *choices.of::<Way<'_>>(ways);
                let is_given = given.is_none_or(|(key, said)| object.get(key) == Some(said));
                let schema = if is_given { schema } else { ways[0].schema };
                object.insert(key.to_owned(), self.value(schema, &[], choices, depth + 1));
            }
        };
        for key in &mapping.required {
            put(key, &mut object, choices);
        }
        let keys: Vec<&str> = mapping.keys.keys().copied().collect();
        let more = if depth < DEPTH && !keys.is_empty() { choices.one_of(5) } else { 0 };
        for _ in 0..more {
            let key = *choices.of(&keys);
            put(key, &mut object, choices);
        }
        for (key, said, needed) in &mapping.conditions {
            if object.get(*key) == Some(said) {
                for key in needed {
                    put(key, &mut object, choices);
                }
            }
        }
        Value::Object(object)
    }
}
