//! Columns of each type, with what they hold and what contracts say of them: values near each other and near the ends.

use serde_json::{Value, json};

use crate::model::Family;

/// A type of column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) family: Family,
    /// Its name in PostgreSQL, where it has it.
    pub(crate) postgres: Option<&'static str>,
    /// Its name in DuckDB.
    pub(crate) duckdb: Option<&'static str>,
    /// Values that it holds, as texts that are cast.
    pub(crate) rows: &'static [&'static str],
    /// Values of contracts, as JSON.
    pub(crate) said: &'static str,
}

const INTEGERS: &[&str] = &["0", "1", "-1", "2", "100", "32767", "-32768"];
const SAID_NUMBERS: &str = r#"[0, 1, -1, 0.5, -0.5, 1.0, "1", "1e2", 100.1, 32767, 40000, -40000, 1e30, "-1e40", 1e-7, "n/a",
    0.1, "0.10", 2.5, 1e300, -1e300, 1e-300, "NaN", 0.3, "99999999.99", 99999999.995, "1.000000000001", 16777217]"#;
const FLOATS: &[&str] = &[
    "0",
    "1",
    "-1",
    "0.1",
    "0.3",
    "0.5",
    "2.5",
    "-2.5",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e30",
    "100",
    "16777216",
    "1e-7",
];
const MOMENTS: &[&str] = &[
    "1970-01-01 00:00:00",
    "1970-01-01 00:00:00.000001",
    "2024-02-29 23:59:59.999999",
    "1999-12-31 22:00:00",
    "2000-01-01 00:00:00",
];
const SAID_MOMENTS: &str = r#"["1970-01-01T00:00:00", "1970-01-01", "1970-01-01 00:00:00", "1970-01-01T00:00:00Z",
    "1970-01-01T02:00:00+02:00", "1969-12-31T19:00:00-05:00", "2024-02-29T23:59:59.999999", "2024-02-29T23:59:59.9999995",
    "1970-01-01T00:00:00.0000001", "2000-01-01T00:00", "9999-12-31T00:00:00", "0001-01-01", "n/a", "2023-02-29",
    "1999-12-31T22:00:00.000Z", "1970-01-01T00:00:00.000000001Z"]"#;

