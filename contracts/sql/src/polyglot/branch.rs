//! The branches of `union`, `intersect` and `except`.

use polyglot_sql::expressions::{Expression, OrderBy, With};

/// A set operation of any kind.
pub(super) struct SetOperation<'e> {
    pub(super) left: &'e Expression,
    pub(super) right: &'e Expression,
    pub(super) by_name: bool,
    /// Whether the right branch's rows are only compared with.
    pub(super) compares: bool,
    /// Whether rows are compared as a whole: each of their columns has to be there, and to have a type that compares.
    pub(super) is_distinct: bool,
    pub(super) with: Option<&'e With>,
    pub(super) order: Option<&'e OrderBy>,
}

pub(super) fn operation(expression: &Expression) -> Option<SetOperation<'_>> {
    macro_rules! operation {
        ($parts:ident, $compares:literal) => {
            SetOperation {
                left: &$parts.left,
                right: &$parts.right,
                by_name: $parts.by_name || $parts.corresponding || !$parts.on_columns.is_empty(),
                compares: $compares,
                is_distinct: $compares || !$parts.all,
                with: $parts.with.as_ref(),
                order: $parts.order_by.as_ref(),
            }
        };
    }
    Some(match expression {
        Expression::Union(parts) => operation!(parts, false),
        Expression::Intersect(parts) => operation!(parts, true),
        Expression::Except(parts) => operation!(parts, true),
        _ => return None,
    })
}

pub(super) fn is_set_operation(expression: &Expression) -> bool {
    matches!(expression, Expression::Union(_) | Expression::Intersect(_) | Expression::Except(_))
}

/// The first of all branches.
pub(super) fn first_branch(expression: &Expression) -> &Expression {
    let mut first = expression;
    while let Some(operation) = operation(first) {
        first = operation.left;
    }
    first
}
