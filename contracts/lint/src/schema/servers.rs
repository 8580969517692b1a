//! The shape of a server, by its type.

use serde_json::{Value, json};

use crate::{
    schema::shape::{Shape, of_type, one_of, says, stable_id, text},
    server_types::{TYPES, Type},
};

/// What a key takes.
fn value(server: &Type, key: &str, minor: u32) -> Value {
    let is_files = matches!(server.name, "azure" | "s3" | "sftp");
    match key {
        "port" if minor < 2 => of_type("integer"),
        "port" => json!({"type": ["integer", "string"]}),
        "format" if minor == 0 && is_files => one_of(&["parquet", "delta", "json", "csv"]),
        "delimiter" if minor == 0 && is_files => one_of(&["new_line", "array"]),
        // A slip of 3.0 that its verdicts rest on.
        "schema" if minor == 0 && server.name == "duckdb" => of_type("integer"),
        "location" if server.name == "sftp" => json!({"type": "string", "pattern": "^sftp://"}),
        _ => text(),
    }
}

pub(super) fn schema(minor: u32) -> Value {
    let all = || TYPES.iter().filter(move |it| it.since <= minor);
    let names: Vec<&str> = all().map(|it| it.name).collect();
    let base = |shape: Shape| {
        shape
            .since(1, minor, "id", stable_id(minor))
            .texts(&["server", "description", "environment"])
            .with("type", one_of(&names))
            .lists(&[("roles", "Role"), ("customProperties", "CustomProperty")])
    };
    let of_one = |it: &Type| {
        let shape = base(Shape::closed_since(1, minor)).needs(&it.required(minor));
        let shape = it.keys(minor).fold(shape, |shape, key| shape.with(key, value(it, key, minor)));
        json!({"if": says("type", it.name), "then": shape.value()})
    };
    all().map(of_one).fold(base(Shape::open()).needs(&["server", "type"]), Shape::and).value()
}
