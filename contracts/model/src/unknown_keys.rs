//! Keys that a document has and its type does not.
//!
//! Answers, locks and everything that is stored are read leniently, because a newer weft may have written a key that
//! this one does not know. Requests are read strictly, because a misspelled key must not be ignored. Both use the same
//! types, so the reader of a document decides whether a key is refused, and not its type.

use serde::{Deserialize, Deserializer};
use serde_ignored::Path;

use crate::pointer::pointer;

/// The maximum number of unknown keys that are reported.
const TOLD: usize = 100;

/// Reads a value, and gives a JSON pointer to each key that was ignored, the first hundred.
///
/// # Errors
/// What the value's type does not take.
pub fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<(T, Vec<String>), D::Error> {
    let mut unknown = Vec::new();
    let value = serde_ignored::deserialize(deserializer, |path| {
        if unknown.len() < TOLD {
            unknown.push(pointer_to(&path));
        }
    })?;
    Ok((value, unknown))
}

fn pointer_to(path: &Path<'_>) -> String {
    let mut keys = Vec::new();
    let mut at = path;
    loop {
        at = match at {
            Path::Root => break,
            Path::Seq { parent, index } => {
                keys.push(index.to_string());
                parent
            }
            Path::Map { parent, key } => {
                keys.push(key.clone());
                parent
            }
            Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => parent,
        };
    }
    pointer(&keys.iter().rev().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(rename = "n")]
        _n: Option<u8>,
    }

    fn unknown(text: &str) -> Vec<String> {
        let mut json = serde_json::Deserializer::from_str(text);
        read::<BTreeMap<String, Vec<Row>>, _>(&mut json).unwrap().1
    }

    #[test]
    fn each_unknown_key_is_told_by_its_pointer() {
        assert_eq!(
            unknown(r#"{"a": [{"n": 1}, {"n": 2, "m": {"x": 1}}], "b/c~": [{"k": []}]}"#),
            ["/a/1/m", "/b~1c~0/0/k"]
        );
        assert_eq!(unknown(r#"{"a": []}"#), [""; 0]);
    }

    #[test]
    fn of_very_many_the_first_hundred_are_told() {
        let text = format!(r#"{{"a": [{}]}}"#, vec![r#"{"m": 1}"#; 1000].join(","));
        assert_eq!(unknown(&text).len(), TOLD);
    }
}
