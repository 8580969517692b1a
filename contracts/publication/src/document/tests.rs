use serde_json::json;

use super::*;

/// A publication's document with every field filled.
fn full() -> Value {
    let constraint = json!({
        "type": "foreign_key", "name": "fk", "expression": "x > 0", "columns": ["id"], "to": "model.shop.b", "to_columns": ["id"]
    });
    let quality = json!({"test": "dbt_utils.accepted_range", "arguments": {"min_value": 0}, "severity": "warn", "where": "id > 0", "error_if": "> 1", "warn_if": "> 0", "fail_calc": "count(*)", "limit": 5});
    let column = json!({
        "name": "id", "data_type": "integer", "description": "Key", "constraints": [constraint], "quality": [quality],
        "meta": {"pii": false}, "tags": ["key"], "origin": "contract", "type_origin": "declared", "quoted": true,
        "only_in": "sql", "literal": "number"
    });
    let node = json!({
        "name": "a", "resource_type": "model", "access": "public", "group": "g", "version": 2, "latest_version": "2024-06",
        "deprecation_date": "2027-01-01", "description": "A", "meta": {"x": {"y": [1, null]}}, "tags": ["t"],
        "materialization": "table", "contract": {"enforced": true}, "grants": {"select": ["r"]}, "columns": [column], "constraints": [constraint],
        "quality": [quality], "checksum": "abc", "history": {"strategy": "check"}, "declared": [{"name": "id", "data_type": "int"}]
    });
    json!({
        "package_name": "shop",
        "version": "1.2.3-rc.1",
        "source": {
            "dbt_version": "1.11.16", "adapter_type": "duckdb", "manifest_version": 12, "generated_at": "2026-11-20T12:00:00Z", "folder": "shop", "carried_over": ["model.shop.a.v2"], "tells_quotes": true,
            "git": {"remote": "https://example.org/shop", "first_commit": "c0ffee", "branch": "main", "commit": "abc", "folder": "dbt", "dirty": true},
            "stale": true
        },
        "groups": {"g": {"name": "Ann", "email": ["ann@example.org"], "slack": "#shop"}},
        "interface": {"model.shop.a.v2": node},
        "lineage": {
            "model.shop.a.v2": {"resource_type": "model", "depends_on": ["source.shop.raw.a"], "unknown": "star", "fingerprint": "0123456789abcdef", "text": "01234567",
                "shape": {"origin": "catalog", "names": ["id"], "order": [0], "types": {"integer": "0"}, "quoted": "0"}, "checks": {"test.shop.t": ["id"], "unit_test.shop.a.u": null}, "reading": {
                "columns": {"id": {"source.shop.raw.a": {"id": "as_is"}}},
                "rows": {"model.inventory.products": {"price": ["filter", "order"]}},
                "referenced": {"source.shop.raw.a": ["seen"]}, "stars": ["source.shop.raw.a"], "unresolved": ["source.shop.raw.a"],
                "growth": {
                    "counted": ["source.shop.raw.a"], "fixed": ["source.shop.raw.a"],
                    "placed": {"source.shop.raw.a": ["id"]}, "bounded": {"source.shop.raw.a": {"seen": [2]}}, "ambiguous": {"source.shop.raw.a": ["seen"]},
                    "captured": {"source.shop.raw.a": ["name"]}
                }
            }},
            "source.shop.raw.a": {"resource_type": "source"}
        },
        "uses": [{"reader": "model.shop.a.v2", "upstream": "inventory", "unique_id": "model.inventory.products", "via": "ref",
            "columns": {"price": ["filter", "order"]}, "star": true, "unpinned": true, "fingerprint": "0123456789abcdef"}],
        "exposures": {"exposure.shop.dash": {
            "name": "dash", "type": "dashboard", "owner": {"name": "Bob"}, "url": "https://example.org", "description": "D",
            "depends_on": ["model.shop.a.v2"]
        }},
        "requires": {"inventory": "^1.2"},
        "roles": ["r"],
        "contracts": {"urn:shop:a": {
            "document": {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "urn:shop:a", "version": "1.0.0",
                "status": "active", "schema": [{"name": "a", "properties": [{"name": "id", "required": true}]}]},
            "nodes": {"a": "model.shop.a.v2"}
        }}
    })
}

