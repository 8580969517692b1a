//! Changes that take nothing away: a new column, or columns in another order.
//!
//! A reader breaks that no longer binds, or that gives other values in the columns that it gave.

use super::{
    corpus::Corpus,
    dbt::Form,
    schema::{Change, Table},
    trial::Trial,
    weft::{Felt, Published, unknown},
};

/// How many faults are shown.
const SHOWN: usize = 20;

/// How many of the readers that are named at error level may be as before, in a hundred.
const NEEDLESS_PERCENT: usize = 3;

/// What was found of changes that take nothing away.
#[derive(Default)]
pub(crate) struct Growths {
    readers: usize,
    /// Readers that weft does not understand: it does not say what a new column does to them.
    unknown: usize,
    pairs: usize,
    refused: usize,
    others: usize,
    named: usize,
    warned: usize,
    needless: usize,
    disagreed: usize,
    silent: Vec<String>,
}

impl Trial {
    /// Tries every new column and other order on every reader that binds and runs over the tables as they are.
    pub(crate) fn try_growth(&mut self, corpus: &Corpus) {
        let Corpus { name, tables, readers } = corpus;
        self.database.create(tables);
        let texts: Vec<&str> = readers.iter().map(|(_, sql)| sql.as_str()).collect();
        let binds = self.database.bind(&texts, None);
        let bound: Vec<usize> = (0..texts.len()).filter(|number| binds[*number].is_none()).collect();
        let sql: Vec<&str> = bound.iter().map(|number| texts[*number]).collect();
        let published = Published::new(self.database.engine, tables, &sql, Form::Ref);
        let not_understood = unknown(self.database.engine, tables, &sql, Form::Ref);
        self.growths.unknown += not_understood.len();
        let before = self.database.results(&sql, None);
        let again = self.database.results(&sql, None);
        self.growths.readers += sql.len();
        for change in Change::growths(tables) {
            let table = tables[change.table].name.to_lowercase();
            let about: Vec<usize> =
                (0..sql.len()).filter(|reader| sql[*reader].to_lowercase().contains(&table)).collect();
            let about: Vec<usize> =
                about.into_iter().filter(|reader: &usize| !not_understood.contains_key(reader)).collect();
            let asked: Vec<&str> = about.iter().map(|reader| sql[*reader]).collect();
            if asked.is_empty() {
                continue;
            }
            let changed = change.applied(tables);
            let refused = self.database.bind(&asked, Some(&changed));
            let after = self.database.results(&asked, Some(&changed));
            let felt = published.felt(&change);
            for (place, &reader) in about.iter().enumerate() {
                let in_time = [&before[reader], &after[place]].into_iter().all(|rows| !took_too_long(rows.as_deref()));
                let is_same_again = before[reader].is_some() && before[reader] == again[reader];
                let is_steady = in_time && is_same_again && is_steady(sql[reader]);
                // What binds and cannot be run gives nothing.
                let is_other = refused[place].is_none() && is_steady && after[place] != before[reader];
                let gives_rows = before[reader].as_ref().is_some_and(|rows| !rows.is_empty());
                let what = Of {
                    refused: refused[place].is_some(),
                    is_other,
                    is_judged: is_steady && gives_rows,
                    felt: felt.get(&reader).copied(),
                };
                let shown = || {
                    let (called, sql) = &readers[bound[reader]];
                    let rows =
                        |rows: &Option<Vec<String>>| rows.as_ref().map_or("no run".to_owned(), |rows| rows.join(" "));
                    let other = format!("gives other values: {} after {}", rows(&after[place]), rows(&before[reader]));
                    let given = if is_other { &other } else { "gives the same values" };
                    let why = refused[place].as_deref().unwrap_or(given).lines().next().unwrap_or_default();
                    format!("\n{name}, {called}: {}\n  {sql}\n  {why}\n", change.shown(tables))
                };
                self.growths.count(what, shown);
            }
        }
    }
}

/// What became of a reader.
#[derive(Clone, Copy)]
struct Of {
    refused: bool,
    is_other: bool,
    /// Whether its values are known: it gives rows, and the same ones each time.
    is_judged: bool,
    felt: Option<Felt>,
}

