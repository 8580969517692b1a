//! Readers that are no dbt project: applications, dashboards, topics. They are registered, and take part in every mesh.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use crate::{
    api::Need,
    can_deploy::needs_of_registered,
    mesh::Mesh,
    name::{Author, PackageName, UniqueId},
    pointer::pointer,
    problem::FieldError,
    publication::{ColumnsRead, How},
};

/// How many faults of a registration are told.
const TOLD: usize = 100;
/// How many readings a registration has at most.
const READS: usize = 1_000;

/// A reader that is no dbt project; `PUT /v1/consumers/{environment}/{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Registration {
    /// What it is.
    pub kind: ConsumerKind,
    /// Who answers for it.
    pub owner: Author,
    /// Where to reach them: an address, a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Author>,
    /// The roles, users or groups as which it reads in the warehouse, where that is known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Author>,
    /// The nodes that it reads.
    pub reads: Vec<ConsumerRead>,
}

/// What a registered consumer reads of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsumerRead {
    /// The node's project.
    pub package_name: PackageName,
    /// A node of the project's interface.
    pub unique_id: UniqueId,
    /// Absent: it is not known which columns it reads, and counts as all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ExpectedColumn>>,
}

/// A column that a registered consumer reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExpectedColumn {
    /// Its name.
    pub name: String,
    /// The type that it must have, in the dialect of the project; absent where any will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
}

/// What a registered consumer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerKind {
    /// A program.
    Application,
    /// A dashboard.
    Dashboard,
    /// A notebook.
    Notebook,
    /// An analysis.
    Analysis,
    /// A model of machine learning.
    Ml,
    /// A topic or stream that is fed from it.
    Topic,
    /// An export, a reverse ETL, a scheduled job.
    Job,
}

impl ConsumerKind {
    /// Every kind.
    pub const EVERY: [Self; 7] =
        [Self::Application, Self::Dashboard, Self::Notebook, Self::Analysis, Self::Ml, Self::Topic, Self::Job];
}

impl fmt::Display for ConsumerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Application => "application",
            Self::Dashboard => "dashboard",
            Self::Notebook => "notebook",
            Self::Analysis => "analysis",
            Self::Ml => "ml",
            Self::Topic => "topic",
            Self::Job => "job",
        })
    }
}

impl ConsumerRead {
    /// The columns that it reads; `None` where it names none, and counts as all.
    pub(crate) fn columns_read(&self) -> Option<ColumnsRead> {
        let columns = self.columns.as_ref()?;
        Some(columns.iter().map(|column| (column.name.clone(), BTreeSet::from([How::AsIs]))).collect())
    }
}

impl Registration {
    /// What another registration reads, and this one does not: nodes, and columns of nodes that both read. A node of which
    /// no column is told counts as all of it.
    pub fn lacks_of(&self, other: &Self) -> Vec<ConsumerRead> {
        let lost = other.reads.iter().filter_map(|was| {
            let is_same = |is: &&ConsumerRead| is.package_name == was.package_name && is.unique_id == was.unique_id;
            let Some(is) = self.reads.iter().find(is_same) else { return Some(was.clone()) };
            let kept = is.columns.as_ref()?;
            let Some(columns) = &was.columns else { return Some(was.clone()) };
            let names = |columns: &[ExpectedColumn]| columns.iter().map(|it| it.name.clone()).collect::<BTreeSet<_>>();
            let kept = names(kept);
            let gone: Vec<_> = columns.iter().filter(|column| !kept.contains(&column.name)).cloned().collect();
            (!gone.is_empty()).then(|| ConsumerRead { columns: Some(gone), ..was.clone() })
        });
        lost.collect()
    }

