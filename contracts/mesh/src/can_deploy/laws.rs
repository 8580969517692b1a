//! Laws of the gate: what holds of any mesh and any step.

mod oracle;

use std::collections::BTreeMap;
use std::{collections::BTreeSet, sync::Arc};
use weft_check::Levels;

use proptest::prelude::*;
use serde_json::{Value, json};
use time::{Date, Month};
use weft_api::{Consumer, Finding};
use weft_check::{Checked, Side};
use weft_publication::document::parse;

use super::*;
use crate::mesh::{Member, Mesh, Registered};

const COLUMNS: [&str; 4] = ["alpha", "bravo", "charlie", "delta"];
const NODES: usize = 2;
const ORIGINS: [&str; 4] = ["declared", "sql", "catalog", "contract"];

/// Which of the columns.
type Some4 = [bool; 4];

/// One that reads a node of `up`.
#[derive(Debug, Clone)]
struct Reads {
    project: usize,
    model: usize,
    node: usize,
    /// `ref`, `test`, `source`, `exposure` or a registered consumer.
    by: &'static str,
    /// `None` if unknown.
    columns: Option<Some4>,
}

/// The columns of each node of `up`; `None` where it is not there.
type Nodes = [Option<Some4>; NODES];

fn some4() -> impl Strategy<Value = Some4> {
    any::<Some4>()
}

fn reads() -> impl Strategy<Value = Vec<Reads>> {
    let by = prop::sample::select(&["ref", "test", "source", "exposure", "registered"][..]);
    let one = (0..3_usize, 0..2_usize, 0..NODES, by, prop::option::of(some4()));
    let one = one.prop_map(|(project, model, node, by, columns)| {
        // What an exposure reads of a node is never told.
        let columns = columns.filter(|_| by != "exposure");
        Reads { project, model, node, by, columns }
    });
    prop::collection::vec(one, 0..8)
}

fn names(some: Some4) -> Vec<&'static str> {
    COLUMNS.into_iter().zip(some).filter_map(|(name, is)| is.then_some(name)).collect()
}

fn node_id(node: usize) -> String {
    format!("model.up.n{node}")
}

fn up(version: &str, nodes: Nodes, origin: &str) -> Member {
    let (mut interface, mut lineage, mut relations) = (json!({}), json!({}), json!({}));
    for (node, columns) in nodes.into_iter().enumerate() {
        let Some(columns) = columns else { continue };
        let (id, names) = (node_id(node), names(columns));
        let columns: Vec<_> = names.iter().map(|name| json!({ "name": name, "origin": origin })).collect();
        // The text is another wherever the columns are.
        interface[&id] = json!({ "name": format!("n{node}"), "resource_type": "model", "access": "public",
            "columns": columns, "checksum": format!("sha256:{}", names.join("_")) });
        lineage[&id] = json!({ "resource_type": "model" });
        relations[&id] = json!({ "schema": "up", "identifier": format!("n{node}") });
    }
    let document = json!({ "package_name": "up", "version": version, "source": { "adapter_type": "duckdb" },
        "interface": interface, "lineage": lineage });
    member(document, relations)
}

fn member(document: Value, relations: Value) -> Member {
    Member {
        publication: parse(document).unwrap().into(),
        relations: Arc::new(serde_json::from_value(relations).unwrap()),
    }
}

