//! The nodes of an interface: what a reader may rely on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use weft_model::{
    column_name::{is_same, is_within, path},
    finding::Evidence,
    types::{Dialect, LiteralKind},
};

use crate::{ColumnsRead, How, only_in::OnlyIn};

/// The privileges on a node's relation, as dbt's adapter names them, and who has each: roles, users or groups. Where nobody
/// has one, dbt takes it from everybody.
pub type Grants = BTreeMap<String, BTreeSet<String>>;

/// A node that other projects may read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InterfaceNode {
    /// dbt's `name`, the argument of `ref()`.
    pub name: String,
    /// The kind of node: model, seed or snapshot.
    pub resource_type: ResourceType,
    /// Who may read it. A node that is selected by other means than `access:` is public here, independent of dbt's
    /// access.
    pub access: Access,
    /// The group that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The model version, where the model is versioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<ModelVersion>,
    /// The version that a `ref()` without `v=` refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_version: Option<ModelVersion>,
    /// The day from which the model may be removed: `2027-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecation_date: Option<String>,
    /// The description, in markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// dbt's `meta`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub meta: Map<String, Value>,
    /// dbt's `tags`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// dbt's `materialized`: table, view, incremental, seed, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub materialization: Option<String>,
    /// dbt's contract on the model.
    #[serde(default)]
    pub contract: Contract,
    /// dbt's `grants`: who has which privilege on its relation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grants: Grants,
    /// The columns, in the order of their evidence: the catalog's order if there is a catalog, else the YAML's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// The columns that the YAML declares, if stronger evidence gives `columns`. Absent in publications of an earlier weft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Vec<DeclaredColumn>>,
    /// Constraints on the model as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// Tests on the model as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<Quality>,
    /// How a snapshot writes its history, by dbt's names; SQL is a digest. Absent in publications of an earlier weft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<BTreeMap<String, String>>,
    /// dbt's checksum of the node's source text. It shows whether the SQL changed, and does not reveal the SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

impl InterfaceNode {
    /// Whether a `ref()` without version means it. YAML's `1` and `"1"` are one version.
    pub fn is_latest(&self) -> bool {
        let text = |version: &Option<ModelVersion>| version.as_ref().map(ToString::to_string);
        text(&self.version) == text(&self.latest_version)
    }

    /// The weakest evidence among its columns, without those that are not known to be in its table; absent if it has
    /// none.
    pub fn origin(&self) -> Option<Origin> {
        self.columns.iter().filter(|column| !column.is_unbuilt()).map(|column| column.origin).min()
    }

    /// Whether its columns are certainly all that it has. If only its YAML lists columns, it may have more.
    pub fn has_every_column(&self) -> bool {
        tell_all(&self.columns)
    }

    /// Whether it certainly has no such column. If only its YAML lists columns, it may have more. `dialect` is that of
    /// its project.
    pub fn lacks(&self, column: &str, dialect: Dialect) -> bool {
        lack(&self.columns, column, dialect)
    }
}

/// Whether these are all the columns of a node, for sure.
fn tell_all(columns: &[Column]) -> bool {
    !columns.is_empty() && columns.iter().all(|column| column.origin > Origin::Declared)
}

/// Whether a node of these columns surely has no other of that name.
pub fn lack(columns: &[Column], column: &str, dialect: Dialect) -> bool {
    if !tell_all(columns) {
        return false;
    }
    let read = path(column, dialect);
    let known: Vec<_> = columns.iter().map(|known| path(&known.name, dialect)).collect();
    if known.iter().any(|known| is_within(known, &read)) {
        return false;
    }
    // A member is not told apart where only what it is a member of is known.
    let around = known.iter().filter(|known| is_within(&read, known)).max_by_key(|known| known.len());
    around.is_none_or(|around| known.iter().any(|known| known != around && is_within(known, around)))
}

/// The kinds of node that an interface may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResourceType {
    /// A model, SQL or Python.
    Model,
    /// A seed: a CSV file that dbt loads.
    Seed,
    /// A snapshot of a table over time.
    Snapshot,
}

impl ResourceType {
    /// As documents write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Seed => "seed",
            Self::Snapshot => "snapshot",
        }
    }
}

/// dbt's access modifiers (dbt 1.5 and later).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The same group only.
    Private,
    /// The same project only; dbt's default.
    Protected,
    /// Every project may read it.
    Public,
}

