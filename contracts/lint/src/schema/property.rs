//! Objects, properties, and what they refer to.

use serde_json::{Value, json};

use crate::schema::shape::{Shape, list, none_of, of_type, one_of, part, says, stable_id, text};

pub(super) fn object(minor: u32) -> Value {
    let types: &[&str] = if minor < 2 { &["object"] } else { &["object", "blob"] };
    element(minor)
        .with("logicalType", one_of(types))
        .texts(&["physicalName", "dataGranularityDescription"])
        .lists(&[("properties", "Property"), ("quality", "Quality")])
        .since(1, minor, "relationships", list(part("ReferenceOfObject")))
        .since(2, minor, "context", part("Context"))
        .needs(&["name"])
        .value()
}

/// A property of an object, which has a name.
pub(super) fn named() -> Value {
    json!({"$ref": "#/$defs/PropertyBody", "required": ["name"]})
}

/// A property, or what a list or map holds.
pub(super) fn body(minor: u32) -> Value {
    let mut types = vec!["string", "date", "number", "integer", "object", "array", "boolean"];
    types.extend(["timestamp", "time"].iter().filter(|_| minor >= 1));
    types.extend(["map", "vector"].iter().filter(|_| minor >= 2));
    let mut shape = element(minor)
        .texts(&["physicalName", "classification", "encryptedName", "transformLogic", "transformDescription"])
        .with("logicalType", one_of(&types))
        .with("logicalTypeOptions", of_type("object"))
        .with("transformSourceObjects", list(text()))
        .with("examples", of_type("array"))
        .with("items", part("PropertyBody"))
        .lists(&[("properties", "Property"), ("quality", "Quality")])
        .since(1, minor, "relationships", list(part("ReferenceOfProperty")))
        .and(unless("object", "properties"))
        .and(unless("array", "items"));
    for key in ["primaryKey", "required", "unique", "partitioned", "criticalDataElement"] {
        shape = shape.with(key, of_type("boolean"));
    }
    for key in ["primaryKeyPosition", "partitionKeyPosition"] {
        shape = shape.with(key, of_type("integer"));
    }
    if minor >= 2 {
        let values = json!({"type": "array", "minItems": 1, "uniqueItems": true, "items": part("EnumValue")});
        let map = Shape::closed().with("key", part("PropertyBody")).with("value", part("PropertyBody"));
        let map = map.needs(&["key", "value"]).value();
        let vector = json!({"required": ["logicalTypeOptions"]});
        shape = shape
            .with("enum", values)
            .with("semanticType", one_of(&["column", "measure", "dimension"]))
            .with("map", map)
            .and(json!({"if": says("logicalType", "map"), "then": {"required": ["map"]}, "else": none_of(&["map"])}))
            .and(json!({"if": says("logicalType", "vector"), "then": vector}));
    }
    let limits = types.iter().filter_map(|name| Some((*name, options(name, minor)?)));
    shape = limits.fold(shape, |shape, (name, options)| {
        let then = json!({"properties": {"logicalTypeOptions": options}});
        shape.and(json!({"if": says("logicalType", name), "then": then}))
    });
    // Without a type there is no limit that could be meant.
    let untyped = json!({"not": {"required": ["logicalType"]}});
    let no_options = json!({"properties": {"logicalTypeOptions": Shape::closed().value()}});
    shape.and(json!({"if": untyped, "then": no_options})).value()
}

/// A schema that forbids a key if the logical type is a different one.
fn unless(logical_type: &str, key: &str) -> Value {
    let other = json!({"required": ["logicalType"], "properties": {"logicalType": {"not": {"const": logical_type}}}});
    json!({"if": other, "then": none_of(&[key])})
}

/// What objects and properties have in common.
fn element(minor: u32) -> Shape {
    Shape::closed()
        .since(1, minor, "id", stable_id(minor))
        .since(2, minor, "deprecated", of_type("boolean"))
        .since(2, minor, "synonyms", list(part("Synonym")))
        .texts(&["name", "physicalType", "description", "businessName"])
        .with("tags", list(text()))
        .lists(&[("authoritativeDefinitions", "Definition"), ("customProperties", "CustomProperty")])
}

