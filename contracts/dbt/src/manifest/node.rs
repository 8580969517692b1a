//! What is kept of a manifest's nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use weft_model::{digest::Digest, name::UniqueId};
use weft_publication::{Access, Constraint, Grants, ModelVersion, ResourceType};

use crate::manifest::{altered::Altered, deferred::Deferred};

/// A model, seed or snapshot.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Node {
    /// dbt's `name`; empty where the file has none.
    pub name: Box<str>,
    /// The kind of node: model, seed or snapshot.
    pub resource_type: ResourceType,
    /// The project or package it is defined in.
    pub package_name: Box<str>,
    /// Its file, below its package's root, `/` between the parts; empty for nodes that another tool injected.
    pub original_file_path: Box<str>,
    /// Its properties file, below its package's root, `/` between the parts.
    pub patch_path: Option<Box<str>>,
    /// Whether the file names a path of any kind.
    pub has_path: bool,
    /// The database of its relation.
    pub database: Option<Box<str>>,
    /// The schema of its relation.
    pub schema: Option<Box<str>>,
    /// The name of its relation.
    pub alias: Option<Box<str>>,
    /// The whole of it, as the adapter renders it.
    pub relation_name: Option<Box<str>>,
    /// The database, schema and alias that the project's files configure, as written there if the file shows it.
    pub configured: [Option<Box<str>>; 3],
    /// Whether its own code may configure that place.
    pub places_itself: bool,
    /// dbt's `materialized`.
    pub materialized: Option<Box<str>>,
    /// dbt's `on_schema_change`, of what it builds step by step.
    pub on_schema_change: Option<Box<str>>,
    /// Whether dbt rebuilds it in each run, or in none, independent of `--full-refresh`; absent if the flag decides.
    pub full_refresh: Option<bool>,
    /// dbt's `grants`, with those of its folders: the privileges, and who has each.
    pub grants: Grants,
    /// dbt's access, where the file says it (v9 and later).
    pub access: Option<Access>,
    /// The group it belongs to.
    pub group: Option<Box<str>>,
    /// The version of a versioned model.
    pub version: Option<ModelVersion>,
    /// The version that an unversioned `ref()` means.
    pub latest_version: Option<ModelVersion>,
    /// As the file writes it.
    pub deprecation_date: Option<Box<str>>,
    /// The description, in markdown.
    pub description: Box<str>,
    /// Of the node and of its config, as one.
    pub meta: Map<String, Value>,
    /// Of the node and of its config, as one.
    pub tags: BTreeSet<String>,
    /// How a snapshot writes its history, by the names of dbt's configuration: only what is not dbt's default.
    pub history: BTreeMap<Box<str>, Box<str>>,
    /// By what a snapshot tells a new version of a row, by the names of dbt's configuration. Its columns are the same with
    /// any of it.
    pub keys: BTreeMap<Box<str>, Box<str>>,
    /// Whether dbt enforces a contract.
    pub contract_enforced: bool,
    /// The columns, in the file's order, without duplicate names.
    pub columns: Vec<ManifestColumn>,
    /// Over the model as a whole.
    pub constraints: Vec<Constraint>,
    /// dbt's checksum of the source text; absent if it has none, or one of a path.
    pub checksum: Option<Box<str>>,
    /// The separator of a seed's file, if it is not a comma.
    pub delimiter: Option<Box<str>>,
    /// Whether dbt puts the names of a seed's columns into quotes, where the project says it.
    pub quote_columns: Option<bool>,
    /// The types that the project gives the columns of a seed, by the names of its file's header.
    pub column_types: BTreeMap<Box<str>, Box<str>>,
    /// The digest of the source text, by weft's own count; absent where the file has none, as of seeds.
    pub code: Option<Digest>,
    /// Whether the source text reads variables, the environment or the target.
    pub varies: bool,
    /// What dbt runs before and after building it.
    pub hooks: Hooks,
    /// The tables whose columns those change, or its Jinja, or that they drop.
    pub alters: BTreeSet<Altered>,
    /// The SQL that its Jinja holds, where that names a table by its schema.
    pub queries: Vec<Box<str>>,
    /// Whether its own Jinja sends SQL to the warehouse.
    pub runs: bool,
    /// Its text without Jinja, where dbt did not compile it and it names a table by its schema. Stays at home.
    pub text: Option<Box<str>>,
    /// What only a run of dbt shows of the source text.
    pub deferred: Option<Box<Deferred>>,
    /// The texts that the source text gives to macros, if a macro of the project may use them.
    pub literals: Vec<Box<str>>,
    /// The macros that the source text calls, by unique id.
    pub calls: BTreeSet<Box<str>>,
    /// The SQL that dbt sends to the warehouse; absent if dbt only parsed. It is never published.
    pub compiled_code: Option<Box<str>>,
    /// In what it is written, where that is not SQL.
    pub language: Option<Box<str>>,
    /// The nodes that it depends on.
    pub depends_on: BTreeSet<UniqueId>,
    /// The names that it refers to without a version (dbt 1.5 and later).
    pub unpinned: BTreeSet<Box<str>>,
}

