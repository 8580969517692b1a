//! The relations that a text names, read from its tokens alone: for texts that the parser does not understand.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use polyglot_sql::{
    Dialect as Tokenizer,
    tokens::{Token, TokenType},
};
use weft_model::{relation_name::RelationName, types::Dialect};

use super::{guard::parser_dialect, limits::ReadLimits};
use crate::Query;

/// The names after `from`, `join`, the commas of a `from`, and the words of other statements that go before a table; also
/// those in bodies between dollars.
pub(super) fn relations(query: &Query<'_>, limits: ReadLimits) -> BTreeSet<RelationName> {
    if query.sql.len() > limits.bytes {
        return BTreeSet::new();
    }
    let tokenizer = Tokenizer::get(parser_dialect(query.dialect));
    let tokens = catch_unwind(AssertUnwindSafe(|| tokenizer.tokenize(query.sql)));
    let Some(tokens) = tokens.ok().and_then(Result::ok) else { return BTreeSet::new() };
    let mut found = named(&tokens, query.dialect);
    // A body is shorter than its text, so that this ends.
    for body in tokens.iter().filter(|token| token.token_type == TokenType::DollarString) {
        let body = body.text.rsplit('\0').next().unwrap_or_default();
        if body.len() < query.sql.len() {
            found.extend(relations(&Query { sql: body, ..*query }, limits));
        }
    }
    found
}

fn named(tokens: &[Token], dialect: Dialect) -> BTreeSet<RelationName> {
    let mut found = BTreeSet::new();
    let mut expected = false;
    let mut in_from = false;
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        let length = if expected { name_length(&tokens[place..]) } else { 0 };
        if length > 0 {
            let parts = tokens[place..place + length].iter().step_by(2);
            let parts = parts.map(|part| (part.text.as_str(), part.token_type == TokenType::QuotedIdentifier));
            found.insert(RelationName::from_sql(parts, dialect));
            in_from = true;
        }
        in_from &= !ends_from(token.token_type);
        expected = length == 0 && precedes_table(token.token_type, in_from);
        place += length.max(1);
    }
    found
}

/// Whether the name of a table may follow. `in_from` says whether the list of a `from` continues.
fn precedes_table(token: TokenType, in_from: bool) -> bool {
    use TokenType as T;
    matches!(token, T::From | T::Join | T::Using | T::Into | T::Update | T::Table) || token == T::Comma && in_from
}

/// How many tokens a name takes, its points included.
fn name_length(tokens: &[Token]) -> usize {
    let mut length = 0;
    while tokens.get(length).is_some_and(is_part) {
        length += 1;
        match tokens.get(length) {
            Some(point) if point.token_type == TokenType::Dot => length += 1,
            // A function's name.
            Some(open) if open.token_type == TokenType::LParen => return 0,
            _ => return length,
        }
    }
    0
}

fn is_part(token: &Token) -> bool {
    let is_word = token.text.starts_with(|first: char| first.is_alphabetic() || first == '_');
    match token.token_type {
        TokenType::QuotedIdentifier => true,
        TokenType::String | TokenType::Select | TokenType::Lateral => false,
        _ => is_word,
    }
}

fn ends_from(token: TokenType) -> bool {
    use TokenType as T;
    matches!(token, T::Select | T::Where | T::Group | T::Having | T::Order | T::Qualify | T::Limit | T::Window)
        || matches!(token, T::Union | T::Except | T::Intersect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KnownColumns, RelationColumns};

    struct Nothing;

    impl RelationColumns for Nothing {
        fn columns(&self, _relation: &RelationName) -> Option<std::sync::Arc<KnownColumns>> {
            None
        }
    }

    fn found(sql: &str) -> Vec<String> {
        let query = Query { sql, dialect: Dialect::DuckDb, inputs: &Nothing };
        relations(&query, ReadLimits::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_after_from_join_and_commas_are_relations_and_no_others() {
        assert_eq!(
            found("select a.b, c from s.t x, \"S 2\".u as y left join d.s.v on x.a = v.b, z.q"),
            ["d.s.v", "s.t", "\"s 2\".u", "z.q"]
        );
        assert_eq!(found("select )( from s.t where a in (1, b.c)"), ["s.t"]);
        assert_eq!(found("select extract(year from x.y) from read_csv('a.b')"), ["x.y"]);
        assert!(found("select 'from s.t', 'broken").is_empty());
    }

    #[test]
    fn names_in_other_statements_are_relations() {
        for sql in [
            "delete from mine.t using s.t l where l.a = t.a",
            "merge into mine.t using s.t l on l.a = t.a when matched then delete",
            "with q as (table s.t) select a from q",
            "do $$ begin perform a from s.t; end $$",
            "do $body$ begin delete from mine.t using s.t; end $body$",
            "update mine.t set a = l.a from s.t l",
        ] {
            let query = Query { sql, dialect: Dialect::Postgres, inputs: &Nothing };
            let found: Vec<_> = relations(&query, ReadLimits::default()).iter().map(ToString::to_string).collect();
            assert!(found.contains(&"s.t".to_owned()), "{sql}: {found:?}");
        }
        assert_eq!(found("select a from s.t join s.u using (a)"), ["s.t", "s.u"]);
    }
}
