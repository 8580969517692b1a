//! What the tables hold that dbt adds to from run to run: incremental models and snapshots, and those of seeds, which it
//! empties and fills again. Their columns are not what the SQL, or a seed's file, gives now, but what it gave when the table
//! was made, with what came and went since.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{column_name::ColumnKey, name::UniqueId, types::Dialect};
use weft_publication::{Column, DeclaredColumn, InterfaceNode, LineageNode, OnlyIn, Origin, Publication};

use crate::{
    catalog::Catalog,
    derive::{
        DeriveNote,
        columns::{listed, nameless},
        keeping::{Keeping, MetaColumns, is_rebuilt},
        lacking::Lacking,
    },
    manifest::{Manifest, Node},
    run_results::RunResults,
};

/// What is known of the tables beside what this run of dbt says of the SQL.
#[derive(Debug, Clone, Copy)]
pub struct TableKnowledge<'t> {
    /// By what the tables were built until now.
    pub before: &'t Publication,
    /// What became of the nodes in dbt's last run, where that has looked at data.
    pub results: Option<&'t RunResults>,
}

/// Marks the columns that are in the SQL and not known in the table, and keeps those that are in the table and no longer in
/// the SQL. Gives back what the publisher should know of it.
pub fn apply_tables(
    publication: &mut Publication,
    manifest: &Manifest,
    catalog: Option<&Catalog>,
    tables: TableKnowledge<'_>,
) -> Vec<DeriveNote> {
    let dialect = publication.dialect();
    let catalog = catalog.filter(|catalog| !catalog.is_older_than(manifest));
    let results = tables.results.filter(|results| results.are_of(manifest));
    let mut notes = Vec::new();
    let mut lacking = Lacking::hidden(publication, manifest, (tables.before, results));
    let Publication { interface, lineage, .. } = &mut *publication;
    for (unique_id, new) in interface {
        let node = manifest.nodes.get(unique_id);
        let Some((node, keeping)) = node.and_then(|node| Some((node, Keeping::from_node(node)?))) else { continue };
        let Some(old) = tables.before.interface.get(unique_id).filter(|old| was_table(old)) else { continue };
        let is_built = results.is_some_and(|results| results.is_success(unique_id.as_str()));
        if keeping != Keeping::Snapshot && is_rebuilt(unique_id, node, results) {
            continue;
        }
        let table = GrowingTable {
            keeping,
            dialect,
            old,
            is_built,
            warehouse: catalog
                .map(|catalog| catalog.columns(unique_id.as_str()))
                .filter(|all| !all.is_empty())
                .map(|columns| columns.iter().map(|column| ColumnKey::new(&column.name, dialect)).collect()),
            meta: MetaColumns::new(node),
            in_sql: [tables.before.lineage.get(unique_id), lineage.get(unique_id)]
                .map(|node| node.and_then(|node| given(node, dialect))),
        };
        let unbuilt = table.hold(new);
        if !unbuilt.is_empty() {
            notes.push(note(unique_id, node, keeping, &unbuilt));
            lacking.add(unique_id, unbuilt.iter().map(String::as_str));
        }
    }
    lacking.pass_on(&publication.lineage);
    notes.extend(lacking.mark(publication, manifest, (tables.before, results, catalog)));
    notes
}

/// Whether a node was a table to which dbt adds now. In place of a view it builds a new table.
fn was_table(node: &InterfaceNode) -> bool {
    !matches!(node.materialization.as_deref(), Some("view" | "ephemeral" | "materialized_view" | "dynamic_table"))
}

/// The columns that a node's SQL gives, where all are known, by their names as they are compared.
fn given(node: &LineageNode, dialect: Dialect) -> Option<BTreeMap<ColumnKey<'_>, &str>> {
    let reading = node.reading.as_ref().filter(|reading| node.unknown.is_none() && reading.unresolved.is_empty())?;
    let names: BTreeMap<_, _> = reading.columns.keys().map(|name| (ColumnKey::new(name, dialect), &**name)).collect();
    (!names.is_empty()).then_some(names)
}

