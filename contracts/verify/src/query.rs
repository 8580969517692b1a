//! `sql` rules: one statement that reads, put where it can do nothing else.

use crate::Engine;

/// Why a query is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum QueryError {
    /// There is nothing in it.
    #[error("the query is empty")]
    Empty,
    /// It has more than one statement.
    #[error("the query is more than one statement")]
    Several,
    /// It begins with a word that does something else than read.
    #[error("the query does not begin with `select` or `with`; weft runs only queries that read")]
    NoSelect,
    /// It names a property, but the rule is not about one.
    #[error("the query names a property, but the rule belongs to the object")]
    NoProperty,
    /// A quote or comment of it has no end.
    #[error("a quote or comment of the query has no end")]
    Open,
}

/// Names of the object in placeholders, besides `object` and `property` those of datacontract-cli. Each as `{name}` or
/// `${name}`.
const OBJECT: [&str; 4] = ["object", "model", "table", "schema"];
const PROPERTY: [&str; 3] = ["property", "column", "field"];

/// The statement that returns a query's first column of its first row, as text of at most 200 characters. Nothing in a
/// subquery writes: `delete` is not a table, and a `with` that writes is not allowed there.
pub(super) fn statement(
    query: &str,
    relation: &str,
    property: Option<&str>,
    engine: &dyn Engine,
) -> Result<String, QueryError> {
    let query = filled(query, relation, property)?;
    let query = single(&query)?;
    let value = engine.first(&engine.text("q.weft_answer"), 200);
    Ok(format!("select {value}\nfrom (\n{query}\n) as q(weft_answer)\nlimit 1"))
}

/// Puts names for placeholders; quotes right around one go, for the names bring their own.
fn filled(query: &str, relation: &str, property: Option<&str>) -> Result<String, QueryError> {
    let mut text = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        let name = after[1..].split_once('}').map_or("", |(name, _)| name);
        let stands_for = match name.trim() {
            it if OBJECT.contains(&it) => Some(relation),
            it if PROPERTY.contains(&it) => Some(property.ok_or(QueryError::NoProperty)?),
            _ => None,
        };
        let Some(value) = stands_for else {
            text.push_str(before);
            text.push('{');
            rest = &after[1..];
            continue;
        };
        let mut before = before.strip_suffix('$').unwrap_or(before);
        rest = &after[name.len() + 2..];
        for quote in ['"', '`'] {
            if let (Some(open), Some(close)) = (before.strip_suffix(quote), rest.strip_prefix(quote)) {
                (before, rest) = (open, close);
            }
        }
        text.push_str(before);
        text.push_str(value);
    }
    text.push_str(rest);
    Ok(text)
}

/// The one statement of a text, without the semicolon behind it.
fn single(query: &str) -> Result<&str, QueryError> {
    let code = code(query)?;
    let first: String = code
        .iter()
        .map(|(_, c)| *c)
        .skip_while(|c| !c.is_alphanumeric())
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    if first.is_empty() {
        return Err(QueryError::Empty);
    }
    let end = code.iter().find(|(_, c)| *c == ';').map(|(at, _)| *at);
    if let Some(end) = end
        && code.iter().any(|(at, c)| *at > end && *c != ';' && !c.is_whitespace())
    {
        return Err(QueryError::Several);
    }
    if !["select", "with", "values", "from", "table"].contains(&first.to_ascii_lowercase().as_str()) {
        return Err(QueryError::NoSelect);
    }
    Ok(query.get(..end.unwrap_or(query.len())).unwrap_or(query).trim())
}

/// The characters of a statement that are neither quoted nor in comments, with their places. A quote leaves a `'`.
fn code(query: &str) -> Result<Vec<(usize, char)>, QueryError> {
    let mut code = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let rest = &query[at..];
        let length = match c {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest)?,
            '\'' | '"' | '`' => {
                code.push((at, '\''));
                let is_escaped = c == '\'' && query[..at].ends_with(['e', 'E']);
                quoted(rest, c, is_escaped)?
            }
            '$' => match dollar(rest)? {
                Some(length) => {
                    code.push((at, '\''));
                    length
                }
                None => 1,
            },
            c => {
                code.push((at, c));
                c.len_utf8()
            }
        };
        at += length;
    }
    Ok(code)
}

