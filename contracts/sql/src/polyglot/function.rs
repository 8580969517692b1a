//! Calls of functions that the parser does not know by a type of their own.

use polyglot_sql::expressions::{Column, Expression, Function, MethodCall};
use weft_model::types::{self, Dialect};

use super::{cell::Derivation, evaluate::Evaluator, expression::ExpressionContext, rows::Value, word::DATE_PARTS};
use crate::Unknown;

/// Aggregates by other names than `..._agg`.
const AGGREGATES: [&str; 12] = [
    "approx_set",
    "checksum",
    "grouping",
    "grouping_id",
    "json_group_array",
    "json_group_object",
    "mad",
    "percentile_approx",
    "product",
    "sumkahan",
    "try_avg",
    "try_sum",
];

impl<'q> Evaluator<'q> {
    pub(super) fn function(
        &mut self,
        function: &'q Function,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let name = function.name.to_lowercase();
        if self.chooses_columns(function) {
            return self.of_chosen_columns(&function.args, context);
        }
        if self.query.dialect == Dialect::Teradata && self.is_cast(function) {
            return Ok(self.not_worked_out("a cast by a type in parentheses"));
        }
        let way = if name.ends_with("_agg") || AGGREGATES.contains(&&*name) {
            Derivation::Aggregated
        } else {
            Derivation::Transformed
        };
        let mut values = Vec::with_capacity(function.args.len());
        for argument in &function.args {
            match argument {
                Expression::Column(column) if is_word(column, &name, self.query.dialect) => {
                    self.visited.insert(std::ptr::from_ref(argument));
                }
                // `array(select ..)`
                Expression::Union(_) | Expression::Intersect(_) | Expression::Except(_) => {
                    values.push(self.scalar(argument, context, true)?);
                }
                argument => values.push(self.value(argument, context)?),
            }
        }
        self.of(&values, way)
    }

    /// `price.round(2)` is a call on a column in DuckDB; in other dialects the part before the point is a namespace.
    pub(super) fn method(
        &mut self,
        call: &'q MethodCall,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let mut values = Vec::new();
        if self.query.dialect == Dialect::DuckDb || !matches!(call.this, Expression::Column(_)) {
            values.push(self.value(&call.this, context)?);
        } else {
            self.visited.insert(std::ptr::from_ref(&call.this));
        }
        for argument in &call.args {
            values.push(self.value(argument, context)?);
        }
        self.of(&values, Derivation::Transformed)
    }

    /// Teradata's `a (date)` and `a (char(10))`, which the parser takes for calls of a function `a`.
    fn is_cast(&mut self, function: &'q Function) -> bool {
        let [argument] = &*function.args else { return false };
        let name = match argument {
            Expression::Column(column) if column.table.is_none() && !column.name.quoted => &column.name.name,
            Expression::Function(function) => &function.name,
            _ => return false,
        };
        let is_type = types::parse(name, Dialect::Teradata).is_some();
        if is_type {
            self.pass_over(&function.args);
        }
        is_type
    }
}

/// Whether an argument that looks like a column is a word of the function's own: `datediff(day, ..)`, `convert(int, ..)`.
fn is_word(column: &Column, function: &str, dialect: Dialect) -> bool {
    if column.table.is_some() || column.name.quoted {
        return false;
    }
    let word = column.name.name.to_lowercase();
    let takes_date_part = function.contains("date") || function.contains("time") || function.contains("trunc");
    takes_date_part && DATE_PARTS.contains(&&*word)
        || matches!(function, "convert" | "try_convert") && types::parse(&word, dialect).is_some()
}
