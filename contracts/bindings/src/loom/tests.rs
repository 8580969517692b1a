use serde_json::Value;
use weft_publication::ModelVersion;

use super::*;
use crate::sample::{inventory, readable};

fn nodes(upstream: &Upstream) -> Value {
    let manifest: Value = serde_json::from_str(&manifest(upstream, []).unwrap()).unwrap();
    manifest["nodes"].clone()
}

#[test]
fn the_slim_manifest_holds_what_loom_reads_and_nothing_else() {
    insta::assert_snapshot!(readable(&manifest(&inventory(), []).unwrap()));
}

#[test]
fn what_it_cannot_carry_is_told() {
    let told: Vec<String> = left_out(&inventory()).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn every_edge_ends_at_a_node_of_the_manifest_also_over_protected_ones() {
    let upstream = inventory();
    let nodes = nodes(&upstream);
    let reads = |id: &str| nodes[id]["depends_on"]["nodes"].clone();
    assert_eq!(
        reads("model.inventory.products"),
        serde_json::json!(["seed.inventory.categories", "snapshot.inventory.prices"])
    );
    for node in nodes.as_object().unwrap().values() {
        for read in node["depends_on"]["nodes"].as_array().unwrap() {
            assert!(nodes.get(read.as_str().unwrap()).is_some(), "{read}");
        }
    }
}

#[test]
fn a_ring_of_protected_nodes_ends_the_walk() {
    let mut upstream = inventory();
    let ring = upstream.publication.lineage.get_mut("model.inventory.stg_products").unwrap();
    ring.depends_on.insert("model.inventory.stg_products".parse().unwrap());
    ring.depends_on.insert("model.inventory.products".parse().unwrap());
    assert_eq!(nodes(&upstream)["model.inventory.products"]["depends_on"]["nodes"].as_array().unwrap().len(), 2);
}

#[test]
fn the_stamp_of_a_node_changes_with_what_a_reader_sees_of_it_and_not_with_the_run() {
    let stamp = |upstream: &Upstream| nodes(upstream)["model.inventory.products"]["generated_at"].clone();
    let before = inventory();
    let mut after = inventory();
    after.publication.source.generated_at = Some("2027-01-01T00:00:00Z".to_owned());
    after.publication.version = semver::Version::new(9, 0, 0);
    assert_eq!(stamp(&before), stamp(&after));
    after.publication.interface.get_mut("model.inventory.products").unwrap().columns[0].data_type = None;
    assert_ne!(stamp(&before), stamp(&after));
}

#[test]
fn a_project_published_under_another_name_is_known_by_that_name() {
    let mut upstream = inventory();
    upstream.publication.package_name = "stock".parse().unwrap();
    let nodes = nodes(&upstream);
    assert_eq!(
        nodes["model.stock.stock_levels.v1"]["depends_on"]["nodes"],
        serde_json::json!(["model.stock.products"])
    );
}

#[test]
fn a_version_is_spelled_as_in_the_unique_id_though_json_has_one_spelling_of_a_number() {
    let mut upstream = inventory();
    let mut node = upstream.publication.interface["model.inventory.stock_levels.v2"].clone();
    node.version = Some(ModelVersion::Number(1.into()));
    node.latest_version = node.version.clone();
    let id: UniqueId = "model.inventory.rates.v1.0".parse().unwrap();
    node.name = "rates".to_owned();
    upstream.relations.insert(id.clone(), upstream.relations["model.inventory.products"].clone());
    upstream.publication.interface.insert(id, node);
    let node = &nodes(&upstream)["model.inventory.rates.v1.0"];
    assert_eq!((&node["version"], &node["latest_version"]), (&Value::from("1.0"), &Value::from("1.0")));
}

#[test]
fn a_deprecation_date_always_has_a_zone() {
    for (written, read) in [
        ("2099-06-30", Some("2099-06-30T00:00:00Z")),
        ("2099-06-30T12:00:00", Some("2099-06-30T12:00:00Z")),
        ("2099-06-30 12:00:00.5+02:00", Some("2099-06-30T12:00:00.5+02:00")),
        ("soon", None),
    ] {
        let mut upstream = inventory();
        upstream.publication.interface.get_mut("model.inventory.products").unwrap().deprecation_date =
            Some(written.to_owned());
        assert_eq!(nodes(&upstream)["model.inventory.products"].get("deprecation_date").and_then(Value::as_str), read);
    }
}
