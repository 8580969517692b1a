//! References: `orders.id`, `/schema/orders/properties/id`, either after `other.odcs.yaml#`.
//!
//! Source: <https://bitol-io.github.io/open-data-contract-standard/latest/references/>.

use weft_odcs::{DataContract, SchemaObject, SchemaProperty};

/// A reference, in its two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'r> {
    /// The file of the contract, if it is a different one.
    pub file: Option<&'r str>,
    /// The place in the contract.
    pub path: &'r str,
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceTarget<'c> {
    /// The object that is referred to.
    pub object: &'c SchemaObject,
    /// One of its properties.
    pub property: &'c SchemaProperty,
}

/// Why a reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The object is not there.
    #[error("{path} is not an object of the contract")]
    NoObject {
        /// What was referred to.
        path: String,
    },
    /// The property does not exist, or is not one of the object's own.
    #[error("{path} is not a property of {object}")]
    NoProperty {
        /// What was referred to.
        path: String,
        /// The object that it leads to.
        object: String,
    },
}

impl<'r> Reference<'r> {
    /// Parts a reference at its `#`.
    pub fn parse(text: &'r str) -> Self {
        match text.split_once('#') {
            Some((file, path)) => Self { file: Some(file).filter(|file| !file.is_empty()), path },
            None => Self { file: None, path: text },
        }
    }
}

/// The property that a path leads to: by ids or names between slashes, or by names between dots.
///
/// # Errors
/// A path that leads to no property of an object.
pub fn resolve<'c>(contract: &'c DataContract, path: &str) -> Result<ReferenceTarget<'c>, ReferenceError> {
    let no_object = || ReferenceError::NoObject { path: path.to_owned() };
    let trimmed = path.trim_start_matches('/');
    let (object, property) = match trimmed.strip_prefix("schema/") {
        Some(rest) => {
            let (object, rest) = rest.split_once('/').unwrap_or((rest, ""));
            let is = |id: Option<&str>, name: &str, wanted: &str| id == Some(wanted) || name == wanted;
            let object =
                contract.schema.iter().find(|it| is(it.id.as_deref(), &it.name, object)).ok_or_else(no_object)?;
            let name = rest.strip_prefix("properties/").unwrap_or_default();
            (object, object.properties.iter().find(|it| is(it.id.as_deref(), &it.name, name)))
        }
        None => of_element(contract, path).ok_or_else(no_object)?,
    };
    let none = || ReferenceError::NoProperty { path: path.to_owned(), object: object.name.clone() };
    Ok(ReferenceTarget { object, property: property.ok_or_else(none)? })
}

/// The object, and the property of it, that names between dots lead to; names may have dots themselves, and ids and
/// stored names are names too. A property alone will do where only one object has it. `None` where there is no such
/// object, or no such property.
pub(super) fn of_element<'c>(
    contract: &'c DataContract,
    element: &str,
) -> Option<(&'c SchemaObject, Option<&'c SchemaProperty>)> {
    for object in &contract.schema {
        let rests = names(&object.name, object.id.as_deref(), object.physical_name.as_deref());
        for rest in rests.filter_map(|name| element.strip_prefix(name)?.strip_prefix('.')) {
            if let Some(property) = property(object, rest) {
                return Some((object, Some(property)));
            }
        }
    }
    let is = |object: &&SchemaObject| {
        names(&object.name, object.id.as_deref(), object.physical_name.as_deref()).any(|name| name == element)
    };
    if let Some(object) = contract.schema.iter().find(is) {
        return Some((object, None));
    }
    let mut alone = contract.schema.iter().filter_map(|object| Some((object, Some(property(object, element)?))));
    alone.next().filter(|_| alone.next().is_none())
}

fn property<'c>(object: &'c SchemaObject, wanted: &str) -> Option<&'c SchemaProperty> {
    let is = |it: &&SchemaProperty| {
        names(&it.name, it.id.as_deref(), it.physical_name.as_deref()).any(|name| name == wanted)
    };
    object.property(wanted).or_else(|| object.properties.iter().find(is))
}

fn names<'n>(name: &'n str, id: Option<&'n str>, stored: Option<&'n str>) -> impl Iterator<Item = &'n str> {
    [Some(name), id, stored].into_iter().flatten().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> DataContract {
        serde_json::from_value(serde_json::json!({
            "id": "c", "version": "1.0.0", "apiVersion": "v3.1.0",
            "schema": [
                {"id": "o", "name": "orders", "properties": [{"id": "i", "name": "id"}, {"name": "a.b"}]},
                {"name": "orders.lines", "properties": [{"name": "id"}]},
            ],
        }))
        .unwrap()
    }

    #[test]
    fn ids_and_names_lead_to_a_property() {
        let contract = contract();
        for (path, object, property) in [
            ("orders.id", "orders", "id"),
            ("orders.a.b", "orders", "a.b"),
            ("orders.lines.id", "orders.lines", "id"),
            ("o.i", "orders", "id"),
            ("a.b", "orders", "a.b"),
            ("schema/o/properties/i", "orders", "id"),
            ("/schema/orders/properties/id", "orders", "id"),
        ] {
            let target = resolve(&contract, path).unwrap();
            assert_eq!((target.object.name.as_str(), target.property.name.as_str()), (object, property), "{path}");
        }
        for path in [
            "",
            "id",
            "orders",
            "orders.x",
            "customers.id",
            "schema/x/properties/i",
            "schema/o",
            "schema/o/properties/x",
        ] {
            assert!(resolve(&contract, path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_reference_may_name_another_contract() {
        assert_eq!(
            Reference::parse("a/b.odcs.yaml#orders.id"),
            Reference { file: Some("a/b.odcs.yaml"), path: "orders.id" }
        );
        assert_eq!(Reference::parse("#orders.id"), Reference { file: None, path: "orders.id" });
        assert_eq!(Reference::parse("orders.id"), Reference { file: None, path: "orders.id" });
    }
}
