//! Relationships between databases, each with a contract of its own.

use super::{Contracts, duckdb};
use crate::stories::database::Database;

const CUSTOMERS: &str = "
    create schema crm;
    create table crm.customers (id integer, country text, number numeric(10, 2));
    insert into crm.customers select i, case when i % 2 = 0 then 'de' else 'Zé' end, i
    from generate_series(1, 25000) as t(i);
";

const ORDERS: &str = "
    create table orders (id integer, customer_id bigint, country text, number integer);
    insert into orders select i, i, case when i % 2 = 0 then 'de' else 'Zé' end, i from generate_series(1, 24000) as t(i);
    insert into orders values (90001, 99999, 'de', 1), (90002, 99999, 'de', 2), (90003, 7, 'de', 30000), (90004, null, 'de', 1);
";

const CUSTOMERS_CONTRACT: &str = "
apiVersion: v3.1.0
kind: DataContract
id: customers
version: 1.0.0
status: active
servers: [{server: crm, type: postgres, host: one.example.com, schema: crm}]
schema:
  - id: customers_table
    name: customers
    properties: [{id: key, name: id}, {name: country}, {name: number}]
";

fn orders_contract(relationships: &str) -> String {
    format!(
        "
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
servers: [{{server: shop, type: postgres, host: two.example.com}}]
schema:
  - name: orders
    properties: [{{name: id, primaryKey: true}}, {{name: customer_id}}, {{name: country}}, {{name: number}}]
    relationships:
{relationships}
"
    )
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn keys_of_two_databases_are_held_side_by_side() {
    let (customers, orders) = (Database::with(CUSTOMERS), Database::with(ORDERS));
    let contract = orders_contract(
        "      - {from: orders.customer_id, to: '../crm/customers.odcs.yaml#/schema/customers_table/properties/key'}
      - from: [orders.customer_id, orders.country]
        to: ['../crm/customers.odcs.yaml#customers.id', '../crm/customers.odcs.yaml#customers.country']
      - {from: orders.number, to: '../crm/customers.odcs.yaml#customers.number'}
",
    );
    let contracts =
        Contracts::of(&[("shop/orders.odcs.yaml", &contract), ("crm/customers.odcs.yaml", CUSTOMERS_CONTRACT)]);
    let (crm, shop) = (customers.url(), orders.url());
    let variables = [("WEFT_DSN_CRM", crm.as_str()), ("WEFT_DSN_SHOP", shop.as_str())];
    let results = contracts.results("shop", &variables);
    results.assert_broken("orders relationship customer_id", 2, &["99999"]);
    results.assert_broken("orders relationship customer_id+country", 3, &["7/de", "99999/de"]);
    results.assert_broken("orders relationship number", 1, &["30000"]);
    // The same contract over one database is one statement, and names the rows.
    orders.run(CUSTOMERS);
    let both = contracts.results("shop", &[("WEFT_DSN_CRM", shop.as_str()), ("WEFT_DSN_SHOP", shop.as_str())]);
    both.assert_broken("orders relationship customer_id", 2, &["90001", "90002"]);
    both.assert_broken("orders relationship customer_id+country", 3, &["90001", "90002", "90003"]);
}

#[test]
#[ignore = "set TEST_DATABASE_URL and WEFT_DBT"]
fn keys_in_postgresql_and_in_a_duckdb_file_are_held_side_by_side_both_ways() {
    let shop = Database::with(ORDERS);
    let contracts = Contracts::of(&[
        (
            "orders.odcs.yaml",
            &orders_contract(
                "      - {from: [orders.customer_id, orders.number], to: ['file.odcs.yaml#c.id', 'file.odcs.yaml#c.number']}\n",
            ),
        ),
        (
            "file.odcs.yaml",
            "{apiVersion: v3.1.0, kind: DataContract, id: file, version: 1.0.0, status: active,
              servers: [{server: file, type: duckdb, database: file.duckdb}],
              schema: [{name: c, relationships: [{from: c.id, to: 'orders.odcs.yaml#orders.customer_id'}],
                properties: [{name: id}, {name: number}]}]}",
        ),
    ]);
    let statements =
        "create table c as select i as id, cast(i as decimal(8, 3)) as number from range(1, 25001) as t(i)";
    duckdb::run(&contracts.path().join("file.duckdb"), statements);
    let (url, python) = (shop.url(), duckdb::python().display().to_string());
    let variables = [("WEFT_DSN_SHOP", url.as_str()), ("WEFT_PYTHON", python.as_str())];
    let results = contracts.results("orders.odcs.yaml", &variables);
    let keys = ["7/30000", "99999/1", "99999/2"];
    results.assert_broken("orders relationship customer_id+number", 3, &keys);
    let back = contracts.results("file.odcs.yaml --samples 1", &variables);
    back.assert_broken("c relationship id", 1_000, &["24001"]);
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn a_relationship_that_leads_nowhere_is_an_error_of_its_own() {
    let orders = Database::with(ORDERS);
    let contract = orders_contract(
        "      - {from: orders.id, to: 'gone.odcs.yaml#customers.id'}
      - {from: orders.customer_id, to: 'https://example.com/c.odcs.yaml#customers.id'}
      - {from: orders.country, to: 'customers.odcs.yaml#customers.id'}
      - {from: orders.number, to: nowhere.id}
      - {from: [orders.id, orders.number], to: [orders.id]}
      - {from: [orders.number, orders.id], to: [orders.number, orders.id]}
",
    );
    let contracts = Contracts::of(&[("orders.odcs.yaml", &contract), ("customers.odcs.yaml", CUSTOMERS_CONTRACT)]);
    let url = orders.url();
    let unreachable = "postgres://weft:hunter2@127.0.0.1:1/crm";
    let variables = [("WEFT_DSN_SHOP", url.as_str()), ("WEFT_DSN_CRM", unreachable)];
    let results = contracts.results("orders.odcs.yaml", &variables);
    let reason = |name: &str| results.of(name)["reason"].as_str().unwrap().to_owned();
    assert!(reason("orders relationship id").contains("gone.odcs.yaml"));
    assert_eq!(reason("orders relationship customer_id"), "weft fetches no contracts; name a file");
    assert!(reason("orders relationship country").starts_with("the other database cannot be reached"));
    assert_eq!(reason("orders relationship number"), "nowhere.id is not an object of the contract");
    assert_eq!(reason("orders relationship id+number"), "2 properties refer to 1");
    assert_eq!(results.of("orders relationship number+id")["outcome"], "passed");
    assert!(!results.run.stdout.contains("hunter2"));
    assert_eq!(results.run.code, 1);
}
