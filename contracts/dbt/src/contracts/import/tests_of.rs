//! The tests that a contract's rules are in dbt, and which of them are there.

use serde_json::{Map, Value};
use weft_odcs::{LogicalTypeOptions, Quality, QualityKind, SchemaObject, SchemaProperty};
use weft_publication::ResourceType;

use crate::{
    contracts::import::{
        place::into_list,
        target::{ImportTarget, Style},
    },
    properties::edit::{Addition, Yaml},
};

const RANGE: &str = "dbt_utils.accepted_range";
const COMBINATION: &str = "dbt_utils.unique_combination_of_columns";

/// A test as it is written in a properties file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TestItem {
    name: String,
    arguments: Vec<(String, Value)>,
    config: Vec<(String, Value)>,
}

impl TestItem {
    fn of(name: &str, arguments: Vec<(&str, Value)>) -> Self {
        let arguments = arguments.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Self { name: name.to_owned(), arguments, config: Vec::new() }
    }

    fn with_severity(mut self, rule: &Quality) -> Self {
        if rule.severity.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("warning")) {
            self.config.push(("severity".to_owned(), Value::from("warn")));
        }
        self
    }

    pub(super) fn to_yaml(&self, style: Style) -> Yaml {
        let map =
            |pairs: &[(String, Value)]| pairs.iter().map(|(key, value)| (key.clone(), yaml(value))).collect::<Vec<_>>();
        let mut inner = match (style.has_arguments, self.arguments.is_empty()) {
            (_, true) => Vec::new(),
            (true, false) => vec![("arguments".to_owned(), Yaml::Map(map(&self.arguments)))],
            (false, false) => map(&self.arguments),
        };
        if !self.config.is_empty() {
            inner.push(("config".to_owned(), Yaml::Map(map(&self.config))));
        }
        if inner.is_empty() { Yaml::text(&self.name) } else { Yaml::Map(vec![(self.name.clone(), Yaml::Map(inner))]) }
    }

    /// A test of a file.
    fn read(said: &Value) -> Option<Self> {
        let (name, inner) = match said {
            Value::String(name) => return Some(Self::of(name, Vec::new())),
            Value::Object(map) if map.len() == 1 => map.iter().next()?,
            Value::Object(map) => (map.iter().find(|(_, it)| it.is_object())?.0, said),
            _ => return None,
        };
        let inner = inner.as_object().cloned().unwrap_or_default();
        let of = |key: &str| inner.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
        let about = ["config", "arguments", "name", "description", "severity", "where", "tags", "meta"];
        let flat = inner.iter().filter(|(key, _)| !about.contains(&key.as_str()));
        let arguments = flat.map(|(key, value)| (key.clone(), value.clone())).chain(of("arguments"));
        Some(Self { name: name.clone(), arguments: arguments.collect(), config: of("config").into_iter().collect() })
    }

    /// The parts of it that decide whether two tests are the same.
    fn key(&self) -> (&str, Map<String, Value>) {
        let words = |value: &Value| match value {
            // How a text is quoted, and where blanks stand in `ref()`, says nothing.
            Value::String(text) => Value::from(text.replace('"', "'").split_whitespace().collect::<String>()),
            other => other.clone(),
        };
        let said = self.arguments.iter().filter(|(key, _)| key != "quote");
        (&self.name, said.map(|(key, value)| (key.clone(), words(value))).collect())
    }

    /// Whether there can be one of its kind only: two sets of accepted values contradict each other.
    fn is_single(&self) -> bool {
        ["accepted_values", RANGE, "not_null", "unique"].contains(&self.name.as_str())
    }
}

fn yaml(value: &Value) -> Yaml {
    match value {
        Value::Array(list) => Yaml::List(list.iter().map(yaml).collect()),
        Value::Object(map) => Yaml::Map(map.iter().map(|(key, value)| (key.clone(), yaml(value))).collect()),
        scalar => Yaml::Scalar(scalar.clone()),
    }
}

