//! Trying every change of every column on a corpus.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    corpus::Corpus,
    database::Database,
    dbt::Form,
    growth::Growths,
    material::tell,
    schema::{Change, Table},
    shrink::shrunk,
    tally::{Outcome, Tally},
    weft::{Named, Published, unknown},
};

/// How many silent breaks are shown, each made small.
const SHOWN: usize = 20;

/// A database, and what has been tried on it.
pub(crate) struct Trial {
    pub(crate) database: Database,
    pub(crate) tally: Tally,
    pub(crate) growths: Growths,
    silent: Vec<Silent>,
    /// What was shown made small, to show each thing once.
    seen: BTreeSet<String>,
}

/// A break that is not reported.
struct Silent {
    corpus: String,
    reader: String,
    change: String,
    sql: String,
    why: String,
}

/// The same, found and not yet made small.
struct Found {
    reader: usize,
    change: Change,
    why: String,
    /// Whether weft reports nothing about the reader.
    is_unnamed: bool,
}

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { corpus, reader, change, sql, why } = self;
        write!(f, "\n{corpus}, {reader}: {change}\n  {sql}\n  {why}\n")
    }
}

/// Whether `WEFT_ORACLE_SHOW` asks for this.
pub(crate) fn shows(what: &str) -> bool {
    std::env::var("WEFT_ORACLE_SHOW").is_ok_and(|asked| asked == what)
}

impl Trial {
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            tally: Tally::default(),
            growths: Growths::default(),
            silent: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Tries every change on every reader that binds over the tables as they are.
    pub(crate) fn of(&mut self, corpus: &Corpus, form: Form) {
        let Corpus { name, tables, readers } = corpus;
        self.database.create(tables);
        let bound = self.bound(corpus);
        let sql: Vec<&str> = bound.iter().map(|number| readers[*number].1.as_str()).collect();
        let counts = self.tally.of(name, form);
        counts.readers += bound.len();
        counts.refused += readers.len() - bound.len();
        counts.pairs += bound.len() * tables.iter().map(|table| table.columns.len()).sum::<usize>();
        let published = Published::new(self.database.engine, tables, &sql, form);
        if shows("unknown") {
            for (reader, why) in unknown(self.database.engine, tables, &sql, form) {
                tell(&format!("{name}, {} ({form:?}) is unknown: {why}\n{}\n", readers[bound[reader]].0, sql[reader]));
            }
        }
        let mut found = Vec::new();
        let changes = Change::all(self.database.engine, tables);
        for of_column in changes.chunk_by(|a, b| (a.table, a.column) == (b.table, b.column)) {
            let broken: Vec<_> = of_column.iter().map(|it| broken(&mut self.database, tables, it, &sql)).collect();
            let retyped = of_column.iter().zip(&broken).filter(|(change, _)| !change.mutation.is_removal());
            let meant: BTreeSet<usize> = retyped.flat_map(|(_, broken)| broken.keys().copied()).collect();
            for (change, broken) in of_column.iter().zip(&broken) {
                let named = published.named(change);
                for reader in 0..sql.len() {
                    let mut outcome = Outcome {
                        breaks: broken.contains_key(&reader),
                        is_removal: change.mutation.is_removal(),
                        means_column: meant.contains(&reader),
                        verdict: named.get(&reader).copied().unwrap_or_default(),
                    };
                    if outcome.is_needless() {
                        outcome.means_column = self.database.runs_otherwise(sql[reader], &change.applied(tables));
                    }
                    self.tally.of(name, form).count(outcome);
                    if outcome.is_needless() && shows("needless") {
                        let (reader, sql) = &readers[bound[reader]];
                        tell(&format!(
                            "{name}, {reader} binds after {} {:?}:\n{sql}\n",
                            change.shown(tables),
                            outcome.verdict
                        ));
                    }
                    if let Some(why) = broken.get(&reader).filter(|_| outcome.is_silent()) {
                        let is_unnamed = outcome.verdict.check == Named::No;
                        found.push(Found {
                            reader: bound[reader],
                            change: change.clone(),
                            why: why.clone(),
                            is_unnamed,
                        });
                    }
                }
            }
        }
        self.keep(corpus, form, found);
    }

    /// The numbers of the readers that bind.
    fn bound(&mut self, corpus: &Corpus) -> Vec<usize> {
        let all: Vec<&str> = corpus.readers.iter().map(|(_, sql)| sql.as_str()).collect();
        let refused = self.database.bind(&all, None);
        for ((reader, sql), why) in corpus.readers.iter().zip(&refused).filter(|_| shows("refused")) {
            if let Some(why) = why {
                tell(&format!("{}, {reader} does not bind: {why}\n{sql}\n\n", corpus.name));
            }
        }
        refused.iter().enumerate().filter(|(_, why)| why.is_none()).map(|(number, _)| number).collect()
    }

    /// Makes silent breaks small and keeps them until there are enough, one for each reader: what is missed once is missed
    /// for many columns.
    fn keep(&mut self, corpus: &Corpus, form: Form, mut found: Vec<Found>) {
        found.sort_by_key(|it| (!it.is_unnamed, it.reader));
        found.dedup_by_key(|it| it.reader);
        let Corpus { name, tables, readers } = corpus;
        for Found { reader, change, why, is_unnamed } in found {
            if self.silent.len() >= SHOWN {
                return;
            }
            let (reader, sql) = &readers[reader];
            let small = shrunk(sql, |sql| self.is_silent(tables, &change, sql, form, is_unnamed));
            if self.seen.insert(small.replace(|c: char| !c.is_alphabetic(), "")) {
                let why = why.lines().next().unwrap_or_default().to_owned();
                let (corpus, change) = (format!("{name} ({form:?})"), change.shown(tables));
                self.silent.push(Silent { corpus, reader: reader.clone(), change, sql: small, why });
            }
        }
    }

    /// Whether a text shows a silent break.
    fn is_silent(&mut self, tables: &[Table], change: &Change, sql: &str, form: Form, is_unnamed: bool) -> bool {
        let binds = self.database.bind(&[sql], None)[0].is_none();
        if !binds || broken(&mut self.database, tables, change, &[sql]).is_empty() {
            return false;
        }
        let named = Published::new(self.database.engine, tables, &[sql], form).named(change);
        let verdict = named.get(&0).copied().unwrap_or_default();
        let is_removal = change.mutation.is_removal();
        let outcome = Outcome { breaks: true, is_removal, means_column: true, verdict };
        outcome.is_silent() && (verdict.check == Named::No) == is_unnamed
    }

    pub(crate) fn assert_nothing_is_silent(&self) {
        let (count, shown) = (self.tally.silent(), self.silent.iter().map(ToString::to_string).collect::<String>());
        assert!(count == 0, "{count} silent breaks; some of them:\n{shown}");
    }
}

/// The readers that do not bind over the changed tables, and why. A text that does not even mention the table is not
/// asked about.
fn broken(database: &mut Database, tables: &[Table], change: &Change, sql: &[&str]) -> BTreeMap<usize, String> {
    let name = tables[change.table].name.to_lowercase();
    let (numbers, texts): (Vec<usize>, Vec<&str>) =
        sql.iter().enumerate().filter(|(_, text)| text.to_lowercase().contains(&name)).unzip();
    if texts.is_empty() {
        return BTreeMap::new();
    }
    let whys = database.bind(&texts, Some(&change.applied(tables)));
    numbers.into_iter().zip(whys).filter_map(|(number, why)| Some((number, why?))).collect()
}
