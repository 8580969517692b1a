//! The law of contracts: a change of any single value in a contract is reported by some finding, or the value has no
//! meaning for the data and is listed with a reason.

use serde_json::{Map, Number, Value, json};
use weft_dbt::derive::{OfContracts, of_contracts};
use weft_odcs::{
    AuthoritativeDefinition, ContextConstraint, ContextDocument, CustomProperty, DataContract, Description, EnumValue,
    KeyValue, LogicalTypeOptions, Pricing, Quality, Relationship, Role, SchemaObject, SchemaProperty, Server,
    SlaProperty, SupportItem, Synonym, TeamDocument, TeamMember, VerifiedStatement,
};

use super::*;

/// Values that no finding reports, each with the reason.
const IRRELEVANT: [(&str, &str); 4] = [
    ("/apiVersion", "which standard the words are of; what they say is compared as it is meant"),
    ("/version", "it counts the changes, which are told themselves; a lower one is told"),
    ("/contractCreatedTs", "when the file was made says nothing of the data"),
    ("/kind", "it is the same of every contract"),
];

fn fixture() -> Value {
    let document = weft_odcs::Document::parse(include_str!("leaves.odcs.yaml")).unwrap();
    document.value().clone()
}

/// Every place that holds a single value.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut below = |key: &str, value: &Value| leaves(value, &format!("{at}/{key}"), found);
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value)),
        _ => found.push(at.to_owned()),
    }
}

/// Another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Bool(it) => json!(!it),
        Value::Number(it) if it.is_f64() => Number::from_f64(it.as_f64().unwrap() + 1.5).unwrap().into(),
        // Of large ones the next, which a double would not tell apart.
        Value::Number(it) => match it.as_u64().unwrap() {
            large @ 1_000_000.. => json!(large - 1),
            small => json!(small + 1),
        },
        Value::String(it) => json!(format!("{it}x")),
        other => panic!("{other}"),
    }
}

/// Takes a place out of a document.
fn remove(document: &mut Value, leaf: &str) {
    let (above, last) = leaf.rsplit_once('/').unwrap();
    match document.pointer_mut(above).unwrap() {
        Value::Object(members) => drop(members.remove(last)),
        Value::Array(items) => drop(items.remove(last.parse().unwrap())),
        other => panic!("{other}"),
    }
}

/// The contract of a producer without dbt.
fn alone(contract: &DataContract) -> Publication {
    let settings = OfContracts {
        package_name: "shop".parse().unwrap(),
        version: weft_model::version::FIRST,
        git: None,
        environment: "prod".parse().unwrap(),
    };
    of_contracts(vec![contract.clone()], settings).unwrap().publication
}

/// The contract beside a node of dbt's, which stays what it is.
fn beside_dbt(contract: &DataContract) -> Publication {
    let mut publication =
        publication(&json!({"model.shop.orders": node(&json!([column("at", "timestamp", "contract")]), "a")}));
    let nodes = contract.schema.iter().map(|object| (object.name.clone(), "model.shop.orders".parse().unwrap()));
    let published = weft_publication::PublishedContract { document: contract.clone(), nodes: nodes.collect() };
    publication.contracts.insert(contract.id.clone(), published);
    publication
}

fn rules(old: &DataContract, new: &DataContract, publish: fn(&DataContract) -> Publication) -> Vec<String> {
    let (old, new) = (publish(old), publish(new));
    let told = |new: &Publication| check(Side::new(&old), Side::new(new), day(2026), &Levels::default());
    // Where the contract and the node have drifted apart is told whatever changed.
    let before: Vec<_> = told(&old).findings.into_iter().map(|finding| finding.message).collect();
    let report = told(&new);
    let findings = report.findings.into_iter().filter(|finding| !before.contains(&finding.message));
    let rules: Vec<_> = findings.map(|finding| finding.rule.to_string()).collect();
    assert!(rules.is_empty() || report.required_update > RequiredUpdate::None);
    rules
}

