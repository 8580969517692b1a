use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn read(value: &Value) -> Result<Manifest, ArtifactError> {
    Manifest::read(value.to_string().as_bytes())
}

fn of(version: u32, nodes: &Value) -> Value {
    let schema = format!("https://schemas.getdbt.com/dbt/manifest/v{version}.json");
    json!({"metadata": {"dbt_schema_version": schema}, "nodes": nodes})
}

fn model(name: &str) -> Value {
    json!({"unique_id": format!("model.shop.{name}"), "resource_type": "model", "package_name": "shop", "name": name})
}

fn refused(bytes: &[u8]) -> (ArtifactFault, String) {
    let error = Manifest::read(bytes).unwrap_err();
    let words = error.to_string();
    (error.fault, words)
}

fn entries(bytes: &[u8]) -> (Vec<FieldError>, String) {
    match refused(bytes) {
        (ArtifactFault::Entries { faults, .. }, words) => (faults, words),
        other => panic!("{other:?}"),
    }
}

#[test]
fn null_and_wrong_kinds_of_value_are_tolerated_in_every_field() {
    let fields = [
        "unique_id",
        "resource_type",
        "package_name",
        "name",
        "path",
        "original_file_path",
        "patch_path",
        "database",
        "schema",
        "alias",
        "relation_name",
        "config",
        "access",
        "group",
        "version",
        "latest_version",
        "deprecation_date",
        "description",
        "meta",
        "tags",
        "contract",
        "columns",
        "constraints",
        "checksum",
        "depends_on",
        "test_metadata",
        "column_name",
    ];
    for field in fields {
        for value in
            [json!(null), json!([]), json!({}), json!([null, 1, {"a": []}]), json!({"nodes": null, "x": {"name": []}})]
        {
            let manifest = read(&of(12, &json!({"model.shop.a": {field: value}}))).unwrap();
            assert!(manifest.nodes.contains_key("model.shop.a"), "{field}: {value}");
        }
    }
}

#[test]
fn null_and_wrong_kinds_of_value_are_tolerated_for_every_section_but_nodes() {
    for section in [
        "sources",
        "exposures",
        "metrics",
        "groups",
        "semantic_models",
        "saved_queries",
        "functions",
        "macros",
        "disabled",
    ] {
        for value in
            [json!(null), json!([1]), json!("x"), json!({"a": null, "b": [], "c": {"depends_on": {"nodes": null}}})]
        {
            let mut manifest = of(12, &json!({}));
            manifest[section] = value;
            assert!(read(&manifest).is_ok(), "{section}");
        }
    }
    assert_eq!(entries(of(12, &json!(null)).to_string().as_bytes()).0[0].pointer, "/nodes");
}

#[test]
fn tags_and_meta_are_read_from_the_node_and_its_config_and_a_tag_may_be_a_text() {
    let mut node = model("a");
    node["tags"] = json!("one");
    node["config"] = json!({"tags": ["two", "one", null, 3], "meta": {"b": 2}});
    node["meta"] = json!({"a": 1});
    let manifest = read(&of(12, &json!({"model.shop.a": node}))).unwrap();
    let node = &manifest.nodes["model.shop.a"];
    assert_eq!(node.tags.iter().collect::<Vec<_>>(), ["3", "one", "two"]);
    assert_eq!(Value::from(node.meta.clone()), json!({"a": 1, "b": 2}));
}

#[test]
fn a_model_version_keeps_how_it_is_written() {
    for (written, shown) in [(json!(1), "1"), (json!(1.5), "1.5"), (json!(1.0), "1.0"), (json!("2024-06"), "2024-06")] {
        let mut node = model("a");
        node["version"] = written;
        let manifest = read(&of(12, &json!({"model.shop.a": node}))).unwrap();
        assert_eq!(manifest.nodes["model.shop.a"].version.as_ref().unwrap().to_string(), shown);
    }
}

#[test]
fn names_with_dots_spaces_accents_and_emoji_are_kept() {
    for name in ["a.b", "order totals", "é", "🎈"] {
        let id = format!("model.shop.{name}");
        let manifest = read(&of(12, &json!({&id: model(name)}))).unwrap();
        assert_eq!(&*manifest.nodes[id.as_str()].name, name);
    }
}

#[test]
fn dependencies_may_repeat_or_be_null() {
    let mut node = model("a");
    node["depends_on"] = json!({"nodes": ["model.shop.b", null, "model.shop.b", 7, {}], "macros": null});
    let manifest = read(&of(12, &json!({"model.shop.a": node}))).unwrap();
    assert_eq!(manifest.nodes["model.shop.a"].depends_on.len(), 2);
}

