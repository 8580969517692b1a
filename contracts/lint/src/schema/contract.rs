//! The contract as a whole, and the parts that several sections share.

use serde_json::{Value, json};

use crate::schema::{
    property, quality, servers,
    shape::{Shape, list, of_type, one_of, part, stable_id, text},
};

/// The schema of a minor version of the standard.
pub(super) fn schema(minor: u32) -> Value {
    let versions: &[&str] = match minor {
        0 => &["v3.0.2", "v3.0.1", "v3.0.0"],
        1 => &["v3.1.0"],
        _ => &["v3.2.0"],
    };
    let needed: &[&'static str] = if minor < 2 { &["status"] } else { &[] };
    let members = list(part("TeamMember"));
    let team = if minor == 0 { members } else { json!({"oneOf": [part("Team"), members]}) };
    let mut schema = Shape::closed()
        .texts(&["version", "id", "name", "tenant", "status", "dataProduct", "domain", "slaDefaultElement"])
        .texts(&["contractCreatedTs"])
        .lists(&[("servers", "Server"), ("schema", "Object"), ("support", "SupportItem"), ("roles", "Role")])
        .lists(&[("slaProperties", "ServiceLevel"), ("customProperties", "CustomProperty")])
        .lists(&[("authoritativeDefinitions", "Definition")])
        .with("kind", one_of(&["DataContract"]))
        .with("apiVersion", one_of(versions))
        .with("tags", list(text()))
        .with("description", part("Description"))
        .with("price", part("Pricing"))
        .with("team", team)
        .since(2, minor, "context", part("Context"))
        .needs(&["version", "apiVersion", "kind", "id"])
        .needs(needed)
        .value();
    schema["$schema"] = json!("https://json-schema.org/draft/2019-09/schema");
    schema["$defs"] = parts(minor);
    schema
}

fn parts(minor: u32) -> Value {
    let mut parts = json!({
        "Description": Shape::open()
            .texts(&["usage", "purpose", "limitations"])
            .lists(&[("authoritativeDefinitions", "Definition"), ("customProperties", "CustomProperty")])
            .value(),
        "Pricing": Shape::closed_since(1, minor)
            .since(1, minor, "id", stable_id(minor))
            .texts(&["priceCurrency", "priceUnit"])
            .with("priceAmount", of_type("number"))
            .value(),
        "CustomProperty": custom_property(minor),
        "Definition": Shape::closed_since(1, minor)
            .since(1, minor, "id", stable_id(minor))
            .since(1, minor, "description", text())
            .texts(&["url", "type"])
            .needs(&["url", "type"])
            .value(),
        "ServiceLevel": service_level(minor),
        "TeamMember": member(minor),
        "Role": Shape::closed_since(1, minor)
            .since(1, minor, "id", stable_id(minor))
            .texts(&["role", "description", "access", "firstLevelApprovers", "secondLevelApprovers"])
            .lists(&[("customProperties", "CustomProperty")])
            .needs(&["role"])
            .value(),
        "SupportItem": support(minor),
        "Scalar": {"type": ["string", "number", "boolean", "null"]},
        "Server": servers::schema(minor),
        "Quality": quality::schema(minor),
        "Object": property::object(minor),
        "Property": property::named(),
        "PropertyBody": property::body(minor),
    });
    if minor >= 1 {
        parts["Team"] = team(minor);
        parts["ReferenceOfObject"] = property::relationship(minor, true);
        parts["ReferenceOfProperty"] = property::relationship(minor, false);
    }
    if minor >= 2 {
        parts["Context"] = json!({"oneOf": [text(), context()]});
        parts["Synonym"] = Shape::closed()
            .with("id", stable_id(minor))
            .texts(&["synonym", "description", "locale", "source", "status"])
            .lists(&[("customProperties", "CustomProperty")])
            .needs(&["synonym"])
            .value();
        parts["EnumValue"] = property::enum_value(minor);
    }
    parts
}

fn custom_property(minor: u32) -> Value {
    let shape = Shape::closed_since(1, minor)
        .since(1, minor, "id", stable_id(minor))
        .since(1, minor, "description", text())
        .since(2, minor, "vendor", text())
        .texts(&["property"])
        .with("value", json!(true));
    if minor == 0 { shape.value() } else { shape.needs(&["property", "value"]).value() }
}

fn service_level(minor: u32) -> Value {
    let mut shape = Shape::closed_since(1, minor)
        .texts(&["property", "unit", "element", "driver"])
        .with("value", part("Scalar"))
        .with("valueExt", part("Scalar"))
        .needs(&["property", "value"]);
    if minor >= 1 {
        shape = shape.with("id", stable_id(minor)).texts(&["description", "scheduler", "schedule"]);
    }
    if minor >= 2 {
        shape = shape.lists(&[("customProperties", "CustomProperty"), ("authoritativeDefinitions", "Definition")]);
    }
    shape.value()
}

fn member(minor: u32) -> Value {
    let shape = Shape::closed_since(1, minor).texts(&[
        "username",
        "name",
        "description",
        "role",
        "dateIn",
        "dateOut",
        "replacedByUsername",
    ]);
    if minor == 0 {
        return shape.value();
    }
    shape
        .with("id", stable_id(minor))
        .with("tags", list(text()))
        .lists(&[("customProperties", "CustomProperty"), ("authoritativeDefinitions", "Definition")])
        .needs(&["username"])
        .value()
}

fn team(minor: u32) -> Value {
    Shape::closed()
        .with("id", stable_id(minor))
        .texts(&["name", "description"])
        .with("tags", list(text()))
        .lists(&[("members", "TeamMember"), ("customProperties", "CustomProperty")])
        .lists(&[("authoritativeDefinitions", "Definition")])
        .value()
}

fn support(minor: u32) -> Value {
    let shape = Shape::closed_since(1, minor)
        .texts(&["channel", "url", "description", "tool", "scope", "invitationUrl"])
        .needs(&["channel"]);
    if minor == 0 {
        return shape.needs(&["url"]).value();
    }
    shape.with("id", stable_id(minor)).lists(&[("customProperties", "CustomProperty")]).value()
}

fn context() -> Value {
    let said = |needed: &'static str, texts: &[&str]| {
        Shape::closed()
            .texts(&["id"])
            .texts(texts)
            .with("tags", list(text()))
            .lists(&[("authoritativeDefinitions", "Definition"), ("customProperties", "CustomProperty")])
            .needs(&[needed])
            .value()
    };
    Shape::closed()
        .texts(&["instructions"])
        .with("verifiedStatements", list(said("question", &["question", "answer"])))
        .with("constraints", list(said("constraint", &["constraint"])))
        .value()
}
