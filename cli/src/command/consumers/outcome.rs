//! Readers, and those of them that are registered, for people and programs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::{Value, json};
use weft_api::{
    Consumer, RegisteredConsumer,
    consumer::{ConsumerRead, ExpectedColumn},
};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::How;

use crate::{
    escape::escape,
    output::{
        Message, Output,
        readings::{hows, via},
        style::{HEAD, paint},
        table::table,
    },
};

/// What is known of readers, or was done with them.
pub(in crate::command) enum ConsumersOutput {
    Readers {
        about: ReadersTarget,
        consumers: Vec<Consumer>,
    },
    Registered {
        environment: EnvironmentName,
        consumers: Vec<RegisteredConsumer>,
    },
    Added {
        consumers: Vec<RegisteredConsumer>,
        /// What was described and could not be registered.
        left_out: Vec<String>,
    },
    Removed(RegisteredConsumer),
}

/// The node or column in question.
pub(in crate::command) struct ReadersTarget {
    pub(super) environment: EnvironmentName,
    pub(super) package_name: PackageName,
    /// `None`: any node of the project.
    pub(super) unique_id: Option<UniqueId>,
    pub(super) column: Option<String>,
}

impl ReadersTarget {
    /// `price of model.inventory.products`, escaped.
    fn text(&self) -> String {
        let node = self.unique_id.as_ref().map_or_else(|| self.package_name.to_string(), |node| escape(node.as_str()));
        match &self.column {
            Some(column) => format!("{} of {node}", escape(column)),
            None => node,
        }
    }
}

/// Rows of a reader: one for the columns that it reads in each way; its name is in the first. If the columns are
/// unknown, the row says how the code refers to the node.
fn rows(consumer: &Consumer) -> Vec<[String; 7]> {
    let mut read: BTreeMap<&BTreeSet<How>, Vec<String>> = BTreeMap::new();
    for (column, hows) in consumer.columns.iter().flatten() {
        read.entry(hows).or_default().push(escape(column));
    }
    let star = if consumer.star { " (select *)" } else { "" };
    let mut cells: Vec<[String; 2]> =
        read.into_iter().map(|(how, columns)| [columns.join(", "), hows(how) + star]).collect();
    if cells.is_empty() {
        let columns = if consumer.columns.is_none() { "unknown" } else { "none" };
        let how = consumer.via.map_or("-", via);
        cells.push([columns.to_owned(), format!("{how}{star}")]);
    }
    let mut who = [
        consumer.who(),
        consumer.owner.as_deref().map_or_else(|| "-".to_owned(), escape),
        consumer.environment.to_string(),
        escape(consumer.reader.as_str()),
        escape(consumer.unique_id.as_str()),
    ];
    let row = |[columns, how]: [String; 2]| {
        let [name, owner, environment, reader, reads] = std::mem::take(&mut who);
        [name, owner, environment, reader, reads, columns, how]
    };
    cells.into_iter().map(row).collect()
}

fn readers(consumers: &[Consumer]) -> String {
    let rows: Vec<_> = consumers.iter().flat_map(rows).collect();
    table(["CONSUMER", "OWNER", "ENVIRONMENT", "READER", "READS", "COLUMNS", "HOW"], &rows)
}

/// The columns of a reading, with the types that they must have.
fn columns(read: &ConsumerRead) -> String {
    let column = |ExpectedColumn { name, data_type }: &ExpectedColumn| match data_type {
        Some(data_type) => format!("{} {}", escape(name), escape(data_type)),
        None => escape(name),
    };
    match &read.columns {
        Some(columns) => columns.iter().map(column).collect::<Vec<_>>().join(", "),
        None => "unknown".to_owned(),
    }
}

