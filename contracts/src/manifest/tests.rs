use super::*;
use serde_json::json;

pub(crate) fn read(value: &Value) -> Result<Manifest, Box<Problem>> {
    Manifest::read(value.to_string().as_bytes())
}

fn of(version: u32, nodes: &Value) -> Value {
    let schema = format!("https://schemas.getdbt.com/dbt/manifest/v{version}.json");
    json!({"nodes": nodes, "metadata": {"dbt_schema_version": schema}})
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
