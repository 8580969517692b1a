//! PostgreSQL, 12 and later.

use weft_model::types::{DataType, Dialect};

use crate::{Engine, EngineKind, ExactDecimal, TableName, pattern::Spelling};

/// Its own boundary of a word (`\y`) goes by the letters of a locale, and its counts end at 255.
const SPELLING: Spelling = Spelling {
    word_boundary: "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))",
    no_word_boundary: "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))",
    line_start: "(?:^|(?<=\\u000a))",
    line_end: "(?:$|(?=\\u000a))",
    most: 255,
    code_point: |code| if code > 0xffff { format!("\\U{code:08x}") } else { format!("\\u{code:04x}") },
};

#[derive(Debug)]
pub(super) struct Postgres;

impl Engine for Postgres {
    fn kind(&self) -> EngineKind {
        EngineKind::Postgres
    }

    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn server_types(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    /// With a backslash it is marked as one with escapes, so that it means the same under any
    /// `standard_conforming_strings`.
    fn literal(&self, text: &str) -> String {
        let quoted = text.replace('\'', "''");
        if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
    }

    fn matches(&self, text: &str, pattern: &str) -> String {
        format!("{text} ~ {}", self.literal(pattern))
    }

    fn spelling(&self) -> &'static Spelling {
        &SPELLING
    }

    /// Its numeric has every digit. A floating number is the one that its text says.
    fn is_no_multiple(&self, number: &str, data_type: &DataType, step: &ExactDecimal) -> Result<String, String> {
        Ok(match data_type {
            DataType::Integer { .. } | DataType::Decimal(_) => format!("cast({number} as numeric) % {step} <> 0"),
            DataType::Real | DataType::Double => {
                let text = format!("cast({number} as text)");
                format!(
                    "case when {text} in ('NaN', 'Infinity', '-Infinity') then true \
                     else cast({text} as numeric) % {step} <> 0 end"
                )
            }
            _ => return Err("the column has no numbers".to_owned()),
        })
    }

    fn exact(&self, number: &str) -> String {
        format!("cast({number} as numeric(38, 10))")
    }

    fn in_byte_order(&self, text: &str) -> String {
        format!("{text} collate \"C\"")
    }

    fn address(&self) -> &'static str {
        "ctid"
    }

    fn catalogue(&self, name: &TableName) -> String {
        let schema = match &name.schema {
            Some(schema) => format!("n.nspname = {}", self.literal(schema)),
            None => "n.nspname = any (current_schemas(false))".to_owned(),
        };
        let table = self.literal(&name.table);
        format!(
            "select cast(n.nspname as text), cast(c.relname as text),\n       \
             case when c.relkind = 'v' then 'view' else 'table' end, cast(a.attname as text),\n       \
             case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod)\n            \
             else format_type(a.atttypid, a.atttypmod) end\n\
             from pg_catalog.pg_class as c\n\
             join pg_catalog.pg_namespace as n on n.oid = c.relnamespace\n\
             left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped\n\
             left join pg_catalog.pg_type as t on t.oid = a.atttypid\n\
             where c.relkind in ('r', 'p', 'v', 'm', 'f') and lower(c.relname) = lower({table}) and {schema}\n\
             order by array_position(current_schemas(false), n.nspname), n.nspname, c.relname, a.attnum"
        )
    }
}
