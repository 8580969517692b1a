//! The lineage of a whole project: models in the order of its graph, each one's columns known to those that read it.

mod branches;
mod node;
mod nodes;
mod schedule;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::{Arc, OnceLock},
};

pub use node::{Body, NodeInput, SqlNode};
pub use nodes::nodes;
use weft_model::relation_name::RelationName;
use weft_model::{column_name::ColumnKey, name::UniqueId, types::Dialect};
use weft_sql::{KnownColumn, KnownColumns, Query, QueryReading, RelationColumns, SqlReader, Unknown};

use crate::project_lineage::schedule::Schedule;

/// The reading of each node that is built from SQL or code.
pub type ProjectLineage = BTreeMap<UniqueId, Result<QueryReading<NodeInput>, Unknown>>;

/// Reads the lineage of a project's nodes, in any order, in this number of threads. The result does not depend on the
/// number.
pub fn lineage(
    nodes: &[SqlNode<'_>],
    dialect: Dialect,
    reader: &dyn SqlReader,
    threads: NonZeroUsize,
) -> ProjectLineage {
    let project = NodesByName::new(nodes, dialect);
    let schedule = Schedule::new(project.waits());
    let results: Vec<OnceLock<Result<QueryReading<NodeInput>, Unknown>>> =
        nodes.iter().map(|_| OnceLock::new()).collect();
    let work = || {
        while let Some(number) = schedule.next() {
            if let Some(result) = project.read(number, reader) {
                let _ = results[number].set(result);
            }
            schedule.done(number);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.get() {
            // Where the system gives no thread, fewer do the work.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let results = results.into_iter().zip(nodes);
    results.filter_map(|(result, node)| Some((node.unique_id.clone(), result.into_inner()?))).collect()
}

/// The nodes, found by what they are called.
struct NodesByName<'a> {
    nodes: &'a [SqlNode<'a>],
    dialect: Dialect,
    by_id: BTreeMap<&'a UniqueId, usize>,
    /// The nodes of each relation, by its own name.
    by_identifier: BTreeMap<&'a str, Vec<usize>>,
    /// The columns of each node, once they are known: before its readers are read.
    columns: Vec<OnceLock<Option<Arc<KnownColumns>>>>,
}

impl<'a> NodesByName<'a> {
    fn new(nodes: &'a [SqlNode<'a>], dialect: Dialect) -> Self {
        let mut by_identifier: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, node) in nodes.iter().enumerate() {
            if let Some(relation) = &node.relation {
                by_identifier.entry(relation.identifier()).or_default().push(number);
            }
        }
        let by_id = nodes.iter().enumerate().map(|(number, node)| (node.unique_id, number)).collect();
        Self { nodes, dialect, by_id, by_identifier, columns: nodes.iter().map(|_| OnceLock::new()).collect() }
    }

    /// For each node those that it waits for.
    fn waits(&self) -> Vec<BTreeSet<usize>> {
        let numbers =
            |reads: &BTreeSet<UniqueId>| reads.iter().filter_map(|read| self.by_id.get(read).copied()).collect();
        self.nodes.iter().map(|node| numbers(node.reads)).collect()
    }

    /// Reads a node and makes its columns known.
    fn read(&self, number: usize, reader: &dyn SqlReader) -> Option<Result<QueryReading<NodeInput>, Unknown>> {
        let node = &self.nodes[number];
        let (sql, snapshot) = match node.body {
            Body::Sql(sql) => (sql, false),
            Body::Snapshot(sql) => (sql, true),
            Body::OnlyHooks => {
                return Some(self.among_nodes(number, QueryReading::nothing(), self.in_hooks(number, reader)));
            }
            Body::Elsewhere | Body::Data | Body::NotCompiled(_) | Body::Other(_) => {
                let _ = self.columns[number].set(node.columns.clone());
                return match node.body {
                    Body::NotCompiled(text) => Some(self.not_compiled(number, text, reader)),
                    Body::Other(language) => Some(Err(Unknown::OtherLanguage { language: language.into() })),
                    _ => None,
                };
            }
        };
        let seen = Seen { project: self, number };
        let query = Query { sql, dialect: self.dialect, inputs: &seen };
        let reading = reader.read(&query);
        let given = reading.as_ref().ok().map(|reading| given(reading, snapshot || node.is_altered));
        let _ = self.columns[number].set(best(node.columns.clone(), given, self.dialect));
        let reading = reading.map(|reading| self.with_branches(number, reading));
        let reading = reading.or_else(|unknown| self.not_understood(number, unknown, reader.relations(&query)));
        Some(reading.and_then(|reading| self.among_nodes(number, reading, self.in_hooks(number, reader))))
    }

    /// The relations that the SQL names that is run beside a node.
    fn in_hooks(&self, number: usize, reader: &dyn SqlReader) -> BTreeSet<RelationName> {
        let seen = Seen { project: self, number };
        let hooks = self.nodes[number].hooks.iter();
        hooks
            .flat_map(|sql| reader.relations(&Query { sql, dialect: self.dialect, inputs: &seen }))
            .filter(|relation| !relation.is_bare() || !self.find(number, relation).is_empty())
            .collect()
    }

    /// The tables that a text names if dbt did not compile it. The columns that it reads are unknown.
    fn not_compiled(
        &self,
        number: usize,
        text: Option<&str>,
        reader: &dyn SqlReader,
    ) -> Result<QueryReading<NodeInput>, Unknown> {
        let Some(sql) = text else { return Err(Unknown::NoSql) };
        let seen = Seen { project: self, number };
        let mut named = reader.relations(&Query { sql, dialect: self.dialect, inputs: &seen });
        named.retain(|relation| !relation.is_bare());
        let reading = self.not_understood(number, Unknown::NoSql, named)?;
        self.among_nodes(number, reading, self.in_hooks(number, reader))
    }

    /// The tables that a text names if it was not understood, and dbt's own list. The columns that it reads are
    /// unknown.
    fn not_understood(
        &self,
        number: usize,
        unknown: Unknown,
        named: BTreeSet<RelationName>,
    ) -> Result<QueryReading, Unknown> {
        // A name without a schema may be a CTE's.
        let is_known = |relation: &RelationName| !relation.is_bare() || !self.find(number, relation).is_empty();
        let relations: BTreeSet<RelationName> = named.into_iter().filter(is_known).collect();
        if relations.is_empty() { Err(unknown) } else { Ok(QueryReading::unknown(relations, unknown)) }
    }

    /// A reading with its relations called by their nodes.
    fn among_nodes(
        &self,
        number: usize,
        mut reading: QueryReading,
        in_hooks: BTreeSet<RelationName>,
    ) -> Result<QueryReading<NodeInput>, Unknown> {
        let bare = reading.relations.iter().filter(|relation| relation.is_bare());
        let doubts: Vec<_> = bare.filter_map(|relation| self.doubt(number, relation)).collect();
        reading.unknown.extend(doubts);
        if self.nodes[number].is_rewritten {
            reading.rest.extend(reading.relations.iter().cloned());
        }
        // Of what hooks read the columns are not known.
        reading.relations.extend(in_hooks.iter().cloned());
        reading.rest.extend(in_hooks);
        let mut reading = reading.called(|relation| self.upstream(number, relation))?;
        // Nor are they of what dbt says that the node reads, and its SQL does not: a hook or Jinja reads it, or a branch
        // that this run did not take.
        let place = |unique_id: &UniqueId| self.by_id.get(unique_id).map(|read| &self.nodes[*read].relation);
        let named = reading.relations.iter().filter_map(|named| match named {
            NodeInput::Node(unique_id) => place(unique_id),
            NodeInput::Relation(_) => None,
        });
        let named: BTreeSet<&RelationName> = named.flatten().collect();
        // An ephemeral model has no place: its SQL is a part of this one.
        let is_elsewhere = |read: &&UniqueId| match place(read) {
            Some(Some(relation)) => !named.contains(relation),
            Some(None) => false,
            None => true,
        };
        let more: Vec<_> = self.nodes[number].reads.iter().filter(is_elsewhere).cloned().map(NodeInput::Node).collect();
        reading.relations.extend(more.iter().cloned());
        reading.rest.extend(more);
        Ok(reading)
    }

    /// Why the meaning of a name without a schema is unknown.
    fn doubt(&self, reader: usize, relation: &RelationName) -> Option<Unknown> {
        match *self.find(reader, relation) {
            [] if relation.identifier().eq_ignore_ascii_case("dual") => None,
            [] => Some(Unknown::UnknownRelation { relation: relation.to_string() }),
            [_] => None,
            ref several => Some(self.ambiguous(relation, several)),
        }
    }

    fn ambiguous(&self, relation: &RelationName, nodes: &[usize]) -> Unknown {
        let candidates = nodes.iter().map(|&number| self.nodes[number].unique_id.to_string()).collect();
        Unknown::AmbiguousRelation { relation: relation.to_string(), candidates }
    }

    fn upstream(&self, reader: usize, relation: &RelationName) -> Result<NodeInput, Unknown> {
        match *self.find(reader, relation) {
            [_, _, ..] if relation.is_bare() => Ok(NodeInput::Relation(relation.clone())),
            [] => Ok(NodeInput::Relation(relation.clone())),
            [only] => Ok(NodeInput::Node(self.nodes[only].unique_id.clone())),
            ref several => Err(self.ambiguous(relation, several)),
        }
    }

    /// The nodes that a relation's name may mean in a node's SQL: one that is built here before one that is not, and
    /// one that the node depends on before others. A name without a schema is looked up where the node itself is built,
    /// else anywhere in the project.
    fn find(&self, reader: usize, relation: &RelationName) -> Vec<usize> {
        let named = self.by_identifier.get(relation.identifier()).into_iter().flatten().copied();
        let place = |number: usize| self.nodes[number].relation.as_ref();
        // What a node builds is not there before it is built.
        let could_mean = |number: &usize| {
            let is_bare = relation.is_bare() && *number != reader;
            is_bare || place(*number).is_some_and(|other| relation.could_mean(other))
        };
        let mut found: Vec<usize> = named.filter(could_mean).collect();
        let is_beside = |number: &usize| {
            relation.is_bare() && place(*number).zip(place(reader)).is_some_and(|(one, own)| one.is_beside(own))
        };
        let reads = |number: &usize| self.nodes[reader].reads.contains(self.nodes[*number].unique_id);
        let preferences: [&dyn Fn(&usize) -> bool; 4] = [
            &is_beside,
            &|number| self.nodes[*number].relation.as_ref() == Some(relation),
            &|number| self.nodes[*number].body != Body::Elsewhere,
            &reads,
        ];
        for preferred in preferences {
            if found.iter().any(preferred) {
                found.retain(preferred);
            }
        }
        found
    }
}