/// The length of a comment; comments nest.
fn comment(rest: &str) -> Result<usize, QueryError> {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return Ok(at);
        }
    }
    Err(QueryError::Open)
}

/// The length of a quoted text; two quotes within are one, and so is one behind a backslash if that escapes.
fn quoted(rest: &str, quote: char, is_escaped: bool) -> Result<usize, QueryError> {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        let is_last = c == quote && characters.peek().is_none_or(|(_, next)| *next != quote);
        if is_last {
            return Ok(at + 1);
        }
        if c == quote || (is_escaped && c == '\\') {
            characters.next();
        }
    }
    Err(QueryError::Open)
}

/// The length of a text between `$tag$` and `$tag$`, where one begins here.
fn dollar(rest: &str) -> Result<Option<usize>, QueryError> {
    let Some(end) = rest[1..].find('$') else { return Ok(None) };
    let tag = &rest[..end + 2];
    let name = &tag[1..tag.len() - 1];
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let close = rest[tag.len()..].find(tag).ok_or(QueryError::Open)?;
    Ok(Some(2 * tag.len() + close))
}

/// Whether a text is one quoted token, from its first character to its last.
#[cfg(test)]
pub(super) fn is_one_token(text: &str) -> bool {
    code(text).is_ok_and(|code| matches!(code.as_slice(), [(0, '\'')] | [(0, 'E'), (1, '\'')]))
}

/// A statement, each quoted part of it a `'`. What says that escapes follow is a part of the quote.
#[cfg(test)]
pub(super) fn outside_quotes(sql: &str) -> String {
    let text: String = code(sql).unwrap().into_iter().map(|(_, c)| c).collect();
    text.replace("E'", "'")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::of_server_type;

    #[test]
    fn placeholders_stand_for_quoted_names() {
        let filled = |query| filled(query, "\"s\".\"o\"", Some("\"p\"")).unwrap();
        assert_eq!(filled("select max({property}) from {object}"), "select max(\"p\") from \"s\".\"o\"");
        assert_eq!(filled("select max(${property}) from ${object}"), "select max(\"p\") from \"s\".\"o\"");
        assert_eq!(filled("select `{column}` from \"{model}\""), "select \"p\" from \"s\".\"o\"");
        assert_eq!(filled("select '{}', {other} {{"), "select '{}', {other} {{");
        let none = super::filled("select {property}", "o", None);
        assert_eq!(none, Err(QueryError::NoProperty));
    }

    #[test]
    fn one_statement_that_reads_is_taken() {
        for good in [
            "select 1",
            "SELECT ';' ; ",
            "select 1;;\n",
            "with a as (select 1) select * from a",
            "-- a; b\nselect 1 -- c;",
            "/* ; /* nested ; */ */ select $$;$$, $a$ ; $$ $a$, \";\"",
            "select E'\\';' ",
            "(select 1) union (select 2)",
            "select 1 ; -- the end",
        ] {
            assert!(single(good).is_ok(), "{good}");
        }
        for (bad, error) in [
            ("", QueryError::Empty),
            (" -- nothing", QueryError::Empty),
            ("select 1; drop table orders", QueryError::Several),
            ("select ';'; select 2", QueryError::Several),
            ("select '\\'; delete from t; --'", QueryError::Several),
            ("delete from orders", QueryError::NoSelect),
            ("/* select */ insert into a values (1)", QueryError::NoSelect),
            ("select 'a", QueryError::Open),
            ("select /* 1", QueryError::Open),
            ("select $a$ 1", QueryError::Open),
        ] {
            assert_eq!(single(bad), Err(error), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(query in "[ -~é;'\"$/*\\\\\n{}]{0,60}") {
            let engine = of_server_type("postgres").unwrap();
            let _ = statement(&query, "\"s\".\"o\"", Some("\"p\""), engine);
        }

        #[test]
        fn what_stands_behind_a_semicolon_is_never_sent(one in "[a-z0-9 ]{1,10}", other in "[a-z]{1,10}") {
            let query = format!("select {one}; {other}");
            prop_assert_eq!(single(&query), Err(QueryError::Several));
        }
    }
}
