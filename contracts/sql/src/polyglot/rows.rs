//! The columns that a table, a subquery or a CTE gives, and the values in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use weft_model::types::LiteralKind;

use super::{
    cell::{Cell, Derivation, PlacedCell},
    key::{Name, key},
};
use crate::Unknown;

/// The columns of a source: those with known names, and perhaps more.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) fields: Vec<Field>,
    pub(super) rest: Vec<Rest>,
    /// The relations whose new columns would be columns here too, in their order; one that is taken twice is here twice.
    pub(super) grows: Vec<usize>,
    /// What an alias's list hides: the names that the listed columns have in their tables. Where there are columns behind
    /// the list, one that changes places with them has its own name again.
    pub(super) hidden: BTreeMap<Box<str>, BTreeSet<PlacedCell>>,
    /// Whether a new column of one of the relations moves columns that are not its own.
    pub(super) pushes: bool,
    by_key: BTreeMap<Box<str>, Vec<usize>>,
}

/// A column with a known name.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// `None` where the engine makes one up.
    pub(super) name: Option<Name>,
    pub(super) value: Value,
}

/// The columns with unknown names.
#[derive(Debug, Clone)]
pub(super) struct Rest {
    pub(super) gives: Gives,
    /// The keys of columns that are surely not among them.
    pub(super) excluded: Rc<BTreeSet<Box<str>>>,
}

/// What a column of unknown name is, once it is asked for.
#[derive(Debug, Clone)]
pub(super) enum Gives {
    /// A relation's column of that name.
    Relation(usize),
    /// A part of this value.
    PartOf(Value),
    /// Something that cannot be said, of these relations if of any.
    Unknown(Rc<Unknown>, BTreeSet<usize>),
}

/// What was found under a name.
pub(super) enum Lookup {
    /// The column, with its value.
    Here(Value),
    /// A column of unknown name, if it has this one.
    Perhaps(Perhaps),
    /// Several columns of that name.
    Several,
    /// The source has no such column.
    Not,
}

/// What may be meant.
pub(super) enum Perhaps {
    /// The relation's column of that name.
    Relation(usize),
    /// The value of the column.
    Value(Value),
}

impl Rows {
    pub(super) fn new(fields: Vec<Field>, rest: Vec<Rest>) -> Self {
        let mut by_key: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (index, field) in fields.iter().enumerate() {
            if let Some(name) = &field.name {
                by_key.entry(key(name)).or_default().push(index);
            }
        }
        Self { fields, rest, grows: Vec::new(), hidden: BTreeMap::new(), pushes: false, by_key }
    }

    /// The same, growing with these relations.
    pub(super) fn growing(self, grows: Vec<usize>) -> Self {
        Self { grows, ..self }
    }

    /// The same, with names that are hidden.
    pub(super) fn hiding(self, hidden: BTreeMap<Box<str>, BTreeSet<PlacedCell>>) -> Self {
        Self { hidden, ..self }
    }

    /// The same, where new columns may move others.
    pub(super) fn pushing(self, pushes: bool) -> Self {
        Self { pushes, ..self }
    }

    /// The same once more.
    pub(super) fn again(&self) -> Self {
        let again = Self::new(self.fields.clone(), self.rest.clone());
        again.growing(self.grows.clone()).hiding(self.hidden.clone()).pushing(self.pushes)
    }

    /// Columns of one value each, under these names and no others.
    pub(super) fn named<N: Into<Name>>(names: impl IntoIterator<Item = N>, value: &Value) -> Self {
        let field = |name: N| Field { name: Some(name.into()), value: value.clone() };
        Self::new(names.into_iter().map(field).collect(), Vec::new())
    }

    /// Nothing can be said of its columns.
    pub(super) fn unknown(unknown: Unknown) -> Self {
        Self::new(Vec::new(), vec![Rest::new(Gives::Unknown(Rc::new(unknown), BTreeSet::new()))])
    }

    /// Whether all its columns are known, with their places.
    pub(super) fn is_closed(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// The columns of this name where there are any, by their places.
    pub(super) fn places(&self, key: &str) -> &[usize] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn find(&self, name: &str) -> Lookup {
        let key = key(name);
        match self.places(&key) {
            [] => self.among_the_rest(&key),
            &[only] => Lookup::Here(self.fields[only].value.clone()),
            several => {
                let exact = |index: &&usize| self.fields[**index].name.as_deref() == Some(name);
                let mut same = several.iter().filter(exact);
                let first = &self.fields[several[0]].value;
                match (same.next(), same.next()) {
                    (Some(&only), None) => Lookup::Here(self.fields[only].value.clone()),
                    _ if several.iter().all(|&index| first.is_same(&self.fields[index].value)) => {
                        Lookup::Here(first.clone())
                    }
                    _ => Lookup::Several,
                }
            }
        }
    }

    fn among_the_rest(&self, key: &str) -> Lookup {
        let mut rest = self.rest.iter().filter(|rest| !rest.excluded.contains(key));
        let nameless = self.fields.iter().any(|field| field.name.is_none());
        match (rest.next(), rest.next()) {
            (None, _) if nameless => {
                let construct = "a column whose name the engine makes up".to_owned();
                Lookup::Perhaps(Perhaps::Value(Value::unknown(Unknown::NotWorkedOut { construct })))
            }
            (None, _) => Lookup::Not,
            (Some(_), Some(_)) => Lookup::Several,
            (Some(only), None) => Lookup::Perhaps(match &only.gives {
                Gives::Relation(relation) => Perhaps::Relation(*relation),
                Gives::PartOf(value) => Perhaps::Value(Value::computed_from([value], Derivation::Transformed)),
                Gives::Unknown(unknown, _) => Perhaps::Value(Value::unknown(Unknown::clone(unknown))),
            }),
        }
    }
}

impl Rest {
    pub(super) fn new(gives: Gives) -> Self {
        Self { gives, excluded: Rc::default() }
    }

