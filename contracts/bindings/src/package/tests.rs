use weft_dbt::{
    derive::{DeriveSettings, derive},
    manifest::Manifest,
    select::Selection,
};

use super::*;
use crate::sample::inventory;

mod laws;

fn only(ids: &[&str]) -> BTreeSet<UniqueId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn shown(files: &Files) -> String {
    files.iter().map(|(path, text)| ["==> ", path, " <==\n", text, "\n"].concat()).collect()
}

#[test]
fn the_package_of_a_rich_upstream_is_this() {
    insta::assert_snapshot!(shown(&files(&inventory(), None)));
}

#[test]
fn what_it_cannot_carry_is_told() {
    let mut upstream = inventory();
    upstream.publication.interface.remove("model.inventory.stock_levels.v2");
    let told: Vec<String> = left_out(&upstream).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_package_of_nothing_is_a_package_all_the_same() {
    insta::assert_snapshot!(shown(&files(&inventory(), Some(&BTreeSet::new()))));
}

#[test]
fn only_what_is_asked_for_gets_a_stub_and_of_versions_all() {
    let stubs = |ids: &[&str]| -> Vec<String> {
        let files = files(&inventory(), Some(&only(ids)));
        files.into_keys().filter(|path| path.starts_with("models/") && path != "models/schema.yml").collect()
    };
    assert_eq!(stubs(&["model.inventory.products"]), ["models/products.sql"]);
    assert_eq!(
        stubs(&["model.inventory.stock_levels.v1"]),
        ["models/stock_levels_v1.sql", "models/stock_levels_v2.sql"]
    );
    assert_eq!(stubs(&["model.inventory.products_X"]), ["models/2/products_X.sql"], "its place hangs on nothing asked");
}

#[test]
fn a_versioned_model_makes_way_for_a_model_that_is_named_like_one_of_its_versions() {
    let mut upstream = inventory();
    let node = upstream.publication.interface["model.inventory.con"].clone();
    let id: UniqueId = "model.inventory.Stock_levels_v1".parse().unwrap();
    upstream.relations.insert(id.clone(), upstream.relations["model.inventory.products"].clone());
    let node = weft_publication::InterfaceNode { name: "Stock_levels_v1".to_owned(), ..node };
    upstream.publication.interface.insert(id, node);
    let files = files(&upstream, None);
    assert!(files.contains_key("models/Stock_levels_v1.sql") && files.contains_key("models/stock_levels_v1_.sql"));
    assert!(files["models/schema.yml"].contains("\"defined_in\": \"stock_levels_v1_\""));
}

#[test]
fn a_contract_stays_enforced_only_where_dbt_would_take_it() {
    let enforced = |upstream: &Upstream| files(upstream, None)["models/schema.yml"].contains("\"enforced\": true");
    let mut upstream = inventory();
    assert!(enforced(&upstream));
    upstream.publication.interface.get_mut("model.inventory.products").unwrap().columns[1].data_type = None;
    assert!(!enforced(&upstream));
}

#[test]
fn a_foreign_key_to_a_node_by_ref_is_left_out_and_one_to_a_relation_is_kept() {
    let with = |to: &str| {
        let mut upstream = inventory();
        let node = upstream.publication.interface.get_mut("model.inventory.products").unwrap();
        node.constraints[0].kind = "foreign_key".to_owned();
        node.constraints[0].to = Some(to.to_owned());
        node.constraints[0].to_columns = vec!["id".to_owned()];
        files(&upstream, None)["models/schema.yml"].clone()
    };
    assert!(!with("ref('secret')").contains("foreign_key"));
    assert!(with("mesh.public.secret").contains("\"expression\": \"mesh.public.secret (id)\""));
}

#[test]
fn what_a_project_names_is_found_word_by_word_and_hard_names_by_their_text() {
    let named = |text: &str| named(&inventory(), [text].into_iter());
    assert_eq!(
        named("select * from {{ ref('inventory', 'products') }}"),
        only(&["model.calendar.products", "model.inventory.products"])
    );
    assert_eq!(
        named("ref(\"stock_levels\", v=1)"),
        only(&["model.inventory.stock_levels.v1", "model.inventory.stock_levels.v2"])
    );
    assert_eq!(named("ref('dotted.name_é🎈')"), only(&["model.inventory.dotted.name_é🎈"]));
    assert_eq!(named("ref('two words')"), only(&["model.inventory.two words"]));
    assert_eq!(named("my_products products2 Products"), only(&[]));
}

#[test]
fn who_reads_the_stub_of_a_seed_is_published_as_a_reader_of_the_seed() {
    let only_seed = only(&["seed.inventory.categories"]);
    let schema = files(&inventory(), Some(&only_seed))["models/schema.yml"].clone();
    let schema: serde_json::Value = serde_saphyr::from_str(&schema).unwrap();
    let manifest = serde_json::json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "sales", "adapter_type": "duckdb"},
        "nodes": {
            "model.inventory.categories": {
                "unique_id": "model.inventory.categories", "name": "categories", "package_name": "inventory", "resource_type": "model",
                "schema": "inventory", "alias": "categories", "original_file_path": "models/categories.sql",
                "config": {"materialized": "weft_interface", "meta": schema["models"][0]["config"]["meta"]},
            },
            "model.sales.orders": {
                "unique_id": "model.sales.orders", "name": "orders", "package_name": "sales", "resource_type": "model", "schema": "sales",
                "alias": "orders", "original_file_path": "models/orders.sql", "depends_on": {"nodes": ["model.inventory.categories"]},
            },
        },
    });
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let settings = DeriveSettings {
        package_name: None,
        version: semver::Version::new(1, 0, 0),
        selection: Selection::default(),
        requires: BTreeMap::new(),
        git: None,
        readings: weft_dbt::derive::Readings::default(),
    };
    let uses = derive(&manifest, None, &settings).unwrap().publication.uses;
    let read: Vec<&str> = uses.iter().map(|reading| reading.unique_id.as_str()).collect();
    assert_eq!(read, ["seed.inventory.categories"]);
}
