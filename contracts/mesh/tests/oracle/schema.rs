//! The tables that readers read, and the changes that are tried on their columns.

use serde::{Deserialize, Serialize};

/// A database that decides whether a reader's SQL still binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    DuckDb,
    Postgres,
}

impl Engine {
    /// dbt's name of the adapter.
    pub(crate) fn adapter(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) database: String,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) data_type: String,
}

impl Column {
    pub(crate) fn new(name: &str, data_type: &str) -> Self {
        Self { name: name.to_owned(), data_type: data_type.to_owned() }
    }
}

impl Table {
    /// The relation as dbt renders it.
    pub(crate) fn rendered(&self) -> String {
        let Self { database, schema, name, .. } = self;
        format!("\"{database}\".\"{schema}\".\"{name}\"")
    }
}

/// What is done to a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mutation {
    Drop,
    Rename,
    Retype(String),
    /// A new column of this name, before or behind all others. The change's column is the table's first.
    Add {
        name: String,
        at_end: bool,
    },
    /// The column changes places with this one.
    Swap(usize),
}

impl Mutation {
    /// Whether the column's name is gone, so that a reader that names it breaks.
    pub(crate) fn is_removal(&self) -> bool {
        matches!(self, Self::Drop | Self::Rename)
    }
}

/// A change of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Which of the tables.
    pub(crate) table: usize,
    /// Which of its columns.
    pub(crate) column: usize,
    pub(crate) mutation: Mutation,
}

impl Change {
    /// Every change of every column. A table's only column is not dropped: no database has tables without columns.
    pub(crate) fn all(engine: Engine, tables: &[Table]) -> Vec<Self> {
        let mut changes = Vec::new();
        for (table, Table { columns, .. }) in tables.iter().enumerate() {
            for (column, Column { data_type, .. }) in columns.iter().enumerate() {
                let mut add = |mutation| changes.push(Self { table, column, mutation });
                if columns.len() > 1 {
                    add(Mutation::Drop);
                }
                add(Mutation::Rename);
                others(engine, data_type).into_iter().map(Mutation::Retype).for_each(&mut add);
            }
        }
        changes
    }

    /// Columns that are new, of names that no table has and of names that others have, and columns that change places.
    pub(crate) fn growths(tables: &[Table]) -> Vec<Self> {
        let mut changes = Vec::new();
        for (table, Table { columns, .. }) in tables.iter().enumerate() {
            let has = |name: &str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
            let mut add = |column, mutation| changes.push(Self { table, column, mutation });
            let others = tables.iter().flat_map(|other| &other.columns).map(|column| column.name.as_str());
            let names: std::collections::BTreeSet<&str> = others.filter(|name| !has(name)).chain(["zz_new"]).collect();
            for name in names {
                add(0, Mutation::Add { name: name.to_owned(), at_end: true });
            }
            add(0, Mutation::Add { name: "zz_new".to_owned(), at_end: false });
            for place in 1..columns.len() {
                add(place - 1, Mutation::Swap(place));
            }
        }
        changes
    }

    /// The table as it is after the change.
    pub(crate) fn applied(&self, tables: &[Table]) -> Table {
        let mut table = tables[self.table].clone();
        let number = self.column;
        match &self.mutation {
            Mutation::Drop => drop(table.columns.remove(self.column)),
            Mutation::Rename => "zz_renamed".clone_into(&mut table.columns[self.column].name),
            Mutation::Retype(to) => to.clone_into(&mut table.columns[self.column].data_type),
            Mutation::Add { name, at_end } => {
                let place = if *at_end { table.columns.len() } else { 0 };
                table.columns.insert(place, Column::new(name, "varchar"));
            }
            Mutation::Swap(other) => table.columns.swap(number, *other),
        }
        table
    }

    /// The name that the column has before.
    pub(crate) fn column<'t>(&self, tables: &'t [Table]) -> &'t str {
        &tables[self.table].columns[self.column].name
    }

    /// `drop raw.orders.status`.
    pub(crate) fn shown(&self, tables: &[Table]) -> String {
        let Table { schema, name, columns, .. } = &tables[self.table];
        let Column { name: column, data_type } = &columns[self.column];
        match &self.mutation {
            Mutation::Drop => format!("drop {schema}.{name}.{column}"),
            Mutation::Rename => format!("rename {schema}.{name}.{column}"),
            Mutation::Add { name: new, at_end } => {
                format!("add {new} to {schema}.{name} {}", if *at_end { "at the end" } else { "as the first" })
            }
            Mutation::Swap(other) => format!("swap {schema}.{name}.{column} and {}", columns[*other].name),
            Mutation::Retype(to) => format!("retype {schema}.{name}.{column} from {data_type} to {to}"),
        }
    }
}

/// The types that a column is given instead of its own: a similar one, and one that hardly any function takes.
fn others(engine: Engine, data_type: &str) -> Vec<String> {
    let lower = data_type.to_lowercase();
    let text = lower.starts_with("varchar") || lower.starts_with("text");
    let like = if lower.ends_with(']') || !text { "varchar" } else { "bigint" };
    let odd = match engine {
        Engine::DuckDb => "struct(zz integer)",
        Engine::Postgres => "point",
    };
    let mut types = vec![like.to_owned(), odd.to_owned()];
    types.extend(without_first_field(data_type));
    types
}

/// A struct without the first of its fields, where it has several.
fn without_first_field(data_type: &str) -> Option<String> {
    let inner = data_type.strip_prefix("STRUCT(")?.strip_suffix(')')?;
    let mut depth = 0;
    let end = inner.char_indices().find(|(_, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        *c == ',' && depth == 0
    });
    end.map(|(at, _)| format!("STRUCT({})", inner[at + 1..].trim()))
}