/// A table to which dbt adds, and what is known of its columns.
struct GrowingTable<'t> {
    keeping: Keeping,
    dialect: Dialect,
    /// The node as it was.
    old: &'t InterfaceNode,
    /// Whether dbt's last run added to it, by what the SQL gives now.
    is_built: bool,
    /// The columns that it has, if a newer catalog shows them.
    warehouse: Option<BTreeSet<ColumnKey<'t>>>,
    /// The columns that dbt itself writes into a snapshot.
    meta: MetaColumns<'t>,
    /// The columns that the SQL gave and gives.
    in_sql: [Option<BTreeMap<ColumnKey<'t>, &'t str>>; 2],
}

impl GrowingTable<'_> {
    /// Holds the node's columns to the table; the names of those that are not known to be in it.
    fn hold(&self, new: &mut InterfaceNode) -> Vec<String> {
        if self.keeping == Keeping::Snapshot {
            self.carry(new);
        }
        if matches!(self.keeping, Keeping::Append | Keeping::Snapshot) {
            self.keep(new);
        }
        if !matches!(self.keeping, Keeping::Sync | Keeping::Refill) {
            self.mark_left_behind(new);
        }
        self.mark_unbuilt(new)
    }

    fn folded<'c>(&self, column: &'c Column) -> ColumnKey<'c> {
        ColumnKey::new(&column.name, self.dialect)
    }

    /// The columns that the table had.
    fn had(&self) -> impl Iterator<Item = &Column> {
        self.old.columns.iter().filter(|column| !column.is_unbuilt() && !self.meta.are_without(&column.name))
    }

    fn names<'n>(&self, node: &'n InterfaceNode) -> BTreeSet<ColumnKey<'n>> {
        node.columns.iter().map(|column| self.folded(column)).collect()
    }

    /// A snapshot loses no column: columns that were known and that this run of dbt does not know are still there.
    /// Columns that its SQL gained come with the next run.
    fn carry(&self, new: &mut InterfaceNode) {
        let mut said = Vec::new();
        if !new.has_every_column() {
            if !self.old.has_every_column() {
                return;
            }
            said = std::mem::take(&mut new.columns);
            let declared = |it: &Column| DeclaredColumn { name: it.name.clone(), data_type: it.data_type.clone() };
            new.declared = Some(said.iter().map(declared).collect());
            new.columns = self.had().map(|was| self.as_it_was(was, &said)).collect();
            let known: BTreeSet<ColumnKey<'static>> = self.names(new).into_iter().map(ColumnKey::into_owned).collect();
            let written = self.meta.other().filter(|name| !known.contains(&ColumnKey::new(name, self.dialect)));
            new.columns.extend(written.map(|name| Column { name: name.to_owned(), ..nameless(Origin::Sql) }));
        }
        if self.warehouse.is_none() {
            let known: BTreeSet<ColumnKey<'static>> = self.names(new).into_iter().map(ColumnKey::into_owned).collect();
            let gained = self.in_sql[1].iter().flatten().filter(|(name, _)| !known.contains(*name));
            new.columns.extend(gained.map(|(name, written)| {
                let now = said.iter().find(|column| self.folded(column) == *name).cloned();
                let now = now.unwrap_or_else(|| Column { name: (*written).to_owned(), ..nameless(Origin::Sql) });
                let type_origin = now.data_type.as_ref().map(|_| Origin::Declared);
                Column { origin: Origin::Sql, type_origin, ..now }
            }));
        }
    }

    /// A column as the table had it, with what the YAML says of it now.
    fn as_it_was(&self, was: &Column, said: &[Column]) -> Column {
        let now = said.iter().find(|column| self.folded(column) == self.folded(was)).cloned();
        Column {
            name: was.name.clone(),
            quoted: was.quoted,
            data_type: was.data_type.clone(),
            type_origin: was.type_origin,
            literal: was.literal,
            origin: was.origin,
            only_in: None,
            ..now.unwrap_or_else(|| bare(was))
        }
    }

    /// Keeps the columns that the table had and the SQL no longer gives.
    fn keep(&self, new: &mut InterfaceNode) {
        if !new.has_every_column() || self.warehouse.is_some() {
            return;
        }
        let known: BTreeSet<ColumnKey<'static>> = self.names(new).into_iter().map(ColumnKey::into_owned).collect();
        // Each behind the column that it stood behind: the table keeps its order.
        let mut place = 0;
        for was in self.had() {
            if known.contains(&self.folded(was)) {
                let at = new.columns.iter().position(|column| self.folded(column) == self.folded(was));
                place = at.map_or(place, |at| at + 1);
            } else {
                new.columns.insert(place, Column { only_in: Some(OnlyIn::Table), ..bare(was) });
                place += 1;
            }
        }
    }

    /// Marks the columns of the table that the SQL gave and no longer gives.
    fn mark_left_behind(&self, new: &mut InterfaceNode) {
        let [was, is] = &self.in_sql;
        let Some(is) = is else { return };
        let left = |name: &ColumnKey<'_>| {
            let marked = self.old.columns.iter().find(|column| self.folded(column) == *name);
            let is_left = marked.is_some_and(|column| column.only_in == Some(OnlyIn::Table));
            is_left || was.as_ref().is_some_and(|was| was.contains_key(name))
        };
        for column in &mut new.columns {
            let name = ColumnKey::new(&column.name, self.dialect);
            if !is.contains_key(&name) && left(&name) {
                column.only_in = Some(OnlyIn::Table);
            }
        }
    }

    /// Adds the columns that the SQL gives, and that the warehouse does not have.
    fn add_missing(&self, new: &mut InterfaceNode) {
        let known: BTreeSet<ColumnKey<'static>> = self.names(new).into_iter().map(ColumnKey::into_owned).collect();
        let missing = self.in_sql[1].iter().flatten().filter(|(name, _)| !known.contains(*name));
        new.columns.extend(missing.map(|(_, name)| Column { name: (*name).to_owned(), ..nameless(Origin::Sql) }));
    }

    /// Marks the columns that the SQL gives and that nothing shows in the table; their names.
    fn mark_unbuilt(&self, new: &mut InterfaceNode) -> Vec<String> {
        if self.keeping.adds(self.is_built) {
            return Vec::new();
        }
        if self.warehouse.is_some() {
            self.add_missing(new);
        }
        if self.warehouse.is_none() && !self.old.has_every_column() {
            return Vec::new();
        }
        let had: BTreeSet<ColumnKey<'_>> = self.had().map(|column| self.folded(column)).collect();
        let is_there = |column: &Column| {
            let name = ColumnKey::new(&column.name, self.dialect);
            match &self.warehouse {
                Some(warehouse) => warehouse.contains(&name),
                None => had.contains(&name) || column.origin == Origin::Catalog,
            }
        };
        let unbuilt = new.columns.iter_mut().filter(|column| column.origin > Origin::Declared && !is_there(column));
        let marked = unbuilt.map(|column| {
            column.only_in = Some(OnlyIn::Sql);
            column.name.clone()
        });
        marked.collect()
    }
}

/// A column of the table, without what the project's files promised of it.
fn bare(was: &Column) -> Column {
    Column { quality: Vec::new(), constraints: Vec::new(), ..was.clone() }
}

fn note(unique_id: &UniqueId, node: &Node, keeping: Keeping, unbuilt: &[String]) -> DeriveNote {
    let (names, why) = (listed(&unbuilt.iter().map(String::as_str).collect::<Vec<_>>()), keeping.why());
    let remedy = match node.full_refresh {
        Some(false) => "`full_refresh: false` prevents a full refresh, so add it to the table by hand".to_owned(),
        _ => format!("run `dbt build --full-refresh --select {}`, and publish after it", node.name),
    };
    let message = format!(
        "in the SQL, but not known to be in the table: {names}. {why}: {remedy}; or create a catalog that shows it (`dbt docs generate`)"
    );
    DeriveNote::on(unique_id, message)
}
