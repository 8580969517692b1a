//! Seeds: the header of a file gives the columns of the seed and of its readers by star.

use std::fs;

use serde_json::{Value, json};

use crate::stories::world::{Run, World, fixture};

/// A project whose public model takes everything from a seed of which dbt knows the path alone, as of any large one.
struct Shop(World);

impl Shop {
    fn new() -> Self {
        let shop = Self(World::with(&fixture("producers")));
        fs::create_dir_all(shop.0.path("shop/target")).unwrap();
        fs::create_dir_all(shop.0.path("shop/seeds")).unwrap();
        fs::create_dir_all(shop.0.path("shop/models")).unwrap();
        fs::write(shop.0.path("shop/dbt_project.yml"), "name: shop\nversion: 1.0.0\n").unwrap();
        fs::write(shop.0.path("shop/models/all_rates.sql"), "select * from {{ ref('rates') }}").unwrap();
        shop.header("id,rate");
        shop
    }

    fn header(&self, names: &str) {
        fs::write(self.0.path("shop/seeds/rates.csv"), format!("{names}\n1,2\n")).unwrap();
        fs::write(self.0.path("shop/target/manifest.json"), manifest().to_string()).unwrap();
    }

    fn run(&self, arguments: &str) -> Run {
        self.0.run("shop", &format!("{arguments} --registry ../shop.db"))
    }
}

fn manifest() -> Value {
    let node = |kind: &str, name: &str, path: &str, more: Value| {
        let mut node = json!({
            "unique_id": format!("{kind}.shop.{name}"), "name": name, "resource_type": kind, "package_name": "shop",
            "original_file_path": path, "path": path, "database": "db", "schema": "main", "alias": name,
            "relation_name": format!("\"db\".\"main\".\"{name}\""), "columns": {},
        });
        node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        node
    };
    let seed = node(
        "seed",
        "rates",
        "seeds/rates.csv",
        json!({"checksum": {"name": "path", "checksum": "seeds/rates.csv"}, "config": {"materialized": "seed"}}),
    );
    let model = node(
        "model",
        "all_rates",
        "models/all_rates.sql",
        json!({"access": "public", "config": {"access": "public", "materialized": "table"}, "language": "sql",
            "checksum": {"name": "sha256", "checksum": "x"}, "depends_on": {"nodes": ["seed.shop.rates"]},
            "raw_code": "select * from {{ ref('rates') }}",
            "compiled_code": "select * from \"db\".\"main\".\"rates\""}),
    );
    json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.16",
            "project_name": "shop", "adapter_type": "duckdb"},
        "nodes": {"seed.shop.rates": seed, "model.shop.all_rates": model}, "sources": {}, "macros": {}, "docs": {},
        "exposures": {}, "metrics": {}, "groups": {}, "selectors": {}, "disabled": {}, "parent_map": {}, "child_map": {}
    })
}

#[test]
fn a_star_over_a_large_seed_gives_the_columns_of_its_file_and_a_renamed_one_is_gone() {
    let shop = Shop::new();
    let published = shop.run("publish --allow-dirty");
    assert_eq!(published.code, 0, "{published:?}");
    assert!(published.stdout.contains("1 node, 2 columns"), "{published:?}");
    assert_eq!(shop.run("check").code, 0);
    shop.header("id,price");
    let checked = shop.run("check");
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.stdout.contains("error[column_renamed] model.shop.all_rates (sql)"), "{checked:?}");
    assert!(checked.stdout.contains("column `rate` was renamed to `price`"), "{checked:?}");
}

#[test]
fn a_large_seed_whose_file_is_not_there_is_not_taken_for_the_one_that_was() {
    let shop = Shop::new();
    assert_eq!(shop.run("publish --allow-dirty").code, 0);
    fs::remove_dir_all(shop.0.path("shop/seeds")).unwrap();
    let checked = shop.run("check --stale");
    assert!(checked.stdout.contains("columns_unknown"), "{checked:?}");
}