impl Growths {
    fn count(&mut self, of: Of, shown: impl Fn() -> String) {
        let Of { refused, is_other, is_judged, felt } = of;
        let Felt { error, warning, can_deploy } = felt.unwrap_or_default();
        self.pairs += 1;
        self.refused += usize::from(refused);
        self.others += usize::from(is_other);
        self.named += usize::from(error);
        self.warned += usize::from(warning && !error);
        self.disagreed += usize::from(error != can_deploy);
        let is_needless = error && is_judged && !refused && !is_other;
        self.needless += usize::from(is_needless);
        if is_needless && super::trial::shows("needless") {
            super::material::tell(&format!("named without need{}", shown()));
        }
        if (refused || is_other) && !error && !warning {
            let shown = shown();
            super::material::tell(&format!("not named{shown}"));
            self.silent.push(shown);
        }
    }

    pub(crate) fn table(&self) -> String {
        let Self { readers, unknown, pairs, refused, others, named, warned, needless, disagreed, silent } = self;
        format!(
            "new columns and other orders: {readers} readers, {unknown} of them not understood; {pairs} pairs; {refused} no longer bind, {others} give other \
             values, {} of them are not named; {named} are named at error level, {needless} of them without need; {warned} \
             are warned of; check and gate disagree on {disagreed}\n",
            silent.len()
        )
    }

    pub(crate) fn assert_is_sound(&self) {
        let shown: String = self.silent.iter().take(SHOWN).map(String::as_str).collect();
        assert!(self.silent.is_empty(), "{} silent breaks by new columns; some of them:\n{shown}", self.silent.len());
        assert_eq!(self.disagreed, 0, "the check and the gate disagree");
        let (needless, named) = (self.needless, self.named);
        assert!(needless * 100 <= named * NEEDLESS_PERCENT, "{needless} of {named} are named without need");
    }
}

/// The columns and rows that a table's changes leave as they are; the same for the same table.
pub(crate) fn rows(table: &Table) -> Vec<Vec<String>> {
    (0..4_usize)
        .map(|row| table.columns.iter().map(|column| value(&column.name, &column.data_type, row)).collect())
        .collect()
}

/// A literal of a type: of a column the same wherever it is, and often the same in columns of a name.
fn value(name: &str, data_type: &str, row: usize) -> String {
    let salt = name.bytes().map(usize::from).sum::<usize>();
    let number = (row + salt) % 5;
    let text = ["a", "b", "x", "user", "c"][number];
    let lower = data_type.to_lowercase();
    match lower.as_str() {
        "timestamp" => format!("timestamp '2026-0{}-1{} 10:00:00'", 1 + number, row),
        "date" => format!("date '2026-0{}-1{}'", 1 + number, row),
        "boolean" => number.is_multiple_of(2).to_string(),
        "varchar[]" | "text[]" => format!("array['{text}', 'x']"),
        "jsonb" | "json" => format!("'{{\"op\": \"{text}\", \"row\": {{\"username\": \"{text}\"}}}}'"),
        lower if lower.starts_with("struct(\"row\"") => {
            format!("{{'row': {{'username': '{text}', 'uid': {number}}}, 'op': '{text}'}}")
        }
        lower if lower.starts_with("varchar") || lower.starts_with("text") || lower.starts_with("char") => {
            format!("'{text}{}'", if name.starts_with("zz") { "z" } else { "" })
        }
        lower if lower.contains("int") && !lower.contains('[') && !lower.contains('(') => number.to_string(),
        lower if ["double", "decimal", "numeric", "float", "real"].iter().any(|kind| lower.starts_with(kind)) => {
            format!("{number}.5")
        }
        _ => "null".to_owned(),
    }
}

/// Whether a query was stopped because it ran for too long: what it gives is not known.
fn took_too_long(rows: Option<&[String]>) -> bool {
    rows.is_some_and(|rows| rows == ["took too long"])
}

/// Whether a reader gives the same values in any order of rows: a sample may be equal by chance, and rows with equal
/// sort keys may come in any order.
fn is_steady(sql: &str) -> bool {
    !["tablesample", "distinct on", "string_agg", "array_agg", "limit "].iter().any(|word| sql.contains(word))
}
