//! The relations that a query reads and their columns, numbered, so that sets of them are small.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use weft_model::relation_name::RelationName;

use super::{
    cell::{Cell, Derivation},
    key::{Name, key},
    rows::{Field, Gives, Rest, Rows, Value},
};
use crate::{How, InputColumn, RelationColumns, Unknown};

/// Numbers the relations of a query, so that sets of them are sets of numbers.
#[derive(Default)]
pub(super) struct Cells {
    relations: Vec<(RelationName, Rc<Rows>)>,
    by_name: BTreeMap<RelationName, usize>,
    columns: Vec<(usize, Box<str>)>,
    by_column: HashMap<(usize, Box<str>), Cell>,
}

impl Cells {
    /// A relation's number and the columns that it gives.
    pub(super) fn relation(&mut self, name: RelationName, inputs: &dyn RelationColumns) -> (usize, Rc<Rows>) {
        if let Some(&number) = self.by_name.get(&name) {
            return (number, Rc::clone(&self.relations[number].1));
        }
        let number = self.relations.len();
        let known = inputs.columns(&name);
        let fields = known.iter().flat_map(|known| &known.columns).map(|column| {
            let cell = self.cell(number, &column.name);
            let value = Value::cell(cell, column.data_type.as_deref().map(Into::into));
            let value = Value { literal: column.literal, ..value };
            Field { name: Some(Name::new(&column.name, column.quoted)), value }
        });
        let fields: Vec<_> = fields.collect();
        let complete = known.as_ref().is_some_and(|known| known.complete);
        let rest = if complete { Vec::new() } else { vec![Rest::new(Gives::Relation(number))] };
        let rows = Rc::new(Rows::new(fields, rest).growing(vec![number]));
        self.relations.push((name.clone(), Rc::clone(&rows)));
        self.by_name.insert(name, number);
        (number, rows)
    }

    /// Whether these are the columns of one relation, all of them and in its order.
    pub(super) fn is_as_it_is(&self, rows: &Rows) -> bool {
        let [relation] = &*rows.grows else { return false };
        let own = &self.relations[*relation].1;
        let same = |(one, own): (&Field, &Field)| own.value.column.is_some() && one.value.column == own.value.column;
        own.rest.is_empty() && own.fields.len() == rows.fields.len() && rows.fields.iter().zip(&own.fields).all(same)
    }

    /// A relation's column, whether or not it was known.
    pub(super) fn cell(&mut self, relation: usize, column: &str) -> Cell {
        *self.by_column.entry((relation, key(column))).or_insert_with(|| {
            self.columns.push((relation, column.into()));
            Cell::try_from(self.columns.len() - 1).unwrap_or(Cell::MAX)
        })
    }

    /// Whether a relation that is read has a column of this key; where `or_perhaps`, whether one may have it.
    pub(super) fn may_have(&self, key: &str, or_perhaps: bool) -> bool {
        self.relations.iter().any(|(_, rows)| rows.has(key) || or_perhaps && !rows.is_closed())
    }

    /// A member of a column: its path, `column.member`.
    pub(super) fn member(&mut self, cell: Cell, member: &str) -> Cell {
        let Some((relation, column)) = self.columns.get(cell as usize) else { return cell };
        let (relation, path) = (*relation, format!("{column}.{member}"));
        self.cell(relation, &path)
    }

    pub(super) fn name(&self, relation: usize) -> &RelationName {
        &self.relations[relation].0
    }

    /// The relations that some columns are of.
    pub(super) fn relations_of(&self, cells: &BTreeMap<Cell, Derivation>) -> BTreeSet<usize> {
        cells.keys().filter_map(|&cell| self.columns.get(cell as usize)).map(|(relation, _)| *relation).collect()
    }

    pub(super) fn input(&self, cell: Cell) -> Option<InputColumn> {
        let (relation, column) = self.columns.get(cell as usize)?;
        Some(InputColumn { relation: self.name(*relation).clone(), column: column.clone() })
    }

    /// The inputs of an output of this name.
    pub(super) fn inputs(&self, value: &Value, name: Option<&str>) -> BTreeMap<InputColumn, How> {
        let name = name.map(key);
        let how = |input: &InputColumn, way| match way {
            Derivation::Passed if name.as_ref() == Some(&key(&input.column)) => How::AsIs,
            Derivation::Passed => How::Renamed,
            Derivation::Transformed => How::Transformed,
            Derivation::Aggregated => How::Aggregated,
        };
        let inputs = value.cells.iter().filter_map(|(&cell, &way)| Some((self.input(cell)?, way)));
        inputs.map(|(input, way)| (input.clone(), how(&input, way))).collect()
    }
}

impl Rest {
    /// The relations that the columns are of.
    pub(super) fn relations(&self, cells: &Cells) -> BTreeSet<usize> {
        match &self.gives {
            Gives::Relation(relation) => BTreeSet::from([*relation]),
            Gives::PartOf(value) => cells.relations_of(&value.cells),
            Gives::Unknown(_, relations) => relations.clone(),
        }
    }

    /// Why the columns are unknown.
    pub(super) fn unknown(&self, cells: &Cells) -> Unknown {
        match &self.gives {
            Gives::Unknown(unknown, _) => Unknown::clone(unknown),
            Gives::Relation(_) | Gives::PartOf(_) => {
                let relations = self.relations(cells);
                Unknown::OpenStar {
                    relations: relations.iter().map(|&number| cells.name(number).to_string()).collect(),
                }
            }
        }
    }

    /// The same columns, each computed or at an unknown position: nothing is known of a single one.
    pub(super) fn blurred(&self, cells: &Cells) -> Self {
        let gives = Gives::Unknown(Rc::new(self.unknown(cells)), self.relations(cells));
        Self { gives, excluded: Rc::default() }
    }
}