/// The faults of the full document after a change.
fn faults(pointer: &str, value: Value) -> Vec<(String, String)> {
    let mut document = full();
    *document.pointer_mut(pointer).unwrap() = value;
    let faults = parse(document.clone()).unwrap_err();
    faults.into_iter().map(|fault| (fault.pointer, fault.message)).collect()
}

/// The one fault of the full document after a change.
fn fault(pointer: &str, value: Value) -> (String, String) {
    let mut faults = faults(pointer, value);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn a_full_publication_reads_and_writes_back_the_same() {
    let document = full();
    assert_eq!(serde_json::to_value(parse(document.clone()).unwrap()).unwrap(), document);
}

#[test]
fn version_and_source_are_no_content_and_all_else_is() {
    let publication = parse(full()).unwrap();
    let before = digest(&publication).unwrap();
    assert_eq!(digest_of_document(&full()).unwrap(), before);
    let mut document = full();
    document["version"] = json!("9.0.0");
    document["source"] = json!({});
    assert_eq!(digest(&parse(document.clone()).unwrap()).unwrap(), before);
    for part in ["groups", "lineage", "uses", "exposures", "requires", "roles", "contracts", "interface"] {
        let mut publication = serde_json::to_value(&publication).unwrap();
        let members = publication.as_object_mut().unwrap();
        members.remove(part).unwrap();
        let without: Publication = serde_json::from_value(publication.clone()).unwrap();
        assert_ne!(digest(&without).unwrap(), before, "{part}");
        assert_eq!(digest(&without).unwrap(), digest_of_document(&serde_json::to_value(&without).unwrap()).unwrap());
    }
}

/// Every object schema below a schema, with the pointers at which the full document has such objects.
fn objects<'s>(root: &'s Value, schema: &'s Value, at: &str, found: &mut Vec<(String, &'s Value)>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if let Some(properties) = schema["properties"].as_object() {
        found.push((at.to_owned(), schema));
        for (name, property) in properties {
            objects(root, property, &format!("{at}/{name}"), found);
        }
    }
    if schema["items"].is_object() {
        objects(root, &schema["items"], &format!("{at}/0"), found);
    }
    if schema["additionalProperties"].is_object() {
        let document = full();
        let key = document.pointer(at).unwrap().as_object().unwrap().keys().next().unwrap().clone();
        objects(root, &schema["additionalProperties"], &format!("{at}/{}", key.replace('/', "~1")), found);
    }
}

#[test]
fn the_schema_and_the_types_know_the_same_properties() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut found = Vec::new();
    objects(&schema, &schema, "", &mut found);
    assert!(found.len() >= 14, "{}", found.len());
    for (at, object) in found {
        let document = full();
        let here =
            document.pointer(&at).unwrap_or_else(|| panic!("the full publication has no {at}")).as_object().unwrap();
        // What the schema names, the types read and write back: the full document holds each, and round-trips.
        for property in object["properties"].as_object().unwrap().keys() {
            let is_filled_elsewhere = at.ends_with("/owner") || at == "/lineage/source.shop.raw.a";
            assert!(here.contains_key(property) || is_filled_elsewhere, "the full publication lacks {at}/{property}");
        }
        // What the schema does not name is refused at the door; an owner takes anything. What a newer weft wrote is read.
        let mut document = full();
        document.pointer_mut(&at).unwrap().as_object_mut().unwrap().insert("surprise".to_owned(), json!(1));
        let closed = object["additionalProperties"] == json!(false);
        assert_eq!(parse(document.clone()).is_err(), closed, "{at}");
        assert!(serde_json::from_value::<Publication>(document).is_ok(), "{at}");
        // What the schema requires, the types do too.
        let required: Vec<_> = object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for property in object["properties"].as_object().unwrap().keys().filter(|property| here.contains_key(*property))
        {
            let mut document = full();
            document.pointer_mut(&at).unwrap().as_object_mut().unwrap().remove(property);
            let is_required = serde_json::from_value::<Publication>(document).is_err();
            assert_eq!(required.contains(&property.as_str()), is_required, "{at}/{property}");
        }
    }
}

