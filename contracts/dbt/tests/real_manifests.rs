//! Every real manifest and catalog is read and derived, or refused with one clear problem.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

#[path = "real/material.rs"]
mod material;

use material::{content, data, files, tell};
use weft_dbt::{
    artifact::{ArtifactError, ArtifactFault},
    catalog::Catalog,
    derive::{DeriveSettings, Derived, derive},
    manifest::Manifest,
    select::Selection,
};
use weft_publication::{Publication, check_identifiers, document};

fn settings(selectors: &[&str]) -> DeriveSettings {
    let selectors: Vec<_> = selectors.iter().map(|&selector| selector.to_owned()).collect();
    DeriveSettings {
        package_name: None,
        version: "1.0.0".parse().unwrap(),
        selection: Selection::parse(&selectors).unwrap(),
        requires: BTreeMap::new(),
        git: None,
        readings: weft_dbt::derive::Readings::default(),
    }
}

const EVERYTHING: [&str; 3] = ["resource_type:model", "resource_type:seed", "resource_type:snapshot"];

/// What must be true of every publication: it is valid as a document, reads back the same, and so does its digest.
fn check(derived: &Derived) {
    let value = serde_json::to_value(&derived.publication).unwrap();
    let back = document::parse(value.clone()).unwrap();
    let digest = document::digest(&derived.publication).unwrap();
    assert_eq!(document::digest(&back).unwrap(), digest);
    assert_eq!(document::digest_of_document(&value).unwrap(), digest);
    assert_eq!(check_identifiers(&derived.relations, &derived.publication), Ok(()));
    for unique_id in derived.relations.keys() {
        assert!(derived.publication.lineage.contains_key(unique_id), "{unique_id}");
    }
    for unique_id in derived.publication.interface.keys() {
        assert!(derived.publication.lineage.contains_key(unique_id), "{unique_id}");
    }
}

fn row(name: &str, read: &Result<Manifest, ArtifactError>, published: &Result<Derived, String>) -> String {
    let of = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    match (read, published) {
        (Ok(manifest), Ok(derived)) => format!(
            "{name:<88} v{:<3} {:<12} {:<27} {:>5} {:>5} {:>4} ok\n",
            manifest.metadata.version,
            of(&manifest.metadata.adapter_type),
            derived.publication.package_name.as_str(),
            manifest.nodes.len(),
            derived.publication.interface.len(),
            derived.publication.uses.len(),
        ),
        (Err(error), _) => format!("{name:<88} {:<59} {error}\n", ""),
        (_, Err(error)) => format!("{name:<88} {:<59} {error}\n", ""),
    }
}

fn uses(publication: &Publication) -> BTreeSet<(String, String, String)> {
    let uses = publication.uses.iter();
    uses.map(|usage| (usage.reader.to_string(), usage.upstream.to_string(), usage.unique_id.to_string())).collect()
}

fn published(path: &Path) -> Publication {
    derive(&Manifest::read(&content(path)).unwrap(), None, &settings(&[])).unwrap().publication
}

fn expected(uses: &[(&str, &str, &str)]) -> BTreeSet<(String, String, String)> {
    uses.iter().map(|&(reader, upstream, read)| (reader.to_owned(), upstream.to_owned(), read.to_owned())).collect()
}

