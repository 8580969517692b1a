//! The type of a column in the words of a warehouse, from what a contract says of it.

use weft_model::types::{Dialect, parse};
use weft_odcs::{SchemaProperty, fits::is_logical};

/// How far the type of a column is sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Physical {
    /// The contract or the project says it.
    Said(String),
    /// Made of the logical type, which several types would fit.
    Made(String),
}

/// The type of a property: the contract's own; else the type of the column in the project's SQL, if that fits the
/// logical type; else a type made from the logical type. `None` if there is none.
pub(super) fn physical(property: &SchemaProperty, known: Option<&str>, dialect: Dialect) -> Option<Physical> {
    let said = property.physical_type.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(said) = said.filter(|said| !is_foreign(said, dialect)) {
        return Some(Physical::Said(said.to_owned()));
    }
    let fits = |known: &&str| is_logical(property.logical_type.as_deref()?, known, dialect, true);
    if let Some(known) = known.filter(|known| fits(known) == Some(true)) {
        return Some(Physical::Said(known.to_owned()));
    }
    // Not every engine has a type of each kind.
    let made = made(property, dialect).filter(|text| parse(text, dialect).is_some()).map(Physical::Made);
    made.or_else(|| said.map(|said| Physical::Said(said.to_owned())))
}

/// Whether a type is a word of other engines alone. What no engine has may be one that somebody made.
fn is_foreign(said: &str, dialect: Dialect) -> bool {
    let is_known = |dialect: Dialect| parse(said, dialect).is_some();
    dialect != Dialect::Generic && !is_known(dialect) && Dialect::ALL.into_iter().any(is_known)
}

fn made(property: &SchemaProperty, dialect: Dialect) -> Option<String> {
    let options = property.logical_type_options.as_ref();
    let format = options.and_then(|options| options.format.as_deref());
    let is_zoned = options.and_then(|options| options.timezone);
    let plain = match property.logical_type.as_deref()? {
        "string" => string(dialect),
        "boolean" if dialect == Dialect::BigQuery => Some("bool"),
        "boolean" => Some("boolean"),
        "date" => Some("date"),
        "time" if !matches!(dialect, Dialect::Spark) => Some("time"),
        "timestamp" => Some(timestamp(dialect, is_zoned)),
        "integer" => Some(integer(dialect, format)),
        "number" => Some(number(dialect, format)),
        "object" => return object(property, dialect),
        "array" => return array(property, dialect),
        "map" => return map(property, dialect),
        _ => None,
    };
    plain.filter(|_| dialect != Dialect::Generic).map(str::to_owned)
}

fn string(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::BigQuery | Dialect::Spark => Some("string"),
        Dialect::Postgres | Dialect::Materialize => Some("text"),
        Dialect::Redshift => Some("varchar(65535)"),
        Dialect::DuckDb | Dialect::Snowflake | Dialect::Trino => Some("varchar"),
        Dialect::Teradata | Dialect::Generic => None,
    }
}

fn timestamp(dialect: Dialect, is_zoned: Option<bool>) -> &'static str {
    match (dialect, is_zoned) {
        (Dialect::BigQuery, Some(false)) => "datetime",
        (Dialect::Snowflake, Some(true)) => "timestamp_tz",
        (Dialect::Snowflake, _) | (Dialect::Spark, Some(false)) => "timestamp_ntz",
        (Dialect::BigQuery | Dialect::Spark, _) | (_, None | Some(false)) => "timestamp",
        (_, Some(true)) => "timestamp with time zone",
    }
}

fn integer(dialect: Dialect, format: Option<&str>) -> &'static str {
    match (dialect, format) {
        (Dialect::BigQuery, _) => "int64",
        (Dialect::Snowflake, _) => "number(38,0)",
        (_, Some("i8" | "i16")) => "smallint",
        (_, Some("i32")) => "integer",
        _ => "bigint",
    }
}

/// A bare `decimal` has no digits after the point in most engines.
fn number(dialect: Dialect, format: Option<&str>) -> &'static str {
    match (dialect, format) {
        (Dialect::BigQuery, Some("f32" | "f64")) => "float64",
        (Dialect::BigQuery | Dialect::Postgres | Dialect::Materialize, None) => "numeric",
        (Dialect::Snowflake, _) => "float",
        (_, Some("f32")) => "real",
        (Dialect::DuckDb | Dialect::Spark | Dialect::Trino, _) => "double",
        _ => "double precision",
    }
}

/// The type of a part of a column: its own, else one made from the logical type.
fn within(property: &SchemaProperty, dialect: Dialect) -> Option<String> {
    let (Physical::Said(text) | Physical::Made(text)) = physical(property, None, dialect)?;
    Some(text)
}

fn object(property: &SchemaProperty, dialect: Dialect) -> Option<String> {
    let fields = || {
        let field = |it: &SchemaProperty| {
            let colon = if dialect == Dialect::Spark { ":" } else { "" };
            Some(format!("{}{colon} {}", quoted(it.stored_name(), dialect), within(it, dialect)?))
        };
        let fields: Vec<_> = property.properties.iter().map(field).collect::<Option<_>>()?;
        (!fields.is_empty()).then(|| fields.join(", "))
    };
    Some(match dialect {
        Dialect::BigQuery | Dialect::Spark => format!("struct<{}>", fields()?),
        Dialect::DuckDb => format!("struct({})", fields()?),
        Dialect::Trino => format!("row({})", fields()?),
        _ => json(dialect, "object")?.to_owned(),
    })
}

