//! The properties of an object, those within others too, by path.

use crate::{SchemaObject, SchemaProperty};

/// The properties of an object, each under its path by the names that are stored: `address.street`; `tags[]` for what a
/// list holds, `attributes{}` for the values of a map.
pub fn properties(object: &SchemaObject) -> Vec<(String, &SchemaProperty)> {
    let mut found = Vec::new();
    for property in &object.properties {
        add(property, property.stored_name().to_owned(), &mut found);
    }
    found
}

fn add<'p>(property: &'p SchemaProperty, path: String, found: &mut Vec<(String, &'p SchemaProperty)>) {
    let inner = property.properties.iter().map(|inner| (format!("{path}.{}", inner.stored_name()), inner));
    let items = property.items.as_deref().map(|items| (format!("{path}[]"), items));
    let value = property.map.as_ref().and_then(|map| map.value.as_ref()).map(|value| (format!("{path}{{}}"), value));
    let below: Vec<_> = inner.chain(items).chain(value).collect();
    found.push((path, property));
    for (path, property) in below {
        add(property, path, found);
    }
}
