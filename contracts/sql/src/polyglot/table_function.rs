//! Functions in a `from`: what they give, made of their arguments.

use std::{collections::BTreeSet, rc::Rc};

use polyglot_sql::{
    ExpressionWalk as _,
    expressions::{Expression, Identifier, Lateral, LateralView, Literal, TableAlias, UnnestFunc},
};
use weft_model::{relation_name::RelationName, types::Dialect};

use super::{
    cell::Derivation,
    evaluate::{Env, Evaluator},
    expression::{Aliases, ExpressionContext},
    from::alias,
    key::{Name, key},
    rows::{Field, Gives, Lookup, Perhaps, Rest, Rows, Value},
    scope::{FromSource, QueryScope, SourceName},
};
use crate::{Query, ReadLimits, Unknown};

/// What a known function gives.
enum Gift {
    /// Columns with these names.
    Columns(&'static [&'static str]),
    /// One column of its alias's name, or of its own.
    One,
    /// Columns that are parts of its arguments, or of a file.
    Parts,
}

fn gift(name: &str) -> Option<Gift> {
    Some(match name {
        "flatten" => Gift::Columns(&["seq", "key", "path", "index", "value", "this"]),
        "split_to_table" | "strtok_split_to_table" => Gift::Columns(&["seq", "index", "value"]),
        "json_each" | "jsonb_each" | "json_each_text" | "jsonb_each_text" => Gift::Columns(&["key", "value"]),
        "json_array_elements" | "jsonb_array_elements" | "json_array_elements_text" | "jsonb_array_elements_text" => {
            Gift::Columns(&["value"])
        }
        "explode" | "explode_outer" => Gift::Columns(&["col"]),
        "posexplode" | "posexplode_outer" => Gift::Columns(&["pos", "col"]),
        "generator" => Gift::Columns(&[]),
        "generate_series"
        | "generate_subscripts"
        | "range"
        | "sequence"
        | "regexp_split_to_table"
        | "string_to_table"
        | "json_object_keys"
        | "jsonb_object_keys" => Gift::One,
        "inline" | "inline_outer" | "stack" | "json_tuple" | "jsonb_to_record" | "jsonb_to_recordset"
        | "json_to_record" | "json_to_recordset" | "jsonb_path_query" | "read_csv" | "read_csv_auto" | "read_json"
        | "read_json_auto" | "read_parquet" | "parquet_scan" | "glob" => Gift::Parts,
        _ => return None,
    })
}

impl<'q> Evaluator<'q> {
    /// A function's rows, with the sources before it in sight.
    pub(super) fn table_function(
        &mut self,
        function: &'q Expression,
        name: Option<&'q Identifier>,
        columns: &'q [Identifier],
        scope: &QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        if let Expression::Unnest(unnest) = function {
            return self.unnest(unnest, name.or(unnest.alias.as_ref()), columns, scope, env);
        }
        let Expression::Function(call) = function else { return Ok(self.opaque(function, env)) };
        let function_name = call.name.to_lowercase();
        if let ("table", [inner @ (Expression::Function(_) | Expression::Unnest(_))]) = (&*function_name, &*call.args) {
            return self.table_function(inner, name, columns, scope, env);
        }
        let source_name = match name {
            Some(name) => alias(Some(name)),
            None => SourceName::Alias(key(&function_name)),
        };
        let Some(gift) = gift(&function_name) else {
            let mut source = self.opaque(function, env);
            if matches!(&*function_name, "query" | "query_table") {
                self.in_texts(&call.args);
            }
            source.name = source_name;
            source.rows = Rc::new(Rows::unknown(Unknown::NotWorkedOut {
                construct: format!("table function `{function_name}`"),
            }));
            return Ok(source);
        };
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(scope, env, &windows, Aliases::No);
        let value = self.function(call, &context)?;
        self.multiplied(&value);
        let rows = match gift {
            _ if !columns.is_empty() => Rows::named(columns, &value),
            Gift::Columns(names) => Rows::named(names.iter().copied(), &value),
            Gift::One => Rows::named([name.map_or_else(|| Name::from(&*function_name), Name::from)], &value),
            Gift::Parts => Rows::new(Vec::new(), vec![Rest::new(Gives::PartOf(value))]),
        };
        Ok(FromSource::new(source_name, Rc::new(rows)))
    }

    /// Notes the relations that texts name: a query, or the names of tables.
    fn in_texts(&mut self, arguments: &'q [Expression]) {
        let literals = arguments.iter().flat_map(|argument| argument.dfs()).filter_map(|part| match part {
            Expression::Literal(literal) => match &**literal {
                Literal::String(text) => Some(text.as_str()),
                _ => None,
            },
            _ => None,
        });
        for text in literals {
            let named = RelationName::from_rendered(text, self.query.dialect).map(|name| BTreeSet::from([name]));
            let query = Query { sql: text, ..self.query };
            for relation in named.unwrap_or_else(|| super::mentioned::relations(&query, ReadLimits::default())) {
                let (number, _) = self.cells.relation(relation, self.query.inputs);
                self.facts().relations.insert(number);
            }
        }
    }

