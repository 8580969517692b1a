//! When two relations are one: by the case and quoting rules of the engine that they stand in.

use crate::{relation::Relation, types::Dialect};

/// Where a relation stands, so that two names of one table are equal.
///
/// Identifiers without quotes take the case that the engine folds them to; quoted ones keep theirs, but in engines that
/// tell no two names apart by case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(Vec<String>);

/// A part of a rendered name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    quoted: bool,
}

impl Place {
    /// Where a relation stands, by the `adapter_type` of its project. `None` where what dbt rendered is no name of a
    /// table: an external file, a function.
    pub fn of(relation: &Relation, adapter_type: Option<&str>) -> Option<Self> {
        let dialect = Dialect::of_adapter(adapter_type);
        if let Some(rendered) = &relation.relation_name {
            return Self::of_name(rendered, adapter_type);
        }
        // Without a rendered name, as dbt renders names: quoted, but by Snowflake's adapter.
        let quoted = dialect != Dialect::Snowflake;
        let texts = relation.database.iter().chain([&relation.schema, &relation.identifier]);
        Some(Self(texts.map(|text| fold(dialect, Part { text: text.clone(), quoted })).collect()))
    }

    /// Where a name that stands in SQL points, if it is one.
    pub fn of_name(rendered: &str, adapter_type: Option<&str>) -> Option<Self> {
        let dialect = Dialect::of_adapter(adapter_type);
        Some(Self(parts(rendered)?.into_iter().map(|part| fold(dialect, part)).collect()))
    }
}

fn fold(dialect: Dialect, part: Part) -> String {
    match (dialect, part.quoted) {
        // No two names differ by case only, quoted or not.
        (Dialect::DuckDb | Dialect::Redshift | Dialect::Spark | Dialect::Teradata | Dialect::Trino, _) => {
            part.text.to_lowercase()
        }
        (Dialect::Snowflake, false) => part.text.to_uppercase(),
        (Dialect::Postgres | Dialect::Materialize | Dialect::Generic, false) => part.text.to_lowercase(),
        (Dialect::BigQuery | Dialect::Snowflake | Dialect::Postgres | Dialect::Materialize | Dialect::Generic, _) => {
            part.text
        }
    }
}

/// The parts of a rendered name, between dots: quoted by `"`, `` ` `` or `[]`, a quote inside written twice.
fn parts(rendered: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = rendered.trim();
    loop {
        let (part, after) = part(rest)?;
        // BigQuery quotes whole names: `project.dataset.table`.
        if part.quoted && rest.starts_with('`') && part.text.contains('.') {
            parts.extend(part.text.split('.').map(|text| Part { text: text.to_owned(), quoted: true }));
        } else {
            parts.push(part);
        }
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => break,
            None => return None,
        }
    }
    (parts.len() <= 4 && parts.iter().all(|part| !part.text.is_empty())).then_some(parts)
}

/// The first part and what follows it.
fn part(text: &str) -> Option<(Part, &str)> {
    let close = match text.chars().next()? {
        '"' => '"',
        '`' => '`',
        '[' => ']',
        _ => {
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '#' | '@');
            let end = text.find(|c| !plain(c)).unwrap_or(text.len());
            return Some((Part { text: text[..end].to_owned(), quoted: false }, &text[end..]));
        }
    };
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != close {
            inner.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == close) {
            chars.next();
            inner.push(c);
        } else {
            return Some((Part { text: inner, quoted: true }, &text[at + c.len_utf8()..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(rendered: &str, adapter: &str) -> Option<Place> {
        Place::of_name(rendered, Some(adapter))
    }

    #[test]
    fn names_that_an_engine_takes_for_one_are_one() {
        for (adapter, a, b) in [
            ("duckdb", r#""mesh"."main"."SHARED_MODEL""#, r#""mesh"."main"."shared_model""#),
            ("snowflake", "db.public.orders", r#""DB"."PUBLIC"."ORDERS""#),
            ("postgres", "db.Public.orders", r#""db"."public"."orders""#),
            ("bigquery", "`p`.`d`.`t`", "`p.d.t`"),
            ("teradata", r#""sales"."Orders""#, r#""SALES"."orders""#),
            ("sqlserver", "[db].[dbo].[t]", r#""db"."dbo"."t""#),
        ] {
            assert_eq!(place(a, adapter), place(b, adapter), "{adapter}");
            assert!(place(a, adapter).is_some(), "{adapter}");
        }
    }

    #[test]
    fn names_that_an_engine_tells_apart_are_two() {
        for (adapter, a, b) in [
            ("postgres", r#""db"."public"."Orders""#, r#""db"."public"."orders""#),
            ("snowflake", r#"db.public."orders""#, "db.public.orders"),
            ("bigquery", "`p`.`d`.`T`", "`p`.`d`.`t`"),
            ("duckdb", r#""a.b"."c""#, r#""a"."b"."c""#),
        ] {
            assert_ne!(place(a, adapter), place(b, adapter), "{adapter}");
        }
    }

    #[test]
    fn what_is_no_name_of_a_table_stands_nowhere() {
        for text in ["read_csv('x.csv', names=['id'])", "", ".", "a.", "a..b", "\"open", "a b", "a.b.c.d.e", "\"\""] {
            assert_eq!(place(text, "duckdb"), None, "{text}");
        }
    }

    #[test]
    fn a_relation_without_rendered_name_stands_where_dbt_would_render_it() {
        let relation = |schema: &str, identifier: &str| Relation {
            database: Some("db".to_owned()),
            schema: schema.to_owned(),
            identifier: identifier.to_owned(),
            relation_name: None,
        };
        assert_eq!(Place::of(&relation("s", "T"), Some("snowflake")), place("DB.S.T", "snowflake"));
        assert_eq!(Place::of(&relation("s", "T"), Some("postgres")), place(r#""db"."s"."T""#, "postgres"));
    }
}