/// A column, as the project's YAML declares it.
#[derive(Debug, Clone)]
pub struct ManifestColumn {
    /// As the YAML writes it.
    pub name: Box<str>,
    /// Whether dbt puts it into quotes.
    pub quoted: bool,
    /// In the adapter's dialect.
    pub data_type: Option<Box<str>>,
    /// The description, in markdown.
    pub description: Box<str>,
    /// Of the column and of its config, as one.
    pub meta: Map<String, Value>,
    /// Of the column and of its config, as one.
    pub tags: BTreeSet<String>,
    /// The constraints on this column.
    pub constraints: Vec<Constraint>,
}

/// A node of the graph that is not a model, seed, snapshot, test or exposure.
#[derive(Debug, Clone)]
pub struct Resource {
    /// dbt's name for its kind: source, metric, `semantic_model`, `saved_query`, analysis, operation, function, ...
    pub resource_type: Box<str>,
    /// The project or package it is defined in.
    pub package_name: Box<str>,
    /// dbt's `name`.
    pub name: Box<str>,
    /// The database of a source's relation.
    pub database: Option<Box<str>>,
    /// The schema of a source's relation.
    pub schema: Option<Box<str>>,
    /// A source's name there.
    pub identifier: Option<Box<str>>,
    /// A source's relation, as the adapter renders it.
    pub relation_name: Option<Box<str>>,
    /// Whether a source says how old it may be.
    pub has_freshness: bool,
    /// By what in its data dbt finds how old a source is, where it does.
    pub loaded_at: Option<LoadedAt>,
    /// What it runs, where it is an operation.
    pub operation: Option<Box<Operation>>,
    /// The nodes that it depends on.
    pub depends_on: BTreeSet<UniqueId>,
    /// The names that it refers to without a version (dbt 1.5 and later).
    pub unpinned: BTreeSet<Box<str>>,
}

/// What dbt runs before and after it builds a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks {
    /// Their SQL without Jinja; and what their Jinja holds, where that names a table by its schema.
    pub statements: Vec<Box<str>>,
    /// The macros that they call, by unique id.
    pub calls: BTreeSet<Box<str>>,
    /// The literals of their Jinja, in lower case: they may be names of nodes.
    pub names: BTreeSet<Box<str>>,
}

/// What dbt runs at the start or the end of a run (`on-run-start`, `on-run-end`).
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its SQL, without Jinja.
    pub statements: Vec<Box<str>>,
    /// The tables whose columns it changes, or that it drops.
    pub alters: BTreeSet<Altered>,
    /// The sources that it names, where dbt may list fewer.
    pub deferred: Option<Box<Deferred>>,
    /// The macros that it calls, by unique id.
    pub calls: BTreeSet<Box<str>>,
    /// The literals of its Jinja, in lower case: they may be names of nodes.
    pub names: BTreeSet<Box<str>>,
}

/// By what dbt finds how old a source's data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadedAt {
    /// The greatest value of an expression, which most often is a column; over the rows that a filter lets pass.
    Field {
        /// As SQL has it.
        field: Box<str>,
        /// As SQL has it.
        filter: Option<Box<str>>,
    },
    /// A query of its own.
    Query,
}

/// A unit test, with the rows that replace the inputs of a model.
#[derive(Debug, Clone)]
pub struct UnitTest {
    /// The project or package it is defined in.
    pub package_name: Box<str>,
    /// The model that it tests.
    pub depends_on: BTreeSet<UniqueId>,
    /// The rows that it gives, input by input.
    pub given: Vec<Given>,
}

/// Rows that replace an input. dbt asks the input itself for the types of their columns.
#[derive(Debug, Clone)]
pub struct Given {
    /// The input as the project wrote it: `ref('orders')`.
    pub input: Box<str>,
    /// The columns that the rows name; absent if they are unknown.
    pub columns: Option<BTreeSet<String>>,
}

/// dbt's own generic tests. Their arguments determine what they read: the column that they are defined on, and no other
/// of that node.
pub(crate) const DBTS_OWN: [&str; 4] = ["not_null", "unique", "accepted_values", "relationships"];

