//! The names of relations in SQL and in manifests, so that the same relation has the same name.

use std::fmt;

use crate::{column_name::cut, types::Dialect};

/// A relation's name, outermost part first, folded as the engine folds it: of two names of one relation in one dialect
/// each part is equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationName(Vec<Box<str>>);

impl RelationName {
    /// From the parts that SQL writes, each with whether it is in quotes.
    pub fn from_sql<'a>(parts: impl IntoIterator<Item = (&'a str, bool)>, dialect: Dialect) -> Self {
        let parts = parts.into_iter().flat_map(|(part, quoted)| {
            // BigQuery takes a whole path in one pair of backticks.
            let inner = if dialect == Dialect::BigQuery { part.split('.').collect() } else { vec![part] };
            inner.into_iter().map(move |part| fold(part, quoted, dialect))
        });
        Self(parts.collect())
    }

    /// From a name that an adapter renders, with quotes: dbt's `relation_name`. `None` if it is not a name: a quote is
    /// not closed, a part is empty.
    pub fn from_rendered(rendered: &str, dialect: Dialect) -> Option<Self> {
        let parts = Self::quoted_parts(rendered)?;
        let parts = parts.iter().map(|(part, quoted)| (part.as_str(), *quoted));
        Some(Self::from_sql(parts, dialect)).filter(|name| name.0.iter().all(|part| !part.is_empty()))
    }

    /// The parts of a name that an adapter renders, each with whether it is in quotes. `None` if it is not a name.
    pub fn quoted_parts(rendered: &str) -> Option<Vec<(String, bool)>> {
        let mut parts = Vec::new();
        let mut rest = rendered.trim();
        loop {
            let (part, quoted, after) = first_part(rest)?;
            parts.push((part, quoted));
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None if after.is_empty() => return Some(parts),
                None => return None,
            }
        }
    }

    /// From the parts of a manifest, with the default quotes of dbt's adapter: none on Snowflake, around each part
    /// elsewhere.
    pub fn from_parts(database: Option<&str>, schema: Option<&str>, identifier: &str, dialect: Dialect) -> Self {
        let quoted = dialect != Dialect::Snowflake;
        let parts = [database, schema, Some(identifier)].into_iter().flatten().filter(|part| !part.is_empty());
        Self::from_sql(parts.map(|part| (part, quoted)), dialect)
    }

    /// The parts, outermost first.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|part| &**part)
    }

    /// The relation's own name, without schema and database.
    pub fn identifier(&self) -> &str {
        self.0.last().map_or("", |part| part)
    }

    /// The name of the relation alone, without schema and database.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self(self.0.last().into_iter().cloned().collect())
    }

    /// The outermost of three parts.
    pub fn database(&self) -> Option<&str> {
        if let [database, _, _] = &*self.0 { Some(database) } else { None }
    }

    /// A name of schema and identifier in a database, which is folded already; `None` of any other name.
    pub fn in_database(&self, database: &str) -> Option<Self> {
        let [schema, identifier] = &*self.0 else { return None };
        Some(Self(vec![database.into(), schema.clone(), identifier.clone()]))
    }

    /// Whether it lacks its schema: where it is found depends on the session.
    pub fn is_bare(&self) -> bool {
        self.0.len() < 2
    }

    /// Whether two relations are of one schema of one database.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.0.split_last().map(|(_, outer)| outer) == other.0.split_last().map(|(_, outer)| outer)
    }

    /// Whether this name, which may lack its outer parts, can mean the other. A bare identifier means only itself,
    /// because its schema depends on the session.
    pub fn could_mean(&self, other: &Self) -> bool {
        self == other || self.0.len() >= 2 && other.0.ends_with(&self.0)
    }
}

impl fmt::Display for RelationName {
    /// `db.schema.orders`; a part that is not a single word is in double quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "." })?;
            if !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-')) {
                f.write_str(part)?;
            } else {
                write!(f, "\"{}\"", part.replace('"', "\"\""))?;
            }
        }
        Ok(())
    }
}

/// The first part of a rendered name, whether it is quoted, and what follows it.
fn first_part(text: &str) -> Option<(String, bool, &str)> {
    let close = match text.chars().next()? {
        quote @ ('"' | '`') => quote,
        '[' => ']',
        _ => {
            let (part, after) = text.split_at(text.find('.').unwrap_or(text.len()));
            let stray = |c: char| matches!(c, '"' | '\'' | '`' | '[' | ']' | '(' | ')') || c.is_whitespace();
            return (!part.contains(stray)).then(|| (part.to_owned(), false, after));
        }
    };
    let mut part = String::new();
    let mut rest = text.get(1..)?;
    loop {
        let (before, after) = rest.split_once(close)?;
        part.push_str(before);
        match after.strip_prefix(close) {
            Some(more) => {
                part.push(close);
                rest = more;
            }
            None => return Some((part, true, after)),
        }
    }
}

