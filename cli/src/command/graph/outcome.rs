//! The graph of an environment, for people, programs and those that draw.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use clap::ValueEnum;
use serde_json::{Value, json};
use weft_api::{GraphItem, GraphRead};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::Via;

use crate::{
    escape::escape,
    output::{
        Message, Output,
        drawing::{Arrow, Box, Drawing},
        readings,
        style::{HEAD, paint},
        table::table,
    },
};

/// The items of a graph, with what they read.
pub(in crate::command) struct GraphOutput {
    pub(super) environment: EnvironmentName,
    pub(super) level: GraphDetail,
    /// By project and node.
    pub(super) items: Vec<GraphItem>,
    /// That the environment's name may be misspelled.
    pub(super) warning: Option<Message>,
}

/// The project and its version, or the registered consumer and what it is.
fn project_name(item: &GraphItem) -> String {
    match (&item.version, &item.unique_id, &item.kind) {
        (_, Some(_), Some(kind)) => format!("{} ({})", item.package_name, escape(kind)),
        (Some(version), ..) => format!("{} {version}", item.package_name),
        _ => item.package_name.to_string(),
    }
}

fn via(via: &BTreeSet<Via>) -> String {
    or_dash(via.iter().map(|via| readings::via(*via)).collect::<Vec<_>>().join(", "))
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}

/// A row for each thing that is read; the reader is in its first row.
fn rows<const N: usize>(
    reader: &[String],
    reads: &[GraphRead],
    cells: impl Fn(&GraphRead) -> Vec<String>,
) -> Vec<[String; N]> {
    let row = |reader: &[String], cells: Vec<String>| {
        let mut all = reader.iter().cloned().chain(cells);
        std::array::from_fn(|_| all.next().unwrap_or_else(|| "-".to_owned()))
    };
    if reads.is_empty() {
        return vec![row(reader, Vec::new())];
    }
    let blank = vec![String::new(); reader.len()];
    let shown = std::iter::once(reader).chain(std::iter::repeat(blank.as_slice()));
    shown.zip(reads).map(|(reader, read)| row(reader, cells(read))).collect()
}

impl GraphOutput {
    fn projects(&self) -> String {
        let cells = |read: &GraphRead| {
            let requirement = read.requirement.as_ref().map(ToString::to_string).unwrap_or_default();
            let nodes = read.nodes.map(|nodes| nodes.to_string()).unwrap_or_default();
            vec![read.package_name.to_string(), or_dash(nodes), or_dash(requirement), via(&read.via)]
        };
        let of_item = |item: &GraphItem| {
            let owner = or_dash(item.owner.as_deref().map(escape).unwrap_or_default());
            rows(&[project_name(item), owner], &item.reads, cells)
        };
        let rows: Vec<_> = self.items.iter().flat_map(of_item).collect();
        table(["PROJECT", "OWNER", "READS", "NODES", "REQUIRES", "VIA"], &rows)
    }

    /// A table for each project.
    fn nodes(&self) -> String {
        let mut text = String::new();
        let mut projects: BTreeMap<&PackageName, Vec<&GraphItem>> = BTreeMap::new();
        for item in &self.items {
            projects.entry(&item.package_name).or_default().push(item);
        }
        for (package_name, items) in projects {
            let of_item = |item: &&GraphItem| {
                let name = item.unique_id.as_ref().map_or("-", UniqueId::as_str);
                let access = if item.public { "public" } else { "-" };
                let kind = or_dash(item.kind.as_deref().map(escape).unwrap_or_default());
                rows(&[escape(name), kind, access.to_owned()], &item.reads, |read| {
                    let name = read.unique_id.as_ref().map_or("-", UniqueId::as_str);
                    let of = if read.package_name == *package_name {
                        String::new()
                    } else {
                        format!(" of {}", read.package_name)
                    };
                    vec![format!("{}{of}", escape(name)), via(&read.via)]
                })
            };
            let rows: Vec<_> = items.iter().flat_map(of_item).collect();
            let version = items.iter().find_map(|item| item.version.as_ref());
            let version = version.map_or_else(String::new, |version| format!(" {version}"));
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{}", paint(HEAD, format_args!("{package_name}{version}")));
            text.push_str(&table(["NODE", "KIND", "ACCESS", "READS", "VIA"], &rows));
        }
        text
    }
}

/// What a box represents. A registered consumer has its own box between projects.
type BoxKey<'a> = (&'a PackageName, Option<&'a UniqueId>);

impl Output for GraphOutput {
    fn text(&self) -> String {
        match self.level {
            _ if self.items.is_empty() => String::new(),
            GraphDetail::Project => self.projects(),
            GraphDetail::Node => self.nodes(),
        }
    }

    fn json(&self) -> Value {
        json!({ "environment": self.environment, "items": self.items })
    }

    fn drawing(&self) -> Option<Drawing> {
        let mut drawing = Drawing::default();
        let mut places: BTreeMap<BoxKey<'_>, usize> = BTreeMap::new();
        for item in &self.items {
            places.insert((&item.package_name, item.unique_id.as_ref()), drawing.boxes.len());
            drawing.boxes.push(match (self.level, &item.unique_id) {
                (GraphDetail::Node, Some(node)) => framed(&item.package_name, node),
                _ => Box { label: project_name(item), frame: None, is_main: false },
            });
        }
        for (to, item) in self.items.iter().enumerate() {
            for read in &item.reads {
                let place = (&read.package_name, read.unique_id.as_ref());
                // What is read and is not deployed there.
                let from = *places.entry(place).or_insert_with(|| {
                    drawing.boxes.push(match place.1 {
                        Some(node) => framed(place.0, node),
                        None => Box { label: place.0.to_string(), frame: None, is_main: false },
                    });
                    drawing.boxes.len() - 1
                });
                let nodes =
                    read.nodes.map(|nodes| if nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") });
                let requirement = read.requirement.as_ref().map(ToString::to_string);
                drawing.arrows.push(Arrow { from, to, notes: nodes.into_iter().chain(requirement).collect() });
            }
        }
        Some(drawing)
    }

    fn messages(&self) -> Vec<Message> {
        if let Some(warning) = &self.warning {
            return vec![warning.clone()];
        }
        if self.items.is_empty() {
            let text = format!("nothing is deployed in {}; `weft list` shows all deployments", self.environment);
            return vec![Message::Hint(text)];
        }
        Vec::new()
    }
}

fn framed(package_name: &PackageName, node: &UniqueId) -> Box {
    Box { label: node.to_string(), frame: Some(package_name.to_string()), is_main: false }
}

/// The level of detail of a graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphDetail {
    /// Projects and registered consumers
    #[default]
    Project,
    /// Their nodes
    Node,
}
