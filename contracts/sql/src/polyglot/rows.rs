//! The columns that a table, a subquery or a CTE gives.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    rc::Rc,
};

use polyglot_sql::expressions::Identifier;
use weft_model::{column_name::folded, types::Dialect};

use super::{
    cells::Cells,
    value::{Derivation, PlacedCell, Value},
};
use crate::Unknown;

/// A name as it is compared: no engine has two columns of one relation that differ in case only, unless quoted so.
pub(super) fn key(name: &str) -> Box<str> {
    folded(name, Dialect::Generic).into()
}

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

/// A column's name as SQL writes it, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    text: Box<str>,
    /// Whether the name is in quotes, or is stored as it is.
    pub(super) quoted: bool,
}

impl Name {
    pub(super) fn new(text: &str, quoted: bool) -> Self {
        Self { text: text.into(), quoted }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl From<&str> for Name {
    /// A name without quotes.
    fn from(text: &str) -> Self {
        Self::new(text, false)
    }
}

impl From<&Identifier> for Name {
    fn from(name: &Identifier) -> Self {
        Self::new(&name.name, name.quoted)
    }
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
