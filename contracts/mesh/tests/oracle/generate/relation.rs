//! FROM clauses.

use super::{Col, Generator, Kind, Source, Table, kind_of};

impl Generator<'_> {
    /// A FROM clause of so many sources at most; the innermost scope has them afterwards.
    pub(super) fn from(&mut self, most: usize) -> String {
        let (mut text, source) = self.source();
        self.scope().push(source);
        for _ in 0..self.random.below(most) {
            text = self.join(&text);
        }
        text
    }

    fn scope(&mut self) -> &mut Vec<Source> {
        if self.scopes.is_empty() {
            self.scopes.push(Vec::new());
        }
        self.scopes.last_mut().unwrap()
    }

    fn join(&mut self, left: &str) -> String {
        if self.chance(14) {
            let lateral = self.lateral();
            return format!("{left}{lateral}");
        }
        let before = self.scope().clone();
        let (right, source) = self.source();
        let common: Vec<String> = before
            .iter()
            .flat_map(|left| &left.columns)
            .filter(|col| source.columns.iter().any(|other| other.name == col.name && other.kind == col.kind))
            .map(|col| col.name.clone())
            .collect();
        let join = self.random.pick(&["join", "left join", "right join", "full join", "inner join"]).to_owned();
        let kind = self.random.below(12);
        if self.is_duckdb() && kind == 0 {
            self.scope().push(source.clone());
            let condition = self.on(&before, &source);
            let word = self.random.pick(&["semi", "anti"]);
            self.scope().pop();
            return format!("{left} {word} join {right} on {condition}");
        }
        self.scope().push(source.clone());
        match (kind, common.first()) {
            (1 | 2, _) => format!("{left} cross join {right}"),
            (3, _) => format!("{left}, {right}"),
            (4 | 5, Some(name)) => {
                let name = self.written(name);
                format!("{left} {join} {right} using ({name})")
            }
            (6, Some(_)) => format!("{left} natural {join} {right}"),
            _ => {
                let condition = self.on(&before, &source);
                format!("{left} {join} {right} on {condition}")
            }
        }
    }

    /// A condition of a join, an equality mostly.
    fn on(&mut self, before: &[Source], source: &Source) -> String {
        let left: Vec<_> = before
            .iter()
            .flat_map(|left| left.columns.iter().map(move |col| (left.alias.clone(), col.clone())))
            .collect();
        if left.is_empty() || source.columns.is_empty() || self.chance(15) {
            return self.condition();
        }
        let (alias, col) = left[self.random.below(left.len())].clone();
        let fitting: Vec<_> = source.columns.iter().filter(|other| other.kind == col.kind).cloned().collect();
        if fitting.is_empty() || alias.is_empty() || source.alias.is_empty() {
            return self.condition();
        }
        let other = fitting[self.random.below(fitting.len())].clone();
        let [one, two] = [self.written(&col.name), self.written(&other.name)];
        format!("{alias}.{one} = {}.{two}", source.alias)
    }

    /// One source, and what can be named of it.
    fn source(&mut self) -> (String, Source) {
        match self.random.below(14) {
            0 | 1 => self.deeper(Self::subquery).unwrap_or_else(|| self.table()),
            2..=4 if !self.ctes.is_empty() => {
                let cte = self.ctes[self.random.below(self.ctes.len())].clone();
                self.aliased(cte.alias.clone(), &cte)
            }
            5 => {
                let alias = self.fresh("v");
                let columns = vec![Col::new("k", Kind::Int), Col::new("w", Kind::Text)];
                (format!("(values (1, 'a'), (2, 'b')) as {alias}(k, w)"), Source { alias, columns })
            }
            6 if self.chance(50) => {
                let alias = self.fresh("g");
                let columns = vec![Col::new("n", Kind::Int)];
                (format!("generate_series(1, 3) as {alias}(n)"), Source { alias, columns })
            }
            7 if self.is_duckdb() => self.pivot(),
            8 if self.is_duckdb() => self.unpivot(),
            _ => self.table(),
        }
    }

    fn subquery(&mut self) -> (String, Source) {
        let scopes = std::mem::take(&mut self.scopes);
        let (query, columns) = self.query(None);
        self.scopes = scopes;
        let alias = self.fresh("s");
        (format!("({query}) as {alias}"), Source { alias, columns })
    }

    /// A subquery that names a source before it.
    fn lateral(&mut self) -> String {
        if self.chance(40)
            && let Some(list) = self.column(Some(Kind::List))
        {
            let alias = self.fresh("u");
            let source = Source { alias: alias.clone(), columns: vec![Col::new("tag", Kind::Text)] };
            self.scope().push(source);
            return format!(" cross join unnest({list}) as {alias}(tag)");
        }
        let alias = self.fresh("l");
        let kinds = [self.any_kind(), self.any_kind()];
        let list = self.within(|it| {
            let from = it.from(1);
            let list: Vec<_> = kinds.iter().map(|kind| it.expression(*kind)).collect();
            let filter = it.filter();
            format!("select {} as a, {} as b from {from}{filter}", list[0], list[1])
        });
        let columns = vec![Col::new("a", kinds[0]), Col::new("b", kinds[1])];
        self.scope().push(Source { alias: alias.clone(), columns });
        let join = self.random.pick(&[", lateral", " cross join lateral", " left join lateral"]);
        let on = if join.starts_with(" left") { " on true" } else { "" };
        format!("{join} ({list}) as {alias}{on}")
    }

    fn table(&mut self) -> (String, Source) {
        let table = &self.tables[self.random.below(self.tables.len())];
        let columns = columns_of(table);
        let text = match self.random.below(30) {
            0 => table.name.clone(),
            1 => format!("raw.{}", table.name),
            _ => table.rendered(),
        };
        self.aliased(text, &Source { alias: table.name.clone(), columns })
    }

    /// Gives a source a name of its own, mostly, and sometimes its columns too.
    fn aliased(&mut self, text: String, source: &Source) -> (String, Source) {
        let is_taken = |sources: &Vec<Source>| sources.iter().any(|other| other.alias == source.alias);
        if !self.scopes.last().is_some_and(is_taken) && self.chance(35) {
            return (text, source.clone());
        }
        let alias = self.fresh("t");
        let mut columns = source.columns.clone();
        if columns.len() > 1 && self.chance(6) {
            let count = 1 + self.random.below(columns.len());
            let names: Vec<_> = (0..count).map(|_| self.fresh("c")).collect();
            for (col, name) in columns.iter_mut().zip(&names) {
                col.name.clone_from(name);
            }
            return (format!("{text} as {alias}({})", names.join(", ")), Source { alias, columns });
        }
        let word = if self.chance(70) { "as " } else { "" };
        (format!("{text} {word}{alias}"), Source { alias, columns })
    }

    fn pivot(&mut self) -> (String, Source) {
        let alias = self.fresh("p");
        let orders = self.tables[0].rendered();
        let named = if self.chance(50) { " as total" } else { "" };
        let group = self.random.pick(&["customer_id", "id"]).to_owned();
        let columns = vec![Col::new(&group, Kind::Int)];
        let text = match self.random.below(3) {
            0 => {
                format!("(pivot {orders} on status in ('a', 'b') using sum(amount){named} group by {group}) as {alias}")
            }
            1 => format!(
                "(pivot {orders} on status in ('a', 'b') using sum(amount){named}, count(ordered_at) as n group by {group}) as {alias}"
            ),
            _ => {
                let from = format!("(select {group}, status, amount from {orders})");
                format!(
                    "(select * from {from} pivot (sum(amount){named} for status in ('a', 'b') group by {group})) as {alias}"
                )
            }
        };
        (text, Source { alias, columns })
    }

    fn unpivot(&mut self) -> (String, Source) {
        let alias = self.fresh("p");
        let months = self.tables[3].rendered();
        let columns = vec![
            Col::new("region", Kind::Text),
            Col::new("name", Kind::Text),
            Col::new("month", Kind::Text),
            Col::new("v", Kind::Float),
        ];
        let text = if self.chance(50) {
            format!("(unpivot {months} on jan, feb, mar into name month value v) as {alias}")
        } else {
            format!("(select * from {months} unpivot (v for month in (jan, feb, mar))) as {alias}")
        };
        (text, Source { alias, columns })
    }
}

pub(super) fn columns_of(table: &Table) -> Vec<Col> {
    table.columns.iter().map(|column| Col::new(&column.name, kind_of(&column.data_type))).collect()
}