    /// What it reads and an environment does not have; nothing where it can be registered there.
    pub fn faults(&self, name: &PackageName, mesh: &Mesh) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.reads.is_empty() || self.reads.len() > READS {
            let message = format!("a consumer reads 1 to {READS} nodes; this one reads {}", self.reads.len());
            return vec![FieldError { pointer: "/reads".to_owned(), message }];
        }
        let mut known: BTreeMap<(&PackageName, &UniqueId), usize> = BTreeMap::new();
        for (index, read) in self.reads.iter().enumerate() {
            let place = index.to_string();
            let mut fault = |at: &[&str], message: String| {
                let at = [&["reads", &place], at].concat();
                faults.push(FieldError { pointer: pointer(&at), message });
            };
            if let Some(first) = known.insert((&read.package_name, &read.unique_id), index) {
                fault(&["unique_id"], format!("/reads/{first} reads the node too"));
            }
            match mesh.member(&read.package_name) {
                None => fault(&["package_name"], format!("`{}` is not deployed there", read.package_name)),
                Some(member) => {
                    for need in needs_of_registered(name, read, &member.publication) {
                        let (at, message) = read.told(&need, &member.publication.version.to_string());
                        fault(&at.iter().map(String::as_str).collect::<Vec<_>>(), message);
                    }
                }
            }
        }
        faults.truncate(TOLD);
        faults
    }
}

impl ConsumerRead {
    /// Where in the reading a need stands, and what is wrong with it.
    fn told(&self, need: &Need, version: &str) -> (Vec<String>, String) {
        let upstream = &self.package_name;
        let column_at = |column: &String, word: &str| {
            let place = self.columns.iter().flatten().position(|known| known.name == *column).unwrap_or_default();
            vec!["columns".to_owned(), place.to_string(), word.to_owned()]
        };
        match need {
            Need::Column { unique_id, column, .. } => {
                let message =
                    format!("`{unique_id}` of `{upstream}` {version} has no column `{}`", column.escape_debug());
                (column_at(column, "name"), message)
            }
            Need::ColumnUnbuilt { unique_id, column, .. } => {
                let message = format!(
                    "`{unique_id}` of `{upstream}` {version} has `{}` in its SQL, but is not known to have it in its table",
                    column.escape_debug()
                );
                (column_at(column, "name"), message)
            }
            Need::Type { unique_id, column, expected, found, .. } => {
                let (column_shown, expected) = (column.escape_debug(), expected.escape_debug());
                let message =
                    format!("`{column_shown}` of `{unique_id}` is `{}`, not `{expected}`", found.escape_debug());
                (column_at(column, "data_type"), message)
            }
            Need::Requirement { .. }
            | Need::Node { .. }
            | Need::ColumnsUnknown { .. }
            | Need::Unchanged { .. }
            | Need::Relation { .. } => {
                let message = format!("`{upstream}` {version} offers no node `{}`", self.unique_id);
                (vec!["unique_id".to_owned()], message)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn registration(reads: &[(&str, Option<&[&str]>)]) -> Registration {
        let read = |(node, columns): &(&str, Option<&[&str]>)| {
            let mut read = json!({ "package_name": "up", "unique_id": node });
            if let Some(columns) = columns {
                read["columns"] = columns.iter().map(|name| json!({ "name": name })).collect::<Vec<Value>>().into();
            }
            read
        };
        let reads: Vec<_> = reads.iter().map(read).collect();
        serde_json::from_value(json!({ "kind": "dashboard", "owner": "X", "reads": reads })).unwrap()
    }

    #[test]
    fn what_a_registration_no_longer_reads_is_told_by_node_and_column() {
        let was = registration(&[("model.up.m", Some(&["a", "b"])), ("model.up.n", None)]);
        let lost = |is: &[(&str, Option<&[&str]>)]| registration(is).lacks_of(&was);
        assert_eq!(
            lost(&[("model.up.m", Some(&["b"]))]),
            registration(&[("model.up.m", Some(&["a"])), ("model.up.n", None)]).reads
        );
        assert_eq!(lost(&[("model.up.m", None), ("model.up.n", None)]), [], "all columns are among all columns");
        assert_eq!(
            lost(&[("model.up.m", None), ("model.up.n", Some(&["a"]))]),
            registration(&[("model.up.n", None)]).reads
        );
    }
}
