//! When two names mean one column.
//!
//! Every comparison of column names in weft goes through here: a check, a gate, a binding and a lint that folded names
//! each in its own way would contradict each other.

use std::{borrow::Cow, fmt};

use crate::types::Dialect;

/// A column name in the form in which names are compared: two names of one dialect mean the same column if this is equal.
///
/// It is a type of its own, so that a name as somebody wrote it is never compared with one that is folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnKey<'n>(Cow<'n, str>);

impl<'n> ColumnKey<'n> {
    /// The key of a name in an engine's dialect.
    pub fn new(name: &'n str, dialect: Dialect) -> Self {
        Self(folded(name, dialect))
    }

    /// The same without the name that it is of.
    pub fn into_owned(self) -> ColumnKey<'static> {
        ColumnKey(Cow::Owned(self.0.into_owned()))
    }

    /// The folded name, for messages and for keys that are kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ColumnKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// No engine distinguishes columns of a relation by case, unless they are in quotes. Engines differ in which letters
/// have a case: PostgreSQL, its relatives and DuckDB fold only ASCII letters, so that `MENÜ` and `menü` are two
/// columns.
///
/// PostgreSQL and Redshift store only the first bytes of a long name: two names with the same beginning are one column.
fn folded(name: &str, dialect: Dialect) -> Cow<'_, str> {
    let name = cut(name, dialect);
    match dialect {
        _ if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) => Cow::Borrowed(name),
        Dialect::DuckDb | Dialect::Materialize | Dialect::Postgres | Dialect::Redshift => {
            Cow::Owned(name.to_ascii_lowercase())
        }
        Dialect::BigQuery
        | Dialect::Generic
        | Dialect::Snowflake
        | Dialect::Spark
        | Dialect::Teradata
        | Dialect::Trino => Cow::Owned(name.to_lowercase()),
    }
}

/// The part of a name that an engine stores, with quotes or without: PostgreSQL the first 63 bytes and Redshift the first
/// 127, up to the end of a character. Other engines store the whole name or refuse it: Materialize refuses more than 255
/// bytes.
pub fn cut(name: &str, dialect: Dialect) -> &str {
    let most = match dialect {
        Dialect::Postgres => 63,
        Dialect::Redshift => 127,
        _ => return name,
    };
    &name[..name.floor_char_boundary(most)]
}

/// How an engine stores a name without quotes. A name in quotes is stored as it is, and is compared with its case:
/// PostgreSQL's `Price` is `price`, and `"Price"` is a different column.
///
/// Engines that never distinguish names by case have no folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// PostgreSQL and its kin: the letters of ASCII become small ones.
    Lower,
    /// Snowflake, Oracle and others: all letters become capitals.
    Upper,
}

impl Folding {
    /// Of the engine behind a dbt adapter.
    pub fn from_adapter(adapter_type: Option<&str>) -> Option<Self> {
        let adapter_type = adapter_type?.to_lowercase();
        match adapter_type.as_str() {
            "snowflake" | "oracle" | "exasol" => Some(Self::Upper),
            "firebolt" => Some(Self::Lower),
            _ => matches!(Dialect::from_adapter(Some(&adapter_type)), Dialect::Postgres | Dialect::Materialize)
                .then_some(Self::Lower),
        }
    }

    /// What a column is called in the database.
    pub fn stored(self, name: &str, quoted: bool) -> Cow<'_, str> {
        match self {
            _ if quoted => Cow::Borrowed(name),
            Self::Lower if !name.bytes().any(|byte| byte.is_ascii_uppercase()) => Cow::Borrowed(name),
            Self::Lower => Cow::Owned(name.to_ascii_lowercase()),
            Self::Upper if !name.chars().any(char::is_lowercase) => Cow::Borrowed(name),
            Self::Upper => Cow::Owned(name.to_uppercase()),
        }
    }

    /// Whether a name means another column in quotes than without.
    pub fn distinguishes_names(self, name: &str) -> bool {
        self.stored(name, false) != name
    }
}

/// Whether two names are one column's.
pub fn is_same(one: &str, other: &str, dialect: Dialect) -> bool {
    one == other || folded(one, dialect) == folded(other, dialect)
}

/// Whether who reads one column needs another: the same one, a member of it, or what it is a member of. Members are paths:
/// `after.row.username`.
pub fn covers(read: &str, column: &str, dialect: Dialect) -> bool {
    let (read, column) = (path(read, dialect), path(column, dialect));
    is_within(&read, &column) || is_within(&column, &read)
}

/// A column's name, or the path of a member, in the form in which paths are compared. An array's elements need no mark of
/// their own: `a[].b` and `a.b` are the same.
pub fn path(column: &str, dialect: Dialect) -> Cow<'_, str> {
    if column.contains("[]") {
        return Cow::Owned(path(&column.replace("[]", ""), dialect).into_owned());
    }
    if column.contains('.') {
        // Each part is a name.
        let parts: Vec<_> = column.split('.').map(|part| folded(part, dialect)).collect();
        return Cow::Owned(parts.join("."));
    }
    folded(column, dialect)
}