/// The tests that are missing, each once. If one of the same kind differs, that is reported.
pub(super) fn missing(present: &[Value], wanted: Vec<TestItem>, notes: &mut Vec<String>) -> Vec<TestItem> {
    let present: Vec<TestItem> = present.iter().filter_map(TestItem::read).collect();
    let mut missing: Vec<TestItem> = Vec::new();
    for test in wanted {
        let is_there = |it: &TestItem| it.key() == test.key();
        if present.iter().chain(&missing).any(is_there) {
            continue;
        }
        match present.iter().find(|it| it.name == test.name && test.is_single()) {
            Some(other) => notes.push(format!(
                "the test `{}` says {} in the file, and {} by its contract",
                test.name,
                shown(other),
                shown(&test)
            )),
            None => missing.push(test),
        }
    }
    missing
}

fn shown(test: &TestItem) -> String {
    let said: Map<String, Value> = test.arguments.iter().filter(|(key, _)| key != "quote").cloned().collect();
    Value::Object(said).to_string()
}

/// The tests of a column.
pub(super) fn of_property(
    object: &SchemaObject,
    property: &SchemaProperty,
    target: &ImportTarget<'_>,
    notes: &mut Vec<String>,
) -> Vec<TestItem> {
    let name = property.stored_name();
    let mut tests = Vec::new();
    if target.node.resource_type != ResourceType::Model {
        // Only models have constraints.
        let is_key = object.primary_key().len() == 1 && property.primary_key == Some(true);
        let wanted =
            [("not_null", property.required == Some(true)), ("unique", property.unique == Some(true) || is_key)];
        tests.extend(wanted.into_iter().filter(|(_, it)| *it).map(|(test, _)| TestItem::of(test, Vec::new())));
    }
    if !property.r#enum.is_empty() {
        tests.push(accepted(property.r#enum.iter().map(|it| it.value.clone()).collect()));
    }
    for rule in property.quality.iter().filter(|it| !is_constraint(&it.custom_properties)) {
        match of_rule(rule) {
            Some(test) => tests.push(test),
            None => notes.push(format!("column `{name}`: {} stays in the contract alone", told(rule))),
        }
    }
    if let Some(range) = property.logical_type_options.as_ref().and_then(range) {
        if target.has_dbt_utils {
            tests.push(range);
        } else {
            notes.push(format!("column `{name}`: its limits need the package `dbt_utils`, which is not installed"));
        }
    }
    for relationship in property.relationships.iter().filter(|it| !is_constraint(&it.custom_properties)) {
        for to in relationship.to.iter().flat_map(|it| it.iter()) {
            let said = relationship.custom_properties.iter().find(|it| it.property == "dbtRef");
            let written = said.and_then(|it| it.value.as_str()).map(str::to_owned);
            let (place, field) = to.rsplit_once(['.', '/']).unwrap_or(("", to));
            match written.or_else(|| (target.reference)(place)) {
                Some(written) => {
                    let arguments = vec![("to", Value::from(written)), ("field", Value::from(field))];
                    tests.push(TestItem::of("relationships", arguments));
                }
                None => notes.push(format!("column `{name}`: it is not known which node `{to}` is")),
            }
        }
    }
    tests
}

/// The tests of a node as a whole.
pub(super) fn of_object(object: &SchemaObject, target: &ImportTarget<'_>, notes: &mut Vec<String>) -> Vec<TestItem> {
    let mut tests = Vec::new();
    for rule in object.quality.iter().filter(|it| !is_constraint(&it.custom_properties)) {
        let columns = rule.arguments.get("properties").filter(|_| rule.measure() == Some("duplicateValues"));
        match (columns, of_rule(rule)) {
            (Some(columns), _) if is_none(rule) && target.has_dbt_utils => {
                let test = TestItem::of(COMBINATION, vec![("combination_of_columns", columns.clone())]);
                tests.push(test.with_severity(rule));
            }
            (Some(_), _) if is_none(rule) => {
                notes.push("a combination of columns needs the package `dbt_utils`, which is not installed".to_owned());
            }
            (None, Some(test)) => tests.push(test),
            _ => notes.push(format!("{} stays in the contract alone", told(rule))),
        }
    }
    tests
}

fn is_constraint(properties: &[weft_odcs::CustomProperty]) -> bool {
    properties.iter().any(|it| it.property == "dbtConstraint")
}

/// What somebody would call a rule.
fn told(rule: &Quality) -> String {
    let what = rule.name.as_deref().or_else(|| rule.measure());
    what.map_or_else(|| "a rule of quality".to_owned(), |what| format!("the rule of quality `{what}`"))
}

/// Whether a rule allows none of what it counts.
fn is_none(rule: &Quality) -> bool {
    let [threshold] = rule.thresholds()[..] else { return false };
    threshold.numbers() == [0.0] && matches!(threshold.operator().key(), "mustBe" | "mustBeLessOrEqualTo")
}

fn of_rule(rule: &Quality) -> Option<TestItem> {
    match rule.kind()? {
        QualityKind::Library if is_none(rule) => {
            let test = match rule.measure()? {
                "nullValues" => TestItem::of("not_null", Vec::new()),
                "duplicateValues" => TestItem::of("unique", Vec::new()),
                "invalidValues" if rule.arguments.len() == 1 => {
                    accepted(rule.arguments.get("validValues")?.as_array()?.clone())
                }
                _ => return None,
            };
            Some(test.with_severity(rule))
        }
        QualityKind::Custom if rule.engine.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("dbt")) => {
            let test = TestItem::read(rule.implementation.as_ref()?)?;
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            (!test.name.is_empty() && test.name.chars().all(is_name)).then(|| test.with_severity(rule))
        }
        _ => None,
    }
}

