//! The lineage of written queries. Each has its expected lineage beside it, and sqlglot's for comparison.
//!
//! A case is `<dialect>_<what>.sql`. Its first comments list the inputs, `-- name(column, ..)`, and say whether the
//! construct is `core`. The `.lineage` file beside it has a line for each column, `name :: type: input how, ..`, and
//! one for its uses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "lineage/case.rs"]
mod case;
#[path = "lineage/laws.rs"]
mod laws;
#[path = "../../dbt/tests/real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;
#[path = "lineage/sqlglot.rs"]
mod sqlglot;

use std::fmt::Write as _;

use case::{Case, Verdict};
use material::tell;

#[test]
fn each_column_of_the_written_queries_comes_from_where_it_should() {
    let cases = Case::all();
    assert!(cases.len() >= 55, "{} cases", cases.len());
    let theirs = sqlglot::verdicts(&cases);
    let mut table = format!("\n{:<44} {:>8} {:>6} {:>8} {:>8}\n", "case", "columns", "right", "unknown", "sqlglot");
    let (mut all, mut right, mut sqlglot_right) = (0, 0, 0);
    let mut faults = Vec::new();
    for case in &cases {
        let verdicts = case.verdicts();
        let count = |wanted: Verdict| verdicts.iter().filter(|verdict| **verdict == wanted).count();
        let sqlglots = theirs.as_ref().map(|theirs| case.right_of_sqlglot(&theirs[&case.name]));
        all += verdicts.len();
        right += count(Verdict::Right);
        sqlglot_right += sqlglots.unwrap_or_default();
        let mark = if case.core { "*" } else { " " };
        let shown = sqlglots.map_or_else(|| "-".to_owned(), |right| right.to_string());
        let (right, unknown) = (count(Verdict::Right), count(Verdict::Unknown));
        writeln!(table, "{mark} {:<42} {:>8} {right:>6} {unknown:>8} {shown:>8}", case.name, verdicts.len()).unwrap();
        if verdicts.contains(&Verdict::Wrong) || !case.rest_is_as_expected() {
            faults.push(format!("{}\n{}", case.name, case.difference()));
        }
    }
    let theirs = theirs.map_or_else(String::new, |_| format!("; sqlglot: {sqlglot_right}"));
    tell(&format!("{table}{right} of {all} columns are right, over {} cases{theirs} (* core)\n", cases.len()));
    assert!(faults.is_empty(), "wrong with confidence:\n{}", faults.join("\n"));
    assert!(right * 100 >= all * 97, "{right} of {all} columns are right");
}
