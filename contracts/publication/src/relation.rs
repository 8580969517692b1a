//! Relations: the table or view of a node in a warehouse. They belong to a deployment, not to a publication.

use std::{collections::BTreeMap, fmt};

use semver::Version;
use serde::{Deserialize, Serialize};

use weft_model::{
    identifier::{self, IdentifierError},
    name::UniqueId,
    pointer::pointer,
    relation_name::RelationName,
    types::Dialect,
};

/// The relation of a node, according to the manifest of one run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Relation {
    /// The database; absent for adapters without databases (Teradata, Spark).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The schema (`BigQuery`: dataset).
    pub schema: String,
    /// The table's or view's own name, unquoted: dbt's `alias`.
    pub identifier: String,
    /// The full name as the adapter renders it, with quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation_name: Option<String>,
    /// The database, schema and alias that the project's files configure, independent of the target; absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configured: Option<Configured>,
}

/// The place of a node that the project's files configure. dbt computes the relation from it and the target. Two runs
/// with different targets have different relations, and the same configured place.
///
/// Each part is as the files write it, or a digest if it is a template. Templates never leave the project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Configured {
    /// dbt's `database` of the node's config; absent for the target's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// dbt's `schema` of the node's config; absent for the target's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// dbt's `alias` of the node's config; absent for the node's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

impl Relation {
    /// Its name, as the engine of an adapter (`adapter_type`) compares names. `None` if what dbt rendered is not the
    /// name of a table: an external file, a function.
    pub fn name(&self, adapter_type: Option<&str>) -> Option<RelationName> {
        let dialect = Dialect::from_adapter(adapter_type);
        match &self.relation_name {
            Some(rendered) => RelationName::from_rendered(rendered, dialect),
            None => {
                Some(RelationName::from_parts(self.database.as_deref(), Some(&self.schema), &self.identifier, dialect))
            }
        }
    }

    /// The first part of it that is not a name, or that could be more than a name in the SQL of whoever reads it.
    ///
    /// # Errors
    /// The part's key, and why it is not one.
    pub fn hold(&self) -> Result<(), (&'static str, IdentifierError)> {
        // What is configured is compared alone, and stands in no statement.
        let Self { database, schema, identifier, relation_name, configured: _ } = self;
        let outer = [("database", database.as_deref().unwrap_or_default()), ("schema", schema)];
        for (key, part) in outer.into_iter().filter(|(_, part)| !part.is_empty()).chain([("identifier", &**identifier)])
        {
            identifier::hold_relation_part(part).map_err(|error| (key, error))?;
        }
        // An adapter may render a file or a function: nobody writes it into SQL, so it only has to be readable.
        let rendered = relation_name.as_deref().unwrap_or_default();
        identifier::hold_text(rendered).map_err(|error| ("relation_name", error))
    }

    /// Whether its parts mean the same where a reader's dbt writes names without quotes.
    pub fn is_safe_without_quotes(&self) -> bool {
        self.parts().all(identifier::is_safe_without_quotes)
    }

    /// The full name as the engine of an adapter (`adapter_type`) reads it, built from its parts; [`Self::hold`] says
    /// whether that is safe. A part is in quotes if the adapter put it in quotes, or puts every name in quotes.
    pub fn rendered(&self, adapter_type: Option<&str>) -> String {
        let dialect = Dialect::from_adapter(adapter_type);
        let adapters = self.relation_name.as_deref().and_then(RelationName::quoted_parts).unwrap_or_default();
        let is_same = adapters.iter().map(|(part, _)| part.as_str()).eq(self.parts());
        let is_quoted =
            |at: usize| adapters.get(at).filter(|_| is_same).map_or(dialect.is_quoted_by_dbt(), |part| part.1);
        let quote = |(at, part): (usize, &str)| match dialect.quote() {
            quote if is_quoted(at) || !identifier::is_safe_without_quotes(part) => format!("{quote}{part}{quote}"),
            _ => part.to_owned(),
        };
        self.parts().enumerate().map(quote).collect::<Vec<_>>().join(".")
    }

    /// The same in another database and schema, rendered with the quotes that it has. `None` where what dbt rendered is
    /// not the name of its parts.
    #[must_use]
    pub fn in_schema(&self, database: Option<&str>, schema: &str, adapter_type: Option<&str>) -> Option<Self> {
        let moved = Self {
            database: database.map(str::to_owned),
            schema: schema.to_owned(),
            relation_name: None,
            ..self.clone()
        };
        let Some(rendered) = &self.relation_name else { return Some(moved) };
        let quoted = RelationName::quoted_parts(rendered)?;
        if !quoted.iter().map(|(part, _)| part.as_str()).eq(self.parts()) {
            return None;
        }
        let quote = Dialect::from_adapter(adapter_type).quote();
        let parts: Vec<&str> = moved.parts().collect();
        // From the innermost, because the outer ones may be absent; what is new is quoted as what it contains.
        let is_quoted = |at: usize| quoted.iter().rev().nth(at).or_else(|| quoted.first()).is_some_and(|part| part.1);
        let render = |(at, part): (usize, &&str)| {
            if is_quoted(parts.len() - 1 - at) { format!("{quote}{part}{quote}") } else { (*part).to_owned() }
        };
        let rendered = parts.iter().enumerate().map(render).collect::<Vec<_>>().join(".");
        Some(Self { relation_name: Some(rendered), ..moved })
    }

    /// Its parts, outermost first, without those that the engine does not have.
    fn parts(&self) -> impl Iterator<Item = &str> {
        let parts = [self.database.as_deref().unwrap_or_default(), &self.schema, &self.identifier];
        parts.into_iter().filter(|part| !part.is_empty())
    }
}

impl fmt::Display for Relation {
    /// As the adapter renders it, else its parts between dots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rendered) = &self.relation_name {
            return f.write_str(rendered);
        }
        let parts = self.database.iter().chain([&self.schema, &self.identifier]);
        f.write_str(&parts.map(String::as_str).collect::<Vec<_>>().join("."))
    }
}

/// The relation of each node of an interface, and of the other nodes and sources of a lineage as far as they have one.
pub type Relations = BTreeMap<UniqueId, Relation>;

/// Why relations cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelationFault {
    /// They name a node that the publication does not have.
    #[error("relations name `{unique_id}`, which is neither in the interface nor in the lineage of {version}")]
    Stray {
        /// The node.
        unique_id: UniqueId,
        /// The version that it is not in.
        version: Version,
    },
    /// A part of a name is more than a name.
    #[error("the {part} of the relation of `{unique_id}` is not a name: {error}")]
    Name {
        /// The node.
        unique_id: UniqueId,
        /// The key of the part.
        part: &'static str,
        /// What is wrong with the identifier.
        error: IdentifierError,
    },
}

impl RelationFault {
    /// The JSON pointer of the part in a request.
    pub fn pointer(&self) -> String {
        match self {
            Self::Stray { unique_id, .. } => pointer(&["relations", unique_id.as_str()]),
            Self::Name { unique_id, part, .. } => pointer(&["relations", unique_id.as_str(), part]),
        }
    }
}

#[cfg(test)]
mod tests;
