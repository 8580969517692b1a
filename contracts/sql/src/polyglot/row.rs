//! Rows as values: whole rows, their elements and members, and what is chosen of several.

use std::rc::Rc;

use polyglot_sql::{ExpressionWalk as _, expressions::Expression};

use super::{
    cell::Derivation,
    evaluate::Evaluator,
    expression::ExpressionContext,
    rows::{Field, Rows, Value},
};
use crate::Unknown;

impl<'q> Evaluator<'q> {
    /// All columns of a row as one value.
    pub(super) fn whole(&mut self, rows: &Rc<Rows>) -> Result<Value, Unknown> {
        let values: Vec<_> = rows.fields.iter().map(|field| field.value.clone()).collect();
        let mut value = self.of(&values, Derivation::Transformed)?;
        if let Some(rest) = rows.rest.first() {
            value.unknown = value.unknown.or_else(|| Some(Rc::new(rest.unknown(&self.cells))));
        }
        value.row = Some(Rc::clone(rows));
        Ok(value)
    }

    /// An element of an array; of an array of rows a row.
    pub(super) fn element(&mut self, array: Value, index: Value) -> Result<Value, Unknown> {
        let (row, column) = (array.row.clone(), array.column);
        let (place, placed) = (array.place.clone(), array.placed.clone());
        let value = self.of(&[array, index], Derivation::Transformed)?;
        Ok(Value { row, column, place, placed, ..value })
    }

    /// An aggregate that gives a row where it is given rows: each member is made of its own column, and of what the
    /// aggregate filters and orders by.
    pub(super) fn chosen(
        &mut self,
        aggregate: &'q Expression,
        of: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let mut row = None;
        let mut values = Vec::new();
        let mut beside = Vec::new();
        for child in aggregate.children() {
            let value = self.value(child, context)?;
            if std::ptr::eq(child, of) {
                row.clone_from(&value.row);
            } else {
                beside.push(value.clone());
            }
            values.push(value);
        }
        let value = self.of(&values, Derivation::Aggregated)?;
        let Some(row) = row else { return Ok(value) };
        let mut fields = Vec::with_capacity(row.fields.len());
        for Field { name, value } in &row.fields {
            let values: Vec<_> = std::iter::once(value).chain(&beside).cloned().collect();
            fields.push(Field { name: name.clone(), value: self.of(&values, Derivation::Aggregated)? });
        }
        let rest = row.rest.iter().map(|rest| rest.blurred(&self.cells)).collect();
        Ok(Value { row: Some(Rc::new(Rows::new(fields, rest))), ..value })
    }
}
