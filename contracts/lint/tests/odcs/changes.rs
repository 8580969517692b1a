//! What becomes of a document where a key goes, comes, or takes another value.

use serde_json::{Value, json};

/// A change to a value: its name, and what becomes of the value; `None` where it goes.
pub(crate) type Change = (&'static str, fn(&Value) -> Option<Value>);

pub(crate) const CHANGES: [Change; 7] = [
    ("dropped", |_| None),
    ("null", |_| Some(Value::Null)),
    ("number", |_| Some(json!(7))),
    ("list", |_| Some(json!(["a"]))),
    ("mapping", |_| Some(json!({"a": 1}))),
    ("truth", |_| Some(json!(true))),
    ("other text", |was| Some(json!(format!("{} x", was.as_str().unwrap_or("a"))))),
];

/// Every place in a value: how it is reached, and what it is called without the numbers of lists.
pub(crate) fn places(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    below(value, "", "", &mut found);
    found
}

fn below(value: &Value, at: &str, called: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(keys) => {
            for (key, it) in keys {
                let part = weft_model::pointer::escaped(key);
                let (at, called) = (format!("{at}/{part}"), format!("{called}/{part}"));
                found.push((at.clone(), called.clone()));
                below(it, &at, &called, found);
            }
        }
        Value::Array(list) => {
            for (index, it) in list.iter().enumerate() {
                let (at, called) = (format!("{at}/{index}"), format!("{called}/*"));
                found.push((at.clone(), called.clone()));
                below(it, &at, &called, found);
            }
        }
        _ => {}
    }
}

/// A document with one change at a place.
pub(crate) fn changed(document: &Value, at: &str, change: fn(&Value) -> Option<Value>) -> Value {
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

/// A document with a key that no version knows, where a place has a mapping.
pub(crate) fn with_unknown_key(document: &Value, at: &str) -> Option<Value> {
    let mut document = document.clone();
    document.pointer_mut(at)?.as_object_mut()?.insert("unheardOf".to_owned(), json!("a"));
    Some(document)
}
