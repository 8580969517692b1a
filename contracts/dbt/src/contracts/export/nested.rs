//! Columns that dbt writes with dots, `address.zip`, as the standard has them: properties within properties.

use weft_model::{column_name::is_same, types::Dialect};
use weft_odcs::SchemaProperty;

/// Moves each property whose name has dots below the property of its path, which is created if it does not exist. A
/// field that the column's own type also has is one property.
pub(super) fn nested(properties: Vec<SchemaProperty>, dialect: Dialect) -> Vec<SchemaProperty> {
    let mut nested = Vec::new();
    for property in properties {
        let path: Vec<String> = property.name.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            nested.push(property);
        } else {
            put(&mut nested, &path, property, dialect);
        }
    }
    nested
}

fn put(properties: &mut Vec<SchemaProperty>, path: &[String], mut property: SchemaProperty, dialect: Dialect) {
    let [name, below @ ..] = path else { return };
    let is_it = |it: &SchemaProperty| is_same(&it.name, name, dialect);
    let at = properties.iter().position(is_it);
    if below.is_empty() {
        name.clone_into(&mut property.name);
        match at {
            Some(at) => properties[at] = merged(std::mem::take(&mut properties[at]), property),
            None => properties.push(property),
        }
        return;
    }
    let at = at.unwrap_or_else(|| {
        properties.push(SchemaProperty {
            name: name.clone(),
            logical_type: Some("object".to_owned()),
            ..SchemaProperty::default()
        });
        properties.len() - 1
    });
    put(fields(&mut properties[at]), below, property, dialect);
}

/// The fields of a property: for a list, those of its items.
fn fields(property: &mut SchemaProperty) -> &mut Vec<SchemaProperty> {
    let bare = property.physical_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let is_list = property.items.is_some()
        || property.logical_type.as_deref() == Some("array")
        || ["array", "repeated"].contains(&bare.as_str());
    if !is_list {
        property.logical_type.get_or_insert_with(|| "object".to_owned());
        return &mut property.properties;
    }
    property.logical_type.get_or_insert_with(|| "array".to_owned());
    let items = property.items.get_or_insert_default();
    items.logical_type.get_or_insert_with(|| "object".to_owned());
    &mut items.properties
}

/// Merges a field that is known from its column's type, or from its own fields, with its own description.
fn merged(known: SchemaProperty, told: SchemaProperty) -> SchemaProperty {
    SchemaProperty {
        logical_type: told.logical_type.or(known.logical_type),
        logical_type_options: told.logical_type_options.or(known.logical_type_options),
        properties: if told.properties.is_empty() { known.properties } else { told.properties },
        items: told.items.or(known.items),
        ..told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, physical: Option<&str>) -> SchemaProperty {
        SchemaProperty {
            name: name.to_owned(),
            physical_type: physical.map(str::to_owned),
            ..SchemaProperty::default()
        }
    }

    fn tree(properties: &[SchemaProperty]) -> String {
        let of_one = |it: &SchemaProperty| {
            let items = it.items.as_ref().map(|it| format!("[{}]", tree(&it.properties))).unwrap_or_default();
            let below = if it.properties.is_empty() { String::new() } else { format!("({})", tree(&it.properties)) };
            format!("{}{}{below}{items}", it.name, it.logical_type.as_ref().map_or("", |_| ":"))
        };
        properties.iter().map(of_one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn fields_stand_below_what_their_names_lead_to_in_their_order() {
        let columns = vec![
            of("id", None),
            of("s", Some("struct")),
            of("s.a", None),
            of("arr", Some("array")),
            of("arr.x.y", None),
            of("S.b", None),
            of("new.z", None),
            of("new", Some("record")),
            of("odd.", None),
        ];
        assert_eq!(tree(&nested(columns, Dialect::BigQuery)), "id s:(a b) arr:[x:(y)] new:(z) odd.");
    }

    #[test]
    fn a_field_that_the_type_tells_too_is_one() {
        let mut column = of("s", Some("struct<a int64>"));
        column.properties = vec![SchemaProperty { logical_type: Some("integer".to_owned()), ..of("a", None) }];
        let told = SchemaProperty { description: Some("The a.".to_owned()), ..of("s.a", Some("int64")) };
        let nested = nested(vec![column, told], Dialect::BigQuery);
        let field = &nested[0].properties[0];
        assert_eq!(nested[0].properties.len(), 1);
        assert_eq!((field.logical_type.as_deref(), field.description.as_deref()), (Some("integer"), Some("The a.")));
    }
}
