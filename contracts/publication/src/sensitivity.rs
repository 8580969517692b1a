//! How sensitive dbt's `meta` says that data is.

use serde_json::{Map, Value};

/// The keys of meta that hold a word for it.
const WORDS: [&str; 4] = ["classification", "data_classification", "sensitivity", "confidentiality"];

/// The keys of meta that hold whether data is about persons.
const FLAGS: [&str; 3] = ["pii", "contains_pii", "is_pii"];

/// The words that meta has for how sensitive data is, as it writes them; `pii` for data that is flagged as about persons.
pub fn words(meta: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let said = WORDS.iter().filter_map(|key| meta.get(*key)?.as_str());
    let is_flagged = FLAGS.iter().any(|key| meta.get(*key) == Some(&Value::Bool(true)));
    said.chain(is_flagged.then_some("pii"))
}