/// The manifest with the members of `nodes` in the order of their ids, and in reverse.
fn both_orders(bytes: &[u8]) -> [String; 2] {
    let mut manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let nodes = manifest["nodes"].as_object_mut().map(std::mem::take).unwrap();
    let mut members: Vec<_> = nodes.iter().map(|(key, node)| format!("{}:{node}", serde_json::json!(key))).collect();
    members.sort();
    let text = |members: &[String]| {
        manifest.to_string().replacen(r#""nodes":{}"#, &format!(r#""nodes":{{{}}}"#, members.join(",")), 1)
    };
    let sorted = text(&members);
    members.reverse();
    [sorted, text(&members)]
}

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn every_real_manifest_is_read_or_refused_with_one_clear_problem() {
        let data = data();
        let mut table = format!(
            "\n{:<88} {:<4} {:<12} {:<27} {:>5} {:>5} {:>4} outcome\n",
            "file", "", "adapter", "project", "nodes", "iface", "uses"
        );
        let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
        for path in ["manifests", "meshes", "pairs", "artifacts"]
            .iter()
            .flat_map(|folder| files(&data.join(folder), &["json", "gz"]))
        {
            let name = path.strip_prefix(&data).unwrap().to_string_lossy().into_owned();
            let bytes = content(&path);
            let read = Manifest::read(&bytes);
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let other = ["catalog", "run_results"].iter().any(|kind| file.contains(kind));
            let text = String::from_utf8_lossy(&bytes);
            let old = (1..7).any(|version| text.contains(&format!("schemas.getdbt.com/dbt/manifest/v{version}.json")));
            let published = match &read {
                Ok(manifest) => derive(manifest, None, &settings(&[])).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            table.push_str(&row(&name, &read, &published));
            match (&read, &published) {
                (Ok(manifest), Ok(derived)) => {
                    assert!(!other && !old, "{name}");
                    check(derived);
                    let all = derive(manifest, None, &settings(&EVERYTHING)).unwrap();
                    check(&all);
                    assert!(all.publication.interface.len() >= derived.publication.interface.len(), "{name}");
                    *outcomes.entry("read").or_default() += 1;
                }
                (Err(error), _) => {
                    let expected = match error.fault {
                        ArtifactFault::Other { .. } => other,
                        ArtifactFault::Unsupported { .. } => old,
                        _ => false,
                    };
                    assert!(expected && !error.to_string().contains('\n'), "{name}: {error}");
                    *outcomes.entry("refused").or_default() += 1;
                }
                (Ok(_), Err(error)) => panic!("{name}: {error}"),
            }
        }
        tell(&format!("{table}{outcomes:?}\n"));
        assert!(outcomes["read"] > 60 && outcomes["refused"] >= 10, "{outcomes:?}");
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn an_old_manifest_is_refused_naming_its_version_and_the_dbt_that_is_needed() {
        let data = data();
        for (version, dbt) in [("v1", "0.19.1"), ("v4", "1.0.0")] {
            let name = format!("yu-iskw_dbt-artifacts-parser__manifest__{version}__jaffle_shop__manifest.json");
            let error = Manifest::read(&content(&data.join("manifests").join(name))).unwrap_err();
            let expected =
                format!("the manifest has version {version}, written by dbt {dbt}; v7 (dbt 1.3) or later is needed");
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn the_uses_of_the_teddy_retailers_are_those_of_their_sql() {
        let data = data();
        let mesh = data.join("meshes/teradata_teddy_retailers");
        let inventory = published(&mesh.join("domain_inventory.manifest.json"));
        let sales = published(&mesh.join("domain_sales.manifest.json"));
        let finance = published(&mesh.join("domain_finance.manifest.json"));
        assert_eq!([&inventory, &sales, &finance].map(|publication| publication.interface.len()), [2, 3, 0]);
        assert!(uses(&inventory).is_empty());
        assert_eq!(
            uses(&sales),
            expected(&[("model.domain_sales.order_summary", "domain_inventory", "model.domain_inventory.products")])
        );
        assert_eq!(
            uses(&finance),
            expected(&[
                ("model.domain_finance.order_products_dates", "domain_sales", "model.domain_sales.order_summary"),
                ("model.domain_finance.order_products_dates", "domain_sales", "model.domain_sales.stg_order_products"),
                ("model.domain_finance.orders_cost", "domain_inventory", "model.domain_inventory.stock_product"),
                ("model.domain_finance.orders_pl", "domain_sales", "model.domain_sales.order_summary"),
            ])
        );
        let own: Vec<_> = finance.lineage.keys().map(ToString::to_string).collect();
        assert_eq!(
            own,
            [
                "model.domain_finance.order_products_dates",
                "model.domain_finance.orders_cost",
                "model.domain_finance.orders_pl"
            ]
        );
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn mutual_projects_with_versions_and_private_nodes_use_what_their_sql_reads() {
        let data = data();
        let mesh = data.join("meshes/dbt_loom_test_projects");
        let revenue = published(&mesh.join("revenue.manifest.json"));
        let success = published(&mesh.join("customer_success.manifest.json"));
        let interface: Vec<_> = revenue.interface.keys().map(ToString::to_string).collect();
        assert_eq!(interface, ["model.revenue.orders.v1", "model.revenue.orders.v2", "seed.revenue.integers"]);
        assert!(uses(&revenue).is_empty());
        assert_eq!(
            uses(&success),
            expected(&[
                ("model.customer_success.customers", "revenue", "model.revenue.orders.v2"),
                ("model.customer_success.customers", "revenue", "seed.revenue.integers"),
            ])
        );
        // `seed_accounts` is private: the edge from `stg_accounts` to it is gone, and it itself too.
        assert!(!revenue.lineage.contains_key("seed.revenue.seed_accounts"));
        assert!(revenue.lineage["model.revenue.stg_accounts"].depends_on.is_empty());
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn a_catalog_is_the_evidence_for_the_columns_of_its_models() {
        let data = data();
        let folder = data.join("artifacts/jaffle_shop_duckdb");
        let manifest = Manifest::read(&content(&folder.join("manifest.json"))).unwrap();
        let catalog = Catalog::read(&content(&folder.join("catalog.json"))).unwrap();
        let derived = derive(&manifest, Some(&catalog), &settings(&EVERYTHING)).unwrap();
        check(&derived);
        let columns = derived.publication.interface.values().flat_map(|node| &node.columns);
        let (known, typed) =
            columns.fold((0, 0), |(known, typed), column| (known + 1, typed + usize::from(column.data_type.is_some())));
        assert!(known > 20 && known == typed, "{known} columns, {typed} with a type");
        assert!(Catalog::read(&content(&folder.join("manifest.json"))).is_err());
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn the_order_of_a_manifests_nodes_does_not_change_the_digest() {
        let data = data();
        for name in [
            "seed__teradata_domain_sales",
            "fivetran_dbt_shopify__2025-07-23_d83094f",
            "OHDSI_dbt-synthea__synthea_omop_etl",
        ] {
            let bytes = content(&data.join("manifests").join(format!("{name}.json")));
            let digest = |text: String| {
                let derived = derive(&Manifest::read(text.as_bytes()).unwrap(), None, &settings(&EVERYTHING)).unwrap();
                document::digest(&derived.publication).unwrap()
            };
            let [sorted, reversed] = both_orders(&bytes);
            assert_ne!(sorted, reversed);
            assert_eq!(digest(sorted), digest(reversed), "{name}");
        }
    }
}
