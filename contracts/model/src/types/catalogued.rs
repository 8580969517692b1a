//! What the catalog says of a type that was declared, and what the engine holds values to.

use super::{DataType, Dialect, StructMember};

/// The type as the engine's catalog shows it, in dbt's `catalog.json`.
///
/// DuckDB stores no lengths. Snowflake's and `BigQuery`'s catalogs name types without any size.
pub(super) fn catalogued(data_type: DataType, dialect: Dialect) -> DataType {
    told(data_type, dialect, matches!(dialect, Dialect::Snowflake | Dialect::BigQuery))
}

/// The type that the engine enforces, even if its catalog does not show it.
pub(super) fn held(data_type: DataType, dialect: Dialect) -> DataType {
    told(data_type, dialect, false)
}

fn told(data_type: DataType, dialect: Dialect, sizeless: bool) -> DataType {
    let within = |inner: DataType| Box::new(told(inner, dialect, sizeless));
    match data_type {
        DataType::Char(_) | DataType::Varchar(_) if sizeless || dialect == Dialect::DuckDb => DataType::Text,
        DataType::Binary(_) if sizeless => DataType::Binary(None),
        DataType::Decimal(_) if sizeless => DataType::Decimal(None),
        DataType::Time { zone, .. } if sizeless => DataType::Time { precision: 0, zone },
        DataType::Timestamp { zone, .. } if sizeless => DataType::Timestamp { precision: 0, zone },
        DataType::Array { element, length } => DataType::Array { element: within(*element), length },
        DataType::List(element) => DataType::List(within(*element)),
        DataType::Map { key, value } => DataType::Map { key: within(*key), value: within(*value) },
        DataType::Struct(members) => {
            let seen =
                |StructMember { name, data_type }| StructMember { name, data_type: told(data_type, dialect, sizeless) };
            DataType::Struct(members.into_iter().map(seen).collect())
        }
        plain => plain,
    }
}