/// The readers' projects and registered consumers. Of two readings by one reader of one node the first counts.
fn readers(reads: &[Reads]) -> (Vec<Member>, Vec<Registered>) {
    let mut documents: Vec<Value> = (0..3)
        .map(|project| {
            json!({ "package_name": format!("down{project}"), "version": "1.0.0",
                "source": { "adapter_type": "duckdb" }, "lineage": {}, "uses": [], "exposures": {} })
        })
        .collect();
    let mut relations = vec![json!({}); 3];
    let (mut registered, mut seen) = (Vec::new(), BTreeSet::new());
    for Reads { project, model, node, by, columns } in reads {
        if !seen.insert((*project, *model, *node, *by)) {
            continue;
        }
        let name = format!("down{project}");
        let document = &mut documents[*project];
        let told = columns.map(names);
        match *by {
            "registered" => {
                let columns = told.map(|names| names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>());
                let mut read = json!({ "package_name": "up", "unique_id": node_id(*node) });
                if let Some(columns) = columns {
                    read["columns"] = columns.into();
                }
                let consumer = json!({ "kind": "application", "owner": "them", "reads": [read] });
                let name = format!("app_{project}_{model}_{node}").parse().unwrap();
                registered.push(Registered { name, registration: Arc::new(serde_json::from_value(consumer).unwrap()) });
            }
            "source" => {
                let source = format!("source.{name}.up.n{node}");
                document["lineage"][&source] = json!({ "resource_type": "source" });
                relations[*project][&source] = json!({ "schema": "up", "identifier": format!("n{node}") });
                let reading = match told {
                    Some(names) => {
                        let rows: serde_json::Map<_, _> =
                            names.iter().map(|name| ((*name).to_owned(), json!(["filter"]))).collect();
                        json!({ "rows": { &source: rows } })
                    }
                    None => json!({ "unresolved": [&source] }),
                };
                let reader = format!("model.{name}.by_source_{model}_{node}");
                document["lineage"][&reader] =
                    json!({ "resource_type": "model", "depends_on": [source], "reading": reading });
            }
            _ => {
                let kind = if *by == "ref" { "model" } else { by };
                let reader = format!("{kind}.{name}.m{model}");
                let mut used = json!({ "reader": reader, "upstream": "up", "unique_id": node_id(*node),
                    "via": if *by == "test" { "test" } else { "ref" } });
                if let Some(names) = told {
                    let columns: serde_json::Map<_, _> =
                        names.iter().map(|name| ((*name).to_owned(), json!(["as_is"]))).collect();
                    used["columns"] = columns.into();
                }
                document["uses"].as_array_mut().unwrap().push(used);
                match *by {
                    "ref" => document["lineage"][&reader] = json!({ "resource_type": "model" }),
                    "exposure" => document["exposures"][&reader] = json!({ "name": format!("m{model}") }),
                    _ => {}
                }
            }
        }
    }
    let members = documents.into_iter().zip(relations).map(|(document, relations)| member(document, relations));
    (members.collect(), registered)
}

/// The readings that are left unmet: the node, the reader, and the column if it is known to be gone.
type Left = BTreeSet<(String, String, String, Option<String>)>;

/// The readers that the check of the two versions names in the mesh: direct readers of what is gone.
fn by_check(now: &Mesh, old: &Member, new: &Member) -> Left {
    let found = Checked::between(
        Side::new(&old.publication),
        Side::new(&new.publication),
        Date::from_calendar_date(2026, Month::January, 1).unwrap(),
    );
    let prod = EnvironmentName::default();
    let consumers = found.touched().into_iter().map(|touched| {
        let consumers = now.consumers(&prod, &old.publication.package_name, &touched);
        (touched, consumers)
    });
    let report = found.report(&Levels::default(), Some(&consumers.collect()));
    let rules = ["column_removed", "column_renamed", "model_removed", UNKNOWN_RULE];
    let gone = |finding: &&Finding| rules.contains(&finding.rule.as_str());
    let mut left = Left::new();
    for finding in report.findings.iter().filter(gone) {
        for consumer in finding.consumers.iter().filter(|consumer| consumer.through.is_empty()) {
            let Consumer { package_name, reader, unique_id, columns, .. } = consumer;
            let column = finding.column.clone().filter(|_| columns.is_some());
            left.insert((unique_id.to_string(), package_name.to_string(), reader.to_string(), column));
        }
    }
    left
}

/// The readers that the gate names. A lost source is reported under its own id: its readers are unmet.
fn by_gate(now: &Mesh, unmet: &[Unmet]) -> Left {
    let mut left = Left::new();
    for unmet in unmet {
        let consumer = unmet.consumer.to_string();
        let mut add = |unique_id: &UniqueId, reader: &UniqueId, column: Option<&String>| {
            left.insert((unique_id.to_string(), consumer.clone(), reader.to_string(), column.cloned()));
        };
        match &unmet.need {
            Need::Node { reader, unique_id } | Need::ColumnsUnknown { reader, unique_id, .. } => {
                add(unique_id, reader, None);
            }
            Need::Column { reader, unique_id, column, .. } | Need::ColumnUnbuilt { reader, unique_id, column, .. } => {
                add(unique_id, reader, Some(column));
            }
            Need::Relation { unique_id, .. } => {
                let behind = (unmet.upstream.clone(), unique_id.clone());
                for (reader, _) in now
                    .readers(&behind)
                    .filter(|(reader, how)| how.via == weft_publication::Via::Source && reader.0 == unmet.consumer)
                {
                    add(unique_id, &reader.1, None);
                }
            }
            Need::Requirement { .. } | Need::Type { .. } | Need::Unchanged { .. } => {}
        }
    }
    left
}