/// Every type that contracts are tried on.
pub(crate) const COLUMNS: &[Column] = &[
    Column {
        family: Family::Exact,
        postgres: Some("smallint"),
        duckdb: Some("smallint"),
        rows: INTEGERS,
        said: SAID_NUMBERS,
    },
    Column {
        family: Family::Exact,
        postgres: Some("bigint"),
        duckdb: Some("bigint"),
        rows: &["0", "1", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993", "100"],
        said: r#"[0, 1, 9223372036854775807, "9223372036854775808", "-9223372036854775809", 0.5, "9007199254740993", "9007199254740992", 100, "1e40"]"#,
    },
    Column {
        family: Family::Exact,
        postgres: None,
        duckdb: Some("utinyint"),
        rows: &["0", "1", "100", "255"],
        said: SAID_NUMBERS,
    },
    Column {
        family: Family::Exact,
        postgres: None,
        duckdb: Some("hugeint"),
        rows: &[
            "0",
            "1",
            "-1",
            "100",
            "170141183460469231731687303715884105727",
            "99999999999999999999999999999999999999",
        ],
        said: r#"[0, 1, 0.5, -0.5, "99999999999999999999999999999999999999", "170141183460469231731687303715884105726", "1e37", 100]"#,
    },
    Column {
        family: Family::Exact,
        postgres: Some("numeric(10,2)"),
        duckdb: Some("decimal(10,2)"),
        rows: &["0", "1", "-1", "0.10", "0.11", "2.50", "99999999.99", "-99999999.99", "100"],
        said: SAID_NUMBERS,
    },
    Column {
        family: Family::Exact,
        postgres: Some("numeric(38,12)"),
        duckdb: Some("decimal(38,12)"),
        rows: &["0", "1", "1.000000000001", "0.1", "-0.000000000001", "99999999999999999999999999.999999999999", "100"],
        said: SAID_NUMBERS,
    },
    Column {
        family: Family::Exact,
        postgres: Some("numeric"),
        duckdb: None,
        rows: &["0", "1", "0.1", "1e-20", "1e40", "-1e40", "NaN", "1.000000000001", "100"],
        said: SAID_NUMBERS,
    },
    Column { family: Family::Real, postgres: Some("real"), duckdb: Some("real"), rows: FLOATS, said: SAID_NUMBERS },
    Column {
        family: Family::Double,
        postgres: Some("double precision"),
        duckdb: Some("double"),
        rows: FLOATS,
        said: SAID_NUMBERS,
    },
    Column {
        family: Family::Moment,
        postgres: Some("timestamp"),
        duckdb: Some("timestamp"),
        rows: MOMENTS,
        said: SAID_MOMENTS,
    },
    Column {
        family: Family::Moment,
        postgres: Some("timestamptz"),
        duckdb: Some("timestamptz"),
        rows: MOMENTS,
        said: SAID_MOMENTS,
    },
    Column {
        family: Family::Moment,
        postgres: None,
        duckdb: Some("timestamp_s"),
        rows: &["1970-01-01 00:00:00", "2000-01-01 00:00:00", "9999-12-31 00:00:00"],
        said: SAID_MOMENTS,
    },
    Column {
        family: Family::Moment,
        postgres: None,
        duckdb: Some("timestamp_ns"),
        rows: &[
            "1970-01-01 00:00:00",
            "1970-01-01 00:00:00.000000001",
            "2262-04-11 00:00:00",
            "2024-02-29 23:59:59.9999995",
        ],
        said: SAID_MOMENTS,
    },
    Column {
        family: Family::Moment,
        postgres: Some("date"),
        duckdb: Some("date"),
        rows: &["1970-01-01", "2000-01-01", "2024-02-29", "9999-12-31", "0001-01-01"],
        said: SAID_MOMENTS,
    },
    Column {
        family: Family::Clock,
        postgres: Some("time"),
        duckdb: Some("time"),
        rows: &["00:00:00", "08:00:00", "08:00:00.000001", "23:59:59.999999"],
        said: r#"["08:00", "08:00:00", "08:00:00Z", "10:00:00+02:00", "00:00:00", "01:30+01:30", "23:59:59.9999999", "n/a", "08:00:00.0000005"]"#,
    },
    Column {
        family: Family::Text,
        postgres: Some("text"),
        duckdb: Some("varchar"),
        rows: TEXTS,
        said: r#"["", "a", "A", "ab", " a", "12", "n/a", "é", 12, "b"]"#,
    },
    Column {
        family: Family::Padded,
        postgres: Some("char(5)"),
        duckdb: None,
        rows: &["a", "ab", "", "A", "12"],
        said: r#"["a", "a  ", "ab", "12", 12]"#,
    },
    Column {
        family: Family::Truth,
        postgres: Some("boolean"),
        duckdb: Some("boolean"),
        rows: &["true", "false"],
        said: r#"[true, false, "true", "FALSE", "n/a"]"#,
    },
    Column {
        family: Family::Uuid,
        postgres: Some("uuid"),
        duckdb: Some("uuid"),
        rows: &["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"],
        said: r#"["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc999c0b4ef8bb6d6bb9bd380a11}", "n/a"]"#,
    },
];

/// Texts that patterns distinguish.
const TEXTS: &[&str] = &[
    "", "a", "A", "ab", "aB", "12", "1\u{663}", "a cat", "cats", "a\nb", "é", "écat", "a_b", "x-1", "A-12", "{a}",
    "\u{b}", "aaaa", "b", "\u{212a}", " a",
];

/// A pattern, and which texts it means.
pub(crate) type Meaning = (&'static str, fn(&str) -> bool);

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Patterns, with what they mean said in another way.
pub(crate) const PATTERNS: &[Meaning] = &[
    (r"^\d+$", |text| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())),
    (r"\d", |text| text.bytes().any(|it| it.is_ascii_digit())),
    (r"\bcat\b", |text| {
        text.match_indices("cat")
            .any(|(at, _)| !is_word(text[..at].chars().next_back()) && !is_word(text[at + 3..].chars().next()))
    }),
    (r"^a.b$", |text| {
        text.chars().count() == 3 && text.starts_with('a') && text.ends_with('b') && !text.contains('\n')
    }),
    (
        r"^[A-Z]-\d{1,2}$",
        |text| matches!(text.as_bytes(), [b'A'..=b'Z', b'-', rest @ ..] if (1..=2).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit)),
    ),
    (r"\s", |text| text.contains([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])),
    (r"^\S*$", |text| !text.contains([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])),
    (r"^\w+$", |text| !text.is_empty() && text.chars().all(|c| is_word(Some(c)))),
    (r"^(?i)ab?$", |text| matches!(text.to_ascii_lowercase().as_str(), "a" | "ab")),
    (r"^{a}$", |text| text == "{a}"),
    (r"^a{2,300}$", |text| text.len() >= 2 && text.bytes().all(|it| it == b'a')),
    (r"^$", str::is_empty),
    (r"b$", |text| text.ends_with('b')),
    (r"^(a|é)", |text| text.starts_with(['a', 'é'])),
    (r"[^a-z]", |text| text.chars().any(|c| !c.is_ascii_lowercase())),
    (r"\B_", |text| text.match_indices('_').any(|(at, _)| is_word(text[..at].chars().next_back()))),
];

impl Column {
    pub(crate) fn values(&self) -> Vec<Value> {
        serde_json::from_str::<Value>(self.said).unwrap().as_array().unwrap().clone()
    }

    /// Steps that its numbers may be multiples of.
    pub(crate) fn steps() -> Vec<Value> {
        vec![
            json!(1),
            json!(2),
            json!(0.1),
            json!(0.01),
            json!(0.5),
            json!(3),
            json!(100),
            json!(1e-12),
            json!(7),
            json!(1000),
        ]
    }
}
