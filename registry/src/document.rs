//! What follows from a route in the OpenAPI document, so that no route writes it: the problems that every request of its
//! kind can meet, and the grammar of the names in its path. Then the document gets the form that generators of clients
//! understand.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema,
    path::{Operation, Parameter, ParameterIn, PathItem},
};

/// Paths that serve without a token.
const OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// The names that a path may hold, and the schemas that define them.
const NAMES: [(&str, &str); 5] = [
    ("package_name", "PackageName"),
    ("name", "PackageName"),
    ("environment", "EnvironmentName"),
    ("unique_id", "UniqueId"),
    ("digest", "Digest"),
];

/// The document with everything that follows from its routes.
pub(crate) fn finished(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let PathItem { get, put, post, delete, patch, head, .. } = item;
        for operation in [get, put, post, delete, patch, head].into_iter().flatten() {
            add_problems(path, operation);
            type_path(path, operation);
        }
    }
    if let Some(components) = &mut document.components {
        add_extensions(&mut components.schemas);
        rewrite(&mut components.schemas);
    }
    drop_unused(&mut document);
    document
}

/// Drops the schemas that nothing in the document refers to.
fn drop_unused(document: &mut OpenApi) {
    let Ok(text) = document.to_json() else { return };
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
    }
}

/// Adds the problems that any request of this kind can meet, and gives every problem its form.
fn add_problems(path: &str, operation: &mut Operation) {
    let parameters: Vec<(&ParameterIn, &str)> = operation.parameters.iter().flatten().filter_map(placed).collect();
    let has_body = operation.request_body.is_some();
    let has_query = parameters.iter().any(|(place, _)| **place == ParameterIn::Query);
    let is_name = |(place, name): &(&ParameterIn, &str)| {
        **place == ParameterIn::Path || NAMES.iter().any(|(known, _)| known == name)
    };
    // Whatever dbt asks the hub for is looked for as it is.
    let has_names = !path.starts_with("/hub/api/") && parameters.iter().any(is_name);
    let unreadable = match (has_query, has_body) {
        (true, true) => "The query or the body cannot be read",
        (true, false) => "The query cannot be read",
        (false, _) => "The body cannot be read",
    };
    let common = [
        ("400", has_query || has_body, unreadable),
        ("401", !OPEN.contains(&path), "The token is missing or does not allow this"),
        ("408", true, "The request took too long"),
        ("413", has_body, "The body is too large"),
        ("415", has_body, "Not JSON, or an unknown encoding"),
        ("422", has_names, "A name, version or number is not valid"),
        ("429", !OPEN.contains(&path), "The caller sends too many requests"),
        ("500", true, "The registry failed"),
        ("503", true, "The registry's database cannot be used, or the registry is busy"),
    ];
    let responses = &mut operation.responses.responses;
    for (status, _, description) in common.into_iter().filter(|(_, is_met, _)| *is_met) {
        let problem = || ResponseBuilder::new().description(description).build().into();
        responses.entry(status.to_owned()).or_insert_with(problem);
    }
    for (_, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
        let RefOr::T(response) = response else { continue };
        if response.content.is_empty() {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            response.content.insert("application/problem+json".to_owned(), content.into());
        }
    }
}

/// Where a parameter is, and its name.
fn placed(parameter: &RefOr<Parameter>) -> Option<(&ParameterIn, &str)> {
    match parameter {
        RefOr::T(parameter) => Some((&parameter.parameter_in, &parameter.name)),
        RefOr::Ref(_) => None,
    }
}

/// Gives the names in a path their schemas. dbt asks the hub for names of its own, of which nothing is asked.
fn type_path(path: &str, operation: &mut Operation) {
    if path.starts_with("/hub/") {
        return;
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let known = NAMES.iter().find(|(name, _)| *name == parameter.name);
        if let Some((_, schema)) = known.filter(|_| parameter.parameter_in == ParameterIn::Path) {
            parameter.schema = Some(Ref::from_schema_name(*schema).into());
        }
    }
}

/// The members of a problem's extensions are members of the problem, in one object: generators drop those of an `allOf`.
fn add_extensions(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    if let Some(RefOr::T(Schema::Object(extensions))) = schemas.remove("Extensions")
        && let Some(RefOr::T(Schema::Object(problem))) = schemas.get_mut("Problem")
    {
        problem.properties.extend(extensions.properties);
    }
}

/// The schemas in the form that generators of clients understand.
fn rewrite(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let value = |(name, schema): (&String, &RefOr<Schema>)| Some((name.clone(), serde_json::to_value(schema).ok()?));
    let known: BTreeMap<String, Value> = schemas.iter().filter_map(value).collect();
    for (name, schema) in &known {
        let written = named_items(flat_choice(name, schema.clone(), &known), &known);
        if written != *schema
            && let Ok(written) = serde_json::from_value(written)
        {
            schemas.insert(name.clone(), written);
        }
    }
}

/// Turns a choice that is one part of an `allOf` with a `oneOf` into a choice of whole objects: generators of clients
/// drop the first form, and everything that refers to it.
fn flat_choice(name: &str, mut schema: Value, known: &BTreeMap<String, Value>) -> Value {
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let whole = |part: &Value| {
        let named = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        named.and_then(|named| known.get(named)).unwrap_or(part).clone()
    };
    let (choices, others): (Vec<Value>, Vec<Value>) = parts.map(whole).partition(|part| part["oneOf"].is_array());
    let ([choice], Some(object)) = (choices.as_slice(), schema.as_object_mut()) else { return schema };
    let variants = choice["oneOf"].as_array().into_iter().flatten();
    let wholes: Vec<Value> =
        variants.map(|variant| titled(name, others.iter().fold(variant.clone(), joined))).collect();
    object.remove("allOf");
    object.insert("oneOf".to_owned(), wholes.into());
    schema
}

/// A variant with a title, by which generators name it: `UnmetColumn` for the `kind` `column` of `Unmet`.
fn titled(name: &str, mut variant: Value) -> Value {
    if let Some(kind) = variant.pointer("/properties/kind/enum/0").and_then(Value::as_str) {
        let words = kind.split('_').filter_map(|word| Some((word.get(..1)?.to_uppercase(), word.get(1..)?)));
        let kind: String = words.map(|(first, rest)| first + rest).collect();
        variant["title"] = format!("{name}{kind}").into();
    }
    variant
}

/// One object with the properties of both.
fn joined(mut object: Value, other: &Value) -> Value {
    if let (Some(properties), Some(more)) = (object["properties"].as_object_mut(), other["properties"].as_object()) {
        properties.extend(more.clone());
    }
    let required = [&object["required"], &other["required"]].into_iter().filter_map(Value::as_array).flatten();
    let required: Vec<Value> = required.cloned().collect();
    object["required"] = required.into();
    object
}

/// A page whose items refer to their schema, where that is written out in it.
fn named_items(mut page: Value, known: &BTreeMap<String, Value>) -> Value {
    if let Some(items) = page.pointer_mut("/properties/items/items")
        && let Some((name, _)) = known.iter().find(|(_, schema)| *schema == items)
    {
        *items = json!({ "$ref": format!("#/components/schemas/{name}") });
    }
    page
}
