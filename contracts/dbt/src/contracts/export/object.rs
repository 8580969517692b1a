//! A node as an object of a contract.

use weft_model::{
    column_name::is_same,
    name::UniqueId,
    types::{self, Dialect},
};
use weft_odcs::{SchemaObject, SchemaProperty};
use weft_publication::{Column, Constraint, InterfaceNode, sensitivity};

use crate::contracts::export::{
    logical::logical,
    nested::nested,
    quality::{custom_property, of_check, of_column, of_node},
    relationships::{of_constraint, of_test},
    scope::{ExportNodes, object_name},
    version::ApiVersion,
};

pub(super) fn object(nodes: &ExportNodes<'_>, unique_id: &UniqueId, node: &InterfaceNode) -> SchemaObject {
    let dialect = nodes.publication.dialect();
    let mut object = SchemaObject {
        name: object_name(node),
        logical_type: Some("object".to_owned()),
        physical_type: Some(physical_type(node).to_owned()),
        physical_name: nodes.relations.get(unique_id).map(|relation| relation.identifier.clone()),
        description: Some(node.description.clone()).filter(|it| !it.is_empty()),
        tags: node.tags.iter().cloned().collect(),
        properties: node.columns.iter().map(|column| property(column, dialect, nodes.api_version)).collect(),
        custom_properties: vec![custom_property("dbtUniqueId", unique_id.as_str())],
        ..SchemaObject::default()
    };
    for constraint in &node.constraints {
        promise(nodes, &mut object, constraint, None);
    }
    for (at, column) in node.columns.iter().enumerate() {
        for constraint in &column.constraints {
            promise(nodes, &mut object, constraint, Some(at));
        }
        for test in &column.quality {
            match of_test(nodes, test) {
                Some(relationship) => object.properties[at].relationships.push(relationship),
                None => of_column(&mut object.properties[at], test, nodes.api_version),
            }
        }
    }
    object.quality.extend(node.quality.iter().map(|test| of_node(test, nodes.api_version)));
    if dialect == Dialect::BigQuery {
        object.properties = nested(object.properties, dialect);
    }
    object
}

/// The kind of object in the warehouse: table or view.
fn physical_type(node: &InterfaceNode) -> &str {
    match node.materialization.as_deref() {
        None | Some("incremental" | "seed" | "snapshot") => "table",
        Some("materialized_view") => "materialized view",
        Some(other) => other,
    }
}

fn property(column: &Column, dialect: Dialect, api_version: ApiVersion) -> SchemaProperty {
    let data_type = column.data_type.as_deref().and_then(|text| types::parse(text, dialect));
    SchemaProperty {
        name: column.name.clone(),
        physical_type: column.data_type.clone(),
        description: Some(column.description.clone()).filter(|it| !it.is_empty()),
        classification: sensitivity::words(&column.meta).next().map(str::to_owned),
        tags: column.tags.iter().cloned().collect(),
        ..data_type.map(|it| logical(&it, api_version)).unwrap_or_default()
    }
}

/// Puts a constraint of the node, or of one of its columns, to where the standard has it.
fn promise(nodes: &ExportNodes<'_>, object: &mut SchemaObject, constraint: &Constraint, column: Option<usize>) {
    let dialect = nodes.publication.dialect();
    let named = |object: &SchemaObject, name: &String| {
        let same = |it: &SchemaProperty| is_same(&it.name, name, dialect);
        object.properties.iter().position(same)
    };
    let columns: Option<Vec<usize>> = match column {
        Some(at) => Some(vec![at]),
        None => constraint.columns.iter().map(|name| named(object, name)).collect(),
    };
    match (constraint.kind.as_str(), columns.as_deref()) {
        ("not_null", Some([at])) => object.properties[*at].required = Some(true),
        ("unique", Some([at])) => object.properties[*at].unique = Some(true),
        ("primary_key", Some(key)) if !key.is_empty() => {
            for (position, at) in (1..).zip(key) {
                let property = &mut object.properties[*at];
                property.required = Some(true);
                property.primary_key = Some(true);
                property.primary_key_position = Some(position);
            }
        }
        ("foreign_key", Some(key)) if !key.is_empty() => match of_constraint(nodes, object, constraint, key) {
            Some(relationship) if relationship.from.is_some() => object.relationships.push(relationship),
            Some(relationship) => object.properties[key[0]].relationships.push(relationship),
            None => object.quality.push(of_check(constraint, nodes.api_version)),
        },
        (_, Some([at])) if column.is_some() => {
            object.properties[*at].quality.push(of_check(constraint, nodes.api_version));
        }
        _ => object.quality.push(of_check(constraint, nodes.api_version)),
    }
}
