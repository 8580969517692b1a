//! What columns refer to.

use serde_json::Value;
use weft_model::name::UniqueId;
use weft_odcs::{References, Relationship, SchemaObject};
use weft_publication::{Constraint, InterfaceNode, Quality, strictness::is_strict};

use crate::contracts::export::{
    quality::{custom_property, only},
    scope::{ExportNodes, object_name},
    version::ApiVersion,
};

/// A node that is referred to: of this project, or of another.
enum ReferencedNode<'a> {
    Own(&'a UniqueId, &'a InterfaceNode),
    Other { project: &'a str, name: &'a str },
}

/// dbt's test `relationships`, where the standard can hold it.
pub(super) fn of_test(nodes: &ExportNodes<'_>, test: &Quality) -> Option<Relationship> {
    if nodes.api_version == ApiVersion::V3_0 || test.test != "relationships" || !is_strict(test) {
        return None;
    }
    let [to, field] = only(&test.arguments, &["to", "field"])?;
    let (to, field) = (to?.as_str()?, field?.as_str()?);
    let target = referred(nodes, to)?;
    let reference = reference(nodes, &target, field)?;
    let is_elsewhere = reference.contains('#');
    Some(Relationship {
        to: Some(References::One(reference)),
        custom_properties: is_elsewhere.then(|| custom_property("dbtRef", to)).into_iter().collect(),
        ..Relationship::default()
    })
}

/// A foreign key of some of an object's columns, where the standard can hold it.
pub(super) fn of_constraint(
    nodes: &ExportNodes<'_>,
    object: &SchemaObject,
    constraint: &Constraint,
    columns: &[usize],
) -> Option<Relationship> {
    if nodes.api_version == ApiVersion::V3_0 || constraint.to_columns.len() != columns.len() {
        return None;
    }
    let target = identified(nodes, constraint.to.as_deref()?)?;
    let to: Option<Vec<String>> =
        constraint.to_columns.iter().map(|column| reference(nodes, &target, column)).collect();
    let from = columns.iter().map(|at| in_document(&object.name, &object.properties[*at].name));
    let (mut from, mut to) = (from.collect::<Option<Vec<_>>>()?, to?);
    let said = custom_property("dbtConstraint", serde_json::to_value(constraint).unwrap_or(Value::Null));
    let alone = (columns.len() == 1).then(|| to.pop()).flatten();
    Some(match alone {
        Some(to) => {
            Relationship { to: Some(References::One(to)), custom_properties: vec![said], ..Relationship::default() }
        }
        None => Relationship {
            from: Some(References::Several(std::mem::take(&mut from))),
            to: Some(References::Several(to)),
            custom_properties: vec![said],
            ..Relationship::default()
        },
    })
}

/// What `ref()` means, as far as others may know it.
fn referred<'a>(nodes: &ExportNodes<'a>, written: &'a str) -> Option<ReferencedNode<'a>> {
    let arguments = written.trim().strip_prefix("ref(")?.strip_suffix(')')?;
    let (mut names, mut version) = (Vec::new(), None);
    for argument in arguments.split(',').map(str::trim) {
        match argument.split_once('=') {
            Some((key, value)) if matches!(key.trim(), "v" | "version") => version = Some(unquoted(value.trim())),
            _ => names.push(unquoted(argument)),
        }
    }
    let package = nodes.publication.package_name.as_str();
    let name = match names[..] {
        [name] => name,
        [project, name] if project == package => name,
        [project, name] if version.is_none() => return Some(ReferencedNode::Other { project, name }),
        _ => return None,
    };
    let is_meant = |node: &InterfaceNode| match (&node.version, version) {
        (Some(found), Some(version)) => found.to_string() == version,
        (found, None) => found.as_ref() == node.latest_version.as_ref(),
        (None, Some(_)) => false,
    };
    let mut found = nodes.publication.interface.iter().filter(|(_, node)| node.name == name && is_meant(node));
    found.next().map(|(unique_id, node)| ReferencedNode::Own(unique_id, node))
}

/// The node of a unique id.
fn identified<'a>(nodes: &ExportNodes<'a>, unique_id: &'a str) -> Option<ReferencedNode<'a>> {
    let own = nodes.publication.interface.iter().find(|(known, _)| known.as_str() == unique_id);
    let other = || {
        let read = nodes.publication.uses.iter().find(|it| it.unique_id.as_str() == unique_id)?;
        let project = read.upstream.as_str();
        let (_, name) = unique_id.split_once(&format!(".{project}."))?;
        Some(ReferencedNode::Other { project, name })
    };
    own.map(|(unique_id, node)| ReferencedNode::Own(unique_id, node)).or_else(other)
}

/// A column of a node as references name it: within this contract, or in the file of the node's own.
fn reference(nodes: &ExportNodes<'_>, target: &ReferencedNode<'_>, column: &str) -> Option<String> {
    let (file, object) = match target {
        ReferencedNode::Own(unique_id, node) if nodes.scope.holds(unique_id) => {
            let is_told = node.columns.iter().any(|it| it.name == column);
            return is_told.then(|| in_document(&object_name(node), column)).flatten();
        }
        ReferencedNode::Own(_, node) => (object_name(node), object_name(node)),
        ReferencedNode::Other { project, name } => (format!("{project}/{name}"), (*name).to_owned()),
    };
    let is_plain = [&file, &object, column].iter().all(|it| is_part(&it.replace('/', "_")));
    is_plain.then(|| format!("{file}.odcs.yaml#schema/{object}/properties/{column}"))
}

/// `orders.order_id`, or by sections if a name is not a plain word.
fn in_document(object: &str, column: &str) -> Option<String> {
    let is_word = |it: &str| is_part(it) && !it.contains('-') && !it.starts_with(|c: char| c.is_ascii_digit());
    if is_word(object) && is_word(column) {
        return Some(format!("{object}.{column}"));
    }
    (is_part(object) && is_part(column)).then(|| format!("/schema/{object}/properties/{column}"))
}

fn is_part(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['\'', '"'])
}
