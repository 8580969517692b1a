//! DuckDB, 1.0 and later.

use crate::{
    types::Dialect,
    verify::{Engine, EngineKind, TableName},
};

#[derive(Debug)]
pub(super) struct DuckDb;

impl Engine for DuckDb {
    fn kind(&self) -> EngineKind {
        EngineKind::DuckDb
    }

    fn name(&self) -> &'static str {
        "DuckDB"
    }

    fn server_types(&self) -> &'static [&'static str] {
        &["duckdb"]
    }

    fn dialect(&self) -> Dialect {
        Dialect::DuckDb
    }

    fn literal(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    fn matches(&self, text: &str, pattern: &str) -> String {
        format!("regexp_matches({text}, {})", self.literal(pattern))
    }

    fn exact(&self, number: &str) -> String {
        format!("cast({number} as decimal(38, 10))")
    }

    /// It is so, unless somebody asks for another.
    fn in_byte_order(&self, text: &str) -> String {
        text.to_owned()
    }

    fn address(&self) -> &'static str {
        "rowid"
    }

    fn catalogue(&self, name: &TableName) -> String {
        let schema = match &name.schema {
            Some(schema) => format!("lower(c.schema_name) = lower({})", self.literal(schema)),
            None => "c.schema_name = current_schema()".to_owned(),
        };
        let table = self.literal(&name.table);
        format!(
            "select c.schema_name, c.table_name, case when v.view_name is null then 'table' else 'view' end,\n       \
             c.column_name, c.data_type\n\
             from duckdb_columns() as c\n\
             left join duckdb_views() as v\n  \
             on v.database_name = c.database_name and v.schema_name = c.schema_name and v.view_name = c.table_name\n\
             where c.database_name = current_database() and lower(c.table_name) = lower({table}) and {schema}\n\
             order by c.schema_name, c.table_name, c.column_index"
        )
    }
}
