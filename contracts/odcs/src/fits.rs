//! Whether a stored type is the one that a contract gives a property.

use weft_model::types::{self, DataType, Dialect, TypeComparison};

use crate::SchemaProperty;

/// Whether a type is the property's physical type if that is given and understood, else whether its logical type allows
/// it. `None` if the contract gives neither, or if it is unknown. Before 3.1 (`is_old`) dates could have times, and be
/// times.
pub fn fits(property: &SchemaProperty, live: &str, dialect: Dialect, is_old: bool) -> Option<bool> {
    let physical = property.physical_type.as_deref().filter(|text| !text.trim().is_empty());
    let logical = property.logical_type.as_deref().filter(|text| !text.is_empty());
    let by_logical = || is_logical(logical?, live, dialect, is_old);
    physical.and_then(|text| is_physical(text, live, dialect)).or_else(by_logical)
}

/// Whether a type is the physical one. One without a size, as `varchar`, is any of that kind.
pub fn is_physical(physical: &str, live: &str, dialect: Dialect) -> Option<bool> {
    match types::compare_with_catalog((physical, dialect), (live, dialect)) {
        TypeComparison::Unknown => None,
        TypeComparison::Same | TypeComparison::Reordered | TypeComparison::SizeUnknown => Some(true),
        _ if physical.contains('(') => Some(false),
        _ => {
            let (said, is) = (types::parse(physical, dialect)?, types::parse(live, dialect)?);
            Some(match (&said, &is) {
                (DataType::Text, DataType::Varchar(_) | DataType::Char(_))
                | (DataType::Decimal(_), DataType::Decimal(_))
                | (DataType::Char(_), DataType::Char(_))
                | (DataType::Binary(_), DataType::Binary(_)) => true,
                (DataType::Time { zone: said, .. }, DataType::Time { zone: is, .. })
                | (DataType::Timestamp { zone: said, .. }, DataType::Timestamp { zone: is, .. }) => said == is,
                _ => false,
            })
        }
    }
}

/// Whether a type can hold the logical type; `None` for types of the database's own. A type that is known by name only,
/// such as `uuid`, may hold a text, and JSON may hold anything.
pub fn is_logical(logical: &str, live: &str, dialect: Dialect, is_old: bool) -> Option<bool> {
    use DataType::{
        Array, Boolean, Char, Date, Decimal, Double, Integer, List, Map, Named, Real, Struct, Text, Time, Timestamp,
        Varchar,
    };
    let live = types::parse(live, dialect)?;
    let is_named = |names: &[&str]| matches!(&live, Named { name, .. } if names.contains(&&**name));
    let is_json = is_named(&["json", "jsonb", "variant", "super"]);
    // Who has no type for JSON writes it as a text.
    let is_text = matches!(live, Char(_) | Varchar(_) | Text);
    if is_text && matches!(logical, "object" | "map" | "array" | "vector") {
        return None;
    }
    Some(match logical {
        "string" => matches!(live, Char(_) | Varchar(_) | Text | Named { .. }),
        "integer" => matches!(&live, Integer { .. }) || matches!(&live, Decimal(Some(digits)) if digits.scale == 0),
        "number" => matches!(live, Integer { .. } | Decimal(_) | Real | Double) || is_named(&["money", "decfloat"]),
        "boolean" => live == Boolean,
        "date" => live == Date || is_old && matches!(live, Timestamp { .. } | Time { .. }),
        "timestamp" => matches!(live, Timestamp { .. }),
        "time" => matches!(live, Time { .. }),
        "object" | "map" => is_json || is_named(&["object", "hstore"]) || matches!(live, Struct(_) | Map { .. }),
        "array" => is_json || is_named(&["array", "vector"]) || matches!(live, Array { .. } | List(_)),
        "vector" => {
            matches!(&live, Array { .. } | List(_)) || matches!(&live, Named { name, .. } if &**name == "vector")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_physical_type_without_a_size_is_any_of_its_kind() {
        let is = |said, live| is_physical(said, live, Dialect::Postgres);
        for (said, live) in [
            ("varchar", "character varying(20)"),
            ("varchar(20)", "character varying(20)"),
            ("numeric", "numeric(10,2)"),
            ("timestamp", "timestamp(3) without time zone"),
            ("int", "integer"),
            ("text", "text"),
        ] {
            assert_eq!(is(said, live), Some(true), "{said} {live}");
        }
        for (said, live) in [
            ("varchar(50)", "character varying(20)"),
            ("bigint", "integer"),
            ("numeric(12,2)", "numeric(10,2)"),
            ("timestamp", "timestamp with time zone"),
            ("text", "integer"),
        ] {
            assert_eq!(is(said, live), Some(false), "{said} {live}");
        }
        assert_eq!(is("STRING", "text"), None, "that is another engine's word");
        assert_eq!(is_physical("varchar(20)", "VARCHAR", Dialect::DuckDb), Some(true), "its catalogue keeps no sizes");
    }

    #[test]
    fn a_logical_type_is_of_several_physical_ones() {
        let is = |logical, live| is_logical(logical, live, Dialect::Postgres, false);
        for (logical, live) in [
            ("string", "character varying(20)"),
            ("string", "uuid"),
            ("integer", "bigint"),
            ("integer", "numeric(10,0)"),
            ("number", "double precision"),
            ("timestamp", "timestamp with time zone"),
            ("object", "jsonb"),
            ("array", "integer[]"),
        ] {
            assert_eq!(is(logical, live), Some(true), "{logical} {live}");
        }
        for (logical, live) in [
            ("string", "integer"),
            ("integer", "numeric(10,2)"),
            ("date", "timestamp without time zone"),
            ("boolean", "integer"),
            ("object", "integer"),
            ("array", "boolean"),
        ] {
            assert_eq!(is(logical, live), Some(false), "{logical} {live}");
        }
        assert_eq!(is_logical("date", "timestamp without time zone", Dialect::Postgres, true), Some(true));
        assert_eq!(is("money", "integer"), None);
        assert_eq!(is("object", "text"), None, "a text may hold JSON");
        for (dialect, logical, live) in [
            (Dialect::Snowflake, "object", "OBJECT"),
            (Dialect::Snowflake, "array", "ARRAY"),
            (Dialect::Snowflake, "object", "VARIANT"),
            (Dialect::Redshift, "object", "super"),
            (Dialect::Postgres, "number", "money"),
            (Dialect::BigQuery, "object", "STRUCT<a INT64>"),
        ] {
            assert_eq!(is_logical(logical, live, dialect, false), Some(true), "{logical} {live}");
        }
    }
}
