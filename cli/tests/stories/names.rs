//! What a database keeps of a long name is what weft compares.

use weft_model::{column_name::cut, types::Dialect};

use crate::stories::database::Database;

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn postgresql_keeps_of_a_long_name_what_weft_compares() {
    let start = "x".repeat(60);
    let ends = ["_abcd", "_ab", "aaü", "aaü_", "aü_", "a€_", "€€", "💰", "aaa💰"];
    for (number, end) in ends.iter().enumerate() {
        let name = format!("{start}{end}");
        let database = Database::with(&format!("create table t{number} as select 1 as \"{name}\""));
        let stored = database.column(&format!(
            "select column_name::text from information_schema.columns where table_name = 't{number}'"
        ));
        assert_eq!(stored, [cut(&name, Dialect::Postgres)], "{name}");
    }
    // One with another end is found by the beginning.
    let database = Database::with(&format!("create table t as select 'found'::text as {start}_abcd"));
    assert_eq!(database.column(&format!("select {start}_abXX from t")), ["found"]);
    assert_eq!(database.column(&format!("select \"{start}_abXX\" from t")), ["found"]);
}
