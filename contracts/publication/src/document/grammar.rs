//! The grammar of names, types and expressions in a publication: what readers' engines write into SQL stays what it is.

use weft_model::identifier::{self, IdentifierError};

use crate::{Column, Constraint, InterfaceNode, ModelVersion, Publication, Quality, document::faults::Faults};

type Hold = fn(&str) -> Result<(), IdentifierError>;

/// Holds the names of a publication to their grammar.
pub(super) fn of_publication(publication: &Publication, faults: &mut Faults) {
    for group in publication.groups.keys() {
        hold(faults, &["groups", group], group, identifier::hold_name);
    }
    for (unique_id, node) in &publication.interface {
        let place = ["interface", unique_id.as_str()];
        hold(faults, &place, unique_id.as_str(), identifier::hold_name);
        of_node(node, &place, faults);
    }
    for (unique_id, node) in &publication.lineage {
        let place = ["lineage", unique_id.as_str()];
        hold(faults, &place, unique_id.as_str(), identifier::hold_name);
        for column in node.shape_columns().iter().flatten() {
            of_column(column, &[&place[..], &["shape"]].concat(), faults);
        }
    }
    for (unique_id, exposure) in &publication.exposures {
        let place = ["exposures", unique_id.as_str()];
        hold(faults, &place, unique_id.as_str(), identifier::hold_name);
        hold(faults, &[&place[..], &["name"]].concat(), &exposure.name, identifier::hold_text);
    }
}

/// A node's name may hold more than a relation's: it becomes no relation's, and bindings leave out what dbt would take amiss.
fn of_node(node: &InterfaceNode, place: &[&str], faults: &mut Faults) {
    let text = |version: &Option<ModelVersion>| version.as_ref().map(ToString::to_string);
    let names: [(&str, Option<String>, Hold); 5] = [
        ("name", Some(node.name.clone()), identifier::hold_name),
        ("group", node.group.clone(), identifier::hold_name),
        ("version", text(&node.version), identifier::hold_relation_part),
        ("latest_version", text(&node.latest_version), identifier::hold_relation_part),
        ("materialization", node.materialization.clone(), identifier::hold_text),
    ];
    for (key, name, grammar) in names.iter().filter_map(|(key, name, grammar)| Some((key, name.as_ref()?, grammar))) {
        hold(faults, &[place, &[key]].concat(), name, *grammar);
    }
    of_constraints(&node.constraints, place, faults);
    of_tests(&node.quality, place, faults);
    for (index, column) in node.columns.iter().enumerate() {
        let index = index.to_string();
        of_column(column, &[place, &["columns", &index]].concat(), faults);
    }
}

fn of_column(column: &Column, place: &[&str], faults: &mut Faults) {
    hold(faults, &[place, &["name"]].concat(), &column.name, identifier::hold_column);
    let data_type = column.data_type.as_deref().unwrap_or_default();
    hold(faults, &[place, &["data_type"]].concat(), data_type, identifier::hold_type);
    of_constraints(&column.constraints, place, faults);
    of_tests(&column.quality, place, faults);
}

/// The columns of a constraint may be in quotes, as dbt accepts them.
fn of_constraints(constraints: &[Constraint], place: &[&str], faults: &mut Faults) {
    for (index, constraint) in constraints.iter().enumerate() {
        let index = index.to_string();
        let texts: [(&str, &str, Hold); 4] = [
            ("type", &constraint.kind, identifier::hold_name),
            ("name", constraint.name.as_deref().unwrap_or_default(), identifier::hold_text),
            ("expression", constraint.expression.as_deref().unwrap_or_default(), identifier::hold_expression),
            ("to", constraint.to.as_deref().unwrap_or_default(), identifier::hold_expression),
        ];
        for (key, text, grammar) in texts {
            hold(faults, &[place, &["constraints", &index, key]].concat(), text, grammar);
        }
        for (key, columns) in [("columns", &constraint.columns), ("to_columns", &constraint.to_columns)] {
            for (column, name) in columns.iter().enumerate() {
                let column = column.to_string();
                hold(
                    faults,
                    &[place, &["constraints", &index, key, &column]].concat(),
                    name,
                    identifier::hold_expression,
                );
            }
        }
    }
}

fn of_tests(tests: &[Quality], place: &[&str], faults: &mut Faults) {
    for (index, test) in tests.iter().enumerate() {
        let index = index.to_string();
        hold(faults, &[place, &["quality", &index, "test"]].concat(), &test.test, identifier::hold_text);
    }
}

fn hold(faults: &mut Faults, place: &[&str], text: &str, grammar: Hold) {
    if let Err(error) = grammar(text) {
        faults.add(place, error.to_string());
    }
}