/// The limits that a logical type can have; `None` where any are taken.
fn options(logical_type: &str, minor: u32) -> Option<Value> {
    let count = || json!({"type": "integer", "minimum": 0});
    // In 3.0, whether the limit itself is left out.
    let range = |shape: Shape, limit: &str| {
        let exclusive = of_type(if minor == 0 { "boolean" } else { limit });
        let shape = shape.with("minimum", of_type(limit)).with("maximum", of_type(limit));
        shape.with("exclusiveMinimum", exclusive.clone()).with("exclusiveMaximum", exclusive)
    };
    let number = |formats: &[&str]| {
        let multiple = json!({"type": "number", "exclusiveMinimum": 0});
        range(Shape::closed(), "number").with("multipleOf", multiple).with("format", one_of(formats))
    };
    let shape = match logical_type {
        "string" => Shape::closed().texts(&["pattern", "format"]).with("minLength", count()).with("maxLength", count()),
        "date" => range(Shape::closed().texts(&["format"]), "string"),
        "timestamp" | "time" => {
            range(Shape::closed().texts(&["format", "defaultTimezone"]), "string").with("timezone", of_type("boolean"))
        }
        "integer" => number(&["i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"]),
        "number" => number(&["f32", "f64"]),
        "object" => Shape::closed()
            .with("minProperties", count())
            .with("maxProperties", count())
            .with("required", json!({"type": "array", "minItems": 1, "uniqueItems": true, "items": text()})),
        "array" => {
            Shape::closed().with("minItems", count()).with("maxItems", count()).with("uniqueItems", of_type("boolean"))
        }
        "vector" => Shape::closed()
            .texts(&["embeddingModel", "embeddingModelVersion"])
            .with("dimensions", json!({"type": "integer", "minimum": 1}))
            .with("elementType", one_of(&["bfloat16", "binary", "float16", "float32", "float64", "int8", "uint8"]))
            .with("distanceMetric", one_of(&["cosine", "dotProduct", "euclidean", "hamming", "manhattan"]))
            .with("normalized", of_type("boolean"))
            .needs(&["dimensions"]),
        _ => return None,
    };
    Some(shape.value())
}

/// `object.property`, or sections and names between slashes after a file or nothing. Letters are those of ASCII.
fn reference_pattern(minor: u32) -> String {
    let word = "[A-Za-z_][A-Za-z0-9_]*";
    let (dotted, file, name) = if minor < 2 {
        (format!(r"{word}\.{word}"), "yaml", "[A-Za-z0-9_-]+")
    } else {
        let dashed = "[A-Za-z_][A-Za-z0-9_-]*";
        (format!(r"{dashed}(\.{dashed})+"), "ya?ml", r"[^\s.#/\\@!%&^]+")
    };
    let file = format!(r"((https?://)?[A-Za-z0-9._/-]+\.{file}#)?");
    format!("^({dotted}|{file}/?{word}/{name}(/{word}/{name})*)$")
}

/// What an object or a property refers to.
pub(super) fn relationship(minor: u32, is_of_object: bool) -> Value {
    let reference = json!({"type": "string", "pattern": reference_pattern(minor)});
    let several = json!({"type": "array", "minItems": 1, "items": reference});
    let references = json!({"oneOf": [reference, several]});
    let shape = Shape::closed()
        .since(2, minor, "id", text())
        .with("type", one_of(&["foreignKey"]))
        .with("to", references.clone())
        .lists(&[("customProperties", "CustomProperty")]);
    if !is_of_object {
        return shape.needs(&["to"]).value();
    }
    let both = |name: &str| json!({"properties": {"from": of_type(name), "to": of_type(name)}});
    shape.with("from", references).needs(&["from", "to"]).and(json!({"oneOf": [both("string"), both("array")]})).value()
}

/// A value that a property may have.
pub(super) fn enum_value(minor: u32) -> Value {
    Shape::closed()
        .with("id", stable_id(minor))
        .with("value", part("Scalar"))
        .texts(&["label", "description"])
        .with("tags", list(text()))
        .lists(&[("customProperties", "CustomProperty"), ("authoritativeDefinitions", "Definition")])
        .needs(&["value"])
        .value()
}
