//! Types of casts, as text in the dialect's words.

use polyglot_sql::expressions::{DataType, StructField};

use weft_model::types::{Dialect, parse};

/// A type's text; `None` where it could not be compared with others.
pub(super) fn print(data_type: &DataType, dialect: Dialect) -> Option<String> {
    text(data_type, dialect).filter(|text| parse(text, dialect).is_some())
}

fn text(data_type: &DataType, dialect: Dialect) -> Option<String> {
    let text = match data_type {
        DataType::Boolean => "boolean".to_owned(),
        DataType::TinyInt { length: None } => "tinyint".to_owned(),
        DataType::SmallInt { length: None } => "smallint".to_owned(),
        DataType::Int { length: None, .. } => "integer".to_owned(),
        DataType::BigInt { length: None } if dialect == Dialect::BigQuery => "int64".to_owned(),
        DataType::BigInt { length: None } => "bigint".to_owned(),
        DataType::Int128 => "hugeint".to_owned(),
        DataType::UInt8 => "utinyint".to_owned(),
        DataType::UInt16 => "usmallint".to_owned(),
        DataType::UInt32 => "uinteger".to_owned(),
        DataType::UInt64 => "ubigint".to_owned(),
        DataType::UInt128 => "uhugeint".to_owned(),
        DataType::Float { real_spelling: true, .. } => "real".to_owned(),
        DataType::Float { precision, .. } => sized("float", *precision),
        DataType::Double { .. } => match dialect {
            Dialect::BigQuery => "float64".to_owned(),
            Dialect::Postgres | Dialect::Redshift | Dialect::Materialize | Dialect::Teradata => {
                "double precision".to_owned()
            }
            _ => "double".to_owned(),
        },
        DataType::Decimal { precision: Some(precision), scale: Some(scale) } => format!("numeric({precision},{scale})"),
        DataType::Decimal { precision, .. } => sized("numeric", *precision),
        DataType::Char { length } => sized("char", *length),
        DataType::VarChar { length, .. } => sized("varchar", *length),
        DataType::String { length } => sized("string", *length),
        DataType::Text if matches!(dialect, Dialect::BigQuery | Dialect::Spark) => "string".to_owned(),
        DataType::Text => "text".to_owned(),
        DataType::TextWithLength { length } => sized("text", Some(*length)),
        DataType::Binary { .. } | DataType::VarBinary { .. } | DataType::Blob
            if matches!(dialect, Dialect::Postgres | Dialect::Materialize) =>
        {
            "bytea".to_owned()
        }
        DataType::Binary { length } => sized("binary", *length),
        DataType::VarBinary { length } => sized("varbinary", *length),
        DataType::Blob => "blob".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Time { precision, timezone } => zoned("time", *precision, *timezone),
        DataType::Timestamp { precision, timezone } => zoned("timestamp", *precision, *timezone),
        DataType::Json => "json".to_owned(),
        DataType::JsonB => "jsonb".to_owned(),
        DataType::Uuid => "uuid".to_owned(),
        DataType::Array { element_type, dimension } => array(&text(element_type, dialect)?, *dimension, dialect),
        DataType::List { element_type } => format!("{} list", text(element_type, dialect)?),
        DataType::Map { key_type, value_type } => {
            let (key, value) = (text(key_type, dialect)?, text(value_type, dialect)?);
            if dialect == Dialect::Spark { format!("map<{key}, {value}>") } else { format!("map({key}, {value})") }
        }
        DataType::Struct { fields, .. } => members(fields, dialect)?,
        DataType::Custom { name } => name.to_lowercase(),
        _ => return None,
    };
    Some(text)
}

fn sized(name: &str, size: Option<u32>) -> String {
    size.map_or_else(|| name.to_owned(), |size| format!("{name}({size})"))
}

fn zoned(name: &str, precision: Option<u32>, zone: bool) -> String {
    sized(name, precision) + if zone { " with time zone" } else { "" }
}

fn array(element: &str, length: Option<u32>, dialect: Dialect) -> String {
    match (dialect, length) {
        (Dialect::BigQuery | Dialect::Spark, _) => format!("array<{element}>"),
        (Dialect::Trino | Dialect::Snowflake, _) => format!("array({element})"),
        (_, Some(length)) => format!("{element}[{length}]"),
        (_, None) => format!("{element}[]"),
    }
}

fn members(fields: &[StructField], dialect: Dialect) -> Option<String> {
    let members = fields.iter().map(|field| {
        let data_type = text(&field.data_type, dialect)?;
        let colon = if dialect == Dialect::Spark { ":" } else { "" };
        Some(if field.name.is_empty() { data_type } else { format!("{}{colon} {data_type}", field.name) })
    });
    let members = members.collect::<Option<Vec<_>>>()?.join(", ");
    Some(match dialect {
        Dialect::BigQuery | Dialect::Spark => format!("struct<{members}>"),
        Dialect::Trino => format!("row({members})"),
        _ => format!("struct({members})"),
    })
}

#[cfg(test)]
mod tests {
    use weft_model::types::{TypeComparison, compare_texts};

    use super::*;

    /// What people cast to, by dialect.
    const WRITTEN: [(Dialect, &str); 9] = [
        (
            Dialect::DuckDb,
            "int|bigint|hugeint|utinyint|double|decimal(18,3)|varchar|text|date|timestamp|timestamptz|time|boolean|uuid|json|\
             blob|int[]|struct(a int, b varchar)|map(varchar, int)",
        ),
        (
            Dialect::Postgres,
            "integer|smallint|numeric(10,2)|numeric|real|double precision|text|varchar(20)|char(3)|timestamp|\
             timestamp with time zone|timestamptz|date|jsonb|bytea|int[]|time|boolean|uuid",
        ),
        (Dialect::Redshift, "int8|float4|varchar(256)|super|timestamptz|numeric(8,2)"),
        (
            Dialect::Snowflake,
            "number(38,0)|float|varchar|string|variant|timestamp_ntz|timestamp_ltz|timestamp_tz|array|object|boolean|date|binary",
        ),
        (
            Dialect::BigQuery,
            "int64|float64|numeric|bignumeric|string|bytes|datetime|timestamp|date|array<int64>|struct<a int64, b string>|\
             json|bool",
        ),
        (
            Dialect::Trino,
            "integer|bigint|double|varchar|varchar(10)|decimal(18,2)|array(varchar)|map(varchar, bigint)|\
             row(x integer, y varchar)|timestamp(6) with time zone|timestamp|varbinary|json",
        ),
        (
            Dialect::Spark,
            "int|bigint|string|double|decimal(10,2)|timestamp|date|array<string>|map<string, int>|\
             struct<a: int, b: string>|binary|boolean",
        ),
        (Dialect::Teradata, "integer|byteint|decimal(10,2)|varchar(10)|char(2)|date|timestamp(0)|float"),
        (Dialect::Materialize, "int4|numeric|text|timestamptz|jsonb"),
    ];

    #[test]
    fn a_type_is_told_as_one_that_compares_equal_to_what_was_written() {
        for (dialect, names) in WRITTEN {
            for name in names.split('|') {
                let parsed = polyglot_sql::parse_data_type(name, super::super::guard::parser_dialect(dialect)).unwrap();
                let told = print(&parsed, dialect).unwrap_or_else(|| panic!("{dialect:?}: {name} is lost"));
                let same = compare_texts((name, dialect), (&told, dialect));
                assert_eq!(same, TypeComparison::Same, "{dialect:?}: {name} is told as {told}");
            }
        }
    }
}
