//! Names that an expression binds for itself: a lambda's parameters, a comprehension's variables.

use std::rc::Rc;

use polyglot_sql::expressions::{Comprehension, Expression, LambdaExpr};

use super::{cell::Derivation, evaluate::Evaluator, expression::ExpressionContext, key::key, rows::Value};
use crate::Unknown;

impl<'q> Evaluator<'q> {
    pub(super) fn lambda(
        &mut self,
        lambda: &'q LambdaExpr,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let bound = lambda.parameters.iter().map(|parameter| key(&parameter.name));
        self.value(&lambda.body, &binding(context, bound))
    }

    /// `[x * 2 for x in xs if x > 1]`
    pub(super) fn comprehension(
        &mut self,
        comprehension: &'q Comprehension,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let names = [Some(&comprehension.expression), comprehension.position.as_ref()];
        let bound: Vec<_> = names.into_iter().flatten().filter_map(|name| self.binds(name)).collect();
        let inner = binding(context, bound);
        let mut values = vec![self.value(&comprehension.this, &inner)?];
        if let Some(condition) = &comprehension.condition {
            values.push(self.value(condition, &inner)?);
        }
        if let Some(iterator) = &comprehension.iterator {
            values.push(self.value(iterator, context)?);
        }
        self.of(&values, Derivation::Transformed)
    }

    /// The key of a name that is bound at its own place.
    fn binds(&mut self, expression: &'q Expression) -> Option<Box<str>> {
        match expression {
            Expression::Column(column) => {
                self.visited.insert(std::ptr::from_ref(expression));
                Some(key(&column.name.name))
            }
            Expression::Identifier(identifier) => Some(key(&identifier.name)),
            _ => None,
        }
    }
}

/// The same context, with names bound.
fn binding<'s, 'q>(
    context: &ExpressionContext<'s, 'q>,
    names: impl IntoIterator<Item = Box<str>>,
) -> ExpressionContext<'s, 'q> {
    let bound = context.bound.iter().cloned().chain(names).collect();
    ExpressionContext { bound: Rc::new(bound), ..context.clone() }
}