/// Whether a folded path is the same as another, or a member of it.
pub fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_differ_by_case_only_are_one_column_in_every_dialect() {
        for dialect in Dialect::ALL {
            assert!(is_same("Order_ID", "order_id", dialect), "{dialect:?}");
            assert!(!is_same("order_id", "orderid", dialect), "{dialect:?}");
        }
    }

    #[test]
    fn long_names_are_one_column_where_the_engine_keeps_their_beginning() {
        let [long, longer] = [60, 124].map(|length| "x".repeat(length));
        for (dialect, start) in [(Dialect::Postgres, &long), (Dialect::Redshift, &longer)] {
            let is_one =
                |one: &str, other: &str| is_same(&format!("{start}{one}"), &format!("{start}{other}"), dialect);
            assert!(is_one("_abcd", "_abXX") && is_one("_ab", "_abcd") && is_one("_AB", "_abc"), "{dialect:?}");
            assert!(!is_one("_abcd", "_xbcd") && !is_one("_a", "_ab"), "{dialect:?}");
            // The last character does not fit, and its first byte is not kept either.
            assert!(is_one("aaü", "aa") && is_one("aaü", "aa€") && is_one("a€a", "a"), "{dialect:?}");
            assert!(is_one("aü", "aüa") && !is_one("aü", "aö"), "{dialect:?}");
            assert!(covers(&format!("s.{start}_abcd"), &format!("S.{start}_abXX"), dialect), "{dialect:?}");
            assert!(!covers(&format!("{start}_abcd.one"), &format!("{start}_abXX.two"), dialect), "{dialect:?}");
        }
        for dialect in Dialect::ALL.into_iter().filter(|it| ![Dialect::Postgres, Dialect::Redshift].contains(it)) {
            assert!(!is_same(&format!("{longer}_abcd"), &format!("{longer}_abXX"), dialect), "{dialect:?}");
        }
    }

    #[test]
    fn letters_beyond_ascii_have_a_case_where_the_engine_says_so() {
        for dialect in [Dialect::Generic, Dialect::Snowflake, Dialect::BigQuery, Dialect::Spark, Dialect::Trino] {
            assert!(is_same("MENÜ", "menü", dialect), "{dialect:?}");
        }
        for dialect in [Dialect::DuckDb, Dialect::Postgres, Dialect::Redshift, Dialect::Materialize] {
            assert!(!is_same("MENÜ", "menü", dialect), "{dialect:?}");
            assert!(is_same("MENÜ", "menÜ", dialect), "{dialect:?}");
        }
    }

    #[test]
    fn a_name_is_stored_as_its_engine_folds_it_unless_it_stands_in_quotes() {
        let of = |adapter, name| {
            Folding::from_adapter(Some(adapter)).map(|folding: Folding| folding.stored(name, false).into_owned())
        };
        for (adapter, stored) in
            [("postgres", "price"), ("materialize", "price"), ("Snowflake", "PRICE"), ("oracle", "PRICE")]
        {
            assert_eq!(of(adapter, "Price").as_deref(), Some(stored), "{adapter}");
        }
        for adapter in ["duckdb", "bigquery", "redshift", "databricks", "trino", "sqlserver"] {
            assert_eq!(of(adapter, "Price"), None, "{adapter}");
        }
        assert_eq!(Folding::Lower.stored("Price", true), "Price");
        assert_eq!(
            (Folding::Lower.distinguishes_names("price"), Folding::Lower.distinguishes_names("Ü")),
            (false, false)
        );
        assert!(Folding::Upper.distinguishes_names("price") && !Folding::Upper.distinguishes_names("PRICE_1"));
    }

    #[test]
    fn who_reads_a_struct_reads_its_members_and_who_reads_a_member_needs_the_struct() {
        for (read, column) in [
            ("after", "After.row.username"),
            ("after.row.username", "after"),
            ("a[].b", "a.b"),
            ("a", "a"),
            ("a.b", "a[].b.c"),
        ] {
            assert!(covers(read, column, Dialect::BigQuery), "{read} {column}");
        }
        for (read, column) in [("after.row", "after.id"), ("after", "after_all"), ("a.b", "a.bc"), ("b", "a.b")] {
            assert!(!covers(read, column, Dialect::BigQuery), "{read} {column}");
        }
    }

    proptest! {
        #[test]
        fn a_folded_name_stays_as_it_is(name in "\\PC{0,12}", dialect in prop::sample::select(&Dialect::ALL[..])) {
            let once = folded(&name, dialect).into_owned();
            prop_assert_eq!(folded(&once, dialect), once.as_str());
            prop_assert!(is_same(&name, &once, dialect));
        }
    }
}
