//! A shop of two tables, its contract, and all that can be wrong with it: the same for every engine.

use super::Results;

/// The contract; `server` is the one it is verified on.
pub(super) fn contract(server: &str) -> String {
    format!(
        r"
apiVersion: v3.1.0
kind: DataContract
id: shop
version: 1.0.0
status: active
servers:
  - {server}
schema:
  - name: orders
    physicalName: shop_orders
    quality:
      - {{metric: rowCount, mustBeBetween: [90, 110]}}
      - {{metric: duplicateValues, mustBe: 0, arguments: {{properties: [customer_id, created_at, code]}}}}
      - {{type: sql, name: dear, query: 'select count(*) from {{object}} where amount > 5000', mustBe: 0}}
      - {{type: custom, engine: soda, implementation: 'x'}}
    properties:
      - {{name: id, logicalType: integer, primaryKey: true, required: true}}
      - {{name: customer_id, logicalType: integer, relationships: [{{to: customers.id}}]}}
      - name: status
        logicalType: string
        quality:
          - {{metric: invalidValues, arguments: {{validValues: [paid, open]}}, mustBeLessThan: 1, unit: percent}}
          - {{metric: missingValues, arguments: {{missingValues: ['', 'n/a']}}, mustBe: 0}}
      - {{name: amount, logicalType: number, logicalTypeOptions: {{minimum: 0, maximum: 9000, multipleOf: 0.5}}}}
      - {{name: code, logicalType: string, unique: true, logicalTypeOptions: {{pattern: '^[A-Z]-\d+$', minLength: 3, maxLength: 6}}}}
      - {{name: email, logicalType: string, required: true, quality: [{{metric: nullValues, mustBe: 0}}]}}
      - {{name: quantity, logicalType: integer}}
      - {{name: day, logicalType: date, logicalTypeOptions: {{minimum: '2020-01-01'}}}}
      - {{name: created_at, logicalType: timestamp}}
      - {{name: note, logicalType: string, required: true}}
  - name: customers
    properties:
      - {{name: id, logicalType: integer, primaryKey: true}}
slaProperties:
  - {{property: freshness, value: 2, unit: d, element: orders.created_at}}
  - {{property: retention, value: P10Y, element: orders.created_at}}
  - {{property: availability, value: 99.9}}
"
    )
}

/// A hundred orders of ten customers, all as promised. In words that both engines know.
pub(super) const CLEAN: &str = "
    create table customers (id integer);
    insert into customers select i from generate_series(1, 10) as t(i);
    create table shop_orders (
        id integer, customer_id integer, status varchar, amount decimal(10, 2), code varchar, email varchar,
        quantity integer, day date, created_at timestamp with time zone, note varchar
    );
    insert into shop_orders
    select i, 1 + i % 10, 'paid', i / 2, concat('A-', cast(i as varchar)), 'a@b', i, date '2024-01-01',
        current_timestamp - i * interval '1 hour' / 10, 'x'
    from generate_series(1, 100) as t(i);
";

/// What is wrong, row by row.
pub(super) const PLANTED: &str = "
    update shop_orders set customer_id = 77 where id in (7, 8);
    update shop_orders set status = 'lost' where id in (11, 12);
    update shop_orders set status = 'n/a' where id = 13;
    update shop_orders set amount = -5 where id = 17;
    update shop_orders set amount = 9999.75 where id = 18;
    update shop_orders set code = 'a-1' where id = 19;
    update shop_orders set code = 'A-1234567' where id = 20;
    update shop_orders set code = 'A-40' where id = 41;
    update shop_orders set email = null where id in (30, 31, 32, 33, 34, 35, 36);
    update shop_orders set day = date '1999-01-01' where id = 50;
    update shop_orders set id = 60 where id = 61;
    update shop_orders set created_at = created_at - interval '3 days';
    update shop_orders set created_at = timestamp '2001-01-01 00:00:00' where id = 70;
    alter table shop_orders alter column quantity type varchar;
    alter table shop_orders drop column note;
";

/// All of the clean shop passes.
#[track_caller]
pub(super) fn assert_clean(results: &Results) {
    assert_eq!(results.that("failed"), Vec::<&str>::new(), "{results:#?}");
    assert_eq!(results.that("error"), Vec::<&str>::new(), "{results:#?}");
    assert_eq!(results.that("not_checked"), ["orders custom", "orders service_level"]);
    assert_eq!(results.run.code, 0);
    assert!(results.that("passed").len() > 35, "{results:#?}");
}

/// Each planted fault is found, with its rows.
#[track_caller]
pub(super) fn assert_planted(results: &Results) {
    assert_eq!(results.run.code, 1);
    results.assert_broken("orders relationship customer_id", 2, &["7", "8"]);
    results.assert_broken("orders invalid_values status", 3, &["11", "12", "13"]);
    results.assert_broken("orders missing_values status", 1, &["13"]);
    results.assert_broken("orders minimum amount", 1, &["17"]);
    results.assert_broken("orders maximum amount", 1, &["18"]);
    results.assert_broken("orders multiple_of amount", 1, &["18"]);
    results.assert_broken("orders pattern code", 1, &["19"]);
    results.assert_broken("orders max_length code", 1, &["20"]);
    results.assert_broken("orders unique code", 1, &["40", "41"]);
    results.assert_broken("orders required email", 7, &["30", "31", "32", "33", "34"]);
    results.assert_broken("orders null_values email", 7, &["30", "31", "32", "33", "34"]);
    results.assert_broken("orders minimum day", 1, &["50"]);
    results.assert_broken("orders primary_key id (2)", 1, &["60"]);
    assert_eq!(results.of("orders type quantity")["outcome"], "failed");
    assert_eq!(results.of("orders column_exists note")["outcome"], "failed");
    assert_eq!(results.of("orders required note")["reason"], "the column note is missing");
    assert_eq!(results.of("orders sql dear")["found"], "1");
    let freshness = results.of("orders freshness created_at");
    assert_eq!(freshness["outcome"], "failed");
    assert!(freshness["found"].as_str().unwrap().starts_with("the newest is 3 days"), "{freshness}");
    let retention = results.of("orders retention created_at");
    assert_eq!(retention["samples"][0][0]["value"], "70", "{retention}");
    assert_eq!(results.that("failed").len(), 18, "{:#?}", results.that("failed"));
    assert_eq!(results.that("error"), Vec::<&str>::new());
}
