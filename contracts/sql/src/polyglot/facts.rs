//! What a query does beside giving columns: kept for each CTE apart, as only those that are read decide about rows. What is
//! referenced counts everywhere.

use std::collections::BTreeSet;

use super::{
    cell::Cell,
    cells::Cells,
    growing::Growing,
    rows::{Field, Rows, Value},
};
use crate::{ColumnUse, InputColumn, Output, QueryGrowth, QueryReading, Unknown, UseKind};

/// The facts of one query body.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) uses: BTreeSet<(Cell, UseKind)>,
    pub(super) referenced: BTreeSet<Cell>,
    pub(super) relations: BTreeSet<usize>,
    pub(super) stars: BTreeSet<usize>,
    pub(super) unknown: BTreeSet<Unknown>,
    /// The CTEs that it reads, by their facts.
    pub(super) reads: BTreeSet<usize>,
    pub(super) growing: Growing,
}

impl Facts {
    /// Notes that rows are chosen, joined, grouped or ordered by a value.
    pub(super) fn used(&mut self, value: &Value, kind: UseKind) {
        self.uses.extend(value.cells.keys().map(|&cell| (cell, kind)));
        self.unknown.extend(value.unknown.as_deref().cloned());
    }

    /// Notes that the text names a column. Of a whole row no column is named.
    pub(super) fn referenced(&mut self, value: &Value) {
        if value.row.is_none() {
            self.referenced.extend(value.cells.keys());
        }
        self.referenced.extend(value.place.iter());
        self.growing.placed.extend(value.placed.iter());
        self.unknown.extend(value.unknown.as_deref().cloned());
    }
}

/// The reading of a query that gives `rows` and has the first of these facts, with those of the CTEs that it reads.
pub(super) fn reading(cells: &Cells, facts: &[Facts], rows: &Rows) -> QueryReading {
    let mut reading = QueryReading {
        columns: rows.fields.iter().map(|field| output(cells, field)).collect(),
        complete: rows.is_closed(),
        uses: BTreeSet::new(),
        referenced: BTreeSet::new(),
        relations: BTreeSet::new(),
        stars: BTreeSet::new(),
        rest: BTreeSet::new(),
        unknown: BTreeSet::new(),
        growth: growth(cells, facts, rows),
    };
    for facts in facts {
        reading.referenced.extend(facts.referenced.iter().filter_map(|&cell| cells.input(cell)));
        reading.relations.extend(facts.relations.iter().map(|&relation| cells.name(relation).clone()));
        reading.unknown.extend(facts.unknown.iter().cloned());
    }
    let mut seen = BTreeSet::from([0]);
    let mut to_do = vec![0];
    while let Some(facts) = to_do.pop().and_then(|number| facts.get(number)) {
        to_do.extend(facts.reads.iter().copied().filter(|read| seen.insert(*read)));
        let uses = facts.uses.iter().filter_map(|&(cell, kind)| Some(ColumnUse { input: cells.input(cell)?, kind }));
        reading.uses.extend(uses);
        reading.stars.extend(facts.stars.iter().map(|&relation| cells.name(relation).clone()));
    }
    for rest in &rows.rest {
        let relations = rest.relations(cells).into_iter().map(|relation| cells.name(relation).clone());
        reading.rest.extend(relations);
        reading.unknown.insert(rest.unknown(cells));
    }
    reading
}

fn growth(cells: &Cells, facts: &[Facts], rows: &Rows) -> QueryGrowth {
    let name = |relation: &usize| cells.name(*relation).clone();
    let mut growth = QueryGrowth { passed_on: rows.grows.iter().map(name).collect(), ..QueryGrowth::default() };
    let read: BTreeSet<usize> = facts.iter().flat_map(|facts| facts.reads.iter().copied()).collect();
    for (number, facts) in facts.iter().enumerate() {
        let Growing { counted, counted_if_read, placed, ambiguous, captured } = &facts.growing;
        growth.counted.extend(counted.iter().map(name));
        if read.contains(&number) {
            growth.counted.extend(counted_if_read.iter().map(name));
        }
        for placed in placed {
            let Some(InputColumn { relation, column }) = cells.input(placed.cell) else { continue };
            match placed.boundary {
                None => _ = growth.placed.entry(relation).or_default().insert(column),
                Some(boundary) => {
                    let bounded = growth.bounded.entry(relation).or_default();
                    bounded.entry(column).or_default().insert(boundary);
                }
            }
        }
        for (found, names) in [(&mut growth.ambiguous, ambiguous), (&mut growth.captured, captured)] {
            for (relation, names) in names {
                found.entry(name(relation)).or_default().extend(names.iter().cloned());
            }
        }
    }
    growth
}

fn output(cells: &Cells, Field { name, value }: &Field) -> Output {
    let quoted = name.as_ref().is_some_and(|name| name.quoted);
    let name = name.as_deref();
    let inputs = match &value.unknown {
        Some(unknown) => Err(Unknown::clone(unknown)),
        None => Ok(cells.inputs(value, name)),
    };
    Output {
        name: name.map(Into::into),
        quoted,
        data_type: value.data_type.as_deref().map(Into::into),
        literal: value.literal,
        inputs,
    }
}
