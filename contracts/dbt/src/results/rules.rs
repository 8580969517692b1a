//! Which promises of a data contract a dbt test holds the data to.

use std::collections::BTreeSet;

use serde_json::Value;
use weft_api::{ContractRule, health::line};
use weft_model::{column_name::is_same, name::UniqueId, text::text_of, types::Dialect};
use weft_odcs::{DataContract, Operator, Quality, References, Relationship, SchemaObject, SchemaProperty, Threshold};
use weft_publication::Publication;

use crate::{contracts::export::quality::in_words_of_dbt, derive::quality::quality, manifest::Test};

/// The promises of a node's data contracts that hold if the test passes; sorted, each once.
///
/// A test of only some rows, or of different values, does not prove a promise for all.
pub(super) fn of_test(
    publication: &Publication,
    unique_id: &UniqueId,
    test: &Test,
    test_name: &str,
) -> BTreeSet<ContractRule> {
    let dialect = publication.dialect();
    let mut rules = BTreeSet::new();
    for published in publication.contracts.values() {
        let contract = &published.document;
        let is_of_node = |object: &&SchemaObject| published.nodes.get(&object.name) == Some(unique_id);
        for object in contract.schema.iter().filter(is_of_node) {
            let property = test.column_name.as_deref().and_then(|column| property(object, column, dialect));
            let checked = CheckedProperty { test, test_name, object, property, dialect };
            let names = checked.by_name().into_iter().chain(checked.by_words()).chain(checked.by_sense());
            rules.extend(names.filter_map(|rule| rule_of(contract, &rule)));
        }
    }
    rules
}

fn rule_of(contract: &DataContract, rule: &str) -> Option<ContractRule> {
    Some(ContractRule { contract: line(&contract.id)?, rule: line(rule)? })
}

fn property<'o>(object: &'o SchemaObject, column: &str, dialect: Dialect) -> Option<&'o SchemaProperty> {
    let column = column.trim_matches(['"', '`', '[', ']']);
    object.properties.iter().find(|it| [it.stored_name(), &it.name].iter().any(|name| is_same(name, column, dialect)))
}

/// A test beside the object and the property that it is on.
struct CheckedProperty<'a> {
    test: &'a Test,
    test_name: &'a str,
    object: &'a SchemaObject,
    property: Option<&'a SchemaProperty>,
    /// In which the node's project names its columns.
    dialect: Dialect,
}

