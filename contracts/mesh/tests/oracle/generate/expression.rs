//! Expressions.

use super::{Generator, Kind};

impl Generator<'_> {
    /// An expression of a kind.
    pub(super) fn expression(&mut self, kind: Kind) -> String {
        if self.chance(50)
            && let Some(column) = self.column(Some(kind))
        {
            return column;
        }
        self.deeper(|it| it.compound(kind)).unwrap_or_else(|| self.leaf(kind))
    }

    pub(super) fn leaf(&mut self, kind: Kind) -> String {
        self.column(Some(kind)).unwrap_or_else(|| self.literal(kind))
    }

    pub(super) fn literal(&mut self, kind: Kind) -> String {
        let literal = match kind {
            Kind::Int => "7",
            Kind::Text => "'x'",
            Kind::Float => "1.5",
            Kind::Time => "timestamp '2026-01-01 00:00:00'",
            Kind::Flag => "true",
            Kind::Nested if self.is_duckdb() => "{'op': 'x'}",
            Kind::Nested => "'{}'::jsonb",
            Kind::List if self.is_duckdb() => "['x']",
            Kind::List => "array['x']",
        };
        literal.to_owned()
    }

    fn compound(&mut self, kind: Kind) -> String {
        match self.random.below(12) {
            0 => return self.case(kind),
            1 => {
                let [one, other] = [(); 2].map(|()| self.expression(kind));
                return format!("coalesce({one}, {other})");
            }
            2 if self.chance(50) => {
                if let Some(query) = self.scalar_query(kind) {
                    return query;
                }
            }
            3 if matches!(kind, Kind::Int | Kind::Text | Kind::Float) => {
                let [one, other] = [(); 2].map(|()| self.expression(kind));
                let function = self.random.pick(&["nullif", "greatest", "least"]);
                return format!("{function}({one}, {other})");
            }
            _ => {}
        }
        match kind {
            Kind::Int => self.int(),
            Kind::Text => self.text(),
            Kind::Float => self.float(),
            Kind::Time => self.time(),
            Kind::Flag => format!("({})", self.condition()),
            Kind::Nested | Kind::List => self.leaf(kind),
        }
    }

    fn case(&mut self, kind: Kind) -> String {
        let [then, otherwise] = [(); 2].map(|()| self.expression(kind));
        if self.chance(40) {
            let of = self.expression(Kind::Text);
            let when = self.expression(Kind::Text);
            return format!("case {of} when {when} then {then} else {otherwise} end");
        }
        let condition = self.condition();
        format!("case when {condition} then {then} else {otherwise} end")
    }

    fn scalar_query(&mut self, kind: Kind) -> Option<String> {
        self.deeper(|it| {
            let aggregate = match kind {
                Kind::Int => "count",
                _ => "max",
            };
            it.within(|it| {
                let from = it.from(1);
                let of = it.expression(if kind == Kind::Int { Kind::Text } else { kind });
                let filter = it.filter();
                format!("(select {aggregate}({of}) from {from}{filter})")
            })
        })
    }

    fn int(&mut self) -> String {
        match self.random.below(11) {
            0 => {
                let time = self.expression(Kind::Time);
                let part = self.random.pick(&["year", "month", "day"]);
                format!("extract({part} from {time})")
            }
            1 => {
                let kind = self.any_kind();
                let of = self.expression(kind);
                format!("length(cast({of} as varchar))")
            }
            2 => {
                let of = self.expression(Kind::Text);
                format!("length({of})")
            }
            3 => self.nested(Kind::Int).unwrap_or_else(|| self.leaf(Kind::Int)),
            4 => {
                let of = self.expression(Kind::Float);
                if self.chance(50) { format!("cast({of} as bigint)") } else { format!("({of})::bigint") }
            }
            5 if self.is_duckdb() => {
                let list = self.leaf(Kind::List);
                self.random.pick(&["len", "array_length"]).to_owned() + &format!("({list})")
            }
            6 if self.is_duckdb() => {
                let [from, to] = [(); 2].map(|()| self.expression(Kind::Time));
                format!("date_diff('day', {from}, {to})")
            }
            7 => {
                let of = self.leaf(Kind::Text);
                format!("position('a' in {of})")
            }
            _ => {
                let [one, other] = [(); 2].map(|()| self.expression(Kind::Int));
                let operator = self.random.pick(&["+", "-", "*", "%"]);
                format!("({one} {operator} {other})")
            }
        }
    }

    fn text(&mut self) -> String {
        match self.random.below(11) {
            0 => {
                let kind = self.any_kind();
                let of = self.expression(kind);
                if self.chance(50) { format!("cast({of} as varchar)") } else { format!("({of})::varchar") }
            }
            1 => self.nested(Kind::Text).unwrap_or_else(|| self.leaf(Kind::Text)),
            2 => {
                let list = self.leaf(Kind::List);
                format!("({list})[1]")
            }
            3 => {
                let of = self.leaf(Kind::Text);
                if self.chance(50) { format!("substring({of} from 1 for 2)") } else { format!("substring({of}, 1, 2)") }
            }
            4 => {
                let of = self.leaf(Kind::Text);
                format!("trim(both ' ' from {of})")
            }
            5 if self.is_duckdb() => {
                let list = self.leaf(Kind::List);
                let of = self.leaf(Kind::Text);
                match self.random.below(3) {
                    0 => format!("list_transform({list}, lambda e: e || {of})[1]"),
                    1 => format!("[e || {of} for e in {list}][1]"),
                    _ => format!("list_filter({list}, lambda e: e = {of})[1]"),
                }
            }
            6 => {
                let kind = self.any_kind();
                let [one, other] = [self.expression(kind), self.expression(Kind::Text)];
                format!("concat({one}, {other})")
            }
            7 => {
                let list = self.leaf(Kind::List);
                format!("array_to_string({list}, ',')")
            }
            8 => {
                let of = self.leaf(Kind::Text);
                format!("{of} collate \"C\"")
            }
            _ => {
                let [one, other] = [(); 2].map(|()| self.expression(Kind::Text));
                match self.random.below(3) {
                    0 => format!("upper({one})"),
                    1 => format!("replace({one}, 'a', {other})"),
                    _ => format!("({one} || {other})"),
                }
            }
        }
    }

    fn float(&mut self) -> String {
        match self.random.below(5) {
            0 => {
                let of = self.expression(Kind::Int);
                format!("({of} / 2.0)")
            }
            1 => {
                let of = self.expression(Kind::Float);
                format!("abs({of})")
            }
            2 => {
                let of = self.expression(Kind::Float);
                format!("-({of})")
            }
            _ => {
                let [one, other] = [(); 2].map(|()| self.expression(Kind::Float));
                let operator = self.random.pick(&["+", "-", "*", "/"]);
                format!("({one} {operator} {other})")
            }
        }
    }

    fn time(&mut self) -> String {
        match self.random.below(4) {
            0 => {
                let of = self.expression(Kind::Time);
                format!("date_trunc('month', {of})")
            }
            1 => {
                let of = self.leaf(Kind::Time);
                format!("cast({of} as date)")
            }
            2 => {
                let of = self.leaf(Kind::Time);
                format!("({of} at time zone 'UTC')")
            }
            _ => {
                let of = self.expression(Kind::Time);
                format!("({of} + interval '1 day')")
            }
        }
    }

    /// A part of a struct or document.
    fn nested(&mut self, kind: Kind) -> Option<String> {
        let column = self.column(Some(Kind::Nested))?;
        let field = if kind == Kind::Int { "uid" } else { "username" };
        if !self.is_duckdb() {
            let of = format!("({column} -> 'row' ->> '{field}')");
            return Some(if kind == Kind::Int { format!("{of}::bigint") } else { of });
        }
        Some(match self.random.below(5) {
            0 => format!("({column})['row']['{field}']"),
            1 => format!("struct_extract(({column}).row, '{field}')"),
            2 if kind == Kind::Text => format!("{column}.op"),
            _ => format!("{column}.row.{field}"),
        })
    }

    /// Generates what is inside a nested query, whose columns can be named too.
    pub(super) fn within<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Vec::new());
        let result = run(self);
        self.scopes.pop();
        result
    }
}
