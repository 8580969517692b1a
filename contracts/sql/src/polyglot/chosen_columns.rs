//! DuckDB's `columns(..)`: columns chosen by a star, a pattern, a list or a lambda.

use std::rc::Rc;

use polyglot_sql::expressions::{Expression, Function, Literal};
use regex::Regex;
use weft_model::types::Dialect;

use super::{
    evaluate::Evaluator,
    expression::ExpressionContext,
    rows::{Field, Gives, Rest, Rows, Value},
};
use crate::Unknown;

impl<'q> Evaluator<'q> {
    /// Whether a call chooses columns.
    pub(super) fn chooses_columns(&self, call: &Function) -> bool {
        self.query.dialect == Dialect::DuckDb && call.name.eq_ignore_ascii_case("columns")
    }

    /// The columns that are chosen, as one value: `*columns(..)` among a call's arguments.
    pub(super) fn of_chosen_columns(
        &mut self,
        arguments: &'q [Expression],
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let rows = self.chosen_columns(arguments, context)?;
        self.whole(&Rc::new(rows)).map(|value| Value { row: None, ..value })
    }

    /// The columns that are chosen. A pattern that chooses none is an error, so that each column it chooses is named.
    pub(super) fn chosen_columns(
        &mut self,
        arguments: &'q [Expression],
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Rows, Unknown> {
        if let [Expression::Star(star)] = arguments {
            return self.star(star, context);
        }
        let (fields, rest) = self.all(context.scope);
        match arguments {
            [Expression::Literal(literal)] if rest.is_empty() => {
                if let Some(pattern) = text(literal).and_then(|pattern| Regex::new(pattern).ok()) {
                    let matches = |field: &Field| field.name.as_deref().is_some_and(|name| pattern.is_match(name));
                    let chosen: Vec<Field> = fields.into_iter().filter(matches).collect();
                    for field in &chosen {
                        self.facts().referenced(&field.value);
                    }
                    return Ok(Rows::new(chosen, Vec::new()));
                }
            }
            [Expression::ArrayFunc(list)] => {
                if let Some(names) = list.expressions.iter().map(name).collect::<Option<Vec<&str>>>() {
                    let field =
                        |name: &str| Field { name: Some(name.into()), value: self.listed(&fields, &rest, name) };
                    return Ok(Rows::new(names.into_iter().map(field).collect(), Vec::new()));
                }
            }
            _ => {}
        }
        self.pass_over(arguments);
        let value: Value = self.not_worked_out("which columns `columns(..)` chooses");
        Ok(Rows::new(Vec::new(), vec![Rest::new(Gives::PartOf(value))]))
    }
}

fn name(expression: &Expression) -> Option<&str> {
    if let Expression::Literal(literal) = expression { text(literal) } else { None }
}

fn text(literal: &Literal) -> Option<&str> {
    if let Literal::String(text) = literal { Some(text) } else { None }
}