fn verdict(now: &Mesh, new: &Member) -> DeployVerdict {
    let about = BTreeSet::from([new.publication.package_name.clone()]);
    can_deploy(DeployStep {
        now,
        then: &now.with(new.clone()),
        about: &about,
        levels: &BTreeMap::new(),
        waivers: &BTreeMap::new(),
        today: Date::MIN,
    })
}

fn before(old: &Member, reads: &[Reads]) -> Mesh {
    let (members, registered) = readers(reads);
    Mesh::beside([old.clone()].into_iter().chain(members), registered)
}

/// The nodes before: each is there, with at least one column.
fn nodes_before() -> impl Strategy<Value = Nodes> {
    let node = || some4().prop_filter("a node has a column", |some| some.contains(&true)).prop_map(Some);
    [node(), node()]
}

fn nodes_after() -> impl Strategy<Value = Nodes> {
    let node = || some4().prop_filter("a node has a column", |some| some.contains(&true));
    [prop::option::weighted(0.8, node()), prop::option::weighted(0.8, node())]
}

/// A reading can only be of columns that are there.
fn of_what_is_there(reads: Vec<Reads>, nodes: Nodes) -> Vec<Reads> {
    let within = |read: Reads| {
        let there = nodes[read.node].unwrap_or_default();
        let columns = read.columns.map(|columns| std::array::from_fn(|at| columns[at] && there[at]));
        Reads { columns, ..read }
    };
    reads.into_iter().map(within).collect()
}

::laws::laws! {
    "gate", 256;

    fn the_gate_and_the_check_name_the_same_readers_of_what_is_gone(
        old in nodes_before(), new in nodes_after(), reads in reads(), origin in prop::sample::select(&ORIGINS[..])
    ) {
        let reads = of_what_is_there(reads, old);
        let (old, new) = (up("1.0.0", old, origin), up("2.0.0", new, origin));
        let now = before(&old, &reads);
        let verdict = verdict(&now, &new);
        prop_assert_eq!(by_gate(&now, &verdict.unmet), by_check(&now, &old, &new));
        prop_assert!(verdict.already_unmet.is_empty() && verdict.tolerated.is_empty());
    }

    fn a_step_that_takes_nothing_away_leaves_nobody_unmet_whatever_is_known_of_readers(
        // Of YAML alone it is not known what other code takes away.
        old in nodes_before(), more in nodes_before(), reads in reads(), origin in prop::sample::select(&ORIGINS[1..])
    ) {
        let reads = of_what_is_there(reads, old);
        let both = |node: usize| old[node].zip(more[node]).map(|(a, b)| std::array::from_fn(|at| a[at] || b[at]));
        let new = up("1.1.0", [both(0), both(1)], origin);
        let verdict = verdict(&before(&up("1.0.0", old, origin), &reads), &new);
        prop_assert!(verdict.is_yes(), "{:?}", verdict.unmet);
    }

    fn a_reader_of_unknown_columns_counts_as_a_reader_of_every_column(
        old in nodes_before(), new in nodes_after(), reads in reads(), origin in prop::sample::select(&ORIGINS[..])
    ) {
        let reads = of_what_is_there(reads, old);
        let every = |read: &Reads| match read.by {
            "exposure" => read.clone(),
            _ => Reads { columns: read.columns.or(old[read.node]), ..read.clone() },
        };
        let all: Vec<Reads> = reads.iter().map(every).collect();
        let (old, new) = (up("1.0.0", old, origin), up("2.0.0", new, origin));
        let who = |reads: &[Reads]| -> BTreeSet<_> {
            let now = before(&old, reads);
            let left = by_gate(&now, &verdict(&now, &new).unmet).into_iter();
            left.map(|(unique_id, consumer, reader, _)| (unique_id, consumer, reader)).collect()
        };
        prop_assert_eq!(who(&reads), who(&all));
    }

    fn what_is_let_through_may_be_asked_again(
        old in nodes_before(), new in nodes_after(), reads in reads(), origin in prop::sample::select(&ORIGINS[..])
    ) {
        let reads = of_what_is_there(reads, old);
        let (old, new) = (up("1.0.0", old, origin), up("2.0.0", new, origin));
        let then = before(&old, &reads).with(new.clone());
        prop_assert!(verdict(&then, &new).is_yes(), "the same again takes nothing away");
    }
}
