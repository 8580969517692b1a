//! Expressions: of which columns a value is made.

use std::{collections::BTreeMap, rc::Rc};

use polyglot_sql::{
    ExpressionWalk as _,
    expressions::{Expression, Identifier, In, Literal, Ordered, Over, Select, WindowFunction},
};

use weft_model::types::LiteralKind;

use super::{
    cell::Derivation,
    evaluate::{Env, Evaluator},
    key::key,
    rows::{Field, Value},
    scope::QueryScope,
    types,
};
use crate::{Unknown, UseKind};

/// The clause and scope of an expression.
#[derive(Clone)]
pub(super) struct ExpressionContext<'s, 'q> {
    pub(super) scope: &'s QueryScope<'s>,
    pub(super) env: &'s Env,
    pub(super) aliases: Aliases<'s>,
    pub(super) windows: &'s BTreeMap<Box<str>, &'q Over>,
    /// The keys of a lambda's parameters: they are parts of another argument, which is counted.
    pub(super) bound: Rc<Vec<Box<str>>>,
}

/// The select list's own names, where they may be used.
#[derive(Clone, Copy)]
pub(super) enum Aliases<'s> {
    /// The expression is not in such a place.
    No,
    /// Those further left in the list, where no source has the name.
    Lateral(&'s [Field]),
    /// All of them, where no source surely has the name.
    Outputs(&'s [Field]),
}

impl<'q> Evaluator<'q> {
    /// What an expression is made of.
    pub(super) fn value(
        &mut self,
        expression: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        self.spend(1)?;
        match expression {
            Expression::Column(_) | Expression::Identifier(_) | Expression::Dot(_) | Expression::Subscript(_) => {
                self.reference(expression, context)
            }
            Expression::Alias(alias) => self.value(&alias.this, context),
            Expression::Paren(paren) => self.value(&paren.this, context),
            Expression::Annotated(annotated) => self.value(&annotated.this, context),
            Expression::Cast(cast) | Expression::TryCast(cast) | Expression::SafeCast(cast) => {
                let value = self.value(&cast.this, context)?;
                let data_type = types::print(&cast.to, self.query.dialect);
                self.of(&[value], Derivation::Transformed).map(|value| value.typed(data_type))
            }
            Expression::Subquery(_) | Expression::Select(_) => self.scalar(expression, context, true),
            Expression::Union(_) | Expression::Intersect(_) | Expression::Except(_) => {
                self.operand(expression, context)
            }
            Expression::Exists(exists) => self.exists(&exists.this, context),
            Expression::In(of) => self.among(of, context),
            Expression::Function(function) if function.no_parens => {
                // The parser drops the quotes of such words.
                let quoted = self.quoted.contains(&key(&function.name));
                let name = Identifier { quoted, ..Identifier::new(&function.name) };
                let value = self.unqualified(&name, context)?;
                self.facts().referenced(&value);
                Ok(value)
            }
            Expression::Function(function) => self.function(function, context),
            Expression::MethodCall(call) => self.method(call, context),
            Expression::WindowFunction(function) => self.window_function(function, context),
            Expression::Star(star) => {
                let rows = self.star(star, context)?;
                self.whole(&Rc::new(rows))
            }
            Expression::Columns(columns) => self.of_chosen_columns(std::slice::from_ref(&*columns.this), context),
            Expression::Lambda(lambda) => self.lambda(lambda, context),
            Expression::Comprehension(comprehension) => self.comprehension(comprehension, context),
            Expression::ArrayAgg(aggregate) | Expression::AnyValue(aggregate) => {
                self.chosen(expression, &aggregate.this, context)
            }
            Expression::Parameter(parameter) if parameter.index.is_some() => {
                Ok(self.not_worked_out("a column by its position"))
            }
            Expression::Raw(_) | Expression::Command(_) => Ok(self.not_worked_out("SQL that the parser left as it is")),
            Expression::WithinGroup(_) | Expression::Filter(_) => {
                self.children(expression, context, Derivation::Aggregated)
            }
            Expression::Literal(literal) => Ok(kind(literal).map(Value::literal).unwrap_or_default()),
            Expression::Boolean(_) => Ok(Value::literal(LiteralKind::Boolean)),
            Expression::Neg(negated) => {
                let value = self.value(&negated.this, context)?;
                let literal = value.literal.filter(|literal| *literal == LiteralKind::Number);
                self.of(&[value], Derivation::Transformed).map(|value| Value { literal, ..value })
            }
            other if polyglot_sql::traversal::is_aggregate(other) => {
                self.children(other, context, Derivation::Aggregated)
            }
            other => self.children(other, context, Derivation::Transformed),
        }
    }

    /// Of all the parts of an expression.
    pub(super) fn children(
        &mut self,
        expression: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
        way: Derivation,
    ) -> Result<Value, Unknown> {
        let children = expression.children();
        let values = children.into_iter().map(|child| self.value(child, context));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        self.of(&values, way)
    }

    /// Computed of others; each of their columns is a step.
    pub(super) fn of(&mut self, values: &[Value], way: Derivation) -> Result<Value, Unknown> {
        self.spend(values.iter().map(|value| value.cells.len() as u64).sum())?;
        Ok(Value::computed_from(values, way))
    }

    fn among(&mut self, of: &'q In, context: &ExpressionContext<'_, 'q>) -> Result<Value, Unknown> {
        let mut values = vec![self.value(&of.this, context)?];
        for expression in of.expressions.iter().chain(of.unnest.as_deref()) {
            values.push(self.value(expression, context)?);
        }
        if let Some(query) = &of.query {
            values.push(self.scalar(query, context, true)?);
        }
        self.of(&values, Derivation::Transformed)
    }

    /// A scalar subquery. With `counts` false, only its side effects count, not its value.
    pub(super) fn scalar(
        &mut self,
        query: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
        counts: bool,
    ) -> Result<Value, Unknown> {
        let rows = self.query(query, Some(context.scope), context.env)?;
        if counts {
            self.counted(&rows.grows);
        }
        match (&*rows.fields, rows.is_closed()) {
            _ if !counts => Ok(Value::default()),
            ([only], true) => Ok(only.value.clone()),
            _ => self.whole(&Rc::new(rows)),
        }
    }

    /// Whether a query gives rows. Nobody asks for its columns.
    fn exists(&mut self, query: &'q Expression, context: &ExpressionContext<'_, 'q>) -> Result<Value, Unknown> {
        if let Expression::Select(select) = query {
            self.asked_for_rows.insert(std::ptr::from_ref(&**select));
        }
        self.scalar(query, context, false)
    }

    /// A set operation where a value is meant. polyglot-sql 0.13 reads `a > (select ..) union all select ..` as if the
    /// subquery alone were the first branch, though it is the whole query so far. Here the subquery gets its place back,
    /// and the select around it takes up the branches when it ends.
    fn operand(&mut self, union: &'q Expression, context: &ExpressionContext<'_, 'q>) -> Result<Value, Unknown> {
        let first = super::branch::first_branch(union);
        if !matches!(first, Expression::Subquery(_)) || self.lost.is_some() {
            return self.scalar(union, context, true);
        }
        let value = self.scalar(first, context, true)?;
        self.lost = Some(union);
        Ok(value)
    }

    fn window_function(
        &mut self,
        function: &'q WindowFunction,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let over = &function.over;
        self.window(over, context)?;
        if let Some(keep) = &function.keep {
            self.ordered(&keep.order_by, context)?;
        }
        self.value(&function.this, context)
    }

    /// Notes what a window is parted and ordered by. Named windows are noted where they are defined.
    pub(super) fn window(&mut self, over: &'q Over, context: &ExpressionContext<'_, 'q>) -> Result<(), Unknown> {
        let undefined = |name: &str| !context.windows.contains_key(&key(name));
        if over.window_name.as_ref().is_some_and(|name| undefined(&name.name)) {
            self.facts().unknown.insert(Unknown::NotWorkedOut { construct: "a window that is not defined".to_owned() });
        }
        for expression in &over.partition_by {
            let value = self.value(expression, context)?;
            self.facts().used(&value, UseKind::Group);
        }
        self.ordered(&over.order_by, context)
    }

    /// A value of which nothing is known, which the reading says.
    pub(super) fn not_worked_out(&mut self, construct: &str) -> Value {
        let unknown = Unknown::NotWorkedOut { construct: construct.to_owned() };
        self.facts().unknown.insert(unknown.clone());
        Value::unknown(unknown)
    }

    /// Notes what is ordered by.
    pub(super) fn ordered(&mut self, order: &'q [Ordered], context: &ExpressionContext<'_, 'q>) -> Result<(), Unknown> {
        for ordered in order {
            let value = self.value(&ordered.this, context)?;
            self.facts().used(&value, UseKind::Order);
        }
        Ok(())
    }
}

impl<'s, 'q> ExpressionContext<'s, 'q> {
    /// The context of a select's clauses.
    pub(super) fn new(
        scope: &'s QueryScope<'s>,
        env: &'s Env,
        windows: &'s BTreeMap<Box<str>, &'q Over>,
        aliases: Aliases<'s>,
    ) -> Self {
        Self { scope, env, aliases, windows, bound: Rc::default() }
    }
}

/// The windows that a select defines, by their keys.
pub(super) fn windows(select: &Select) -> BTreeMap<Box<str>, &Over> {
    select.windows.iter().flatten().map(|window| (key(&window.name.name), &window.spec)).collect()
}

/// What a literal certainly is.
fn kind(literal: &Literal) -> Option<LiteralKind> {
    match literal {
        Literal::Number(_) | Literal::HexNumber(_) => Some(LiteralKind::Number),
        Literal::String(_)
        | Literal::NationalString(_)
        | Literal::TripleQuotedString(..)
        | Literal::EscapeString(_)
        | Literal::DollarString(_)
        | Literal::RawString(_) => Some(LiteralKind::Text),
        Literal::Date(_) => Some(LiteralKind::Date),
        Literal::Time(_) => Some(LiteralKind::Time),
        Literal::Timestamp(_) | Literal::Datetime(_) => Some(LiteralKind::Timestamp),
        Literal::HexString(_) | Literal::BitString(_) | Literal::ByteString(_) => None,
    }
}
