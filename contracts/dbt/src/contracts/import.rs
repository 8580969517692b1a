//! From contracts to a dbt project: what is added to a node's entry in a properties file, so that dbt enforces what its
//! contract promises. Only what is missing is added. If the two differ, that is reported, and the file stays as it is.
//!
//! What dbt cannot express stays only in the contract: service levels, servers, roles, support and price, texts and
//! queries as quality rules, thresholds other than none, patterns and lengths, the fields of nested columns, owners
//! (dbt's groups), tags and classifications.

mod column;
mod physical;
mod place;
mod target;
mod tests_of;

use serde_json::Value;
use weft_model::{column_name::is_same, identifier, text::is_jinja};
use weft_odcs::{DataContract, SchemaObject};
use weft_publication::ResourceType;

pub use crate::contracts::import::{
    place::{EntryPlace, place},
    target::{ImportTarget, Style},
};
use crate::{
    contracts::import::{column::EntryColumns, place::into_list, tests_of::missing_tests},
    properties::edit::{Addition, Editable, Yaml},
};

/// The result of an import into one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// Where the contract and the file differ, and what was left out: a sentence each.
    pub notes: Vec<String>,
    /// What cannot be put in by a program: where, and the lines to add.
    pub by_hand: Vec<ByHand>,
    /// Whether dbt does not enforce the contract from now on, although it is active.
    pub is_unenforced: bool,
}

/// Lines that somebody has to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// The line of the entry that they belong to, from 1.
    pub line: u32,
    /// Why a program cannot.
    pub why: &'static str,
    /// The lines to add.
    pub lines: String,
}

const NO_BLOCK: &str = "weft cannot add to this part of the file in its current form";
const JINJA: &str = "it has braces that dbt would run";
const NOT_A_NAME: &str = "it is not only the name or type of a column, and dbt would write it into SQL";
const SHARED: &str = "the column belongs to the model, for several of its versions";

/// Adds what an object of a contract promises to the entry of its node.
pub fn import(
    file: &mut Editable,
    contract: &DataContract,
    object: &SchemaObject,
    target: &ImportTarget<'_>,
) -> Imported {
    let Some(place) = place(file.value(), target.node) else { return add_entry(file, contract, object, target) };
    let mut columns = EntryColumns::new(file.value(), &place, target);
    columns.plan(object);
    let mut imported = Imported { notes: columns.notes, ..Imported::default() };
    let (made, is_unsure) = (std::mem::take(&mut columns.made), columns.is_unsure);
    let mut additions = of_node(file.value(), &place, object, target, &mut imported.notes);
    additions.append(&mut columns.additions);
    let shared = columns.shared.into_iter().map(|it| (it, SHARED));
    let (run, fit): (Vec<_>, Vec<_>) = additions.into_iter().partition(|it| it.value.has_text(&is_jinja));
    let (more, fit): (Vec<_>, Vec<_>) = fit.into_iter().partition(is_more_than_a_name);
    let run = run.into_iter().map(|it| (it, JINJA)).chain(more.into_iter().map(|it| (it, NOT_A_NAME)));
    let by_hand: Vec<_> = shared.chain(run).collect();
    let mut refused = file.add(fit);
    // Only now it is known whether every column has a type.
    if target.node.resource_type == ResourceType::Model {
        match enforced(file.value(), &place, contract, object, target) {
            Enforced::Already => {}
            Enforced::Cannot(why) => {
                imported.is_unenforced = true;
                imported.notes.push(why);
            }
            Enforced::By(_) if is_unsure => imported.is_unenforced = true,
            Enforced::By(addition) => refused.extend(file.add(vec![addition])),
        }
    }
    if !made.is_empty() {
        let then = if imported.is_unenforced { ", and have dbt enforce the contract then" } else { "" };
        imported.notes.push(format!(
            "the contract has no warehouse type for {}: weft derived it from the logical type; compare it with the type that the SQL returns{then}",
            made.join(", ")
        ));
    }
    for (addition, why) in by_hand.into_iter().chain(refused.into_iter().map(|it| (it, NO_BLOCK))) {
        let line = file.line_of(&addition.at);
        imported.by_hand.push(ByHand { line, why, lines: addition.shown() });
    }
    imported
}

/// Whether the type of a column in it is more than a type, or its name more than a name: a contract may come from
/// elsewhere, and dbt builds the table with this text.
fn is_more_than_a_name(addition: &Addition) -> bool {
    let is_so = |key: &str, text: &str| match key {
        "data_type" => identifier::hold_type(text).is_err(),
        "name" => identifier::hold_column(text).is_err(),
        _ => false,
    };
    addition.value.has_value(addition.key.as_deref().unwrap_or_default(), &is_so)
}

