//! What the database and weft say of each reader and change, counted.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    dbt::Form,
    weft::{Named, Verdict},
};

/// How many of the named readers of a removed column may bind still, in a hundred.
const NEEDLESS_PERCENT: usize = 3;

/// The counts of a corpus, in pairs of reader and change unless a field says otherwise.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) readers: usize,
    /// Readers that the database does not understand, and that do not count.
    pub(crate) refused: usize,
    /// Readers and columns.
    pub(crate) pairs: usize,
    breaks: usize,
    silent_in_check: usize,
    silent_in_can_deploy: usize,
    /// Named by a column that goes, other than by `select *`.
    named: usize,
    /// Of those, binds still, and means something else: another column of the name, other columns of a NATURAL JOIN.
    changed: usize,
    /// Those of them that still bind and, as far as the database shows, mean the same.
    needless: usize,
    /// Named by a column that goes, by `select *`, and binds still.
    needless_star: usize,
    /// Named as a reader of unknown columns where a column goes.
    unknown: usize,
}

/// What became of a reader after a change.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    /// Whether it no longer binds.
    pub(crate) breaks: bool,
    /// Whether the column is gone under its name.
    pub(crate) is_removal: bool,
    /// Whether its text is known to mean the column: it does not bind where the column has another type, or the database
    /// runs it otherwise without the column.
    pub(crate) means_column: bool,
    pub(crate) verdict: Verdict,
}

impl Outcome {
    /// Whether it breaks and is not named: for a removal both by the check and by the gate, for another type by any.
    pub(crate) fn is_silent(self) -> bool {
        let Verdict { check, can_deploy, .. } = self.verdict;
        let named = if self.is_removal { check.min(can_deploy) } else { check.max(can_deploy) };
        self.breaks && named == Named::No
    }

    /// Whether it is named without need, other than by `select *`.
    pub(crate) fn is_needless(self) -> bool {
        self.is_removal && !self.breaks && !self.means_column && self.verdict.is_by_column() && !self.verdict.star
    }
}

impl Counts {
    pub(crate) fn count(&mut self, outcome: Outcome) {
        let Outcome { breaks, is_removal, verdict, .. } = outcome;
        self.breaks += usize::from(breaks);
        if !is_removal {
            self.silent_in_check += usize::from(outcome.is_silent());
            return;
        }
        self.silent_in_check += usize::from(breaks && verdict.check == Named::No);
        self.silent_in_can_deploy += usize::from(breaks && verdict.can_deploy == Named::No);
        self.unknown += usize::from(verdict.check == Named::Unknown);
        if verdict.is_by_column() && verdict.star {
            self.needless_star += usize::from(!breaks);
        } else if verdict.is_by_column() {
            self.named += 1;
            self.needless += usize::from(outcome.is_needless());
            self.changed += usize::from(!breaks && !outcome.is_needless());
        }
    }
}

/// The counts of every corpus, by how its readers reach the tables.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<(String, Form), Counts>);

impl Tally {
    pub(crate) fn of(&mut self, corpus: &str, form: Form) -> &mut Counts {
        self.0.entry((corpus.to_owned(), form)).or_default()
    }

    /// A line for each corpus, and what the columns mean.
    pub(crate) fn table(&self) -> String {
        let heads =
            ["readers", "refused", "pairs", "breaks", "silent", "named", "changed", "needless", "by star", "unknown"];
        let mut text = format!("{:<14} {:<8}", "corpus", "by");
        for head in heads {
            write!(text, " {head:>9}").unwrap();
        }
        for ((corpus, form), counts) in &self.0 {
            let Counts { readers, refused, pairs, breaks, named, changed, needless, needless_star, unknown, .. } =
                counts;
            write!(text, "\n{corpus:<14} {:<8}", format!("{form:?}").to_lowercase()).unwrap();
            let silent = format!("{}/{}", counts.silent_in_check, counts.silent_in_can_deploy);
            write!(text, " {readers:>9} {refused:>9} {pairs:>9} {breaks:>9} {silent:>9}").unwrap();
            write!(text, " {named:>9} {changed:>9} {needless:>9} {needless_star:>9} {unknown:>9}").unwrap();
        }
        text.push_str(
            "\nsilent: break and are not named, by check/by can-deploy; named: by a column that goes, other than by a star; \
             changed: of these, bind still to something else; needless: of these, bind still as before; by star: named by a \
             star, and bind still; unknown: named as readers of unknown columns\n",
        );
        text
    }

    /// The number of breaks that are not reported.
    pub(crate) fn silent(&self) -> usize {
        self.0.values().map(|it| it.silent_in_check + it.silent_in_can_deploy).sum()
    }

    /// Holds what is named without need to its bound.
    pub(crate) fn assert_few_are_needless(&self) {
        let named: usize = self.0.values().map(|it| it.named).sum();
        let needless: usize = self.0.values().map(|it| it.needless).sum();
        assert!(needless * 100 <= named * NEEDLESS_PERCENT, "{needless} of {named} are named without need");
    }
}
