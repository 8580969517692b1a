//! The tables of the written and the generated readers.

use super::schema::{Column, Engine, Table};

/// Names that several of them have, names of functions and keywords, names in quotes, nested values.
pub(crate) fn tables(engine: Engine, database: &str) -> Vec<Table> {
    let table = |name: &str, columns: &[(&str, &str)]| Table {
        database: database.to_owned(),
        schema: "raw".to_owned(),
        name: name.to_owned(),
        columns: columns.iter().map(|(name, data_type)| Column::new(name, data_type)).collect(),
    };
    let (payload, tags, float) = match engine {
        Engine::DuckDb => ("STRUCT(\"row\" STRUCT(username VARCHAR, uid BIGINT), op VARCHAR)", "varchar[]", "double"),
        Engine::Postgres => ("jsonb", "text[]", "double precision"),
    };
    vec![
        table(
            "orders",
            &[
                ("id", "bigint"),
                ("customer_id", "bigint"),
                ("status", "varchar"),
                ("amount", float),
                ("ordered_at", "timestamp"),
                ("interval", "varchar"),
                ("Order", "bigint"),
            ],
        ),
        table(
            "customers",
            &[
                ("customer_id", "bigint"),
                ("name", "varchar"),
                ("status", "varchar"),
                ("now", "timestamp"),
                ("pi", float),
                ("Full Name", "varchar"),
                ("value", float),
            ],
        ),
        table(
            "events",
            &[
                ("id", "bigint"),
                ("customer_id", "bigint"),
                ("payload", payload),
                ("tags", tags),
                ("seen_at", "timestamp"),
                ("count", "bigint"),
                ("kind", "varchar"),
            ],
        ),
        table(
            "months",
            &[
                ("region", "varchar"),
                ("name", "varchar"),
                ("jan", float),
                ("feb", float),
                ("mar", float),
                ("localtime", "timestamp"),
            ],
        ),
    ]
}

/// The written readers of every construct, a statement each, with its name.
pub(crate) fn constructs(engine: Engine, database: &str) -> Vec<(String, String)> {
    let text = match engine {
        Engine::DuckDb => include_str!("duckdb.sql"),
        Engine::Postgres => include_str!("postgres.sql"),
    };
    let constructs = text.split("\n-- ").skip(1).map(|statement| {
        let (name, sql) = statement.split_once('\n').unwrap();
        (name.to_owned(), sql.trim().replace("\"db\".", &format!("\"{database}\".")))
    });
    constructs.collect()
}