/// A part as the engine stores and compares it.
fn fold(part: &str, quoted: bool, dialect: Dialect) -> Box<str> {
    let part = cut(part, dialect);
    let exact = match dialect {
        Dialect::BigQuery => true,
        Dialect::Postgres | Dialect::Materialize | Dialect::Snowflake => quoted,
        _ => false,
    };
    if exact {
        return part.into();
    }
    match dialect {
        Dialect::Postgres | Dialect::Materialize => part.to_ascii_lowercase().into(),
        Dialect::Snowflake => part.to_uppercase().into(),
        // Case never tells two relations apart elsewhere; Redshift's `enable_case_sensitive_identifier` is off by default.
        // Of an engine that is not known, two names that differ in case only are taken for one.
        _ => part.to_lowercase().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, dialect: Dialect) -> RelationName {
        RelationName::from_rendered(text, dialect).unwrap_or_else(|| panic!("{text}"))
    }

    fn same(one: &str, other: &str, dialect: Dialect) -> bool {
        rendered(one, dialect) == rendered(other, dialect)
    }

    #[test]
    fn case_tells_relations_apart_as_the_engine_does() {
        use Dialect::{BigQuery, DuckDb, Generic, Materialize, Postgres, Redshift, Snowflake, Spark, Teradata, Trino};
        for dialect in [DuckDb, Redshift, Spark, Teradata, Trino, Generic] {
            assert!(same(r#"Db."S".ORDERS"#, r#""db".s."Orders""#, dialect), "{dialect:?}");
        }
        for dialect in [Postgres, Materialize] {
            assert!(same("S.ORDERS", r#""s"."orders""#, dialect));
            assert!(!same(r#"s."Orders""#, "s.orders", dialect));
        }
        assert!(same("db.s.orders", r#""DB"."S"."ORDERS""#, Snowflake));
        assert!(!same(r#"db.s."orders""#, "db.s.orders", Snowflake));
        assert!(!same("p.d.Orders", "p.d.orders", BigQuery));
    }

    #[test]
    fn of_a_long_part_the_engine_keeps_the_beginning() {
        let named = |end: &str| format!("s.{}{end}", "x".repeat(60));
        assert!(same(&named("_abcd"), &named("_abXX"), Dialect::Postgres));
        assert!(!same(&named("_abcd"), &named("_xbcd"), Dialect::Postgres));
        assert!(!same(&named("_abcd"), &named("_abXX"), Dialect::DuckDb));
    }

    #[test]
    fn backticks_may_hold_a_part_or_a_whole_path() {
        let whole = rendered("`my-project.shop.orders`", Dialect::BigQuery);
        assert_eq!(whole, rendered("`my-project`.`shop`.`orders`", Dialect::BigQuery));
        assert_eq!(whole, rendered("my-project.shop.orders", Dialect::BigQuery));
        assert_eq!(rendered("`a.b`.`c`", Dialect::Spark).parts().collect::<Vec<_>>(), ["a.b", "c"]);
    }

    #[test]
    fn a_doubled_quote_is_one_and_an_open_one_is_no_name() {
        assert_eq!(rendered(r#""a""b"."c""#, Dialect::Postgres).parts().collect::<Vec<_>>(), ["a\"b", "c"]);
        assert_eq!(rendered("[dbo].[t]", Dialect::Generic), rendered("dbo.t", Dialect::Generic));
        for bad in ["", ".", "a.", "\"a", "a..b", "a b", "(select 1)", "read_csv('x')", "\"\"", "a.\"b\"c"] {
            assert_eq!(RelationName::from_rendered(bad, Dialect::Postgres), None, "{bad}");
        }
    }

    #[test]
    fn parts_of_a_manifest_are_quoted_as_dbt_quotes_them() {
        let parts = RelationName::from_parts(Some("Db"), Some("S"), "Orders", Dialect::Snowflake);
        assert_eq!(parts, rendered("db.s.orders", Dialect::Snowflake));
        let parts = RelationName::from_parts(None, Some("S"), "Orders", Dialect::Postgres);
        assert_eq!(parts, rendered(r#""S"."Orders""#, Dialect::Postgres));
    }

    #[test]
    fn a_name_without_its_database_may_mean_a_whole_one_but_a_bare_one_means_itself() {
        let whole = rendered("db.s.orders", Dialect::DuckDb);
        assert!(rendered("s.orders", Dialect::DuckDb).could_mean(&whole));
        assert!(!rendered("orders", Dialect::DuckDb).could_mean(&whole));
        assert!(!rendered("other.db.s.orders", Dialect::DuckDb).could_mean(&whole));
    }

    #[test]
    fn a_name_is_shown_so_that_it_can_be_read_back() {
        for text in ["db.s.orders", r#""a.b".c"#, r#""say ""hi""".x"#] {
            let name = rendered(text, Dialect::DuckDb);
            assert_eq!(rendered(&name.to_string(), Dialect::DuckDb), name);
        }
    }
}
