//! Columns that a table lacks, and what is made of them: a view over it lacks them, too.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::{column_name::ColumnKey, name::UniqueId, types::Dialect};
use weft_publication::{Column, InterfaceNode, LineageNode, OnlyIn, Origin, Publication};

use crate::{
    catalog::Catalog,
    derive::{
        DeriveNote,
        columns::listed,
        keeping::{Keeping, is_rebuilt, lags},
    },
    manifest::Manifest,
    run_results::RunResults,
};

/// Node → the columns that its relation lacks, by their names as they are compared.
pub(super) struct Lacking {
    dialect: Dialect,
    columns: BTreeMap<UniqueId, BTreeSet<ColumnKey<'static>>>,
}

impl Lacking {
    /// What the tables lack of the nodes that are not in the interface.
    pub(super) fn hidden(
        publication: &Publication,
        manifest: &Manifest,
        (before, results): (&Publication, Option<&RunResults>),
    ) -> Self {
        let mut lacking = Self { dialect: publication.dialect(), columns: BTreeMap::new() };
        let hidden = publication.lineage.iter().filter(|(id, _)| !publication.interface.contains_key(*id));
        for (unique_id, node) in hidden {
            if !manifest.nodes.get(unique_id).is_some_and(|known| lags(unique_id, known, results)) {
                continue;
            }
            let Some((columns, had)) = node.shape_columns().zip(had(before, unique_id)) else { continue };
            let had: BTreeSet<_> = had.iter().map(|column| lacking.folded(&column.name)).collect();
            let gained = columns.iter().map(|column| &*column.name).filter(|name| !had.contains(&lacking.folded(name)));
            let gained: Vec<&str> = gained.collect();
            lacking.add(unique_id, gained.into_iter());
        }
        lacking
    }

    /// That the relation of a node lacks columns.
    pub(super) fn add<'c>(&mut self, unique_id: &UniqueId, columns: impl Iterator<Item = &'c str>) {
        let columns: BTreeSet<_> = columns.map(|column| self.folded(column)).collect();
        if !columns.is_empty() {
            self.columns.entry(unique_id.clone()).or_default().extend(columns);
        }
    }

    /// Finds the columns of other nodes that are made of these.
    pub(super) fn pass_on(&mut self, lineage: &BTreeMap<UniqueId, LineageNode>) {
        let mut is_done = self.columns.is_empty();
        while !is_done {
            is_done = true;
            for (unique_id, node) in lineage {
                let made = node.reading.iter().flat_map(|reading| &reading.columns);
                let lost = made.filter(|(_, of)| of.iter().any(|(read, columns)| self.has_any(read, columns.keys())));
                let known = self.columns.get(unique_id);
                let lost = lost.map(|(name, _)| self.folded(name));
                let new: Vec<_> = lost.filter(|name| known.is_none_or(|known| !known.contains(name))).collect();
                if !new.is_empty() {
                    self.columns.entry(unique_id.clone()).or_default().extend(new);
                    is_done = false;
                }
            }
        }
    }

    /// Marks the columns of the interface that are made of what is lacking, and those that were marked before and that
    /// nothing shows since.
    pub(super) fn mark(
        &self,
        publication: &mut Publication,
        manifest: &Manifest,
        (before, results, catalog): (&Publication, Option<&RunResults>, Option<&Catalog>),
    ) -> Vec<DeriveNote> {
        let mut notes = Vec::new();
        for (unique_id, node) in &mut publication.interface {
            let Some(known) = manifest.nodes.get(unique_id) else { continue };
            let is_replaced = Keeping::from_node(known).is_none();
            let was = before.interface.get(unique_id);
            let was = was.filter(|_| is_replaced && !is_rebuilt(unique_id, known, results));
            let was: BTreeSet<_> = was.into_iter().flat_map(unbuilt).map(|name| self.folded(name)).collect();
            if was.is_empty() && !self.columns.contains_key(unique_id) {
                continue;
            }
            let shown = catalog.map_or(&[][..], |catalog| catalog.columns(unique_id.as_str()));
            let shown: BTreeSet<_> = shown.iter().map(|column| self.folded(&column.name)).collect();
            let lacks = |column: &Column| {
                let name = self.folded(&column.name);
                let is_lost = self.columns.get(unique_id).is_some_and(|lost| lost.contains(&name));
                (is_lost || was.contains(&name)) && !shown.contains(&name)
            };
            let is_open = |column: &Column| column.origin > Origin::Declared && column.only_in.is_none();
            let mut marked = Vec::new();
            for column in node.columns.iter_mut().filter(|column| is_open(column) && lacks(column)) {
                column.only_in = Some(OnlyIn::Sql);
                marked.push(&*column.name);
            }
            notes.extend((!marked.is_empty()).then(|| note(unique_id, &marked)));
        }
        notes
    }

    fn has_any<'c>(&self, unique_id: &UniqueId, mut columns: impl Iterator<Item = &'c String>) -> bool {
        let lost = self.columns.get(unique_id);
        lost.is_some_and(|lost| columns.any(|column| lost.contains(&self.folded(column))))
    }

    fn folded(&self, name: &str) -> ColumnKey<'static> {
        ColumnKey::new(name, self.dialect).into_owned()
    }
}

/// The columns that a node's relation had, where all were known.
fn had(before: &Publication, unique_id: &UniqueId) -> Option<Vec<Column>> {
    let public = before.interface.get(unique_id).filter(|node| node.has_every_column());
    let public = public.map(|node| node.columns.iter().filter(|column| !column.is_unbuilt()).cloned().collect());
    public.or_else(|| before.lineage.get(unique_id)?.shape_columns())
}

fn unbuilt(node: &InterfaceNode) -> impl Iterator<Item = &str> {
    node.columns.iter().filter(|column| column.is_unbuilt()).map(|column| &*column.name)
}

fn note(unique_id: &UniqueId, marked: &[&str]) -> DeriveNote {
    let message = format!(
        "in the SQL, but not known to be in the table: {}. A table that it reads may lack the columns that it needs: run `dbt build --full-refresh`, and publish after it; or create a catalog that shows it (`dbt docs generate`)",
        listed(marked)
    );
    DeriveNote::on(unique_id, message)
}
