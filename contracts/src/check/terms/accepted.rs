//! Sets of numbers: what a rule accepts of what it measures, and what a limit allows.

use crate::odcs::{Operator, Threshold};

/// What numbers there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// 0, 1, 2, ...: rows, characters.
    Counts,
    /// ..., -1, 0, 1, ...: whole numbers, days.
    Whole,
    /// From 0 to 100.
    Percent,
    /// Any.
    Any,
}

/// Between two numbers of a line: before one, or after it.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Cut(f64, bool);

impl Cut {
    const FIRST: Self = Self(f64::NEG_INFINITY, false);
    const LAST: Self = Self(f64::INFINITY, true);

    fn before(number: f64) -> Self {
        Self(number, false)
    }

    fn after(number: f64) -> Self {
        Self(number, true)
    }

    /// The same cut among whole numbers: always before one.
    fn whole(self) -> Self {
        match self {
            Self(number, _) if number.is_infinite() => self,
            Self(number, false) => Self::before(number.ceil()),
            Self(number, true) => Self::before(number.floor() + 1.0),
        }
    }
}

/// A set of numbers of a kind: stretches of a line, apart and in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Accepted {
    stretches: Vec<(Cut, Cut)>,
    numbers: Numbers,
}

impl Accepted {
    /// All numbers of a kind.
    pub(super) fn all(numbers: Numbers) -> Self {
        Self::of(numbers, vec![(Cut::FIRST, Cut::LAST)])
    }

    /// From one number to another, either of which may be lacking, or be itself left out (`true`).
    pub(super) fn between(least: Option<(f64, bool)>, most: Option<(f64, bool)>, numbers: Numbers) -> Self {
        let from = least.map_or(Cut::FIRST, |(number, open)| Cut(number, open));
        let to = most.map_or(Cut::LAST, |(number, open)| Cut(number, !open));
        Self::of(numbers, vec![(from, to)])
    }

    /// What all of a rule's thresholds accept; `None` where one holds to something else than numbers.
    pub(super) fn by(thresholds: &[Threshold<'_>], numbers: Numbers) -> Option<Self> {
        let each = thresholds.iter().map(|threshold| Self::by_one(threshold, numbers));
        each.reduce(|a, b| Some(a?.and(&b?))).flatten()
    }

    fn by_one(threshold: &Threshold<'_>, numbers: Numbers) -> Option<Self> {
        let (first, last) = match *threshold.numbers().as_slice() {
            [number] => (number, number),
            [first, last] => (first, last),
            _ => return None,
        };
        let within = vec![(Cut::before(first), Cut::after(last))];
        let without = vec![(Cut::FIRST, Cut::before(first)), (Cut::after(last), Cut::LAST)];
        let stretches = match threshold.operator() {
            Operator::Be | Operator::Between => within,
            Operator::NotBe | Operator::NotBetween => without,
            Operator::GreaterThan => vec![(Cut::after(first), Cut::LAST)],
            Operator::GreaterOrEqualTo => vec![(Cut::before(first), Cut::LAST)],
            Operator::LessThan => vec![(Cut::FIRST, Cut::before(first))],
            Operator::LessOrEqualTo => vec![(Cut::FIRST, Cut::after(first))],
        };
        Some(Self::of(numbers, stretches))
    }

    /// The set of some stretches, cut to the numbers that there are, joined where nothing lies between.
    fn of(numbers: Numbers, stretches: Vec<(Cut, Cut)>) -> Self {
        let (first, last) = match numbers {
            Numbers::Counts => (Cut::before(0.0), Cut::LAST),
            Numbers::Percent => (Cut::before(0.0), Cut::after(100.0)),
            Numbers::Whole | Numbers::Any => (Cut::FIRST, Cut::LAST),
        };
        let whole = |cut: Cut| if matches!(numbers, Numbers::Counts | Numbers::Whole) { cut.whole() } else { cut };
        let larger = |a: Cut, b: Cut| if a > b { a } else { b };
        let smaller = |a: Cut, b: Cut| if a < b { a } else { b };
        let mut joined: Vec<(Cut, Cut)> = Vec::new();
        for (from, to) in stretches {
            let (from, to) = (larger(whole(from), first), smaller(whole(to), last));
            if from >= to {
                continue;
            }
            match joined.last_mut() {
                Some((_, end)) if *end >= from => *end = larger(*end, to),
                _ => joined.push((from, to)),
            }
        }
        Self { stretches: joined, numbers }
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for (from, to) in &self.stretches {
            for (other_from, other_to) in &other.stretches {
                let from = if from > other_from { from } else { other_from };
                let to = if to < other_to { to } else { other_to };
                both.push((*from, *to));
            }
        }
        Self::of(self.numbers, both)
    }

    /// Whether every number of it is in the other too.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let holds = |(from, to): &(Cut, Cut)| other.stretches.iter().any(|(first, last)| first <= from && to <= last);
        self.stretches.iter().all(holds)
    }

    /// Whether what it accepts it accepts of everything less too.
    pub(super) fn is_downward(&self) -> bool {
        let first = Self::all(self.numbers).stretches.first().map(|it| it.0);
        matches!(self.stretches.as_slice(), [(from, _)] if Some(*from) == first)
    }

    /// Whether what it accepts it accepts of everything more too.
    pub(super) fn is_upward(&self) -> bool {
        let last = Self::all(self.numbers).stretches.last().map(|it| it.1);
        matches!(self.stretches.as_slice(), [(_, to)] if Some(*to) == last)
    }
}
