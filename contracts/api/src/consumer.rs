//! Readers that are not dbt projects: applications, dashboards, topics. They are registered, and are part of every
//! mesh.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use weft_model::name::{Author, PackageName, UniqueId};
use weft_publication::{ColumnsRead, How};

/// `PUT /v1/consumers/{environment}/{name}`: a reader that is not a dbt project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Registration {
    /// The kind of consumer.
    pub kind: ConsumerKind,
    /// The person or team that owns it.
    pub owner: Author,
    /// Where to reach the owner: an address, a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Author>,
    /// The roles, users or groups that it uses in the warehouse, if known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Author>,
    /// The nodes that it reads.
    pub reads: Vec<ConsumerRead>,
}

/// A node that a registered consumer reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsumerRead {
    /// The node's project.
    pub package_name: PackageName,
    /// A node of the project's interface.
    pub unique_id: UniqueId,
    /// The columns that it reads. If absent, they are unknown and count as all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ExpectedColumn>>,
}

/// A column that a registered consumer reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExpectedColumn {
    /// The column's name.
    pub name: String,
    /// The type that the column must have, in the dialect of the project. If absent, any type will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
}

/// The kind of a registered consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerKind {
    /// A program or service.
    Application,
    /// A dashboard or report.
    Dashboard,
    /// A notebook of an analyst.
    Notebook,
    /// An analysis, such as a one-off query.
    Analysis,
    /// A model of machine learning.
    Ml,
    /// A topic or stream that is fed from it.
    Topic,
    /// An export, a reverse ETL, a scheduled job.
    Job,
}

impl ConsumerKind {
    /// All kinds, in the order of the enum.
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
    pub fn columns_read(&self) -> Option<ColumnsRead> {
        let columns = self.columns.as_ref()?;
        Some(columns.iter().map(|column| (column.name.clone(), BTreeSet::from([How::AsIs]))).collect())
    }
}

impl Registration {
    /// What a different registration reads and this one does not: nodes, and columns of nodes that both read. A node
    /// without columns counts as all of its columns.
    pub fn missing_reads(&self, other: &Self) -> Vec<ConsumerRead> {
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
        let lost = |is: &[(&str, Option<&[&str]>)]| registration(is).missing_reads(&was);
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
