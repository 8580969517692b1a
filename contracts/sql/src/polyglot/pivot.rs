//! `pivot` and `unpivot` in a `from`.

use std::rc::Rc;

use polyglot_sql::{
    ExpressionWalk as _,
    expressions::{Expression, Literal, Pivot, Unpivot},
};
use weft_model::types::Dialect;

use super::{
    cell::Derivation,
    evaluate::{Env, Evaluator},
    expression::{Aliases, ExpressionContext},
    from::alias,
    key::{Name, key},
    rows::{Field, Gives, Rest, Rows, Value},
    scope::{FromSource, QueryScope},
    star::without,
};
use crate::{Unknown, UseKind};

impl<'q> Evaluator<'q> {
    /// `t pivot (sum(amount) for month in ('JAN', 'FEB'))`: all but what is aggregated is grouped by.
    pub(super) fn pivot(
        &mut self,
        expression: &'q Expression,
        pivot: &'q Pivot,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        if pivot.fields.is_empty() {
            return self.pivot_statement(expression, pivot, scope, env);
        }
        let turned = match &*pivot.fields {
            [Expression::In(turned)] if turned.query.is_none() => turned,
            _ => return Ok(self.opaque(expression, env)),
        };
        let literal = |value: &Expression| matches!(value, Expression::Literal(_) | Expression::PivotAlias(_));
        let plain = !pivot.unpivot && pivot.using.is_empty() && pivot.with.is_none() && pivot.default_on_null.is_none();
        if !plain || !turned.expressions.iter().all(literal) {
            return Ok(self.opaque(expression, env));
        }
        let mut inner = QueryScope::within(scope.outer);
        inner.sources = self.source(&pivot.this, scope, env)?;
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(&inner, env, &windows, Aliases::No);
        let rows = self.pivoted(&pivot.fields, &pivot.expressions, pivot.group.as_deref(), &context)?;
        let rows = self.renamed(rows, &pivot.alias_columns);
        Ok(FromSource::new(alias(pivot.alias.as_ref()), Rc::new(rows)))
    }

    /// What a table gives that is turned `on` columns, or values of them: aggregates for each value, and what they are
    /// grouped by.
    pub(super) fn pivoted(
        &mut self,
        on: &'q [Expression],
        using: &'q [Expression],
        group: Option<&'q Expression>,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Rows, Unknown> {
        let mut taken = Vec::new();
        let mut made_of = Vec::new();
        for by in on {
            let by = if let Expression::In(of) = by { &of.this } else { by };
            let value = self.value(by, context)?;
            self.facts().used(&value, UseKind::Group);
            made_of.push(value);
            taken.extend(column_keys(by));
        }
        let mut aggregates = Vec::new();
        for aggregate in using {
            taken.extend(column_keys(aggregate));
            let value = self.value(aggregate, context)?;
            aggregates.push((aggregate, self.of(&[value], Derivation::Aggregated)?));
        }
        let ((mut fields, mut rest), grows) = match group {
            None => (self.all(context.scope), context.scope.grows()),
            Some(group) => ((self.pivot_group(group, context)?, Vec::new()), Vec::new()),
        };
        without(&mut fields, &mut rest, &taken);
        for field in &fields {
            self.facts().used(&field.value, UseKind::Group);
        }
        if let ([Expression::In(turned)], false) = (on, using.is_empty())
            && turned.query.is_none()
        {
            self.pass_over(&turned.expressions);
            for value in &turned.expressions {
                for (aggregate, made) in &aggregates {
                    let name = self.pivoted_name(value, aggregate, aggregates.len() == 1);
                    fields.push(Field { name, value: made.clone() });
                }
            }
            let made = turned.expressions.len() * aggregates.len();
            let made = &fields[fields.len() - made..];
            self.own_beside(&grows, made.iter().filter_map(|field| field.name.as_deref()));
        } else {
            // The values in the table name the columns.
            made_of.extend(aggregates.into_iter().map(|(_, made)| made));
            let value = self.of(&made_of, Derivation::Aggregated)?;
            rest.push(Rest::new(Gives::PartOf(value)));
        }
        Ok(Rows::new(fields, rest).growing(grows))
    }

    fn pivot_group(
        &mut self,
        group: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Vec<Field>, Unknown> {
        let mut fields = Vec::new();
        for by in group.children() {
            let name = super::name::implied(by, self.query.dialect);
            fields.push(Field { name, value: self.value(by, context)? });
        }
        Ok(fields)
    }

    /// The name of a column for a value and an aggregate, where it is certain.
    fn pivoted_name(&self, value: &Expression, aggregate: &Expression, only: bool) -> Option<Name> {
        let dialect = self.query.dialect;
        let (text, aliased) = match value {
            Expression::PivotAlias(named) => match &named.alias {
                Expression::Column(column) => (Name::from(&column.name), true),
                Expression::Identifier(identifier) => (Name::from(identifier), true),
                _ => return None,
            },
            Expression::Literal(literal) => match &**literal {
                Literal::String(text) if dialect == Dialect::Snowflake => {
                    (Name::new(&format!("'{text}'"), true), false)
                }
                Literal::String(text) => (Name::new(text, true), false),
                Literal::Number(number) if dialect != Dialect::BigQuery => (Name::new(number, true), false),
                _ => return None,
            },
            _ => return None,
        };
        let known = matches!(
            dialect,
            Dialect::Snowflake | Dialect::BigQuery | Dialect::DuckDb | Dialect::Spark | Dialect::Redshift
        );
        match aggregate {
            Expression::Alias(alias) if dialect == Dialect::BigQuery => {
                Some(Name::from(&*format!("{}_{}", alias.alias.name, &*text)))
            }
            Expression::Alias(_) if dialect == Dialect::Spark && only => Some(text),
            Expression::Alias(alias) if matches!(dialect, Dialect::Spark | Dialect::DuckDb) => {
                Some(Name::from(&*format!("{}_{}", &*text, alias.alias.name)))
            }
            Expression::Alias(_) => None,
            _ if only && (aliased || known) => Some(text),
            _ => None,
        }
    }

    /// `t unpivot (sales for month in (jan, feb))`: each value is one of the listed columns, as it is.
    pub(super) fn unpivot(
        &mut self,
        expression: &'q Expression,
        unpivot: &'q Unpivot,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let listed: Option<Vec<&Expression>> = unpivot.columns.iter().map(plain_column).collect();
        let Some(listed) = listed.filter(|_| unpivot.extra_value_columns.is_empty()) else {
            return Ok(self.opaque(expression, env));
        };
        self.pass_over(&unpivot.columns);
        let mut inner = QueryScope::within(scope.outer);
        inner.sources = self.source(&unpivot.this, scope, env)?;
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(&inner, env, &windows, Aliases::No);
        let mut values = Vec::new();
        let mut taken = Vec::new();
        for column in listed {
            values.push(self.value(column, &context)?);
            taken.extend(column_keys(column));
        }
        let value = values.iter().skip(1).fold(values.first().cloned().unwrap_or_default(), |all, one| all.either(one));
        let (mut fields, mut rest) = self.all(&inner);
        without(&mut fields, &mut rest, &taken);
        let value = Field { name: Some(Name::from(&unpivot.value_column)), value };
        let name = Field { name: Some(Name::from(&unpivot.name_column)), value: Value::default() };
        let own = if self.query.dialect == Dialect::BigQuery { [value, name] } else { [name, value] };
        self.own_beside(&inner.grows(), own.iter().filter_map(|field| field.name.as_deref()));
        fields.extend(own);
        let rows = self.renamed(Rows::new(fields, rest).growing(inner.grows()), &unpivot.alias_columns);
        Ok(FromSource::new(alias(unpivot.alias.as_ref()), Rc::new(rows)))
    }
}

/// A listed column, without the value that replaces its name.
pub(super) fn plain_column(expression: &Expression) -> Option<&Expression> {
    match expression {
        Expression::Column(_) => Some(expression),
        Expression::PivotAlias(named) => plain_column(&named.this),
        Expression::Alias(named) => plain_column(&named.this),
        _ => None,
    }
}

pub(super) fn column_keys(expression: &Expression) -> Vec<Box<str>> {
    let columns = expression.dfs().filter_map(|part| match part {
        Expression::Column(column) => Some(key(&column.name.name)),
        _ => None,
    });
    columns.collect()
}
