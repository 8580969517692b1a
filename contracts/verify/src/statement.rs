//! Statements over a whole table: all aggregates in one, and the keys of the rows that broke a check.

use weft_api::{CheckKind, KeyPart, SampleKey};

use crate::{
    Subject,
    check::{Check, Work},
};

/// How many aggregates one statement has: PostgreSQL allows 1,664 columns of an answer.
const MOST_AGGREGATES: usize = 1_000;

/// How many bytes of aggregates one statement has. Beyond, a table is read once more.
const MOST_BYTES: usize = 1 << 20;

/// The longest part of a key that is shown, in characters.
const LONGEST: usize = 200;

/// A statement whose answer is one row of texts: the number of rows, then one for each check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregates {
    /// The text of the statement.
    pub sql: String,
    /// The checks, by their places in what was planned.
    pub checks: Vec<usize>,
}

/// The statements that answer all aggregates among these checks: one, unless there are very many.
pub fn aggregates(subject: &Subject<'_>, checks: &[Check<'_>]) -> Vec<Aggregates> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for (at, check) in checks.iter().enumerate() {
        let Work::Aggregate(aggregate) = &check.work else { continue };
        bytes += aggregate.len();
        match groups.last_mut() {
            Some(group) if group.len() < MOST_AGGREGATES && bytes <= MOST_BYTES => group.push(at),
            _ => {
                bytes = aggregate.len();
                groups.push(vec![at]);
            }
        }
    }
    groups.into_iter().map(|group| aggregate(subject, checks, group)).collect()
}

/// The statement that answers the aggregates of the checks in these places.
fn aggregate(subject: &Subject<'_>, checks: &[Check<'_>], places: Vec<usize>) -> Aggregates {
    let mut sql = format!("select {}", subject.engine.text("count(*)"));
    for check in places.iter().filter_map(|at| checks.get(*at)) {
        if let Work::Aggregate(aggregate) = &check.work {
            sql.push_str(",\n       ");
            sql.push_str(&subject.engine.text(aggregate));
        }
    }
    sql.push_str("\nfrom ");
    sql.push_str(&subject.relation());
    sql.push_str(" as t");
    Aggregates { sql, checks: places }
}

impl Aggregates {
    /// Into which smaller statements this one goes where it is not answered. Where it took too long, patterns go each for
    /// itself, for of all that is asked they alone can take forever; where it is refused, halves find who is at fault.
    /// None where it cannot get smaller.
    pub fn smaller(&self, subject: &Subject<'_>, checks: &[Check<'_>], took_too_long: bool) -> Option<Vec<Aggregates>> {
        let has_pattern = |at: &usize| {
            checks.get(*at).is_some_and(|it| matches!(it.kind, CheckKind::Pattern | CheckKind::InvalidValues))
        };
        if self.checks.len() < 2 {
            return None;
        }
        let groups: Vec<Vec<usize>> = if took_too_long {
            let (patterns, others): (Vec<usize>, Vec<usize>) = self.checks.iter().partition(|at| has_pattern(at));
            if patterns.is_empty() {
                return None;
            }
            [others].into_iter().chain(patterns.into_iter().map(|at| vec![at])).filter(|it| !it.is_empty()).collect()
        } else {
            self.checks.chunks(self.checks.len().div_ceil(2)).map(<[usize]>::to_vec).collect()
        };
        Some(groups.into_iter().map(|group| aggregate(subject, checks, group)).collect())
    }
}

/// The statement that counts the rows, where no aggregate is asked for beside.
pub fn rows_counted(subject: &Subject<'_>) -> String {
    format!("select {}\nfrom {} as t", subject.engine.text("count(*)"), subject.relation())
}

/// A statement whose answer is the keys of rows that broke a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    /// The text of the statement.
    pub sql: String,
    columns: Vec<String>,
}

/// The statement that returns the keys of at most `limit` rows that fail a check. None if such rows are unknown, or
/// have neither a key nor an address.
pub fn samples(subject: &Subject<'_>, check: &Check<'_>, limit: usize) -> Option<Samples> {
    let condition = check.offenders.as_ref().filter(|_| limit > 0)?;
    let table = subject.table?;
    let key = subject.object.primary_key();
    let is_there = !key.is_empty() && key.iter().all(|it| table.column(it.stored_name()).is_some());
    let (columns, sql): (Vec<String>, Vec<String>) = if is_there {
        key.iter().map(|it| (it.name.clone(), subject.live(it).sql)).unzip()
    } else if table.is_view {
        return None;
    } else {
        let address = subject.engine.address();
        (vec![address.to_owned()], vec![format!("t.{address}")])
    };
    let engine = subject.engine;
    let shown: Vec<_> = sql.iter().map(|column| engine.first(&engine.text(column), LONGEST)).collect();
    let sql = format!(
        "select {}\nfrom {} as t\nwhere {condition}\norder by {}\nlimit {limit}",
        shown.join(", "),
        subject.relation(),
        sql.join(", "),
    );
    Some(Samples { sql, columns })
}

impl Samples {
    /// The keys that rows of the answer are.
    pub fn keys(&self, rows: Vec<Vec<Option<String>>>) -> Vec<SampleKey> {
        let part = |(column, value): (&String, Option<String>)| KeyPart { column: column.clone(), value };
        let key = |row: Vec<Option<String>>| SampleKey(self.columns.iter().zip(row).map(part).collect());
        let mut keys: Vec<SampleKey> = rows.into_iter().map(key).collect();
        // A key that is there twice is told once; they come in order.
        keys.dedup();
        keys
    }
}
