//! From text to tree, within limits, and checked against the names in the text.

use polyglot_sql::{
    ComplexityGuardOptions, Dialect as Tokenizer, DialectType, Error, Expression, ExpressionWalk as _, Parser,
    parser::ParserConfig,
    tokens::{Token, TokenType},
};
use weft_model::types::Dialect;

use super::{account::TextNames, branch::is_set_operation, limits::ReadLimits};
use crate::{Query, Unknown};

/// The tree of a query, and the names in its text.
pub(super) fn parse(query: &Query<'_>, limits: ReadLimits) -> Result<(Expression, TextNames), Unknown> {
    let Query { sql, dialect, .. } = *query;
    if sql.trim().is_empty() {
        return Err(Unknown::NoSql);
    }
    if sql.len() > limits.bytes {
        return Err(Unknown::TooLong { bytes: sql.len(), limit: limits.bytes });
    }
    let tokenizer = Tokenizer::get(parser_dialect(dialect));
    let mut tokens = tokenizer.tokenize(sql).map_err(refused)?;
    if let Some(line) = jinja(&tokens) {
        return Err(Unknown::JinjaLeft { line });
    }
    super::tokens::mend(&mut tokens, dialect);
    let written = set_operations(&tokens);
    let names = TextNames::from_tokens(&tokens);
    let guard = ComplexityGuardOptions {
        max_input_bytes: Some(limits.bytes),
        max_tokens: Some(limits.tokens),
        max_ast_depth: Some(limits.depth),
        max_parser_depth: Some(limits.depth),
        max_parenthesis_depth: Some(limits.depth),
        max_function_call_depth: Some(limits.depth),
        ..ComplexityGuardOptions::default()
    };
    let config =
        ParserConfig { dialect: Some(parser_dialect(dialect)), complexity_guard: guard, ..ParserConfig::default() };
    let mut statements = Parser::with_source(tokens, config, sql.to_owned()).parse().map_err(refused)?;
    let statement = match (statements.pop(), statements.len()) {
        (Some(statement), 0) => statement,
        (None, _) => return Err(Unknown::NoSql),
        (Some(_), more) => return Err(Unknown::NotASelect { found: format!("{} statements", more + 1) }),
    };
    let read = statement.count(is_set_operation);
    if written == read { Ok((statement, names)) } else { Err(Unknown::SetOperationLost { written, read }) }
}

/// What the parser calls a dialect.
pub(super) fn parser_dialect(dialect: Dialect) -> DialectType {
    match dialect {
        Dialect::Generic => DialectType::Generic,
        Dialect::BigQuery => DialectType::BigQuery,
        Dialect::DuckDb => DialectType::DuckDB,
        Dialect::Materialize => DialectType::Materialize,
        Dialect::Postgres => DialectType::PostgreSQL,
        Dialect::Redshift => DialectType::Redshift,
        Dialect::Snowflake => DialectType::Snowflake,
        Dialect::Spark => DialectType::Databricks,
        Dialect::Teradata => DialectType::Teradata,
        Dialect::Trino => DialectType::Trino,
    }
}

fn refused(error: Error) -> Unknown {
    match error {
        Error::Parse { message, .. } | Error::Tokenize { message, .. } if message.starts_with("E_GUARD_") => {
            Unknown::TooDeep { detail: message }
        }
        Error::Tokenize { message, line, column, .. }
        | Error::Parse { message, line, column, .. }
        | Error::Syntax { message, line, column, .. } => Unknown::ParseFailed { message, line, column },
        other => Unknown::ParseFailed { message: other.to_string(), line: 0, column: 0 },
    }
}

/// The line of the first `{{`, `{%` or `{#` outside texts and comments.
fn jinja(tokens: &[Token]) -> Option<usize> {
    let opens = |pair: &[Token]| {
        let touches = pair[0].span.end == pair[1].span.start;
        let opens = matches!(pair[1].text.chars().next(), Some('{' | '%' | '#'));
        touches && opens && pair[0].token_type == TokenType::LBrace
    };
    let block = tokens.iter().find(|token| {
        let quoted = matches!(token.token_type, TokenType::String | TokenType::QuotedIdentifier);
        !quoted && ["{{", "{%", "{#"].iter().any(|open| token.text.starts_with(open))
    });
    let pair = tokens.windows(2).find(|pair| opens(pair)).map(|pair| &pair[0]);
    block.or(pair).map(|token| token.span.line)
}

/// How many set operations are written: by their words, except where `except` follows a star.
pub(super) fn set_operations(tokens: &[Token]) -> usize {
    let before = std::iter::once(None).chain(tokens.iter().map(|token| Some(token.token_type)));
    let written = tokens.iter().zip(before).filter(|(token, before)| match token.token_type {
        TokenType::Union | TokenType::Intersect => true,
        TokenType::Except => *before != Some(TokenType::Star),
        _ => false,
    });
    written.count()
}
