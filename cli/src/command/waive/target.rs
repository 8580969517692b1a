//! What a waiver is for: a node, or a column of it, told from what a person writes. Names may hold dots.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    name::{PackageName, UniqueId},
    problem::{Problem, ProblemCode},
    publication::Publication,
};

use crate::{failure::problem_with_hint, output::escape::escape};

/// The nodes and columns that can be named.
#[derive(Debug)]
pub(super) struct Known {
    package_name: PackageName,
    nodes: BTreeMap<UniqueId, Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// What it is called: its `unique_id`, its name, and for a versioned model `name.v2` as well.
    names: BTreeSet<String>,
    columns: BTreeSet<String>,
}

/// A node, and a column where one is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) unique_id: UniqueId,
    pub(super) column: Option<String>,
}

/// Why it cannot be told what is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TargetError {
    #[error("`{}` is no node of `{package_name}`, neither in the work tree nor in the registry", escape(text))]
    NoNode { package_name: PackageName, text: String },
    #[error("`{}` has no column `{}`", escape(unique_id.as_str()), escape(column))]
    NoColumn { unique_id: UniqueId, column: String },
    #[error("`{}` may be {}", escape(text), list(nodes))]
    Ambiguous { text: String, nodes: Vec<UniqueId> },
}

fn list(nodes: &[UniqueId]) -> String {
    nodes.iter().map(|node| format!("`{}`", escape(node.as_str()))).collect::<Vec<_>>().join(" or ")
}

impl From<TargetError> for Box<Problem> {
    fn from(error: TargetError) -> Self {
        let hint = match &error {
            TargetError::NoNode { package_name, .. } => {
                format!("`weft show {package_name}` lists its nodes; the project itself is `project.{package_name}`")
            }
            TargetError::NoColumn { .. } => {
                "`weft show PROJECT VERSION` lists its columns; a waiver of the node is for all of them".to_owned()
            }
            TargetError::Ambiguous { .. } => "name the node by its unique_id".to_owned(),
        };
        problem_with_hint(ProblemCode::InvalidWaiver, error.to_string(), hint)
    }
}

/// One way to read a text.
struct Reading<'a> {
    /// How much of the text is the node's name.
    length: usize,
    unique_id: &'a UniqueId,
    node: &'a Node,
    column: Option<&'a str>,
}

impl Known {
    /// The project itself, which findings about versions are about.
    pub(super) fn of_project(package_name: &PackageName) -> Self {
        let unique_id = UniqueId::of_project(package_name);
        let node = Node { names: [unique_id.to_string()].into(), ..Node::default() };
        Self { package_name: package_name.clone(), nodes: [(unique_id, node)].into() }
    }

    /// The nodes of a publication beside those that are known.
    pub(super) fn add(&mut self, publication: &Publication) {
        for (unique_id, node) in &publication.interface {
            let known = self.nodes.entry(unique_id.clone()).or_default();
            let versioned = node.version.as_ref().map(|version| format!("{}.v{version}", node.name));
            known.names.extend([unique_id.to_string(), node.name.clone()].into_iter().chain(versioned));
            known.columns.extend(node.columns.iter().map(|column| column.name.clone()));
        }
    }

    /// What `text` means: the longest name of a node that it begins with, and the column that follows it, or `column`.
    pub(super) fn find(&self, text: &str, column: Option<&str>) -> Result<Target, TargetError> {
        let readings: Vec<Reading<'_>> = self.readings(text, column).collect();
        let meant: Vec<(usize, Target)> = readings.iter().filter_map(Reading::target).collect();
        let length = meant.iter().map(|(length, _)| *length).max();
        let mut longest = meant.into_iter().filter(|(it, _)| Some(*it) == length).map(|(_, target)| target);
        match (longest.next(), readings.iter().max_by_key(|reading| reading.length)) {
            (Some(target), _) => {
                let others: Vec<UniqueId> = longest.map(|other| other.unique_id).collect();
                if others.is_empty() {
                    return Ok(target);
                }
                let nodes = [vec![target.unique_id], others].concat();
                Err(TargetError::Ambiguous { text: text.to_owned(), nodes })
            }
            (None, Some(Reading { unique_id, column: Some(column), .. })) => {
                Err(TargetError::NoColumn { unique_id: (*unique_id).clone(), column: (*column).to_owned() })
            }
            (None, _) => Err(TargetError::NoNode { package_name: self.package_name.clone(), text: text.to_owned() }),
        }
    }

    /// Every way to read the text, once for each node.
    fn readings<'a>(&'a self, text: &'a str, column: Option<&'a str>) -> impl Iterator<Item = Reading<'a>> {
        self.nodes.iter().filter_map(move |(unique_id, node)| {
            let read = |name: &String| {
                let column = match (text.strip_prefix(name.as_str())?, column) {
                    ("", column) => column,
                    (rest, None) => Some(rest.strip_prefix('.')?),
                    _ => return None,
                };
                Some(Reading { length: name.len(), unique_id, node, column })
            };
            let readings = node.names.iter().filter_map(read);
            // Of the names of one node the longest that leaves it a column that it has, else the longest.
            readings.max_by_key(|reading| (reading.target().is_some(), reading.length))
        })
    }
}

