use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::InterfaceNode;
use crate::relation::Relations;

fn nodes() -> (BTreeMap<UniqueId, InterfaceNode>, Relations) {
    let node = |name: &str, version: Option<u32>| {
        let mut node = json!({ "name": name, "resource_type": "model", "access": "public" });
        if let Some(version) = version {
            node["version"] = json!(version);
            node["latest_version"] = json!(2);
        }
        node
    };
    let nodes = json!({
        "model.shop.orders": node("orders", None),
        "model.shop.stock.v1": node("stock", Some(1)),
        "model.shop.stock.v2": node("stock", Some(2)),
        "model.shop.twin": node("twin", None),
        "model.other.twin": node("twin", None),
    });
    let at = |schema: &str, name: &str| json!({ "database": "db", "schema": schema, "identifier": name });
    let relations = json!({
        "model.shop.orders": at("marts", "fct_orders"),
        "model.shop.stock.v1": at("marts", "stock_v1"),
        "model.shop.stock.v2": at("marts", "stock"),
    });
    (serde_json::from_value(nodes).unwrap(), serde_json::from_value(relations).unwrap())
}

fn tied(object: &Value) -> Tie {
    let contract = json!({ "apiVersion": "v3.1.0", "id": "c", "version": "1.0.0", "schema": [object] });
    let contract: DataContract = serde_json::from_value(contract).unwrap();
    let (nodes, relations) = nodes();
    tie(&contract, &contract.schema[0], &nodes, &relations)
}

fn to(id: &str, by: TiedBy) -> Tie {
    Tie::To(id.parse().unwrap(), by)
}

#[test]
fn the_surest_tie_counts() {
    let docs = json!([{ "type": "implementation", "url": "https://docs.example.com/#!/model/model.shop.stock.v1" }]);
    let custom = json!([{ "property": "dbtModel", "value": "orders" }]);
    let all = json!({ "name": "stock", "physicalName": "marts.stock", "customProperties": custom,
        "authoritativeDefinitions": docs });
    let mut object = all;
    assert_eq!(tied(&object), to("model.shop.stock.v1", TiedBy::Definition));
    object.as_object_mut().unwrap().remove("authoritativeDefinitions");
    assert_eq!(tied(&object), to("model.shop.orders", TiedBy::CustomProperty));
    object.as_object_mut().unwrap().remove("customProperties");
    assert_eq!(tied(&object), to("model.shop.stock.v2", TiedBy::Relation));
    object.as_object_mut().unwrap().remove("physicalName");
    assert_eq!(tied(&object), to("model.shop.stock.v2", TiedBy::Name));
}

#[test]
fn a_physical_name_may_lack_its_outer_parts_and_be_of_other_case() {
    for name in ["fct_orders", "MARTS.FCT_ORDERS", "\"db\".\"marts\".\"fct_orders\""] {
        assert_eq!(
            tied(&json!({ "name": "x", "physicalName": name })),
            to("model.shop.orders", TiedBy::Relation),
            "{name}"
        );
    }
    assert_eq!(tied(&json!({ "name": "x", "physicalName": "staging.fct_orders" })), Tie::Nothing);
}

#[test]
fn one_version_of_a_model_is_named_with_its_number() {
    for name in ["stock.v1", "stock_v1"] {
        assert_eq!(tied(&json!({ "name": name })), to("model.shop.stock.v1", TiedBy::Name));
    }
    assert_eq!(tied(&json!({ "name": "stock.v3" })), Tie::Nothing);
}

#[test]
fn an_object_that_may_be_two_nodes_is_tied_to_neither() {
    let both = ["model.other.twin", "model.shop.twin"].map(|id| id.parse().unwrap());
    assert_eq!(tied(&json!({ "name": "twin" })), Tie::Several(both.to_vec(), TiedBy::Name));
}
