use std::sync::Arc;

use serde_json::{Value, json};

use super::*;

fn member(document: Value, relations: Value) -> Member {
    let publication = crate::publication::document::parse(document).unwrap();
    Member { publication: publication.into(), relations: Arc::new(serde_json::from_value(relations).unwrap()) }
}

fn inventory(version: &str, columns: &[&str], origin: &str) -> Member {
    let columns: Vec<_> = columns.iter().map(|name| json!({ "name": name, "origin": origin })).collect();
    let node = json!({ "name": "products", "resource_type": "model", "access": "public", "columns": columns });
    let document = json!({
        "package_name": "inventory", "version": version, "source": { "adapter_type": "duckdb" },
        "interface": { "model.inventory.products": node },
        "lineage": { "model.inventory.products": { "resource_type": "model" } },
    });
    member(document, json!({ "model.inventory.products": { "schema": "inventory", "identifier": "products" } }))
}

fn finance(version: &str, requirement: &str, read: &Value) -> Member {
    let document = json!({
        "package_name": "finance", "version": version, "source": { "adapter_type": "duckdb" },
        "groups": { "money": { "name": "Finance team" } },
        "interface": { "model.finance.profit": {
            "name": "profit", "resource_type": "model", "access": "public", "group": "money" } },
        "lineage": { "model.finance.profit": { "resource_type": "model" } },
        "uses": [{ "reader": "model.finance.profit", "upstream": "inventory",
            "unique_id": "model.inventory.products", "via": "ref", "columns": read }],
        "requires": { "inventory": requirement },
    });
    member(document, json!({}))
}

fn told(unmet: &[Unmet]) -> Vec<String> {
    unmet.iter().map(ToString::to_string).collect()
}

#[test]
fn a_column_that_is_read_and_gone_stands_in_the_way_until_its_reader_reads_it_no_more() {
    let old = inventory("1.0.0", &["id", "price"], "contract");
    let new = inventory("1.1.0", &["id"], "contract");
    let reader = finance("1.0.0", "*", &json!({ "PRICE": ["transformed"], "id": ["join"] }));
    let verdict = can_deploy(&[old.clone(), reader], &new);
    assert_eq!(
        told(&verdict.unmet),
        ["`model.finance.profit` of `finance` 1.0.0 reads the column `PRICE` (transformed), \
         which `model.inventory.products` of `inventory` 1.1.0 does not have"]
    );
    assert_eq!(verdict.unmet[0].owner.as_deref(), Some("Finance team"));
    let reader = finance("1.1.0", "*", &json!({ "id": ["join"] }));
    assert_eq!(can_deploy(&[old, reader], &new).unmet, []);
}

#[test]
fn a_requirement_that_the_new_version_does_not_meet_stands_in_the_way() {
    let [old, new] = ["1.0.0", "2.0.0"].map(|version| inventory(version, &["id"], "contract"));
    let reader = finance("1.0.0", "^1", &json!({}));
    let verdict = can_deploy(&[old, reader], &new);
    assert_eq!(told(&verdict.unmet), ["`finance` 1.0.0 requires `inventory` ^1, which 2.0.0 does not meet"]);
}

#[test]
fn what_is_unmet_already_stands_in_nobodys_way() {
    let [old, new] = ["1.0.0", "1.0.1"].map(|version| inventory(version, &["id"], "contract"));
    let reader = finance("1.0.0", "*", &json!({ "price": ["as_is"] }));
    let verdict = can_deploy(&[old, reader], &new);
    assert_eq!((verdict.unmet.len(), verdict.already_unmet.len()), (0, 1));
}

#[test]
fn a_reader_is_asked_too_and_a_project_that_is_not_there_lacks_nothing() {
    let reader = finance("1.0.0", "^2", &json!({ "price": ["as_is"] }));
    assert_eq!(can_deploy(&[], &reader), Verdict { unmet: vec![], already_unmet: vec![] });
    let verdict = can_deploy(&[inventory("1.0.0", &["id"], "catalog")], &reader);
    assert_eq!(verdict.unmet.len(), 2, "{:?}", told(&verdict.unmet));
}

#[test]
fn columns_that_only_yaml_tells_of_may_be_more_than_it_tells() {
    let reader = finance("1.0.0", "*", &json!({ "price": ["as_is"] }));
    assert_eq!(can_deploy(&[inventory("1.0.0", &["id"], "declared")], &reader).unmet, []);
    assert_eq!(can_deploy(&[inventory("1.0.0", &[], "declared")], &reader).unmet, []);
}

#[test]
fn a_node_that_is_gone_stands_in_the_way_of_its_readers_by_ref_and_by_source() {
    let old = inventory("1.0.0", &["id"], "contract");
    let new = json!({ "package_name": "inventory", "version": "2.0.0", "source": { "adapter_type": "duckdb" } });
    let by_ref = finance("1.0.0", "*", &json!({}));
    let by_source = json!({
        "package_name": "web", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": { "source.web.inventory.products": { "resource_type": "source" } },
    });
    let place = json!({ "source.web.inventory.products": { "schema": "INVENTORY", "identifier": "products" } });
    let verdict = can_deploy(&[old, by_ref, member(by_source, place)], &member(new, json!({})));
    assert_eq!(
        told(&verdict.unmet),
        [
            "`model.finance.profit` of `finance` 1.0.0 reads `model.inventory.products`, which is not in the interface of \
         `inventory` 2.0.0",
            "`source.web.inventory.products` of `web` 1.0.0 reads a table in which `model.inventory.products` of `inventory` \
         no longer stands",
        ]
    );
}