#[test]
fn every_leaf_of_a_contract_that_changes_alone_is_told_or_is_listed_with_its_reason() {
    let document = fixture();
    let contract: DataContract = serde_json::from_value(document.clone()).unwrap();
    let mut all = Vec::new();
    leaves(&document, "", &mut all);
    let mut silent = Vec::new();
    let mut asked = 0;
    for leaf in &all {
        for removed in [false, true] {
            let mut changed = document.clone();
            if removed {
                remove(&mut changed, leaf);
            } else {
                let value = changed.pointer_mut(leaf).unwrap();
                *value = other(value);
            }
            let Ok(changed) = serde_json::from_value::<DataContract>(changed) else { continue };
            // Which document it is cannot be asked of the document.
            if changed.id.is_empty() || changed.schema.iter().any(|object| object.name.is_empty()) {
                continue;
            }
            asked += 1;
            let is_irrelevant = IRRELEVANT.iter().any(|(place, _)| place == leaf);
            for (way, publish) in [("alone", alone as fn(&DataContract) -> Publication), ("beside dbt", beside_dbt)] {
                if rules(&contract, &changed, publish).is_empty() != is_irrelevant {
                    silent.push(format!("{leaf} ({way}{})", if removed { ", removed" } else { "" }));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{} of {asked}:\n{}", silent.len(), silent.join("\n"));
    assert!(asked > 400, "{asked}");
}

/// A field's name as documents write it.
fn camel(field: &str) -> String {
    let field = field.trim_start_matches("r#");
    let mut words = field.split('_');
    let first = words.next().unwrap().to_owned();
    first + &words.map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>()
}

#[test]
fn the_contract_of_the_law_says_everything_that_the_standard_has() {
    let document = fixture();
    let rule = |fields: &[&'static str]| -> Vec<&'static str> {
        let elsewhere = ["query", "engine", "implementation"];
        fields.iter().copied().filter(|it| !elsewhere.contains(it) && !it.starts_with("must_")).collect()
    };
    for (place, fields) in [
        ("", DataContract::FIELDS.to_vec()),
        ("/description", Description::FIELDS.to_vec()),
        ("/price", Pricing::FIELDS.to_vec()),
        ("/schema/0/context", ContextDocument::FIELDS.to_vec()),
        ("/schema/0/context/verifiedStatements/0", VerifiedStatement::FIELDS.to_vec()),
        ("/schema/0/context/constraints/0", ContextConstraint::FIELDS.to_vec()),
        ("/authoritativeDefinitions/0", AuthoritativeDefinition::FIELDS.to_vec()),
        ("/customProperties/0", CustomProperty::FIELDS.to_vec()),
        ("/servers/0", Server::FIELDS.to_vec()),
        ("/roles/0", Role::FIELDS.to_vec()),
        ("/support/0", SupportItem::FIELDS.to_vec()),
        ("/team", TeamDocument::FIELDS.to_vec()),
        ("/team/members/0", TeamMember::FIELDS.to_vec()),
        ("/slaProperties/0", SlaProperty::FIELDS.to_vec()),
        ("/schema/0", SchemaObject::FIELDS.to_vec()),
        ("/schema/0/synonyms/0", Synonym::FIELDS.to_vec()),
        ("/schema/0/relationships/0", Relationship::FIELDS.to_vec()),
        ("/schema/0/quality/0", rule(Quality::FIELDS)),
        ("/schema/0/properties/0", SchemaProperty::FIELDS.to_vec()),
        ("/schema/0/properties/0/logicalTypeOptions", LogicalTypeOptions::FIELDS.to_vec()),
        ("/schema/0/properties/0/map", KeyValue::FIELDS.to_vec()),
        ("/schema/0/properties/0/enum/0", EnumValue::FIELDS.to_vec()),
    ] {
        let said: &Map<String, Value> = document.pointer(place).unwrap().as_object().unwrap();
        let lacking: Vec<_> = fields.into_iter().map(camel).filter(|field| !said.contains_key(field)).collect();
        assert!(lacking.is_empty(), "{place}: {lacking:?}");
    }
    let rules = document.pointer("/schema/0/quality").unwrap().as_array().unwrap();
    let is_said = |field: &&str| rules.iter().any(|rule| rule.get(camel(field)).is_some());
    let lacking: Vec<_> = Quality::FIELDS.iter().filter(|field| !is_said(field)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

/// Changes of one contract that have nothing to do with each other.
const APART: [(&str, &str); 14] = [
    ("/schema/0/dataGranularityDescription", "\"a row per day\""),
    ("/schema/0/quality/0/mustBeGreaterThan", "5"),
    ("/schema/0/quality/0/severity", "\"warning\""),
    ("/schema/0/quality/0/schedule", "\"0 0 1 * *\""),
    ("/schema/0/quality/0/description", "\"some rows\""),
    ("/schema/0/properties/0/logicalTypeOptions/minimum", "9007199254740996"),
    ("/schema/0/properties/0/logicalTypeOptions/maxLength", "5"),
    ("/schema/0/properties/0/logicalTypeOptions/pattern", "\"b+\""),
    ("/schema/0/properties/0/logicalTypeOptions/defaultTimezone", "\"Asia/Tokyo\""),
    ("/schema/0/properties/0/enum/1/value", "\"three\""),
    ("/slaProperties/0/value", "9"),
    ("/slaProperties/0/valueExt", "99"),
    ("/slaProperties/0/schedule", "\"0 0 1 * *\""),
    ("/slaProperties/0/description", "\"later\""),
];

#[test]
fn two_changes_of_a_contract_are_told_as_much_as_each_alone() {
    let document = fixture();
    let contract: DataContract = serde_json::from_value(document.clone()).unwrap();
    let told = |changes: &[(&str, &str)]| -> BTreeMap<(String, Option<String>), Level> {
        let mut changed = document.clone();
        for (place, value) in changes {
            *changed.pointer_mut(place).unwrap() = serde_json::from_str(value).unwrap();
        }
        let (old, new) = (alone(&contract), alone(&serde_json::from_value(changed).unwrap()));
        let report = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
        let mut told = BTreeMap::new();
        for finding in report.findings {
            // The first is the gravest.
            told.entry((finding.rule.to_string(), finding.column)).or_insert(finding.level);
        }
        told
    };
    for (index, one) in APART.iter().enumerate() {
        for other in &APART[index + 1..] {
            let both = told(&[*one, *other]);
            for alone in [told(&[*one]), told(&[*other])] {
                assert!(!alone.is_empty());
                for (finding, level) in alone {
                    assert!(both.get(&finding).is_some_and(|it| *it >= level), "{one:?} {other:?}: {finding:?}");
                }
            }
        }
    }
}