/// What goes to the node as a whole.
fn of_node(
    file: &Value,
    place: &EntryPlace,
    object: &SchemaObject,
    target: &ImportTarget<'_>,
    notes: &mut Vec<String>,
) -> Vec<Addition> {
    let own = place.own(file);
    let base = place.base(file);
    let add = |key: &str, value: Yaml| Addition { at: place.own.clone(), key: Some(key.to_owned()), value };
    let said = |key: &str| [own, base].into_iter().find_map(|it| it.get(key).filter(|it| !it.is_null()));
    let mut additions = Vec::new();
    let description = object.description.as_deref().filter(|text| !text.is_empty() && said("description").is_none());
    additions.extend(description.map(|text| add("description", Yaml::text(text))));
    let wanted = tests_of::of_object(object, target, notes);
    additions.extend(missing_tests(own, base, &place.own, wanted, target.style, notes));
    if target.node.resource_type == ResourceType::Model {
        let (present, wanted) = (said("constraints"), column::constraints_of_object(object, target));
        additions.extend(column::missing_constraints(own, present, &place.own, wanted));
    }
    additions
}

/// Whether dbt enforces a contract.
enum Enforced {
    /// It does, or need not.
    Already,
    /// It does with this.
    By(Addition),
    /// It cannot, or must not; with the reason.
    Cannot(String),
}

/// `contract: {enforced: true}`, where the contract is active, and every column has a type.
fn enforced(
    file: &Value,
    place: &EntryPlace,
    contract: &DataContract,
    object: &SchemaObject,
    target: &ImportTarget<'_>,
) -> Enforced {
    let (own, base, at) = (place.own(file), place.base(file), &place.own);
    let said = [own, base].into_iter().find_map(|it| it.pointer("/config/contract/enforced"));
    match said {
        Some(Value::Bool(true)) => return Enforced::Already,
        Some(_) if contract.has_status("active") => {
            return Enforced::Cannot("the contract is active, but in the file dbt does not enforce it".to_owned());
        }
        _ if target.node.contract.enforced || !contract.has_status("active") => return Enforced::Already,
        _ => {}
    }
    let dialect = target.dialect;
    let is_typed = |name: &String| {
        let found = column::named(own, name, dialect).or_else(|| column::named(base, name, dialect));
        found.is_some_and(|(_, column)| column.get("data_type").is_some_and(Value::is_string))
    };
    let mut names = column::names(own);
    let folded = |names: &[String], name: &str| names.iter().any(|it| is_same(it, name, dialect));
    for property in &object.properties {
        if !folded(&names, property.stored_name()) {
            names.push(property.stored_name().to_owned());
        }
    }
    let untyped: Vec<String> = names.into_iter().filter(|name| !is_typed(name)).collect();
    if object.properties.is_empty() || !untyped.is_empty() {
        let which = if untyped.is_empty() { String::new() } else { format!(": {}", untyped.join(", ")) };
        return Enforced::Cannot(format!(
            "dbt cannot enforce the contract, because not every column has a type{which}"
        ));
    }
    let yes = || Yaml::map([("enforced", Yaml::Scalar(Value::Bool(true)))]);
    let config = own.get("config").filter(|it| !it.is_null());
    let (at, key, value) = match (config, config.and_then(|it| it.get("contract")).filter(|it| !it.is_null())) {
        (_, Some(_)) => (format!("{at}/config/contract"), "enforced", Yaml::Scalar(Value::Bool(true))),
        (Some(_), None) => (format!("{at}/config"), "contract", yes()),
        (None, None) => (at.to_owned(), "config", Yaml::map([("contract", yes())])),
    };
    Enforced::By(Addition { at, key: Some(key.to_owned()), value })
}

/// A whole entry, for a node that the file does not have.
fn add_entry(
    file: &mut Editable,
    contract: &DataContract,
    object: &SchemaObject,
    target: &ImportTarget<'_>,
) -> Imported {
    let section = place::section(target.node.resource_type);
    let version = target.node.version.as_ref().map(|version| {
        let version = serde_json::to_value(version).unwrap_or_default();
        Yaml::map([("v", Yaml::Scalar(version))])
    });
    let of_model = place::of_model(file.value(), target.node);
    let at = of_model.as_deref().and_then(|at| file.value().pointer(at)).cloned();
    let additions = match (at, of_model, version) {
        (Some(entry), Some(at), Some(version)) => into_list(&entry, &at, "versions", vec![version]),
        (_, _, version) => {
            let mut skeleton = vec![("name".to_owned(), Yaml::text(&target.node.name))];
            skeleton.extend(version.map(|it| ("versions".to_owned(), Yaml::List(vec![it]))));
            into_list(file.value(), "", section, vec![Yaml::Map(skeleton)])
        }
    };
    let shown: Vec<_> = additions.iter().map(|it| (it.at.clone(), it.shown())).collect();
    file.add(additions);
    if place(file.value(), target.node).is_some() {
        return import(file, contract, object, target);
    }
    let by_hand = shown.into_iter().map(|(at, lines)| ByHand { line: file.line_of(&at), why: NO_BLOCK, lines });
    Imported { by_hand: by_hand.collect(), ..Imported::default() }
}

#[cfg(test)]
mod tests;