/// A project's relations as one node's SQL sees them.
struct Seen<'p> {
    project: &'p NodesByName<'p>,
    number: usize,
}

impl RelationColumns for Seen<'_> {
    fn columns(&self, relation: &RelationName) -> Option<Arc<KnownColumns>> {
        let [only] = *self.project.find(self.number, relation) else { return None };
        let node = &self.project.nodes[only];
        // Of a node that it does not say it reads, only what was known beforehand is certain to be there.
        if self.project.nodes[self.number].reads.contains(node.unique_id) {
            return self.project.columns[only].get().cloned().unwrap_or_else(|| node.columns.clone());
        }
        node.columns.clone()
    }
}

/// The columns that a query gives; `is_changed` where its node has others, or may have.
fn given(reading: &QueryReading, is_changed: bool) -> KnownColumns {
    let known = reading.columns.iter().filter_map(|column| {
        let (quoted, data_type) = (column.quoted, column.data_type.clone());
        Some(KnownColumn { name: column.name.clone()?, quoted, data_type, literal: column.literal })
    });
    let columns: Vec<_> = known.collect();
    let complete = reading.complete && !is_changed && columns.len() == reading.columns.len();
    KnownColumns { columns, complete }
}

/// The columns of a node: the known ones, unless its SQL surely gives others.
fn best(known: Option<Arc<KnownColumns>>, given: Option<KnownColumns>, dialect: Dialect) -> Option<Arc<KnownColumns>> {
    let names = |columns: &KnownColumns| -> BTreeSet<ColumnKey<'static>> {
        columns.columns.iter().map(|column| ColumnKey::new(&column.name, dialect).into_owned()).collect()
    };
    match (known, given) {
        (Some(known), Some(given)) if given.complete && !(known.complete && names(&known) == names(&given)) => {
            Some(Arc::new(given))
        }
        (Some(known), _) => Some(known),
        (None, given) => given.filter(|given| given.complete || !given.columns.is_empty()).map(Arc::new),
    }
}

#[cfg(test)]
mod tests;
