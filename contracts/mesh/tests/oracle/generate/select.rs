//! Queries: CTEs, selects, set operations.

use super::{Col, Generator, Kind, Source, relation::columns_of};

impl Generator<'_> {
    /// A query, and the columns of it that can be named; of these kinds if some are asked for.
    pub(super) fn query(&mut self, kinds: Option<&[Kind]>) -> (String, Vec<Col>) {
        let known = self.ctes.len();
        let (head, ctes) = self.with();
        let (body, columns) = match self.random.below(8) {
            0 => self.set_operation(kinds),
            1 if kinds.is_none() && self.chance(40) => self.union_of_stars(),
            _ => self.select(kinds),
        };
        let order = self.order(&columns);
        self.ctes.truncate(known);
        let with = self.used(ctes, &body);
        let with = if with.is_empty() { with } else { format!("{head}{with} ") };
        (format!("{with}{body}{order}"), columns)
    }

    /// The CTEs of a query without most of those that nothing reads: `DuckDB` does not bind these.
    fn used(&mut self, mut ctes: Vec<String>, body: &str) -> String {
        let least = if self.is_duckdb() { 99 } else { 50 };
        for place in (0..ctes.len()).rev() {
            let name = ctes[place].split(['(', ' ']).next().unwrap_or_default().to_owned();
            let rest = ctes[place + 1..].concat().to_lowercase() + &body.to_lowercase();
            // A table of the name has a point before it.
            let reads = |word: &str| {
                let read = format!("{word} {name}");
                rest.match_indices(&read).any(|(at, _)| !rest[at + read.len()..].starts_with(char::is_alphanumeric))
            };
            if !["from", "join", ","].into_iter().any(reads) && self.chance(least) {
                ctes.remove(place);
            }
        }
        ctes.join(", ")
    }

    /// `with` and the CTEs.
    fn with(&mut self) -> (&'static str, Vec<String>) {
        if !self.chance(if self.depth == 0 { 60 } else { 12 }) {
            return ("", Vec::new());
        }
        let count = 1 + self.random.below(3);
        let mut ctes = Vec::new();
        let recursive = self.chance(10);
        if recursive {
            let alias = self.fresh("rec");
            let orders = self.tables[0].rendered();
            ctes.push(format!(
                "{alias} as (select id, customer_id from {orders} union all select o.id, o.customer_id from {orders} as o \
                 join {alias} on o.id = {alias}.customer_id)"
            ));
            self.ctes
                .push(Source { alias, columns: vec![Col::new("id", Kind::Int), Col::new("customer_id", Kind::Int)] });
        }
        for _ in 0..count {
            ctes.push(self.cte());
        }
        (if recursive { "with recursive " } else { "with " }, ctes)
    }

    fn cte(&mut self) -> String {
        let table = &self.tables[self.random.below(self.tables.len())];
        // A CTE may have a table's own name, and then hides it.
        let alias = if self.chance(12) { table.name.clone() } else { self.fresh("cte") };
        if self.chance(35) {
            let columns = columns_of(table);
            let text = format!("{alias} as (select * from {})", table.rendered());
            self.ctes.push(Source { alias, columns });
            return text;
        }
        let scopes = std::mem::take(&mut self.scopes);
        let (query, mut columns) = self.deeper(|it| it.query(None)).unwrap_or_else(|| self.select(None));
        self.scopes = scopes;
        let mut names = String::new();
        if !columns.is_empty() && self.chance(8) {
            let made: Vec<_> = columns.iter().map(|_| self.fresh("k")).collect();
            columns.iter_mut().zip(&made).for_each(|(col, name)| col.name.clone_from(name));
            names = format!("({})", made.join(", "));
        }
        let materialized = if self.chance(5) { "materialized " } else { "" };
        self.ctes.retain(|known| known.alias != alias);
        self.ctes.push(Source { alias: alias.clone(), columns });
        format!("{alias}{names} as {materialized}({query})")
    }

    fn set_operation(&mut self, kinds: Option<&[Kind]>) -> (String, Vec<Col>) {
        let kinds = kinds.map_or_else(|| vec![self.any_kind(), self.any_kind()], <[_]>::to_vec);
        let (left, columns) = self.select(Some(&kinds));
        let (right, _) = self.deeper(|it| it.query(Some(&kinds))).unwrap_or_else(|| self.select(Some(&kinds)));
        let by_name = self.is_duckdb() && self.chance(15);
        let operator =
            if by_name { "union by name" } else { self.random.pick(&["union all", "union", "except", "intersect"]) };
        (format!("{left} {operator} ({right})"), columns)
    }

    /// Whole tables, one upon the other: each column counts, by its place.
    fn union_of_stars(&mut self) -> (String, Vec<Col>) {
        let table = &self.tables[self.random.below(self.tables.len())];
        let (columns, name) = (columns_of(table), table.rendered());
        let operator = self.random.pick(&["union all", "except", "intersect"]);
        let filter = self.within(|it| {
            it.scopes.last_mut().unwrap().push(Source { alias: table.name.clone(), columns: columns.clone() });
            it.filter()
        });
        let ids = table.columns.iter().map(|col| format!("\"{}\"", col.name)).collect::<Vec<_>>().join(", ");
        let left = if self.chance(50) { "*".to_owned() } else { ids };
        (format!("select {left} from {name}{filter} {operator} select * from {name}"), columns)
    }

    pub(super) fn select(&mut self, kinds: Option<&[Kind]>) -> (String, Vec<Col>) {
        self.within(|it| {
            let most = if it.depth > 1 { 2 } else { 3 };
            let from = it.from(most);
            let filter = it.filter();
            match it.random.below(10) {
                0..=2 => it.grouped(&from, &filter, kinds),
                3 | 4 if kinds.is_none() => it.starred(&from, &filter),
                5 if kinds.is_none() && it.is_duckdb() && it.chance(30) => {
                    let columns = it.all_columns();
                    (format!("from {from}{filter}"), columns)
                }
                _ => it.plain(&from, &filter, kinds),
            }
        })
    }

    fn all_columns(&self) -> Vec<Col> {
        self.scopes.last().into_iter().flatten().flat_map(|source| source.columns.clone()).collect()
    }

    fn plain(&mut self, from: &str, filter: &str, kinds: Option<&[Kind]>) -> (String, Vec<Col>) {
        let count = 1 + self.random.below(4);
        let kinds = kinds.map_or_else(|| (0..count).map(|_| self.any_kind()).collect(), <[_]>::to_vec);
        let (mut items, mut columns) = (Vec::new(), Vec::new());
        for kind in kinds {
            let is_window = matches!(kind, Kind::Int | Kind::Float) && self.chance(15);
            let expression = if is_window { self.window(kind) } else { self.expression(kind) };
            self.item(&expression, kind, &mut items, &mut columns);
        }
        let distinct = match self.random.below(14) {
            0 => "distinct ".to_owned(),
            1 if self.scopes.len() == 1 => {
                let kind = self.any_kind();
                format!("distinct on ({}) ", self.expression(kind))
            }
            _ => String::new(),
        };
        let window = if items.iter().any(|item| item.contains(" over w")) {
            let kind = self.any_kind();
            let [by, order] = [self.expression(kind), self.expression(Kind::Time)];
            format!(" window w as (partition by {by} order by {order})")
        } else {
            String::new()
        };
        let qualify = if self.is_duckdb() && self.chance(8) {
            let [by, order] = [self.expression(Kind::Text), self.expression(Kind::Time)];
            format!(" qualify row_number() over (partition by {by} order by {order}) = 1")
        } else {
            String::new()
        };
        (format!("select {distinct}{} from {from}{filter}{window}{qualify}", items.join(", ")), columns)
    }

    /// Writes a select item, with a name or without.
    fn item(&mut self, expression: &str, kind: Kind, items: &mut Vec<String>, columns: &mut Vec<Col>) {
        let bare = expression.rsplit('.').next().unwrap_or_default().trim_matches('"');
        let is_column = expression.chars().all(|c| c.is_alphanumeric() || "_.\" ".contains(c))
            && !bare.starts_with(|c: char| c.is_numeric());
        let is_taken = |name: &str, columns: &[Col]| columns.iter().any(|col| col.name.eq_ignore_ascii_case(name));
        if is_column && !is_taken(bare, columns) && self.chance(70) && bare.chars().all(|c| !c.is_uppercase()) {
            items.push(expression.to_owned());
            columns.push(Col::new(bare, kind));
        } else if self.chance(18) {
            items.push(expression.to_owned());
        } else {
            let name = self.fresh("x");
            items.push(format!("{expression} as {name}"));
            columns.push(Col::new(&name, kind));
        }
    }

    fn window(&mut self, kind: Kind) -> String {
        let of = self.expression(kind);
        let function = match self.random.below(5) {
            0 => format!("lag({of})"),
            1 => format!("max({of})"),
            2 if kind == Kind::Int => "row_number()".to_owned(),
            3 if kind == Kind::Int => "rank()".to_owned(),
            _ => format!("first_value({of})"),
        };
        if self.chance(25) {
            return format!("{function} over w");
        }
        let by = self.any_kind();
        let [by, order] = [self.expression(by), self.expression(Kind::Time)];
        let frame = if function.starts_with("max") && self.chance(40) {
            " rows between 1 preceding and current row"
        } else {
            ""
        };
        format!("{function} over (partition by {by} order by {order}{frame})")
    }

    fn starred(&mut self, from: &str, filter: &str) -> (String, Vec<Col>) {
        let sources = self.scopes.last().cloned().unwrap_or_default();
        let source = sources[self.random.below(sources.len())].clone();
        let is_whole = sources.len() == 1 && self.chance(60);
        let star = if is_whole { "*".to_owned() } else { format!("{}.*", source.alias) };
        let mut columns = source.columns.clone();
        let mut text = star.clone();
        if self.is_duckdb() && !columns.is_empty() && self.chance(55) {
            let place = self.random.below(columns.len());
            let name = self.written(&columns[place].name.clone());
            match self.random.below(5) {
                0 => {
                    text = format!("{star} exclude ({name})");
                    columns.remove(place);
                }
                1 => {
                    let kind = columns[place].kind;
                    let new = self.expression(kind);
                    text = format!("{star} replace ({new} as {name})");
                }
                2 => {
                    let new = self.fresh("x");
                    text = format!("{star} rename ({name} as {new})");
                    columns[place].name = new;
                }
                3 if is_whole => {
                    text = format!("columns('^{}$')", columns[place].name);
                    columns = vec![columns[place].clone()];
                }
                4 if is_whole => {
                    text = format!("columns([{}])", format_args!("'{}'", columns[place].name));
                    columns = vec![columns[place].clone()];
                }
                _ => {}
            }
        }
        if self.chance(30) {
            let kind = self.any_kind();
            let expression = self.expression(kind);
            let name = self.fresh("x");
            text = format!("{text}, {expression} as {name}");
            columns.push(Col::new(&name, kind));
        }
        (format!("select {text} from {from}{filter}"), columns)
    }

    fn grouped(&mut self, from: &str, filter: &str, kinds: Option<&[Kind]>) -> (String, Vec<Col>) {
        let count = 1 + self.random.below(3);
        let kinds = kinds.map_or_else(|| (0..count).map(|_| self.any_kind()).collect(), <[_]>::to_vec);
        let (mut items, mut columns, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        let how = self.random.below(7);
        for (place, kind) in kinds.iter().enumerate() {
            if self.chance(45) {
                let key = self.expression(*kind);
                let before = columns.len();
                self.item(&key, *kind, &mut items, &mut columns);
                let named = columns.get(before).map(|col: &Col| col.name.clone());
                keys.push(match (how, named) {
                    (0 | 1, _) => (place + 1).to_string(),
                    (2, Some(name)) => name,
                    _ => key,
                });
            } else {
                let aggregate = self.aggregate(*kind);
                self.item(&aggregate, *kind, &mut items, &mut columns);
            }
        }
        let group = match (keys.is_empty(), how) {
            (true, _) => String::new(),
            (_, 3) if self.is_duckdb() => " group by all".to_owned(),
            (_, 4) => format!(" group by rollup ({})", keys.join(", ")),
            (_, 5) => format!(" group by grouping sets (({}), ())", keys.join(", ")),
            _ => format!(" group by {}", keys.join(", ")),
        };
        let having = if self.chance(25) {
            let aggregate = self.aggregate(Kind::Int);
            format!(" having {aggregate} > 1")
        } else {
            String::new()
        };
        (format!("select {} from {from}{filter}{group}{having}", items.join(", ")), columns)
    }

    fn aggregate(&mut self, kind: Kind) -> String {
        let of = self.expression(kind);
        let plain = match (kind, self.random.below(7)) {
            (Kind::Int, 0..=3) => {
                let kind = self.any_kind();
                let of = self.expression(kind);
                let distinct = if self.chance(30) { "distinct " } else { "" };
                format!("count({distinct}{of})")
            }
            (Kind::Int, 4) => "count(*)".to_owned(),
            (Kind::Float, 0 | 1) => format!("avg({of})"),
            (Kind::Float, 2) => format!("sum({of})"),
            (Kind::Text, 0) => {
                let order = self.expression(Kind::Time);
                format!("string_agg({of}, ',' order by {order})")
            }
            (_, 5) if self.is_duckdb() => {
                let by = self.expression(Kind::Time);
                format!("arg_max({of}, {by})")
            }
            (_, 6) if kind == Kind::Float => return format!("percentile_cont(0.5) within group (order by {of})"),
            _ => format!("max({of})"),
        };
        if self.chance(20) { format!("{plain} filter (where {})", self.condition()) } else { plain }
    }

    fn order(&mut self, columns: &[Col]) -> String {
        if columns.is_empty() || !self.chance(25) {
            return String::new();
        }
        let by = if self.chance(40) {
            "1".to_owned()
        } else {
            let name = columns[self.random.below(columns.len())].name.clone();
            self.written(&name)
        };
        let direction = self.random.pick(&["", " desc", " nulls last"]);
        let limit = if self.chance(30) { " limit 10" } else { "" };
        format!(" order by {by}{direction}{limit}")
    }
}