    /// The same without these columns.
    pub(super) fn without<'k>(&self, keys: impl IntoIterator<Item = &'k Box<str>>) -> Self {
        let mut excluded = BTreeSet::clone(&self.excluded);
        excluded.extend(keys.into_iter().cloned());
        Self { gives: self.gives.clone(), excluded: Rc::new(excluded) }
    }
}

/// A value: the columns it is made of, and what could not be said of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    /// Shared, as most columns are passed on from one subquery to the next.
    pub(super) cells: Rc<BTreeMap<Cell, Derivation>>,
    /// Why the cells are not all, where they are not.
    pub(super) unknown: Option<Rc<Unknown>>,
    /// Where it is certain.
    pub(super) data_type: Option<Rc<str>>,
    /// What it certainly is, where it is a literal that was passed on.
    pub(super) literal: Option<LiteralKind>,
    /// The members, where the value is a row as a whole.
    pub(super) row: Option<Rc<Rows>>,
    /// The column, where the value is a column itself or a member of one: its members may be asked for.
    pub(super) column: Option<Cell>,
    /// The columns without which the value would be another's: those before it where its name is given to a place.
    pub(super) place: Rc<BTreeSet<Cell>>,
    /// The columns in whose places the value is found, where an alias's list gives names to places.
    pub(super) placed: Rc<BTreeSet<PlacedCell>>,
}

impl Value {
    /// A column, passed on.
    pub(super) fn cell(cell: Cell, data_type: Option<Rc<str>>) -> Self {
        Self {
            cells: Rc::new(BTreeMap::from([(cell, Derivation::Passed)])),
            data_type,
            column: Some(cell),
            ..Self::default()
        }
    }

    /// A member of a column.
    pub(super) fn member(cell: Cell) -> Self {
        Self {
            cells: Rc::new(BTreeMap::from([(cell, Derivation::Transformed)])),
            column: Some(cell),
            ..Self::default()
        }
    }

    /// Nothing is known of it.
    pub(super) fn unknown(unknown: Unknown) -> Self {
        Self { unknown: Some(Rc::new(unknown)), ..Self::default() }
    }

    /// A value computed from other values.
    pub(super) fn computed_from<'v>(values: impl IntoIterator<Item = &'v Self>, way: Derivation) -> Self {
        let mut cells = BTreeMap::new();
        let mut unknown = None;
        for value in values {
            for (&cell, &before) in value.cells.iter() {
                let strongest = cells.entry(cell).or_insert(way);
                *strongest = before.max(way).max(*strongest);
            }
            unknown = unknown.or_else(|| value.unknown.clone());
        }
        Self { cells: Rc::new(cells), unknown, ..Self::default() }
    }

    /// One or the other, row by row.
    pub(super) fn either(&self, other: &Self) -> Self {
        if self.is_same(other) && self.data_type == other.data_type && self.literal == other.literal {
            return self.clone();
        }
        let mut cells = BTreeMap::clone(&self.cells);
        for (&cell, &way) in other.cells.iter() {
            let strongest = cells.entry(cell).or_insert(way);
            *strongest = way.max(*strongest);
        }
        let unknown = self.unknown.clone().or_else(|| other.unknown.clone());
        let data_type = self.data_type.clone().filter(|data_type| other.data_type.as_ref() == Some(data_type));
        let literal = self.literal.filter(|_| self.literal == other.literal);
        Self { cells: Rc::new(cells), unknown, data_type, literal, ..Self::default() }
    }

    /// The same, under a certain type.
    pub(super) fn typed(self, data_type: Option<String>) -> Self {
        Self { data_type: data_type.map(Into::into), ..self }
    }

    /// A literal.
    pub(super) fn literal(kind: LiteralKind) -> Self {
        Self { literal: Some(kind), ..Self::default() }
    }

    /// Whether two values are made of the same, so that it does not matter which is meant.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.unknown.is_none() && other.unknown.is_none() && self.cells == other.cells
    }
}