#[test]
fn what_is_not_json_or_cut_off_is_told_with_line_and_column() {
    let whole = serde_json::to_string_pretty(&of(12, &json!({"model.shop.a": model("a")}))).unwrap();
    let (cut, words) = refused(&whole.as_bytes()[..whole.len() - 20]);
    assert!(matches!(cut, ArtifactFault::CutOff { line: 10, .. }), "{cut:?}");
    assert!(words.starts_with("the file is cut off: it ends at line 10, column"), "{words}");
    assert_eq!(refused(b"<html>").1, "the file is not valid JSON at line 1, column 1: expected value");
    assert!(refused(format!("{whole} x").as_bytes()).1.contains("trailing characters"));
}

#[test]
fn compressed_empty_and_two_byte_files_are_told_as_such() {
    for (bytes, told) in [
        (&[0x1f, 0x8b, 8, 0][..], "compressed with gzip"),
        (&[0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd"),
        (b"PK\x03\x04", "compressed with zip"),
        (&[0xff, 0xfe, b'{', 0], "UTF-16"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"[]", "not an object"),
        (b"\"x\"", "not an object"),
    ] {
        let (_, words) = refused(bytes);
        assert!(words.contains(told), "{words}");
    }
    let text = of(12, &json!({})).to_string();
    assert!(Manifest::read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).is_ok());
}

#[test]
fn another_artifact_is_told_by_its_name() {
    let schema =
        |kind: &str| json!({"metadata": {"dbt_schema_version": format!("https://schemas.getdbt.com/dbt/{kind}.json")}});
    for (artifact, told) in [
        (schema("catalog/v1"), "dbt catalog.json"),
        (schema("run-results/v6"), "run_results.json"),
        (schema("sources/v3"), "sources.json"),
        (schema("publication/v1"), "a dbt publication"),
        (json!({"metadata": {"dbt_schema_version": "x".repeat(9999)}}), "of schema `xxx"),
        (json!({"semantic_models": [], "metrics": [], "project_configuration": {}}), "semantic_manifest.json"),
        (json!({"package_name": "shop", "version": "1.0.0", "interface": {}}), "a weft publication"),
    ] {
        let (fault, words) = refused(artifact.to_string().as_bytes());
        assert!(matches!(fault, ArtifactFault::Other { .. }), "{artifact}");
        assert!(words.contains(told) && words.len() < 300, "{words}");
    }
    let other = refused(br#"{"name": "package", "dependencies": {}}"#);
    assert_eq!(other.0, ArtifactFault::NoSchema);
    assert!(other.1.contains("no `metadata.dbt_schema_version`"), "{}", other.1);
}

#[test]
fn the_version_is_told_before_what_is_wrong_with_the_nodes_even_where_it_comes_after_them() {
    let text = r#"{"nodes": {"a": {"access": "x", "resource_type": "model"}, "a": 1}, "metadata": {"dbt_schema_version":
        "https://schemas.getdbt.com/dbt/manifest/v4.json"}}"#;
    let (fault, words) = refused(text.as_bytes());
    assert_eq!(fault, ArtifactFault::Unsupported { version: 4, dbt_version: None });
    assert_eq!(words, "the manifest has version v4, written by dbt 1.0; v7 (dbt 1.3) or later is needed");
    for version in 1..=6 {
        let (_, words) = refused(of(version, &json!({})).to_string().as_bytes());
        assert!(words.contains(&format!("version v{version},")), "{words}");
    }
    let newer = refused(of(13, &json!({})).to_string().as_bytes());
    assert_eq!(newer.0, ArtifactFault::Unsupported { version: 13, dbt_version: None });
    assert_eq!(
        newer.1,
        "the manifest has version v13; this weft supports v7 (dbt 1.3) to v12, and v20 (previews of Fusion)"
    );
}

#[test]
fn an_unknown_access_is_refused_with_its_pointer_and_what_there_is() {
    let mut nodes = json!({"model.shop.a/b": model("a"), "model.shop.c": model("c")});
    nodes["model.shop.a/b"]["access"] = json!("open");
    nodes["model.shop.c"]["config"] = json!({"access": "\u{1b}[31m"});
    let (faults, words) = entries(of(12, &nodes).to_string().as_bytes());
    let pointers: Vec<_> = faults.iter().map(|error| &*error.pointer).collect();
    assert_eq!(pointers, ["/nodes/model.shop.a~1b/access", "/nodes/model.shop.c/config/access"]);
    assert_eq!(faults[0].message, "`open` is not an access; use `private`, `protected` or `public`");
    assert!(!faults[1].message.contains('\u{1b}'));
    assert!(words.ends_with("(and 1 more)"), "{words}");
}

