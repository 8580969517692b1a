//! Relations that have several names, and those that nearly have one.

use super::*;

/// shop's orders in PostgreSQL, with a contract of these servers.
fn shop(servers: &Value) -> Member {
    let id = "model.shop.orders";
    let document = json!({
        "package_name": "shop", "version": "1.0.0", "source": { "adapter_type": "postgres" },
        "interface": { id: public("orders", &["id"]) }, "lineage": { id: { "resource_type": "model" } },
        "contracts": { "orders": {
            "document": { "apiVersion": "v3.1.0", "kind": "DataContract", "id": "orders", "version": "1.0.0",
                "status": "active", "servers": servers, "schema": [{ "name": "orders" }] },
            "nodes": { "orders": id } } },
    });
    let relation = json!({ "database": "shop", "schema": "public", "identifier": "orders",
        "relation_name": "\"shop\".\"public\".\"orders\"" });
    member(document, json!({ id: relation }))
}

/// A reader in Trino, by a source.
fn lake(database: &str, schema: &str, identifier: &str) -> Member {
    let (id, source) = ("model.lake.report", "source.lake.shop.orders");
    let document = json!({
        "package_name": "lake", "version": "1.0.0", "source": { "adapter_type": "trino" },
        "lineage": { source: { "resource_type": "source" },
            id: { "resource_type": "model", "depends_on": [source] } },
    });
    let relation = json!({ "database": database, "schema": schema, "identifier": identifier,
        "relation_name": format!("\"{database}\".\"{schema}\".\"{identifier}\"") });
    member(document, json!({ source: relation }))
}

fn postgres() -> Value {
    json!({ "server": "pg", "type": "postgres", "host": "db", "database": "shop", "schema": "public" })
}

fn near(mesh: &Mesh) -> Vec<String> {
    let near = mesh.near_sources(&"lake".parse().unwrap(), 10);
    near.iter().map(|it| format!("{} {}", it.source_relation, it.node_relation)).collect()
}

fn is_read(mesh: &Mesh) -> bool {
    mesh.behind_source(&node("lake", "source.lake.shop.orders")) == Some(&node("shop", "model.shop.orders"))
}

#[test]
fn a_catalog_over_a_database_is_known_by_the_contracts_servers() {
    let trino = |more: Value| {
        let mut server = json!({ "server": "lake", "type": "trino", "host": "trino", "catalog": "pg_shop" });
        server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server
    };
    for (servers, schema) in [
        (json!([postgres(), trino(json!({ "schema": "public" }))]), "public"),
        (json!([trino(json!({})), postgres()]), "public"),
        (json!([postgres(), trino(json!({ "schema": "mirror" }))]), "mirror"),
    ] {
        let mesh = Mesh::new([shop(&servers), lake("PG_SHOP", schema, "Orders")]);
        assert!(is_read(&mesh), "{servers}");
        assert_eq!(near(&mesh), [""; 0]);
    }
}

#[test]
fn servers_of_other_databases_and_one_alone_give_no_other_name() {
    let trino = json!({ "server": "lake", "type": "trino", "catalog": "pg_shop", "schema": "public" });
    let elsewhere = json!({ "server": "pg", "type": "postgres", "database": "crm", "schema": "public" });
    for servers in [json!([]), json!([postgres()]), json!([trino]), json!([elsewhere, trino])] {
        let mesh = Mesh::new([shop(&servers), lake("pg_shop", "public", "orders")]);
        assert!(!is_read(&mesh), "{servers}");
        assert_eq!(near(&mesh), ["\"pg_shop\".\"public\".\"orders\" \"shop\".\"public\".\"orders\""], "{servers}");
    }
}

#[test]
fn what_is_near_has_the_same_schema_and_table_in_another_database() {
    for (database, schema, identifier) in [("shop", "public", "orders"), ("x", "sales", "orders"), ("x", "public", "o")]
    {
        assert_eq!(near(&Mesh::new([shop(&json!([])), lake(database, schema, identifier)])), [""; 0]);
    }
    assert!(near(&Mesh::new([lake("x", "public", "orders")])).is_empty(), "nobody else is there");
}
