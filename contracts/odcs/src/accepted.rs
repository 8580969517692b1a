//! Sets of numbers: what a rule accepts of what it measures, and what a limit allows.

use weft_model::exact::ExactNumber;

use crate::{Operator, Threshold};

const ZERO: ExactNumber = ExactNumber::Whole(0);

/// What numbers there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// 0, 1, 2, ...: rows, characters.
    Counts,
    /// ..., -1, 0, 1, ...: whole numbers, days.
    Whole,
    /// From 0 to 100.
    Percent,
    /// Every value.
    Any,
}

impl Numbers {
    fn are_whole(self) -> bool {
        matches!(self, Self::Counts | Self::Whole)
    }
}

/// Between two numbers of a line: before one, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cut(ExactNumber, bool);

impl Cut {
    const FIRST: Self = Self(ExactNumber::LEAST, false);
    const LAST: Self = Self(ExactNumber::MOST, true);

    fn before(number: ExactNumber) -> Self {
        Self(number, false)
    }

    fn after(number: ExactNumber) -> Self {
        Self(number, true)
    }

    /// The same cut among whole numbers: always before one.
    fn whole(self) -> Self {
        match self {
            Self(number, false) => Self::before(number.ceil()),
            Self(number, true) => match number.floor() {
                whole @ ExactNumber::Whole(_) => Self::before(whole.next()),
                ExactNumber::Real(_) => self,
            },
        }
    }
}

/// A set of numbers of a kind: stretches of a line, apart and in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    stretches: Vec<(Cut, Cut)>,
    numbers: Numbers,
}

impl Accepted {
    /// All numbers of a kind.
    pub fn all(numbers: Numbers) -> Self {
        Self::new(numbers, vec![(Cut::FIRST, Cut::LAST)])
    }

    /// No number at all.
    pub fn none(numbers: Numbers) -> Self {
        Self::new(numbers, Vec::new())
    }

    /// From one number to another, either of which may be lacking, or be itself left out (`true`).
    pub fn between(least: Option<(ExactNumber, bool)>, most: Option<(ExactNumber, bool)>, numbers: Numbers) -> Self {
        let from = least.map_or(Cut::FIRST, |(number, open)| Cut(number, open));
        let to = most.map_or(Cut::LAST, |(number, open)| Cut(number, !open));
        Self::new(numbers, vec![(from, to)])
    }

    /// What all of a rule's thresholds accept; `None` where one holds to something else than numbers.
    pub fn by(thresholds: &[Threshold<'_>], numbers: Numbers) -> Option<Self> {
        let each = thresholds.iter().map(|threshold| Self::by_one(threshold, numbers));
        each.reduce(|a, b| Some(a?.and(&b?))).flatten()
    }

    fn by_one(threshold: &Threshold<'_>, numbers: Numbers) -> Option<Self> {
        let (first, last) = match *threshold.exact().as_slice() {
            [number] => (number, number),
            [first, last] => (first, last),
            _ => return None,
        };
        Some(Self::held(threshold.operator(), [first, last], numbers))
    }

    /// What an operator accepts that holds to a number, or to two; of one they are the same.
    pub fn held(operator: Operator, [first, last]: [ExactNumber; 2], numbers: Numbers) -> Self {
        let within = vec![(Cut::before(first), Cut::after(last))];
        let without = vec![(Cut::FIRST, Cut::before(first)), (Cut::after(last), Cut::LAST)];
        let stretches = match operator {
            Operator::Be | Operator::Between => within,
            Operator::NotBe | Operator::NotBetween => without,
            Operator::GreaterThan => vec![(Cut::after(first), Cut::LAST)],
            Operator::GreaterOrEqualTo => vec![(Cut::before(first), Cut::LAST)],
            Operator::LessThan => vec![(Cut::FIRST, Cut::before(first))],
            Operator::LessOrEqualTo => vec![(Cut::FIRST, Cut::after(first))],
        };
        Self::new(numbers, stretches)
    }

    /// The set of some stretches, cut to the numbers that there are, joined where nothing lies between.
    fn new(numbers: Numbers, stretches: Vec<(Cut, Cut)>) -> Self {
        let (first, last) = match numbers {
            Numbers::Counts => (Cut::before(ZERO), Cut::LAST),
            Numbers::Percent => (Cut::before(ZERO), Cut::after(ExactNumber::Whole(100))),
            Numbers::Whole | Numbers::Any => (Cut::FIRST, Cut::LAST),
        };
        let whole = |cut: Cut| if numbers.are_whole() { cut.whole() } else { cut };
        let mut joined: Vec<(Cut, Cut)> = Vec::new();
        for (from, to) in stretches {
            let (from, to) = (whole(from).max(first), whole(to).min(last));
            if from >= to {
                continue;
            }
            match joined.last_mut() {
                Some((_, end)) if *end >= from => *end = to.max(*end),
                _ => joined.push((from, to)),
            }
        }
        Self { stretches: joined, numbers }
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for (from, to) in &self.stretches {
            for (other_from, other_to) in &other.stretches {
                both.push((*from.max(other_from), *to.min(other_to)));
            }
        }
        Self::new(self.numbers, both)
    }

    /// The counts that a measure may have which counts no further than `most`: beyond it, each is as good as that one.
    #[must_use]
    pub fn up_to(&self, most: ExactNumber) -> Self {
        let below = Self::between(None, Some((most, false)), self.numbers);
        let mut stretches = self.and(&below).stretches;
        if self.has(most) {
            stretches.push((Cut::before(most), Cut::LAST));
        }
        Self::new(self.numbers, stretches)
    }

    /// Whether it has a number.
    pub fn has(&self, number: ExactNumber) -> bool {
        let after = Cut::after(number);
        let after = if self.numbers.are_whole() { after.whole() } else { after };
        self.stretches.iter().any(|(from, to)| *from <= Cut::before(number) && after <= *to)
    }

    /// Whether every number of it is in the other too.
    pub fn is_within(&self, other: &Self) -> bool {
        let holds = |(from, to): &(Cut, Cut)| other.stretches.iter().any(|(first, last)| first <= from && to <= last);
        self.stretches.iter().all(holds)
    }

    /// Whether what it accepts it accepts of everything less too.
    pub fn is_downward(&self) -> bool {
        let first = Self::all(self.numbers).stretches.first().map(|it| it.0);
        matches!(self.stretches.as_slice(), [(from, _)] if Some(*from) == first)
    }

    /// Whether what it accepts it accepts of everything more too.
    pub fn is_upward(&self) -> bool {
        let last = Self::all(self.numbers).stretches.last().map(|it| it.1);
        matches!(self.stretches.as_slice(), [(_, to)] if Some(*to) == last)
    }
}
