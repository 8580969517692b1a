//! Constraints as they are published.

use weft_model::name::UniqueId;
use weft_publication::{Access, Constraint};

use crate::{derive::project::ManifestProject, manifest::Node};

/// The constraints. Each foreign key refers to a node and not to a relation: `dbt parse` writes `ref('customers')` for
/// what `dbt build` writes as the relation of that run. A key to a private node does not name it.
pub(super) fn constraints(project: &ManifestProject<'_>, package: &str, said: &[Constraint]) -> Vec<Constraint> {
    said.iter()
        .map(|constraint| {
            let to = constraint.to.as_deref().and_then(|written| match target(project, package, written) {
                Some(unique_id) => {
                    (!is_private(project, unique_id)).then(|| project.id_upstream(unique_id).to_string())
                }
                None => Some(written.to_owned()),
            });
            Constraint { to, ..constraint.clone() }
        })
        .collect()
}

fn is_private(project: &ManifestProject<'_>, unique_id: &UniqueId) -> bool {
    project.manifest.nodes.get(unique_id).is_some_and(|node| node.access == Some(Access::Private))
}

fn target<'m>(project: &ManifestProject<'m>, package: &str, written: &str) -> Option<&'m UniqueId> {
    let written = written.trim();
    if let Some(unique_id) = project.in_relation(written) {
        return Some(unique_id);
    }
    let (function, arguments) = written.strip_suffix(')')?.split_once('(')?;
    let arguments: Vec<&str> = arguments.split(',').map(str::trim).collect();
    match function.trim() {
        "ref" => referred(project, package, &arguments),
        "source" => {
            let [source, table] = arguments[..] else { return None };
            let unique_id = format!("source.{package}.{}.{}", literal(source)?, literal(table)?);
            project.manifest.resources.get_key_value(unique_id.as_str()).map(|(unique_id, _)| unique_id)
        }
        _ => None,
    }
}

/// What `ref()` finds: a node of the own package before others, the latest version unless one is named.
fn referred<'m>(project: &ManifestProject<'m>, package: &str, arguments: &[&str]) -> Option<&'m UniqueId> {
    let names: Vec<&str> = arguments.iter().filter_map(|argument| literal(argument)).collect();
    let version = arguments.iter().find_map(|argument| {
        let (key, value) = argument.split_once('=')?;
        matches!(key.trim(), "v" | "version").then(|| literal(value).unwrap_or(value.trim()))
    });
    let (in_package, name) = match names[..] {
        [name] => (None, name),
        [package, name] => (Some(package), name),
        _ => return None,
    };
    let is_meant = |node: &Node| match (&node.version, version) {
        (None, None) => true,
        (Some(_), None) => node.version == node.latest_version,
        (Some(found), Some(version)) => found.to_string() == version,
        (None, Some(_)) => false,
    };
    let candidates = || project.named(name).iter().filter(|(_, node)| is_meant(node));
    let of_package = |wanted: &str| candidates().find(|(_, node)| *node.package_name == *wanted);
    let found = match in_package {
        Some(wanted) => of_package(wanted),
        None => of_package(package).or_else(|| candidates().next()),
    };
    found.map(|(unique_id, _)| *unique_id)
}

/// The text between quotes.
fn literal(argument: &str) -> Option<&str> {
    let argument = argument.trim();
    let quoted = |quote| argument.strip_prefix(quote)?.strip_suffix(quote);
    quoted('\'').or_else(|| quoted('"'))
}