impl CheckedProperty<'_> {
    /// The rules that are called as the test is.
    fn by_name(&self) -> Vec<String> {
        let of_property = self.property.into_iter().flat_map(|property| &property.quality);
        let is_called = |name: &&str| name.eq_ignore_ascii_case(self.test_name);
        let named = self.object.quality.iter().chain(of_property).filter_map(|quality| {
            [quality.name.as_deref(), quality.id.as_deref()].into_iter().flatten().find(is_called)
        });
        named.map(str::to_owned).collect()
    }

    /// The rules that are the test itself, as `weft contract export` writes those that the standard has no words for.
    fn by_words(&self) -> Option<String> {
        let words = in_words_of_dbt(&quality(self.test)?).implementation;
        let rules = self.property.map_or(&self.object.quality, |property| &property.quality);
        let is_it = |rule: &&Quality| rule.engine.as_deref() == Some("dbt") && rule.implementation == words;
        let rule = rules.iter().find(is_it)?;
        rule.name.clone().or_else(|| rule.id.clone()).or_else(|| self.test.generic.as_deref().map(str::to_owned))
    }

    /// The rules that ask what the test asks.
    fn by_sense(&self) -> Vec<String> {
        let Self { test, property, .. } = self;
        if test.filter.is_some() || test.namespace.is_some() {
            return Vec::new();
        }
        let Some(property) = *property else { return Vec::new() };
        let said = |is_said: bool, word: &str| is_said.then(|| word.to_owned());
        match test.generic.as_deref() {
            Some("not_null") => {
                let required = said(property.required == Some(true), "required");
                required.into_iter().chain(none_of(&property.quality, "nullValues", |_| true)).collect()
            }
            Some("unique") => {
                let unique = said(property.unique == Some(true), "unique");
                let is_of_column = |rule: &Quality| {
                    let columns = texts(rule.arguments.get("properties"));
                    columns.len() == 1 && columns.iter().all(|it| self.is_same(it, &property.name))
                };
                let of_object = none_of(&self.object.quality, "duplicateValues", is_of_column);
                let of_property = none_of(&property.quality, "duplicateValues", |_| true);
                unique.into_iter().chain(of_property).chain(of_object).collect()
            }
            Some("accepted_values") => {
                let accepted = texts(test.arguments.get("values"));
                let listed = property.r#enum.iter().map(|it| text_of(&it.value)).collect::<BTreeSet<_>>();
                let is_same = |rule: &Quality| texts(rule.arguments.get("validValues")) == accepted;
                let listed = said(!listed.is_empty() && listed == accepted, "enum");
                listed.into_iter().chain(none_of(&property.quality, "invalidValues", is_same)).collect()
            }
            Some("relationships") => said(self.refers(property), "relationships").into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn is_same(&self, one: &str, other: &str) -> bool {
        is_same(one, other, self.dialect)
    }

    /// Whether the contract says that the property refers to where the test looks.
    fn refers(&self, property: &SchemaProperty) -> bool {
        let argument = |key: &str| self.test.arguments.get(key).and_then(Value::as_str);
        let (Some(to), Some(field)) = (argument("to").and_then(last_name), argument("field")) else { return false };
        let leads_there = |references: &References| match references.iter().as_slice() {
            [only] => end_of(only).is_some_and(|(object, property)| {
                object.eq_ignore_ascii_case(to) && self.is_same(property, field.trim_matches('"'))
            }),
            _ => false,
        };
        let comes_from = |references: &References| match references.iter().as_slice() {
            [only] => end_of(only).is_some_and(|(_, name)| self.is_same(name, &property.name)),
            _ => false,
        };
        let leads = |it: &Relationship| it.to.as_ref().is_some_and(leads_there);
        let of_object = |it: &&Relationship| it.from.as_ref().is_some_and(comes_from);
        property.relationships.iter().any(leads) || self.object.relationships.iter().filter(of_object).any(leads)
    }
}

/// The rules that want none of what they measure; by their name, else by that.
fn none_of<'q>(
    rules: &'q [Quality],
    metric: &'q str,
    is_meant: impl Fn(&Quality) -> bool + 'q,
) -> impl Iterator<Item = String> + 'q {
    let meant = rules.iter().filter(move |rule| rule.measure() == Some(metric) && wants_none(rule) && is_meant(rule));
    meant.map(move |rule| rule.name.as_ref().or(rule.id.as_ref()).map_or_else(|| metric.to_owned(), Clone::clone))
}

fn wants_none(rule: &Quality) -> bool {
    let is_none = |threshold: &Threshold<'_>| {
        let most = threshold.numbers().first().copied();
        match threshold.operator() {
            Operator::Be | Operator::LessOrEqualTo => most == Some(0.0),
            Operator::LessThan => most.is_some_and(|most| most > 0.0 && most <= 1.0 && !rule.is_percent()),
            _ => false,
        }
    };
    matches!(rule.thresholds().as_slice(), [only] if is_none(only))
}

/// The last quoted name in `ref('shop', 'customers')`.
fn last_name(reference: &str) -> Option<&str> {
    let mut quoted = reference.split(['\'', '"']).skip(1).step_by(2);
    quoted.by_ref().last().filter(|name| !name.is_empty())
}

/// Object and property of `customers.id`, `/schema/customers/properties/id`, either after `other.odcs.yaml#`.
fn end_of(reference: &str) -> Option<(&str, &str)> {
    let local = reference.rsplit_once('#').map_or(reference, |(_, local)| local);
    if let Some((before, property)) = local.split_once("/properties/") {
        return Some((before.rsplit('/').next()?, property));
    }
    local.rsplit_once('.')
}

fn texts(list: Option<&Value>) -> BTreeSet<String> {
    list.and_then(Value::as_array).into_iter().flatten().map(text_of).collect()
}
