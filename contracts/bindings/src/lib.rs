//! Bindings: the forms in which upstream nodes reach a dbt engine. Each is a pure function from publications to files.
//!
//! # What it never does
//!
//! It depends on the publication and the deployment alone: no clock, no file and no version of weft gets into what it
//! writes. It does not read what dbt makes of its files.
//!
//! # Where to begin
//!
//! [`package`] is the binding that everybody can use; [`loom`] and [`fusion`] are for one tool each.

mod bridge;
pub mod fusion;
mod injected;
pub mod loom;
pub mod package;

use std::{collections::BTreeMap, fmt};

use weft_model::{identifier::IdentifierError, name::UniqueId};
use weft_publication::{Publication, relation::Relations};

/// Files by their path below the binding's folder, `/` between its parts.
pub type Files = BTreeMap<String, String>;

/// A resolved upstream project: its publication and its relations.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The publication that was resolved.
    pub publication: Publication,
    /// The relations of its nodes in the environment.
    pub relations: Relations,
    /// Whether the dbt that reads them puts names between quotes, as far as that is known.
    pub is_quoted: bool,
}

/// The adapters whose dbt writes the names of relations without quotes, unless a project says otherwise.
const WITHOUT_QUOTES: [&str; 9] =
    ["exasol", "fabricspark", "glue", "hive", "impala", "oracle", "snowflake", "spark", "vertica"];

/// Whether dbt with an adapter (`adapter_type`) puts the names of relations between quotes, unless a project says otherwise.
pub fn is_quoted_by(adapter_type: Option<&str>) -> bool {
    let adapter_type = adapter_type.unwrap_or_default().to_ascii_lowercase();
    !WITHOUT_QUOTES.contains(&adapter_type.as_str())
}

/// A node of an interface that a binding does not carry, or carries with a difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The node.
    pub unique_id: UniqueId,
    /// The reason.
    pub why: Why,
}

/// Why a binding does not carry a node, or not quite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Why {
    /// The deployment has no relation for it.
    #[error("the deployment has no relation for it")]
    NoRelation,
    /// A part of its name, or of its relation's, would be more than a name in the reader's SQL.
    #[error("its {part} is not a name: {error}")]
    NotAName {
        /// The part of the relation.
        part: &'static str,
        /// The reason.
        error: IdentifierError,
    },
    /// The reader's dbt writes names without quotes.
    #[error(
        "the name of its relation needs quotes, but the dbt project that reads it writes names without quotes (`quoting:`)"
    )]
    NeedsQuotes,
    /// Another package's node of the same name is published by the same project.
    #[error("a node of another package has the same name, and downstream both would be in the same project")]
    NameTaken,
    /// No file can have its name, and dbt takes a model's name from its file's.
    #[error(
        "dbt takes a model's name from its file, and this name cannot be a file name on every system and for every dbt (a name with a space, for example)"
    )]
    FileName,
    /// It is carried, as the target of a `ref()` without `v=`, although upstream's latest version is different.
    #[error("upstream's latest version is not in the interface; a `ref()` without `v=` means this one instead")]
    NotLatest,
    /// dbt would refuse the whole project for it.
    #[error("its name has a space, and dbt refuses every project that contains it")]
    Space,
    /// dbt-loom would read another relation.
    #[error("dbt-loom would read another relation: it takes an identifier with a dot or quote for a path")]
    Identifier,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.unique_id, self.why)
    }
}

#[cfg(test)]
mod sample;