#[test]
fn what_breaks_the_schema_is_told_with_its_pointer_and_without_the_value() {
    let (pointer, message) = fault("/interface/model.shop.a.v2/columns/0/data_type", json!(["x".repeat(9999)]));
    assert_eq!(pointer, "/interface/model.shop.a.v2/columns/0/data_type");
    assert_eq!(message, "value is not of type \"string\"");
    let (pointer, message) = fault("/interface/model.shop.a.v2/access", json!("open"));
    assert_eq!(pointer, "/interface/model.shop.a.v2/access");
    assert!(message.contains("\"private\""), "{message}");
    let (pointer, _) = fault("/package_name", json!("../etc"));
    assert_eq!(pointer, "/package_name");
    let mut document = full();
    document["\u{1b}[31m".repeat(200)] = json!(1);
    let faults = parse(document.clone()).unwrap_err();
    assert!(faults[0].message.chars().count() < 1000 && !faults[0].message.contains('\u{1b}'), "{}", faults[0].message);
}

#[test]
fn at_most_a_hundred_faults_are_told() {
    let columns: Vec<_> = (0..500).map(|_| json!({"name": 1, "origin": 2})).collect();
    assert_eq!(faults("/interface/model.shop.a.v2/columns", json!(columns)).len(), TOLD);
}

#[test]
fn more_columns_than_a_node_may_have_are_refused() {
    let columns: Vec<_> = (0..10_001).map(|i| json!({"name": i.to_string(), "origin": "catalog"})).collect();
    let (pointer, message) = fault("/interface/model.shop.a.v2/columns", json!(columns));
    assert_eq!(pointer, "/interface/model.shop.a.v2/columns");
    assert!(message.contains("10000"), "{message}");
}

#[test]
fn what_is_no_publication_at_all_is_refused_and_never_panics() {
    for document in [json!(null), json!([]), json!("x"), json!({}), json!({"interface": []})] {
        assert!(!parse(document.clone()).unwrap_err().is_empty());
    }
}

#[test]
fn names_types_and_expressions_have_a_grammar_wherever_they_stand() {
    const NODE: &str = "/interface/model.shop.a.v2";
    let sql = "a\"; drop table x; --";
    let hidden = "a\u{202e}b";
    for (place, texts) in [
        ("name", &[hidden, "a\nb", ""][..]),
        ("version", &[sql, hidden, "a'b", "a`b", "a;b", "{{ a }}", "a\\"]),
        ("latest_version", &[sql, hidden]),
        ("materialization", &[hidden]),
        ("columns/0/name", &[sql, hidden, "a`b", "a\nb"]),
        ("columns/0/data_type", &["int); drop table x", "int; drop", "int -- a", "varchar(", hidden]),
        ("columns/0/constraints/0/expression", &["id > 0; drop table x", "id > 0)", hidden]),
        ("columns/0/constraints/0/name", &[hidden]),
        ("columns/0/constraints/0/columns/0", &["id); drop table x", hidden]),
        ("columns/0/constraints/0/to", &["a(id); drop table x"]),
        ("constraints/0/to_columns/0", &["id /* a"]),
        ("constraints/0/type", &[hidden]),
        ("quality/0/test", &[hidden]),
    ] {
        for text in texts {
            let pointer = format!("{NODE}/{place}");
            let (at, message) = fault(&pointer, json!(text));
            assert_eq!(at, pointer, "{text}: {message}");
        }
    }
    assert_eq!(fault("/exposures/exposure.shop.dash/name", json!(hidden)).0, "/exposures/exposure.shop.dash/name");
    let mut document = full();
    document["groups"][hidden] = json!({"name": "Ann"});
    assert_eq!(parse(document).unwrap_err()[0].pointer, format!("/groups/{hidden}"));
    for (place, text) in [
        ("name", "teddy 🧸 \"deluxe\""),
        ("columns/0/name", "it's 100 % (a; b)"),
        ("columns/0/data_type", "ENUM('a;b')"),
    ] {
        let mut document = full();
        *document.pointer_mut(&format!("{NODE}/{place}")).unwrap() = json!(text);
        assert!(parse(document).is_ok(), "{text}");
    }
}