    fn unnest(
        &mut self,
        unnest: &'q UnnestFunc,
        name: Option<&'q Identifier>,
        columns: &'q [Identifier],
        scope: &QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(scope, env, &windows, Aliases::No);
        let mut arrays = Vec::new();
        for array in std::iter::once(&unnest.this).chain(&unnest.expressions) {
            let value = self.value(array, &context)?;
            arrays.push(self.of(&[value], Derivation::Transformed)?);
        }
        let value = self.of(&arrays, Derivation::Transformed)?;
        self.multiplied(&value);
        let listed = columns.len() - usize::from(unnest.with_ordinality && !columns.is_empty());
        let field = |name: &str, value: &Value| Field { name: Some(name.into()), value: value.clone() };
        let mut fields = Vec::new();
        let mut rest = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            // Array by array where each has one name; else a row's members are not told apart.
            let own = arrays.get(place).filter(|_| listed == arrays.len());
            fields.push(field(&column.name, own.unwrap_or(&value)));
        }
        if columns.is_empty() {
            match (self.query.dialect, name) {
                (Dialect::DuckDb | Dialect::Postgres | Dialect::Redshift | Dialect::Materialize, name) => {
                    fields.push(field(name.map_or("unnest", |name| &name.name), &value));
                }
                (_, name) => {
                    // The element itself, and its members should it be a struct.
                    fields.extend(name.map(|name| field(&name.name, &value)));
                    rest.push(Rest::new(Gives::PartOf(value.clone())));
                }
            }
            fields.extend(unnest.offset_alias.as_ref().map(|offset| field(&offset.name, &value)));
        }
        let name = name.map_or_else(|| SourceName::Alias("unnest".into()), |name| alias(Some(name)));
        Ok(FromSource::new(name, Rc::new(Rows::new(fields, rest))))
    }

    /// `lateral flatten(..) f`, `lateral unnest(..) as e(x)`.
    pub(super) fn lateral(
        &mut self,
        lateral: &'q Lateral,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let mut source = match &*lateral.this {
            function @ (Expression::Function(_) | Expression::Unnest(_)) => {
                self.table_function(function, None, &[], scope, env)?
            }
            Expression::Subquery(subquery) => {
                let rows = self.query(&subquery.this, Some(scope), env)?;
                FromSource::new(alias(subquery.alias.as_ref()), Rc::new(rows))
            }
            other => self.opaque(other, env),
        };
        if let Some(name) = &lateral.alias {
            // A column that has the function's name has the alias's.
            let one = source.rows.fields.len() == 1 && source.rows.is_closed() && lateral.column_aliases.is_empty();
            let is_its_own = one && matches!(&source.name, SourceName::Alias(own) if source.rows.has(own));
            if is_its_own {
                source.rows = Rc::new(Rows::named([name.as_str()], &source.rows.fields[0].value));
            }
            source.name = SourceName::Alias(key(name));
        }
        if !lateral.column_aliases.is_empty() {
            let value = self.whole(&source.rows)?;
            let value = Value { row: None, ..value };
            source.rows = Rc::new(Rows::named(lateral.column_aliases.iter().map(String::as_str), &value));
        }
        Ok(source)
    }

    /// Spark's `lateral view explode(..) e as k, v`.
    pub(super) fn lateral_view(
        &mut self,
        view: &'q LateralView,
        scope: &QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(scope, env, &windows, Aliases::No);
        let value = self.value(&view.this, &context)?;
        let value = self.of(&[value], Derivation::Transformed)?;
        self.multiplied(&value);
        let rows = if !view.column_aliases.is_empty() {
            Rows::named(&view.column_aliases, &value)
        } else if matches!(view.this, Expression::Explode(_) | Expression::ExplodeOuter(_)) {
            Rows::named(["col"], &value)
        } else {
            Rows::new(Vec::new(), vec![Rest::new(Gives::PartOf(value))])
        };
        Ok(FromSource::new(alias(view.table_alias.as_ref()), Rc::new(rows)))
    }

    /// `jsonb_to_recordset(..) as x(a int, b text)`.
    pub(super) fn recordset(
        &mut self,
        function: &'q Expression,
        listed: &'q TableAlias,
        scope: &QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let mut source = self.table_function(function, None, &[], scope, env)?;
        let mut fields = Vec::new();
        for column in &listed.columns {
            if let Expression::ColumnDef(definition) = column {
                let value = match source.rows.find(&definition.name.name) {
                    Lookup::Here(value) | Lookup::Perhaps(Perhaps::Value(value)) => value,
                    _ => Value::unknown(Unknown::MissingColumn { column: definition.name.name.clone() }),
                };
                let data_type = super::types::print(&definition.data_type, self.query.dialect);
                fields.push(Field { name: Some(Name::from(&definition.name)), value: value.typed(data_type) });
            }
        }
        source.rows = Rc::new(Rows::new(fields, Vec::new()));
        if let Some(Expression::Identifier(name)) = listed.this.as_deref() {
            source.name = alias(Some(name));
        }
        Ok(source)
    }

    /// `o.items i`: an array in a row of a source further left.
    pub(super) fn array_of_row(
        &mut self,
        parts: &[&'q Identifier],
        name: Option<&Identifier>,
        scope: &QueryScope<'_>,
    ) -> Result<FromSource, Unknown> {
        let keys: Vec<_> = parts.iter().map(|part| key(&part.name)).collect();
        let value = match *scope.called(&keys[..1]) {
            [source] => {
                let value = self.of_source(source, parts[1], || keys.join("."));
                self.facts().referenced(&value);
                value
            }
            _ => Value::unknown(Unknown::AmbiguousColumn { column: keys.join("."), candidates: Vec::new() }),
        };
        let value = self.of(&[value], Derivation::Transformed)?;
        self.multiplied(&value);
        let element = name.map(|name| Field { name: Some(Name::from(name)), value: value.clone() });
        let rows = Rows::new(element.into_iter().collect(), vec![Rest::new(Gives::PartOf(value))]);
        Ok(FromSource::new(alias(name), Rc::new(rows)))
    }
}
