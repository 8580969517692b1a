//! Logical types: the type of a column independent of the engine.

use weft_model::types::{DataType, Zone};
use weft_odcs::{KeyValue, LogicalTypeOptions, SchemaProperty};

use crate::contracts::export::ApiVersion;

/// The logical type of a column or of its elements, with its properties; nothing if the standard has no word for it.
pub(crate) fn logical(data_type: &DataType, api_version: ApiVersion) -> SchemaProperty {
    let (word, options) = word(data_type, api_version);
    let mut property = SchemaProperty {
        logical_type: word.map(str::to_owned),
        logical_type_options: options,
        ..SchemaProperty::default()
    };
    match data_type {
        DataType::Array { element, .. } | DataType::List(element) => {
            property.items = Some(Box::new(logical(element, api_version)));
        }
        DataType::Map { key, value } if api_version >= ApiVersion::V3_2 => {
            let of = |data_type| Some(logical(data_type, api_version));
            property.map = Some(Box::new(KeyValue { key: of(key), value: of(value), ..KeyValue::default() }));
        }
        DataType::Struct(members) => {
            let named = members.iter().filter_map(|member| {
                Some(SchemaProperty {
                    name: member.name.as_deref()?.to_owned(),
                    ..logical(&member.data_type, api_version)
                })
            });
            property.properties = named.collect();
        }
        _ => {}
    }
    property
}

fn word(data_type: &DataType, api_version: ApiVersion) -> (Option<&'static str>, Option<LogicalTypeOptions>) {
    let has_times = api_version >= ApiVersion::V3_1;
    let word = match data_type {
        DataType::Boolean => "boolean",
        DataType::Integer { .. } => "integer",
        DataType::Decimal(_) | DataType::Real | DataType::Double => "number",
        DataType::Char(_) | DataType::Varchar(_) | DataType::Text => "string",
        DataType::Timestamp { zone, .. } if has_times => {
            let timezone = Some(*zone != Zone::Without);
            return (Some("timestamp"), Some(LogicalTypeOptions { timezone, ..LogicalTypeOptions::default() }));
        }
        DataType::Time { .. } if has_times => "time",
        DataType::Date | DataType::Time { .. } | DataType::Timestamp { .. } => "date",
        DataType::Array { .. } | DataType::List(_) => "array",
        DataType::Map { .. } if api_version >= ApiVersion::V3_2 => "map",
        DataType::Map { .. } | DataType::Struct(_) => "object",
        DataType::Named { name, .. } => match &**name {
            "uuid" => {
                let format = Some("uuid".to_owned());
                return (Some("string"), Some(LogicalTypeOptions { format, ..LogicalTypeOptions::default() }));
            }
            "json" | "jsonb" | "variant" | "super" => "object",
            _ => return (None, None),
        },
        DataType::Binary(_) => return (None, None),
    };
    (Some(word), None)
}