fn array(property: &SchemaProperty, dialect: Dialect) -> Option<String> {
    let items = || within(property.items.as_deref()?, dialect);
    Some(match dialect {
        Dialect::BigQuery | Dialect::Spark => format!("array<{}>", items()?),
        Dialect::DuckDb | Dialect::Postgres | Dialect::Materialize => format!("{}[]", items()?),
        Dialect::Trino => format!("array({})", items()?),
        _ => json(dialect, "array")?.to_owned(),
    })
}

fn map(property: &SchemaProperty, dialect: Dialect) -> Option<String> {
    let both = || {
        let map = property.map.as_deref()?;
        Some((within(map.key.as_ref()?, dialect)?, within(map.value.as_ref()?, dialect)?))
    };
    Some(match dialect {
        Dialect::Spark => both().map(|(key, value)| format!("map<{key}, {value}>"))?,
        Dialect::DuckDb | Dialect::Trino => both().map(|(key, value)| format!("map({key}, {value})"))?,
        _ => json(dialect, "object")?.to_owned(),
    })
}

/// The type of what has parts, where the engine has one for all of them.
fn json(dialect: Dialect, of_snowflake: &'static str) -> Option<&'static str> {
    match dialect {
        Dialect::BigQuery => Some("json"),
        Dialect::Postgres | Dialect::Materialize => Some("jsonb"),
        Dialect::Redshift => Some("super"),
        Dialect::Snowflake => Some(of_snowflake),
        _ => None,
    }
}

fn quoted(name: &str, dialect: Dialect) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    match dialect {
        _ if is_plain => name.to_owned(),
        Dialect::BigQuery | Dialect::Spark => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ENGINES: [Dialect; 9] = [
        Dialect::BigQuery,
        Dialect::DuckDb,
        Dialect::Materialize,
        Dialect::Postgres,
        Dialect::Redshift,
        Dialect::Snowflake,
        Dialect::Spark,
        Dialect::Teradata,
        Dialect::Trino,
    ];

    fn property(value: Value) -> SchemaProperty {
        serde_json::from_value(value).unwrap()
    }

    fn lines() -> SchemaProperty {
        property(json!({"name": "lines", "logicalType": "array", "items": {"logicalType": "object", "properties": [
            {"name": "sku", "logicalType": "string"}, {"name": "a b", "logicalType": "integer"},
        ]}}))
    }

    #[test]
    fn a_nested_property_has_a_type_in_the_words_of_each_engine() {
        for (dialect, expected) in [
            (Dialect::BigQuery, "array<struct<sku string, `a b` int64>>"),
            (Dialect::Spark, "array<struct<sku: string, `a b`: bigint>>"),
            (Dialect::DuckDb, "struct(sku varchar, \"a b\" bigint)[]"),
            (Dialect::Trino, "array(row(sku varchar, \"a b\" bigint))"),
            (Dialect::Postgres, "jsonb[]"),
            (Dialect::Snowflake, "array"),
            (Dialect::Redshift, "super"),
        ] {
            assert_eq!(physical(&lines(), None, dialect), Some(Physical::Made(expected.to_owned())), "{dialect:?}");
        }
        assert_eq!(physical(&lines(), None, Dialect::Generic), None);
    }

    #[test]
    fn whatever_is_made_of_a_logical_type_is_read_and_fits_it() {
        for logical in ["string", "integer", "number", "boolean", "date", "time", "timestamp", "object", "array", "map"]
        {
            for options in [json!({}), json!({"timezone": true}), json!({"timezone": false}), json!({"format": "f32"})]
            {
                let mut value = json!(lines());
                value["logicalType"] = json!(logical);
                value["logicalTypeOptions"] = options;
                value["properties"] = json!([{"name": "x", "logicalType": "date"}]);
                value["map"] = json!({"key": {"logicalType": "string"}, "value": {"logicalType": "number"}});
                let property = property(value);
                for dialect in ENGINES {
                    let Some(Physical::Made(text)) = physical(&property, None, dialect) else { continue };
                    assert_eq!(is_logical(logical, &text, dialect, false), Some(true), "{dialect:?} {logical}: {text}");
                }
            }
        }
    }

    #[test]
    fn what_is_known_of_a_column_comes_before_what_is_made() {
        let of = |value: Value, known| physical(&property(value), known, Dialect::DuckDb);
        let said = |text: &str| Some(Physical::Said(text.to_owned()));
        assert_eq!(of(json!({"name": "x", "logicalType": "integer"}), Some("INTEGER")), said("INTEGER"));
        assert_eq!(
            of(json!({"name": "x", "logicalType": "integer"}), Some("VARCHAR")),
            Some(Physical::Made("bigint".to_owned()))
        );
        assert_eq!(
            of(json!({"name": "x", "logicalType": "integer", "physicalType": "hugeint"}), None),
            said("hugeint")
        );
        // Snowflake's word, and one that somebody made.
        let foreign = json!({"name": "x", "logicalType": "timestamp", "physicalType": "timestamp_ltz"});
        assert_eq!(of(foreign, None), Some(Physical::Made("timestamp".to_owned())));
        assert_eq!(of(json!({"name": "x", "logicalType": "string", "physicalType": "mood"}), None), said("mood"));
        assert_eq!(of(json!({"name": "x"}), None), None);
    }
}