/// dbt puts accepted values in quotes by default, and numbers must have none.
fn accepted(values: Vec<Value>) -> TestItem {
    let is_text = values.iter().all(Value::is_string);
    let mut arguments = vec![("values", Value::from(values))];
    if !is_text {
        arguments.push(("quote", Value::Bool(false)));
    }
    TestItem::of("accepted_values", arguments)
}

/// The limits of a number.
fn range(options: &LogicalTypeOptions) -> Option<TestItem> {
    let number = |it: &Option<Value>| it.clone().filter(Value::is_number);
    let inclusive = [number(&options.minimum), number(&options.maximum)];
    let exclusive = [number(&options.exclusive_minimum), number(&options.exclusive_maximum)];
    let is_inclusive = inclusive.iter().any(Option::is_some);
    // A test has limits of one kind.
    if is_inclusive == exclusive.iter().any(Option::is_some) {
        return None;
    }
    let [least, most] = if is_inclusive { inclusive } else { exclusive };
    let mut arguments: Vec<_> = least.map(|it| ("min_value", it)).into_iter().collect();
    arguments.extend(most.map(|it| ("max_value", it)));
    if !is_inclusive {
        arguments.push(("inclusive", Value::Bool(false)));
    }
    Some(TestItem::of(RANGE, arguments))
}

/// The tests that are missing, at their places.
pub(super) fn missing_tests(
    own: &Value,
    base: &Value,
    at: &str,
    wanted: Vec<TestItem>,
    style: Style,
    notes: &mut Vec<String>,
) -> Vec<Addition> {
    let tests = |of: &Value| {
        ["data_tests", "tests"]
            .into_iter()
            .filter_map(|key| of.get(key)?.as_array().cloned())
            .flatten()
            .collect::<Vec<_>>()
    };
    let mut present = tests(own);
    if own != base {
        present.extend(tests(base));
    }
    let missing = missing(&present, wanted, notes);
    let key = ["data_tests", "tests"].into_iter().find(|key| own.get(*key).is_some()).unwrap_or(style.key);
    let items: Vec<Yaml> = missing.iter().map(|it| it.to_yaml(style)).collect();
    into_list(own, at, key, items)
}