#[test]
fn texts_of_a_wrong_grammar_are_told_where_they_stand() {
    assert_eq!(fault("/version", json!("1.2.x")).0, "/version");
    assert_eq!(fault("/requires/inventory", json!("latest")).0, "/requires/inventory");
    assert_eq!(fault("/uses/0/reader", json!("é".repeat(600))).0, "/uses/0/reader");
    for own in ["project.shop", "consumer.board"] {
        let (pointer, message) = fault("/lineage/model.shop.a.v2/depends_on/0", json!(own));
        assert_eq!(pointer, "/lineage/model.shop.a.v2/depends_on/0");
        assert!(message.contains("not the id of a node"), "{message}");
    }
    assert_eq!(
        fault("/lineage/model.shop.a.v2/depends_on/0", json!("a\u{7}")).0,
        "/lineage/model.shop.a.v2/depends_on/0"
    );
}

#[test]
fn a_publication_that_contradicts_itself_is_told_where() {
    let node = "/interface/model.shop.a.v2";
    let column = json!({"name": "id", "origin": "declared"});
    for (pointer, value, at, part) in [
        ("/interface/model.shop.a.v2/group", json!("h"), format!("{node}/group"), "`groups` has no `h`"),
        (
            "/interface/model.shop.a.v2/columns",
            json!([column, column]),
            format!("{node}/columns/1/name"),
            "a column `id`",
        ),
        (
            "/lineage/model.shop.a.v2/depends_on",
            json!(["x"]),
            "/lineage/model.shop.a.v2/depends_on".to_owned(),
            "has no `x`",
        ),
        (
            "/lineage/source.shop.raw.a",
            json!({"resource_type": "source", "depends_on": ["source.shop.raw.a"]}),
            "/lineage/source.shop.raw.a/depends_on".to_owned(),
            "does not read itself",
        ),
        ("/uses/0/upstream", json!("shop"), "/uses/0/upstream".to_owned(), "does not use itself"),
        (
            "/exposures/exposure.shop.dash/depends_on",
            json!(["exposure.shop.dash"]),
            "/exposures/exposure.shop.dash/depends_on".to_owned(),
            "does not read itself",
        ),
        ("/requires", json!({"shop": "*"}), "/requires/shop".to_owned(), "does not require itself"),
    ] {
        let (found, message) = fault(pointer, value);
        assert_eq!(found, at);
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_contract_agrees_with_its_id_its_objects_and_the_interface() {
    let of = |pointer: &str, value: Value| fault(&format!("/contracts/urn:shop:a{pointer}"), value).1;
    assert_eq!(of("/document/id", json!("other")), "it differs from the key");
    assert_eq!(of("/nodes/a", json!("model.shop.b")), "`interface` has no `model.shop.b`");
    assert_eq!(of("/document/schema/0/name", json!("b")), "the contract's schema has no such object");
    assert!(of("/document/schema", json!(7)).contains("invalid type"));
    let mut document = full();
    let mut second = document["contracts"]["urn:shop:a"].clone();
    second["document"]["id"] = json!("urn:shop:b");
    document["contracts"]["urn:shop:b"] = second;
    let faults = parse(document).unwrap_err();
    assert_eq!(faults[0].message, "`urn:shop:a` describes the node too");
}
