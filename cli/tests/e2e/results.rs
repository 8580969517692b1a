//! What real dbt finds of bad data is recorded of the node, and of what its data contract promises.

use serde_json::Value;

use crate::harness::Mesh;

const CONTRACT: &str = "\
apiVersion: v3.2.0
kind: DataContract
id: product-catalogue
version: 1.0.0
status: active
schema:
  - name: products
    properties:
      - name: product_id
        unique: true
      - name: category
        enum: [{value: Plush}, {value: Wooden toys}, {value: Games}, {value: Vehicles}]
";

/// The results of a node in the first file.
fn results<'a>(told: &'a Value, node: &str) -> &'a Vec<Value> {
    let found = &told["data"]["runs"][0]["found"]["nodes"][node]["results"];
    found.as_array().unwrap_or_else(|| panic!("nothing of {node} in {told:#}"))
}

fn of_kind<'a>(results: &'a [Value], kind: &str) -> &'a Value {
    results.iter().find(|it| it["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {results:#?}"))
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_test_that_fails_is_recorded_with_the_promise_that_is_broken() {
    const PRODUCTS: &str = "model.inventory.products";
    let mesh = Mesh::new();
    std::fs::create_dir_all(mesh.project("inventory").join("contracts")).unwrap();
    // In the place of the one that the sample may have.
    mesh.write("inventory", "contracts/products.odcs.yaml", CONTRACT);
    mesh.dbt("inventory", &["build"]).ok();
    mesh.weft("inventory", &["publish"]).ok();
    let sound = mesh.weft("inventory", &["results", "--format", "json"]).ok().json();
    assert!(results(&sound, PRODUCTS).iter().all(|it| it["outcome"] == "passed"), "{sound:#}");
    assert_eq!(of_kind(results(&sound, PRODUCTS), "unique")["rules"][0]["rule"], "unique", "{sound:#}");

    let seed = mesh.read("inventory", "seeds/raw_products.csv").replacen("Plush", "Oddities", 1);
    mesh.write("inventory", "seeds/raw_products.csv", &seed);
    mesh.dbt("inventory", &["build"]).fails_with("accepted_values_products_category");
    let said = mesh.weft("inventory", &["results", "--format", "json"]).ok().json();
    let broken = of_kind(results(&said, PRODUCTS), "accepted_values");
    assert_eq!((&broken["outcome"], &broken["failures"]), (&"failed".into(), &1.into()), "{broken}");
    assert_eq!(broken["rules"], serde_json::json!([{"contract": "product-catalogue", "rule": "enum"}]));
    assert_eq!(said["data"]["runs"][0]["recorded"]["run"], 2, "{said:#}");
    assert!(said["data"]["runs"][0]["left_out"]["unknown"] == 0, "{said:#}");

    let again = mesh.weft("inventory", &["results"]).ok();
    let nodes: Vec<_> = again.stdout.lines().skip_while(|line| !line.starts_with("NODE")).skip(1).collect();
    assert!(nodes[0].starts_with(PRODUCTS) && nodes[0].contains("failing"), "{again}");
    assert!(again.stdout.contains("was already recorded as run 2"), "{again}");

    mesh.dbt("inventory", &["docs", "generate"]).ok();
    mesh.weft("inventory", &["results"]).fails_with("`dbt generate` wrote the file");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_singular_test_that_names_a_relation_is_of_the_node_that_stands_there() {
    let mesh = Mesh::new();
    mesh.dbt("inventory", &["build"]).ok();
    mesh.write("inventory", "tests/by_name.sql", "select * from inventory.products where price > 0\n");
    mesh.write("inventory", "tests/of_nothing.sql", "select 1 as wrong\n");
    mesh.dbt("inventory", &["test", "--select", "by_name", "of_nothing"]).fails_with("by_name");
    mesh.weft("inventory", &["publish"]).ok();
    let told = mesh.weft("inventory", &["results", "--format", "json"]).ok().json();
    let broken = of_kind(results(&told, "model.inventory.products"), "singular");
    assert_eq!((&broken["outcome"], &broken["name"]), (&"failed".into(), &"test.inventory.by_name".into()), "{broken}");
    let elsewhere = &told["data"]["runs"][0]["of_no_public_node"];
    assert_eq!(elsewhere[0]["unique_id"], "test.inventory.of_nothing", "{elsewhere}");
    assert_eq!(told["data"]["state"], "failing");
}
