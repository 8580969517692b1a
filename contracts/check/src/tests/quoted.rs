//! What columns are called in the database: as the engine folds them, or as quotes keep them.

use serde_json::{Value, json};

use super::*;

/// One side: its columns by name and whether in quotes, their evidence, and the code.
fn side(adapter: &str, origin: &str, columns: &[(&str, bool)], checksum: &str) -> Publication {
    let columns: Vec<Value> =
        columns.iter().map(|(name, quoted)| json!({"name": name, "quoted": quoted, "origin": origin})).collect();
    let mut publication = with_adapter(&json!({"m": node(&json!(columns), checksum)}), adapter);
    publication.source.tells_quotes = true;
    publication
}

fn step(old: &Publication, new: &Publication) -> Vec<(Level, String, String)> {
    let report = check(Side::new(old), Side::new(new), day(2026), &Levels::default());
    report.findings.into_iter().map(|finding| (finding.level, finding.rule.to_string(), finding.message)).collect()
}

#[test]
fn a_name_that_comes_into_quotes_is_another_column_where_the_engine_folds() {
    for (adapter, name, was) in
        [("postgres", "Price", "price"), ("snowflake", "price", "PRICE"), ("oracle", "price", "PRICE")]
    {
        for origin in ["sql", "contract", "declared"] {
            let [plain, quoted] =
                [(false, "a"), (true, "b")].map(|(quoted, code)| side(adapter, origin, &[(name, quoted)], code));
            for (old, new, from, to) in [(&plain, &quoted, was, name), (&quoted, &plain, name, was)] {
                let message = format!(
                    "column `{from}` is now named `{to}` in the database: SQL that does not quote it like this fails"
                );
                let told = step(old, new).into_iter().find(|(_, rule, _)| rule == "column_case_changed");
                let expected = (Level::Error, "column_case_changed".to_owned(), message);
                assert_eq!(told, Some(expected), "{adapter} {origin}");
            }
        }
    }
    let [plain, quoted] =
        [(false, "a"), (true, "b")].map(|(quoted, code)| side("duckdb", "sql", &[("Price", quoted)], code));
    assert_eq!(step(&plain, &quoted), []);
}

#[test]
fn another_spelling_of_one_stored_name_is_nothing() {
    let [small, large] =
        [("price", "a"), ("PRICE", "b")].map(|(name, code)| side("postgres", "sql", &[(name, false)], code));
    assert_eq!(step(&small, &large), []);
    let catalog = side("snowflake", "catalog", &[("PRICE", false)], "b");
    assert_eq!(step(&side("snowflake", "sql", &[("price", false)], "a"), &catalog), []);
    assert_eq!(step(&side("snowflake", "sql", &[("price", true)], "a"), &catalog).len(), 1, "it was \"price\"");
}

#[test]
fn columns_are_paired_by_what_they_are_called_in_the_database() {
    let old = side("postgres", "sql", &[("Price", false)], "a");
    let both = side("postgres", "sql", &[("Price", true), ("price", false)], "b");
    let told = step(&old, &both);
    assert_eq!(told.iter().map(|(_, rule, _)| rule.as_str()).collect::<Vec<_>>(), ["column_added"]);
}

#[test]
fn what_an_earlier_weft_did_not_keep_is_unknown_and_told_once() {
    let mut old = side("postgres", "sql", &[("Price", false), ("id", false)], "a");
    old.source.tells_quotes = false;
    let now = |code| side("postgres", "sql", &[("Price", true), ("id", false)], code);
    let message = "column `Price` is now quoted; the baseline, from an earlier weft, does not record whether it was quoted before";
    assert_eq!(step(&old, &now("b")), [(Level::Warning, "column_case_changed".to_owned(), message.to_owned())]);
    assert_eq!(step(&old, &now("a")), [], "the same SQL quotes as it did");
}