impl Reading<'_> {
    /// What is meant, where the node has the column; in the letters of the node, whatever those of the text are.
    fn target(&self) -> Option<(usize, Target)> {
        let column = match self.column {
            None => None,
            Some(column) if self.node.columns.contains(column) => Some(column.to_owned()),
            Some(column) => {
                let mut alike = self.node.columns.iter().filter(|known| known.eq_ignore_ascii_case(column));
                let one = alike.next()?;
                alike.next().is_none().then(|| Some(one.clone()))?
            }
        };
        Some((self.length, Target { unique_id: self.unique_id.clone(), column }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A project with these nodes: `unique_id`, name, version, columns.
    fn known(nodes: &[(&str, &str, Option<u64>, &[&str])]) -> Known {
        let package_name: PackageName = "shop".parse().unwrap();
        let node = |(unique_id, name, version, columns): &(&str, &str, Option<u64>, &[&str])| {
            let columns: Vec<_> = columns.iter().map(|column| json!({"name": column, "origin": "declared"})).collect();
            let mut node = json!({"name": name, "resource_type": "model", "access": "public", "columns": columns});
            if let Some(version) = version {
                node["version"] = json!(version);
            }
            ((*unique_id).to_owned(), node)
        };
        let interface: serde_json::Map<_, _> = nodes.iter().map(node).collect();
        let publication = json!({"package_name": "shop", "version": "1.0.0", "source": {}, "interface": interface});
        let mut known = Known::of_project(&package_name);
        known.add(&serde_json::from_value(publication).unwrap());
        known
    }

    fn shop() -> Known {
        known(&[
            ("model.shop.orders", "orders", None, &["id", "Price"]),
            ("model.shop.orders.eu", "orders.eu", None, &["id"]),
            ("model.shop.stock.v1", "stock", Some(1), &["id"]),
            ("model.shop.stock.v2", "stock", Some(2), &["id", "cost"]),
            ("seed.shop.plain", "plain", None, &["a.b"]),
        ])
    }

    #[track_caller]
    fn found(text: &str) -> String {
        match shop().find(text, None) {
            Ok(Target { unique_id, column }) => format!("{unique_id} {}", column.as_deref().unwrap_or("-")),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_node_is_called_by_unique_id_or_name_with_or_without_a_column() {
        for (text, expected) in [
            ("model.shop.orders", "model.shop.orders -"),
            ("orders", "model.shop.orders -"),
            ("orders.id", "model.shop.orders id"),
            ("model.shop.orders.price", "model.shop.orders Price"),
            ("stock.v2", "model.shop.stock.v2 -"),
            ("stock.v2.cost", "model.shop.stock.v2 cost"),
            ("model.shop.stock.v1.id", "model.shop.stock.v1 id"),
            ("plain.a.b", "seed.shop.plain a.b"),
            ("project.shop", "project.shop -"),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn of_names_with_dots_the_longest_that_there_is_is_meant() {
        assert_eq!(found("orders.eu"), "model.shop.orders.eu -");
        assert_eq!(found("orders.eu.id"), "model.shop.orders.eu id");
        assert_eq!(found("orders.eu.name"), "`model.shop.orders.eu` has no column `name`");
    }

    #[test]
    fn what_may_be_several_nodes_is_told_with_all_of_them() {
        assert_eq!(found("stock"), "`stock` may be `model.shop.stock.v1` or `model.shop.stock.v2`");
        assert_eq!(found("stock.id"), "`stock.id` may be `model.shop.stock.v1` or `model.shop.stock.v2`");
        assert_eq!(found("stock.cost"), "model.shop.stock.v2 cost", "only one has the column");
    }

    #[test]
    fn a_column_of_its_own_leaves_the_node_as_it_is_written() {
        let target = |text, column| shop().find(text, Some(column)).map(|it| (it.unique_id.to_string(), it.column));
        assert_eq!(target("orders", "id"), Ok(("model.shop.orders".to_owned(), Some("id".to_owned()))));
        assert!(matches!(target("orders.id", "id"), Err(TargetError::NoNode { .. })));
        assert!(matches!(target("orders", "eu"), Err(TargetError::NoColumn { .. })));
    }

    #[test]
    fn what_is_not_there_is_told() {
        let no_node =
            |text: &str| format!("`{text}` is no node of `shop`, neither in the work tree nor in the registry");
        for text in ["", "order", "ordersx", "shop", "project.other"] {
            assert_eq!(found(text), no_node(text));
        }
        assert_eq!(found("orders.\u{1b}[2J"), "`model.shop.orders` has no column `\\u{1b}[2J`");
    }

    #[test]
    fn columns_that_differ_only_in_case_must_be_written_as_they_are() {
        let known = known(&[("model.shop.a", "a", None, &["ID", "Id"])]);
        assert_eq!(known.find("a.Id", None).unwrap().column.as_deref(), Some("Id"));
        assert!(matches!(known.find("a.id", None), Err(TargetError::NoColumn { .. })));
    }
}
