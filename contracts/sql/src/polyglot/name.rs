//! The names that engines give to columns without an alias, where they are certain.

use polyglot_sql::{ExpressionWalk as _, expressions::Expression};
use weft_model::types::Dialect;

use super::{
    key::Name,
    word::{Word, word},
};

/// The name of a column of a select list that has no alias.
pub(super) fn implied(expression: &Expression, dialect: Dialect) -> Option<Name> {
    match expression {
        Expression::Column(column) if column.name.name.starts_with(['$', '#']) => None,
        Expression::Column(column) => Some(Name::from(&column.name)),
        Expression::Identifier(name) => Some(Name::from(name)),
        Expression::Function(call) if call.no_parens && keeps_its_name(&call.name, dialect) => {
            Some(Name::from(&*call.name))
        }
        Expression::Dot(dot) => Some(Name::from(&dot.field)),
        Expression::Annotated(annotated) => implied(&annotated.this, dialect),
        Expression::Paren(paren) if dialect == Dialect::DuckDb => implied(&paren.this, dialect),
        _ if !matches!(dialect, Dialect::Postgres | Dialect::Redshift | Dialect::Materialize) => None,
        // PostgreSQL looks through casts and parentheses, and names a call after its function.
        Expression::Paren(paren) => implied(&paren.this, dialect),
        Expression::Cast(cast) => implied(&cast.this, dialect),
        Expression::Function(function) if !function.no_parens => Some(Name::from(&*function.name.to_lowercase())),
        Expression::Count(_)
        | Expression::Sum(_)
        | Expression::Avg(_)
        | Expression::Min(_)
        | Expression::Max(_)
        | Expression::Coalesce(_)
        | Expression::Lower(_)
        | Expression::Upper(_)
        | Expression::Abs(_) => Some(Name::from(expression.variant_name())),
        _ => None,
    }
}

/// Whether a word without parentheses is what its column is called: a name is, and a call on some engines.
fn keeps_its_name(name: &str, dialect: Dialect) -> bool {
    let is_by_function =
        matches!(dialect, Dialect::DuckDb | Dialect::Postgres | Dialect::Redshift | Dialect::Materialize);
    is_by_function || word(&name.to_lowercase(), dialect) == Word::Name
}

/// Whether an expression of a select list without an alias may give several columns, with names from its type.
pub(super) fn may_be_several(expression: &Expression, dialect: Dialect) -> bool {
    let call = |names: &[&str]| match expression {
        Expression::Function(function) => names.contains(&&*function.name.to_lowercase()),
        _ => false,
    };
    match dialect {
        Dialect::DuckDb => {
            matches!(expression, Expression::Unnest(_))
                || expression.contains(
                    |part| matches!(part, Expression::Function(call) if call.name.eq_ignore_ascii_case("columns")),
                )
        }
        Dialect::Spark => {
            matches!(expression, Expression::Explode(_) | Expression::ExplodeOuter(_))
                || call(&["inline", "inline_outer", "stack", "json_tuple", "posexplode", "posexplode_outer"])
        }
        _ => false,
    }
}