/// The version of a dbt model: `1`, `"2024-06"`, `1.5`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum ModelVersion {
    /// A number in the YAML.
    #[schema(value_type = f64)]
    Number(Number),
    /// A text in the YAML.
    Text(String),
}

impl fmt::Display for ModelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// dbt's contract of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contract {
    /// Whether dbt refuses to build the model with other columns.
    #[serde(default)]
    pub enforced: bool,
}

/// A column of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Column {
    /// The name, as the evidence writes it.
    pub name: String,
    /// Whether the evidence writes the name in quotes, and the engine would store a different name without them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
    /// The type, in the adapter's dialect; absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// Markdown, as in the project.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Constraints on this column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// Tests on this column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<Quality>,
    /// dbt's `meta`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub meta: Map<String, Value>,
    /// dbt's `tags`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// The evidence for the column.
    pub origin: Origin,
    /// The evidence for the type, if it differs: the YAML declares the type of a column that the SQL gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_origin: Option<Origin>,
    /// What the column certainly is, if its SQL gives a literal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub literal: Option<LiteralKind>,
    /// If the column is only in the SQL or only in the table of an incremental model or snapshot: where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_in: Option<OnlyIn>,
}

impl Column {
    /// A column of which its name, its type and the evidence are known.
    pub fn bare(name: String, quoted: bool, data_type: Option<String>, origin: Origin) -> Self {
        Self {
            name,
            quoted,
            data_type,
            description: String::new(),
            constraints: Vec::new(),
            quality: Vec::new(),
            meta: Map::new(),
            tags: BTreeSet::new(),
            origin,
            type_origin: None,
            literal: None,
            only_in: None,
        }
    }

    /// The evidence for its type, where it has one.
    pub fn origin_of_type(&self) -> Option<Origin> {
        self.data_type.as_ref().map(|_| self.type_origin.unwrap_or(self.origin))
    }
}

/// A column as the YAML declares it, beside stronger evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeclaredColumn {
    /// The name, as the YAML writes it.
    pub name: String,
    /// The type, in the adapter's dialect; absent if the YAML has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
}

/// The evidence for a column, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The project's YAML says so, and nothing holds it to that.
    Declared,
    /// The node's SQL gives it, or the header of a seed's file; its type is the SQL's where that makes it certain, else the
    /// YAML's.
    Sql,
    /// The warehouse said so (`catalog.json`).
    Catalog,
    /// dbt enforces the column by a contract.
    Contract,
}

impl From<Origin> for Evidence {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Declared => Self::Declared,
            Origin::Sql => Self::Sql,
            Origin::Catalog => Self::Catalog,
            Origin::Contract => Self::Contract,
        }
    }
}

/// A dbt constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Constraint {
    /// `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name in the warehouse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The condition of a check, or what follows `references`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// The columns of a constraint on the whole model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The target of a foreign key: a node's unique id if it was found, else the project's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The columns that a foreign key refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_columns: Vec<String>,
}

/// A dbt test: a promise about the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quality {
    /// The generic test, with its package if it is not dbt's own: `accepted_values`, `dbt_utils.accepted_range`.
    pub test: String,
    /// The arguments, without the model and the column.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub arguments: Map<String, Value>,
    /// dbt's `severity` in lower case: `error` or `warn`.
    pub severity: String,
    /// The condition on the rows that the test checks; absent if it checks all.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// dbt's `warn_if`, if it is not `!= 0`: the condition on the count with which the test warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_if: Option<String>,
    /// dbt's `error_if`, if it is not `!= 0`: the condition on the count with which the test fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_if: Option<String>,
    /// dbt's `fail_calc`, if it is not `count(*)`: what is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_calc: Option<String>,
    /// dbt's `limit`: how many rows the test returns at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// Whether a reading with `select *` in it names no column: it passes on every one that the node is known to have, and those
/// that it is not known to have as well. It runs without them. Where it leaves one out, it names those that it reads.
pub fn is_by_star(node: &InterfaceNode, read: &ColumnsRead, dialect: Dialect) -> bool {
    let is_read = |column: &Column| read.keys().any(|read| is_same(read, &column.name, dialect));
    let passed_on = read.iter().filter(|(column, _)| node.is_unbuilt(column, dialect));
    let mut passed_on = passed_on.flat_map(|(_, how)| how);
    passed_on.all(|how| *how == How::AsIs) && node.columns.iter().all(|column| column.is_unbuilt() || is_read(column))
}