/// A registered consumer, and below it the nodes that it reads.
fn added(consumer: &RegisteredConsumer) -> String {
    let RegisteredConsumer { name, environment, revision, registration, .. } = consumer;
    let owner = escape(registration.owner.as_str());
    let name = paint(HEAD, name);
    let mut text =
        format!("Registered {name} ({} of {owner}) in {environment} (revision {revision})\n", registration.kind);
    if !registration.roles.is_empty() {
        let roles: Vec<_> = registration.roles.iter().map(|role| escape(role.as_str())).collect();
        let _ = writeln!(text, "  as {}", roles.join(", "));
    }
    for read in &registration.reads {
        let _ = writeln!(text, "  reads {}: {}", escape(read.unique_id.as_str()), columns(read));
    }
    text
}

/// What a consumer read until now and does not any more, where that is anything.
fn forgotten(consumer: &RegisteredConsumer) -> Option<String> {
    let RegisteredConsumer { name, environment, no_longer_reads, .. } = consumer;
    let read = |read: &ConsumerRead| match &read.columns {
        Some(_) => format!("{} of {}", columns(read), escape(read.unique_id.as_str())),
        None => escape(read.unique_id.as_str()),
    };
    let lost: Vec<_> = no_longer_reads.iter().map(read).collect();
    (!lost.is_empty()).then(|| {
        format!(
            "{name} in {environment} no longer reads {}, which its previous registration listed: one registration must list everything that it reads",
            lost.join(", ")
        )
    })
}

/// Rows of a registered consumer: one for each node that it reads.
fn registered_rows(consumer: &RegisteredConsumer) -> Vec<[String; 6]> {
    let contact = consumer.registration.contact.as_ref();
    let mut who = [
        consumer.name.to_string(),
        consumer.registration.kind.to_string(),
        escape(consumer.registration.owner.as_str()),
        contact.map_or_else(|| "-".to_owned(), |contact| escape(contact.as_str())),
    ];
    let row = |read: &ConsumerRead| {
        let [name, kind, owner, contact] = std::mem::take(&mut who);
        [name, kind, owner, contact, escape(read.unique_id.as_str()), columns(read)]
    };
    consumer.registration.reads.iter().map(row).collect()
}

fn registered(consumers: &[RegisteredConsumer]) -> String {
    let rows: Vec<_> = consumers.iter().flat_map(registered_rows).collect();
    table(["CONSUMER", "KIND", "OWNER", "CONTACT", "READS", "COLUMNS"], &rows)
}

impl Output for ConsumersOutput {
    fn text(&self) -> String {
        match self {
            Self::Readers { consumers, .. } if consumers.is_empty() => String::new(),
            Self::Readers { consumers, .. } => readers(consumers),
            Self::Registered { consumers, .. } if consumers.is_empty() => String::new(),
            Self::Registered { consumers, .. } => registered(consumers),
            Self::Added { consumers, .. } => consumers.iter().map(added).collect::<Vec<_>>().concat(),
            Self::Removed(consumer) => {
                let name = paint(HEAD, &consumer.name);
                format!("Removed {name} ({}) from {}\n", consumer.registration.kind, consumer.environment)
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Readers { about, consumers } => {
                let ReadersTarget { environment, package_name, unique_id, column } = about;
                json!({
                    "environment": environment, "package_name": package_name, "unique_id": unique_id, "column": column,
                    "consumers": consumers,
                })
            }
            Self::Registered { environment, consumers } => {
                json!({ "environment": environment, "consumers": consumers })
            }
            Self::Added { consumers, left_out } => json!({ "consumers": consumers, "left_out": left_out }),
            Self::Removed(consumer) => json!({ "removed": consumer }),
        }
    }

    fn messages(&self) -> Vec<Message> {
        let hint = match self {
            Self::Readers { about, consumers } if consumers.is_empty() => format!(
                "nobody in {} is known to read {}; `weft consumers add` registers consumers that are not dbt projects",
                about.environment,
                about.text()
            ),
            Self::Registered { environment, consumers } if consumers.is_empty() => {
                format!("no consumer is registered in {environment}; `weft consumers add` registers one")
            }
            Self::Added { consumers, left_out } => {
                let forgotten = consumers.iter().filter_map(forgotten);
                return forgotten.chain(left_out.iter().cloned()).map(Message::Warning).collect();
            }
            _ => return Vec::new(),
        };
        vec![Message::Hint(hint)]
    }
}
