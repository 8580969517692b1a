//! Random SELECTs over a few tables, by a grammar of the constructs that readers are written in. What does not bind over the
//! tables as they are does not count, so the grammar may be generous: it only aims at what binds.

#[path = "generate/condition.rs"]
mod condition;
#[path = "generate/expression.rs"]
mod expression;
#[path = "generate/relation.rs"]
mod relation;
#[path = "generate/select.rs"]
mod select;

use super::{
    random::Random,
    schema::{Engine, Table},
};

/// A random query; the same for the same numbers.
pub(crate) fn query(engine: Engine, tables: &[Table], seed: u64, number: u64) -> String {
    let random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let mut generator = Generator { random, engine, tables, ctes: Vec::new(), scopes: Vec::new(), names: 0, depth: 0 };
    generator.query(None).0
}

/// What a column holds, as far as expressions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Text,
    Float,
    Time,
    Flag,
    /// A struct or document, of which a query takes a part.
    Nested,
    List,
}

const PLAIN: [Kind; 4] = [Kind::Int, Kind::Text, Kind::Float, Kind::Time];

#[derive(Debug, Clone)]
struct Col {
    /// Without quotes.
    name: String,
    kind: Kind,
}

/// Something in a FROM clause.
#[derive(Debug, Clone)]
struct Source {
    alias: String,
    columns: Vec<Col>,
}

struct Generator<'t> {
    random: Random,
    engine: Engine,
    tables: &'t [Table],
    /// Those that can be named, with their columns.
    ctes: Vec<Source>,
    /// What can be named in expressions: outer queries first.
    scopes: Vec<Vec<Source>>,
    /// How many names were made up.
    names: usize,
    depth: usize,
}

impl Col {
    fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind }
    }
}

fn kind_of(data_type: &str) -> Kind {
    match data_type {
        "bigint" => Kind::Int,
        "varchar" => Kind::Text,
        "timestamp" => Kind::Time,
        "boolean" => Kind::Flag,
        list if list.ends_with("[]") => Kind::List,
        nested if nested.starts_with("STRUCT") || nested == "jsonb" => Kind::Nested,
        _ => Kind::Float,
    }
}

impl Generator<'_> {
    fn is_duckdb(&self) -> bool {
        self.engine == Engine::DuckDb
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.random.chance(percent)
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// A name as a query may write it.
    fn written(&mut self, name: &str) -> String {
        let is_plain =
            name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && name != "localtime";
        match self.random.below(20) {
            _ if !is_plain => format!("\"{name}\""),
            0 | 1 => format!("\"{name}\""),
            2 => name.to_uppercase(),
            _ => name.to_owned(),
        }
    }

    /// Several of something, between commas.
    fn list(&mut self, least: usize, most: usize, mut one: impl FnMut(&mut Self) -> String) -> String {
        let count = least + self.random.below(most - least + 1);
        let items: Vec<_> = (0..count).map(|_| one(self)).collect();
        items.join(", ")
    }

    fn any_kind(&mut self) -> Kind {
        PLAIN[self.random.below(PLAIN.len())]
    }

    /// A column that can be named here, of a kind if one is asked for.
    fn column(&mut self, kind: Option<Kind>) -> Option<String> {
        let outer = self.scopes.len() > 1 && self.chance(12);
        let level = if outer { self.random.below(self.scopes.len() - 1) } else { self.scopes.len().checked_sub(1)? };
        let scope = self.scopes[level].clone();
        let fits = |col: &&Col| kind.is_none_or(|kind| col.kind == kind);
        let all: Vec<(&Source, &Col)> =
            scope.iter().flat_map(|source| source.columns.iter().filter(fits).map(move |col| (source, col))).collect();
        if all.is_empty() {
            return None;
        }
        let (source, col) = all[self.random.below(all.len())];
        let same = |source: &Source| source.columns.iter().filter(|other| other.name == col.name).count();
        let is_alone = scope.iter().map(same).sum::<usize>() == 1;
        let hides = |scope: &Vec<Source>| scope.iter().any(|source| same(source) > 0);
        let is_hidden = self.scopes[level + 1..].iter().any(hides);
        let name = self.written(&col.name);
        if source.alias.is_empty() || (is_alone && !is_hidden && self.chance(65)) {
            return Some(name);
        }
        let alias = self.written(&source.alias);
        Some(format!("{alias}.{name}"))
    }

    /// Runs one level deeper, unless that is deep enough.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= 3 {
            return None;
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        Some(result)
    }
}
