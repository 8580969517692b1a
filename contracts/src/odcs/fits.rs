//! Whether a stored type is the one that a contract gives a property.

use crate::{
    odcs::SchemaProperty,
    types::{self, Comparison, DataType, Dialect},
};

/// Whether a type is the property's physical one, where that is given and understood, else one that its logical type
/// allows. `None` where the contract gives none, or it cannot be told. Before 3.1 (`is_old`) dates could have times.
pub(crate) fn fits(property: &SchemaProperty, live: &str, dialect: Dialect, is_old: bool) -> Option<bool> {
    let physical = property.physical_type.as_deref().filter(|text| !text.trim().is_empty());
    let logical = property.logical_type.as_deref().filter(|text| !text.is_empty());
    let by_logical = || is_logical(logical?, live, dialect, is_old);
    physical.and_then(|text| is_physical(text, live, dialect)).or_else(by_logical)
}

/// Whether a type is the physical one. One without a size, as `varchar`, is any of that kind.
pub(crate) fn is_physical(physical: &str, live: &str, dialect: Dialect) -> Option<bool> {
    match types::compare_with_catalog((physical, dialect), (live, dialect)) {
        Comparison::Unknown => None,
        Comparison::Same => Some(true),
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

/// Whether a type is one that holds what the logical type is; `None` for one of the database's own. What is known by its
/// name only, as `uuid`, may hold a text, and JSON whatever is written so.
pub(crate) fn is_logical(logical: &str, live: &str, dialect: Dialect, is_old: bool) -> Option<bool> {
    use DataType::{
        Array, Boolean, Char, Date, Decimal, Double, Integer, List, Map, Named, Real, Struct, Text, Time, Timestamp,
        Varchar,
    };
    let live = types::parse(live, dialect)?;
    let is_json = matches!(&live, Named { name, .. } if ["json", "jsonb", "variant", "hstore"].contains(&&**name));
    Some(match logical {
        "string" => matches!(live, Char(_) | Varchar(_) | Text | Named { .. }),
        "integer" => matches!(&live, Integer { .. }) || matches!(&live, Decimal(Some(digits)) if digits.scale == 0),
        "number" => matches!(live, Integer { .. } | Decimal(_) | Real | Double),
        "boolean" => live == Boolean,
        "date" => live == Date || is_old && matches!(live, Timestamp { .. }),
        "timestamp" => matches!(live, Timestamp { .. }),
        "time" => matches!(live, Time { .. }),
        "object" => is_json || matches!(live, Struct(_) | Map { .. }),
        "map" => is_json || matches!(live, Map { .. } | Struct(_)),
        "array" => is_json || matches!(live, Array { .. } | List(_)),
        "vector" => {
            matches!(&live, Array { .. } | List(_)) || matches!(&live, Named { name, .. } if &**name == "vector")
        }
        _ => return None,
    })
}
