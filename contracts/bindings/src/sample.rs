//! An upstream with everything that a binding has to carry, for the tests of all three.

use serde_json::json;

use crate::Upstream;

/// The project `inventory`: a contracted model, a versioned one, a seed, a snapshot, names and texts that are hard to
/// write down, protected nodes between public ones, and one node without a relation.
pub(super) fn inventory() -> Upstream {
    let hard = "It's {{ \"quoted\" }}\r\n{% not %} jinja, {# nor #} a comment: é🎈\u{85}\\n # \t%}\n";
    let relation = |identifier: &str| json!({"database": "mesh", "schema": "inventory", "identifier": identifier, "relation_name": format!("\"mesh\".\"inventory\".\"{identifier}\"")});
    let publication = json!({
        "package_name": "inventory",
        "version": "1.4.0-rc.1+build.7",
        "source": {"dbt_version": "1.11.16", "adapter_type": "duckdb", "generated_at": "2026-01-01T00:00:00Z"},
        "groups": {"stock": {"name": "Stock {{ team }}", "email": ["a@example.com", "b@example.com"], "slack": "#stock"}},
        "interface": {
            "model.inventory.products": {
                "name": "products", "resource_type": "model", "access": "public", "group": "stock",
                "description": hard, "tags": ["core", "{{ tag }}"], "materialization": "table",
                "meta": {"owner": {"team": hard, "on": true, "since": 1.5, "off": "off"}, "weft": "mine"},
                "contract": {"enforced": true}, "checksum": "abc",
                "constraints": [{"type": "primary_key", "columns": ["product_id"], "name": "pk"}],
                "columns": [
                    {"name": "product_id", "data_type": "INTEGER", "description": "The key", "origin": "contract",
                     "constraints": [{"type": "not_null"}, {"type": "check", "expression": "product_id > 0"}]},
                    {"name": "Name \"quoted\"", "data_type": "VARCHAR", "description": hard, "origin": "contract", "meta": {"pii": false}, "tags": ["label"]},
                ],
            },
            "model.inventory.stock_levels.v1": {
                "name": "stock_levels", "resource_type": "model", "access": "public", "version": 1, "latest_version": 2,
                "deprecation_date": "2099-06-30", "columns": [{"name": "product_id", "data_type": "INTEGER", "origin": "catalog"}],
            },
            "model.inventory.stock_levels.v2": {
                "name": "stock_levels", "resource_type": "model", "access": "public", "version": 2, "latest_version": 2,
                "description": "By month", "columns": [{"name": "product_id", "origin": "declared"}, {"name": "month", "origin": "declared"}],
            },
            "model.inventory.dotted.name_é🎈": {"name": "dotted.name_é🎈", "resource_type": "model", "access": "protected"},
            "model.inventory.Products_x": {"name": "Products_x", "resource_type": "model", "access": "public"},
            "model.inventory.products_X": {"name": "products_X", "resource_type": "model", "access": "public"},
            "model.inventory.con": {"name": "con", "resource_type": "model", "access": "public"},
            "model.inventory.two words": {"name": "two words", "resource_type": "model", "access": "public"},
            "model.inventory.no_relation": {"name": "no_relation", "resource_type": "model", "access": "public"},
            "model.calendar.products": {"name": "products", "resource_type": "model", "access": "public"},
            "model.calendar.days": {"name": "days", "resource_type": "model", "access": "public"},
            "seed.inventory.categories": {"name": "categories", "resource_type": "seed", "access": "protected", "materialization": "seed"},
            "snapshot.inventory.prices": {"name": "prices", "resource_type": "snapshot", "access": "protected", "materialization": "snapshot"},
        },
        "lineage": {
            "model.inventory.products": {"resource_type": "model", "depends_on": ["model.inventory.stg_products", "seed.inventory.categories"]},
            "model.inventory.stg_products": {"resource_type": "model", "depends_on": ["source.inventory.raw.products", "snapshot.inventory.prices"]},
            "source.inventory.raw.products": {"resource_type": "source"},
            "model.inventory.stock_levels.v1": {"resource_type": "model", "depends_on": ["model.inventory.products"]},
            "model.inventory.stock_levels.v2": {"resource_type": "model", "depends_on": ["model.inventory.products", "model.calendar.days"]},
        },
    });
    let relations = json!({
        "model.inventory.products": relation("products"),
        "model.inventory.stock_levels.v1": relation("stock_levels_v1"),
        "model.inventory.stock_levels.v2": relation("stock_levels_v2"),
        "model.inventory.dotted.name_é🎈": relation("dotted.name_é🎈"),
        "model.inventory.Products_x": relation("other.name"),
        "model.inventory.products_X": {"schema": "inventory", "identifier": "products_X"},
        "model.inventory.con": relation("con"),
        "model.inventory.two words": relation("two words"),
        "model.calendar.products": relation("calendar_products"),
        "model.calendar.days": relation("days"),
        "seed.inventory.categories": relation("categories"),
        "snapshot.inventory.prices": relation("prices_history"),
    });
    Upstream {
        publication: serde_json::from_value(publication).unwrap(),
        relations: serde_json::from_value(relations).unwrap(),
        is_quoted: true,
    }
}

/// Indented JSON, for snapshots that a person reads.
pub(super) fn readable(canonical: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(canonical).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}