#[test]
fn two_nodes_of_one_unique_id_are_refused() {
    let node = model("a").to_string();
    let twice = format!(r#"{{"model.shop.a": {node}, "model.shop.a": {node}}}"#);
    let other_key = format!(r#"{{"model.shop.a": {node}, "x": {node}}}"#);
    for (nodes, pointer) in [(twice, "/nodes/model.shop.a"), (other_key, "/nodes/x")] {
        let text = of(12, &json!({})).to_string().replace(r#""nodes":{}"#, &format!(r#""nodes":{nodes}"#));
        let (faults, _) = entries(text.as_bytes());
        assert_eq!(faults[0].pointer, pointer);
        assert_eq!(faults[0].message, "two nodes have the unique_id `model.shop.a`");
    }
}

#[test]
fn json_as_deep_as_a_file_can_hold_does_not_overflow_the_stack() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let with = |field: &str| {
        let text = of(12, &json!({"model.shop.a": {field: "HERE"}})).to_string();
        Manifest::read(text.replace(r#""HERE""#, &deep(1_000_000)).as_bytes())
    };
    // What is passed over may be as deep as it likes; what is kept is refused.
    assert!(with("raw_code").is_ok());
    for field in ["meta", "columns", "config", "name"] {
        assert!(with(field).is_ok(), "{field}");
    }
    let meta =
        of(12, &json!({"model.shop.a": {"meta": {"x": "HERE"}}})).to_string().replace(r#""HERE""#, &deep(1_000_000));
    assert!(refused(meta.as_bytes()).1.contains("recursion limit exceeded"));
}

#[test]
fn the_project_is_named_by_the_manifest_its_id_or_its_only_package() {
    let name = |metadata: Value, packages: &[&str]| {
        let nodes: serde_json::Map<_, _> = packages
            .iter()
            .map(|package| {
                let id = format!("model.{package}.a");
                (id.clone(), json!({"unique_id": id, "resource_type": "model", "package_name": package, "name": "a"}))
            })
            .collect();
        let mut manifest = of(9, &Value::Object(nodes));
        manifest["metadata"].as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
        read(&manifest).unwrap().project_name()
    };
    assert_eq!(name(json!({"project_name": "x"}), &["shop"]).unwrap().as_str(), "x");
    assert_eq!(
        name(json!({"project_id": "67362DFBD0DFF9F78A232B5460A99A7D"}), &["revenue", "a"]).unwrap().as_str(),
        "revenue"
    );
    assert_eq!(name(json!({}), &["shop"]).unwrap().as_str(), "shop");
    let several = name(json!({"project_id": "0"}), &["b", "a"]).unwrap_err();
    assert_eq!(several, ProjectNameError::Missing(vec!["a".into(), "b".into()]));
    assert_eq!(several.to_string(), "the manifest does not name its project, and has nodes of `a`, `b`");
    assert_eq!(name(json!({}), &[]).unwrap_err(), ProjectNameError::Missing(Vec::new()));
    let outside = name(json!({"project_name": "../etc"}), &[]).unwrap_err();
    assert!(matches!(outside, ProjectNameError::Invalid(_)), "{outside}");
}

fn sample() -> String {
    let node = json!({
        "unique_id": "model.shop.a", "resource_type": "model", "package_name": "shop", "name": "a", "version": 1,
        "config": {"access": "public", "meta": {"k": [1, 2.5, null]}}, "columns": {"id": {"name": "id", "constraints": [{"type": "unique"}]}},
        "depends_on": {"nodes": ["source.shop.raw.é"]}, "raw_code": "select \"x\" \\ \u{1f388}"
    });
    of(12, &json!({"model.shop.a": node})).to_string()
}

proptest! {
    #[test]
    fn a_cut_off_or_changed_manifest_never_panics(cut in 0..2000usize, at in 0..2000usize, byte in any::<u8>()) {
        let mut bytes = sample().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = Manifest::read(&bytes);
        let whole = sample().into_bytes();
        let cut = cut % whole.len();
        prop_assert!(Manifest::read(&whole[..cut]).is_err());
    }

    #[test]
    fn bytes_of_any_kind_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Manifest::read(&bytes).is_err());
        prop_assert!(crate::catalog::Catalog::read(&bytes).is_err());
    }
}
