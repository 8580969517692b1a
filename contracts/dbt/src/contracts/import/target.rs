//! What an import goes to: a node, and the style of its project's files.

use serde_json::Value;
use weft_model::types::Dialect;
use weft_publication::InterfaceNode;

/// What is known of a node, and of how its project writes its tests.
pub struct ImportTarget<'a> {
    /// The node in the interface.
    pub node: &'a InterfaceNode,
    /// Whose words its types are in.
    pub dialect: Dialect,
    /// How tests are written.
    pub style: Style,
    /// Whether the package `dbt_utils` is installed: ranges and combinations of columns are tests of it.
    pub has_dbt_utils: bool,
    /// The `ref(...)` of what an object of this contract, a dotted reference or a unique id names, where that is known.
    pub reference: &'a dyn Fn(&str) -> Option<String>,
}

/// How a project writes tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// `data_tests` (dbt 1.8 and later), or `tests`.
    pub key: &'static str,
    /// Whether a test's arguments are below `arguments` (dbt 1.10 and later).
    pub has_arguments: bool,
}

impl Style {
    /// As a file writes tests already, else as a version of dbt takes them.
    pub fn from_file(file: &Value, dbt_version: Option<&str>) -> Self {
        let is_at_least = |minor: u64| {
            let mut parts = dbt_version.unwrap_or("1.10").split('.').map_while(|part| part.parse::<u64>().ok());
            (parts.next(), parts.next()) >= (Some(1), Some(minor))
        };
        let (mut tests, mut data_tests, mut with, mut without) = (false, false, false, false);
        each_map(file, &mut |map| {
            tests |= map.contains_key("tests");
            data_tests |= map.contains_key("data_tests");
            for list in ["tests", "data_tests"].iter().filter_map(|key| map.get(*key)?.as_array()) {
                for arguments in list.iter().filter_map(|it| it.as_object()?.values().next()?.as_object()) {
                    with |= arguments.contains_key("arguments");
                    without |= !arguments.contains_key("arguments") && arguments.keys().any(|key| key != "config");
                }
            }
        });
        let key = if data_tests || (!tests && is_at_least(8)) { "data_tests" } else { "tests" };
        Self { key, has_arguments: with || (!without && is_at_least(10)) }
    }
}

fn each_map(value: &Value, see: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            see(map);
            map.values().for_each(|it| each_map(it, see));
        }
        Value::Array(list) => list.iter().for_each(|it| each_map(it, see)),
        _ => {}
    }
}