/// A data test, generic or singular.
#[derive(Debug, Clone)]
pub struct Test {
    /// The project or package it is defined in.
    pub package_name: Box<str>,
    /// The generic test; absent for a singular one.
    pub generic: Option<Box<str>>,
    /// The generic test's package, where it is not dbt's or the project's own.
    pub namespace: Option<Box<str>>,
    /// The generic test's arguments, without `model` and `column_name`.
    pub arguments: Map<String, Value>,
    /// The column it tests, as it is written in SQL.
    pub column_name: Option<Box<str>>,
    /// As the file writes it.
    pub severity: Option<Box<str>>,
    /// The rows that it looks at.
    pub filter: Option<Box<str>>,
    /// The condition on what it counts by which it warns, where that is not dbt's own.
    pub warn_if: Option<Box<str>>,
    /// The condition on what it counts by which it fails, where that is not dbt's own.
    pub error_if: Option<Box<str>>,
    /// What it counts, where that is not the rows that it finds.
    pub fail_calc: Option<Box<str>>,
    /// The most rows that it finds.
    pub limit: Option<u64>,
    /// The node it is defined on (v9 and later).
    pub attached_node: Option<Box<str>>,
    /// `models.orders`: where in the YAML it is defined (v8 and later).
    pub file_key_name: Option<Box<str>>,
    /// The nodes that it depends on.
    pub depends_on: BTreeSet<UniqueId>,
    /// The macros that it calls, by unique id.
    pub calls: BTreeSet<Box<str>>,
    /// The sources that it names, where dbt may list fewer.
    pub deferred: Option<Box<Deferred>>,
    /// The SQL of a singular test, and of a generic one that reads a source or a different project by more than its
    /// arguments, if dbt compiled it. It is never published.
    pub compiled_code: Option<Box<str>>,
    /// The Jinja of a singular test, if dbt did not compile it. It is never published.
    pub raw_code: Option<Box<str>>,
    /// SQL of a test that dbt did not compile, without Jinja, and SQL that its Jinja runs, if it names a table by its
    /// schema. It is never published.
    pub texts: Vec<Box<str>>,
}

impl Test {
    /// Whether its SQL may name a table that dbt does not list among what it reads: in its own text, in that of a test
    /// macro of the project, or in an argument.
    pub fn may_name_tables(&self) -> bool {
        let Some(generic) = self.generic.as_deref() else { return true };
        let is_of_project = self.namespace.is_none() && !DBTS_OWN.contains(&generic);
        let texts = self.arguments.values().filter_map(Value::as_str).chain(self.filter.as_deref());
        is_of_project || texts.into_iter().any(names_member)
    }

    /// Its arguments that are the name of a table and nothing else.
    pub(super) fn tables(&self) -> impl Iterator<Item = &str> {
        let texts = self.arguments.values().filter_map(Value::as_str).map(str::trim);
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '`' | '.');
        texts.filter(move |text| text.chars().all(is_of_name) && names_member(text))
    }
}

/// Whether a text has a point between two names, as that of a schema and a table.
fn names_member(text: &str) -> bool {
    let is_of_name = |c: char| c.is_alphabetic() || matches!(c, '_' | '"' | '`');
    let mut parts = text.split('.').peekable();
    while let (Some(before), Some(after)) = (parts.next(), parts.peek()) {
        if before.ends_with(|c: char| is_of_name(c) || c.is_ascii_digit()) && after.starts_with(is_of_name) {
            return true;
        }
    }
    false
}

/// A reader outside dbt.
#[derive(Debug, Clone)]
pub struct ManifestExposure {
    /// dbt's `name`.
    pub name: Box<str>,
    /// The type of the exposure: dashboard, notebook, ...
    pub kind: Option<Box<str>>,
    /// The owner, as the file has it.
    pub owner: Map<String, Value>,
    /// Where it is found.
    pub url: Option<Box<str>>,
    /// The description, in markdown.
    pub description: Box<str>,
    /// The nodes that it depends on.
    pub depends_on: BTreeSet<UniqueId>,
    /// The names that it refers to without a version (dbt 1.5 and later).
    pub unpinned: BTreeSet<Box<str>>,
}

/// A macro: its code, and the macros that it calls.
#[derive(Debug, Clone)]
pub struct Macro {
    /// The project or package it is defined in.
    pub package_name: Box<str>,
    /// The digest of its code.
    pub code: Option<Digest>,
    /// Whether it reads variables, the environment or the target.
    pub varies: bool,
    /// The tables whose columns its SQL changes, or that it drops.
    pub alters: BTreeSet<Altered>,
    /// The SQL that it holds, where that names a table by its schema.
    pub queries: Vec<Box<str>>,
    /// The SQL that it writes where it is called, where that names a table by its schema.
    pub body: Option<Box<str>>,
    /// Whether its own text sends SQL to the warehouse.
    pub runs: bool,
    /// Whether it changes the SQL of the node that it is given.
    pub rewrites: bool,
    /// What only a run of dbt shows of it.
    pub deferred: Option<Box<Deferred>>,
    /// The macros that it calls, by unique id.
    pub calls: BTreeSet<Box<str>>,
}
