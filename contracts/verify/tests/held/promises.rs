//! Generated promises about a column, and what the plain evaluator makes of them, row by row.

use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::{Value, json};
use weft_api::CheckKind;

use crate::{
    columns::{COLUMNS, Column, PATTERNS},
    model::{Family, Model},
};

/// A column with rows, and what is promised of it; everything by its place in a list.
#[derive(Debug, Clone)]
pub(crate) struct Promises {
    pub(crate) column: usize,
    /// Its rows; none is null.
    pub(crate) rows: Vec<Option<usize>>,
    listed: Option<Vec<usize>>,
    missing: Option<Vec<usize>>,
    valid: Option<Vec<usize>>,
    least: Option<(usize, bool)>,
    greatest: Option<(usize, bool)>,
    step: Option<usize>,
    pattern: Option<usize>,
    lengths: Option<(u64, u64)>,
}

pub(crate) fn promises(columns: Vec<usize>) -> impl Strategy<Value = Promises> {
    prop::sample::select(columns).prop_flat_map(|column| {
        let it = &COLUMNS[column];
        let (rows, said) = (it.rows.len(), it.values().len());
        let list = move || prop::option::of(prop::collection::vec(0..said, 0..4));
        let bound = move || prop::option::of((0..said, any::<bool>()));
        let lists = (list(), list(), list());
        let limits = (
            bound(),
            bound(),
            prop::option::of(0..Column::steps().len()),
            prop::option::of(0..PATTERNS.len()),
            prop::option::of((0..3_u64, 0..4_u64)),
        );
        (prop::collection::vec(prop::option::weighted(0.9, 0..rows), 0..8), lists, limits).prop_map(
            move |(rows, (listed, missing, valid), (least, greatest, step, pattern, lengths))| Promises {
                column,
                rows,
                listed,
                missing,
                valid,
                least,
                greatest,
                step,
                pattern,
                lengths,
            },
        )
    })
}

impl Promises {
    pub(crate) fn column(&self) -> &'static Column {
        &COLUMNS[self.column]
    }

    fn values(&self, places: &[usize]) -> Vec<Value> {
        let values = self.column().values();
        places.iter().map(|at| values[*at].clone()).collect()
    }

    fn is_number(&self) -> bool {
        matches!(self.column().family, Family::Exact | Family::Real | Family::Double)
    }

    fn is_ordered(&self) -> bool {
        self.is_number() || matches!(self.column().family, Family::Moment | Family::Clock)
    }

    /// A bound, where the column has an order and the value a place in it.
    fn bound(&self, bound: Option<(usize, bool)>) -> Option<(Value, Model, bool)> {
        let (at, is_excluded) = bound.filter(|_| self.is_ordered())?;
        let value = self.values(&[at]).remove(0);
        let model = Model::said(&value, self.column().family);
        (!matches!(model, Model::Alien | Model::NotANumber)).then_some((value, model, is_excluded))
    }

    /// The contract's property, `x`.
    pub(crate) fn property(&self) -> Value {
        let mut property = json!({"name": "x"});
        if let Some(listed) = self.listed.as_ref().filter(|it| !it.is_empty()) {
            let values: Vec<_> = self.values(listed).into_iter().map(|value| json!({"value": value})).collect();
            property["enum"] = json!(values);
        }
        let mut quality = Vec::new();
        if let Some(missing) = &self.missing {
            let arguments = json!({"missingValues": self.values(missing)});
            quality.push(json!({"metric": "missingValues", "mustBe": 0, "arguments": arguments}));
        }
        if let Some(valid) = &self.valid {
            let arguments = json!({"validValues": self.values(valid)});
            quality.push(json!({"metric": "invalidValues", "mustBe": 0, "arguments": arguments}));
        }
        property["quality"] = json!(quality);
        let mut options = json!({});
        for (bound, keys) in
            [(self.least, ["minimum", "exclusiveMinimum"]), (self.greatest, ["maximum", "exclusiveMaximum"])]
        {
            if let Some((value, _, is_excluded)) = self.bound(bound) {
                options[keys[usize::from(is_excluded)]] = value;
            }
        }
        if let Some(step) = self.step.filter(|_| self.is_number()) {
            options["multipleOf"] = Column::steps()[step].clone();
        }
        if self.column().family == Family::Text {
            if let Some(pattern) = self.pattern {
                options["pattern"] = json!(PATTERNS[pattern].0);
            }
            if let Some((least, most)) = self.lengths {
                options["minLength"] = json!(least);
                options["maxLength"] = json!(most);
            }
        }
        property["logicalTypeOptions"] = options;
        property
    }

    /// Whether a row fails a check, by a plain computation; `None` for other kinds of check.
    pub(crate) fn breaks(&self, kind: CheckKind, row: Option<usize>) -> Option<bool> {
        let family = self.column().family;
        let text = row.map(|at| self.column().rows[at]);
        let model = text.map(|text| Model::of(text, family));
        let among = |places: &[usize]| {
            let values = self.values(places);
            model.as_ref().is_some_and(|model| values.iter().any(|it| Model::said(it, family).is(model)))
        };
        let beyond = |bound, side: Ordering| {
            let (_, limit, is_excluded) = self.bound(bound)?;
            Some(model.as_ref().is_some_and(|model| match model.order(&limit) {
                Some(order) => order == side || is_excluded && order == Ordering::Equal,
                None => true,
            }))
        };
        match kind {
            CheckKind::Enum => Some(model.is_some() && !among(self.listed.as_deref()?)),
            CheckKind::MissingValues => Some(model.is_none() || among(self.missing.as_deref()?)),
            CheckKind::InvalidValues => Some(model.is_some() && !among(self.valid.as_deref()?)),
            CheckKind::Minimum => beyond(self.least, Ordering::Less),
            CheckKind::Maximum => beyond(self.greatest, Ordering::Greater),
            CheckKind::MultipleOf => {
                let step = Model::said(&Column::steps()[self.step?], Family::Exact);
                Some(model.is_some_and(|model| !model.is_multiple_of(&step)))
            }
            CheckKind::Pattern => {
                let (_, means) = PATTERNS[self.pattern?];
                Some(text.is_some_and(|text| !means(text)))
            }
            CheckKind::MinLength => {
                Some(text.is_some_and(|text| (text.chars().count() as u64) < self.lengths.unwrap().0))
            }
            CheckKind::MaxLength => {
                Some(text.is_some_and(|text| text.chars().count() as u64 > self.lengths.unwrap().1))
            }
            _ => None,
        }
    }
}
