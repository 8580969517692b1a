use serde_json::json;
use weft_model::types::parse;

use super::*;
use crate::{DUCKDB, POSTGRES};

fn live(data_type: &str, engine: &dyn Engine) -> Live {
    Live { sql: "t.x".to_owned(), data_type: parse(data_type, engine.dialect()), zone: None }
}

#[track_caller]
fn is_among(engine: &dyn Engine, data_type: &str, value: &Value, expected: &str) {
    let found = among(&[value], &live(data_type, engine), engine).unwrap_or_default();
    assert_eq!(found, expected, "{value} of {data_type}");
}

#[track_caller]
fn is_beyond(engine: &dyn Engine, data_type: &str, breaks: &str, value: &Value, expected: &str) {
    let found = beyond(value, breaks, &live(data_type, engine), engine);
    assert_eq!(found.unwrap_or_else(|why| why), expected, "{breaks} {value} of {data_type}");
}

#[test]
fn a_moment_of_a_list_is_that_moment_of_the_column() {
    for engine in [POSTGRES, DUCKDB] {
        for text in ["1970-01-01T00:00:00", "1970-01-01", "1970-01-01 00:00", "1970-01-01T01:00:00+01:00"] {
            let expected = "t.x in (cast('1970-01-01 00:00:00' as timestamp))";
            is_among(engine, "timestamp", &json!(text), expected);
        }
        let instant = "t.x in (cast('1970-01-01 00:00:00+00:00' as timestamp with time zone))";
        is_among(engine, "timestamptz", &json!("1970-01-01T00:00:00Z"), instant);
        is_among(engine, "timestamptz", &json!("1970-01-01T00:00:00"), instant);
        is_among(engine, "date", &json!("1970-01-01T00:00:00Z"), "t.x in (cast('1970-01-01' as date))");
        is_among(engine, "date", &json!("1970-01-01T08:00:00Z"), "");
        is_among(engine, "time", &json!("08:00"), "t.x in (cast('08:00:00' as time))");
        is_among(engine, "time", &json!("08:00:00.50Z"), "t.x in (cast('08:00:00.5' as time))");
        is_among(engine, "timestamp", &json!("1970-01-01T00:00:00.0000001"), "");
        is_among(engine, "timestamp", &json!("infinity"), "cast(t.x as text) in ('infinity')");
        for text in ["n/a", "0000-01-01", "2023-02-29", "1970-01-01T25:00:00", "1970-01-01T00:00:00+é1"] {
            is_among(engine, "timestamp", &json!(text), &format!("cast(t.x as text) in ('{text}')"));
        }
    }
    is_among(DUCKDB, "timestamp_ns", &json!("9999-12-31"), "");
    is_among(DUCKDB, "timestamp_ns", &json!("2020-01-01"), "t.x in (cast('2020-01-01 00:00:00' as timestamp_ns))");
}

#[test]
fn a_zone_that_the_contract_gives_is_that_of_times_without_one() {
    let berlin = |data_type| Live { zone: Some("'Europe/Berlin'".to_owned()), ..live(data_type, POSTGRES) };
    let found = |text, data_type| among(&[&json!(text)], &berlin(data_type), POSTGRES).unwrap();
    assert_eq!(
        found("1970-01-01T00:00:00Z", "timestamp"),
        "t.x in (cast('1970-01-01 00:00:00+00:00' as timestamp with time zone) at time zone 'Europe/Berlin')"
    );
    assert_eq!(
        found("1970-01-01T00:00:00", "timestamptz"),
        "t.x in (cast('1970-01-01 00:00:00' as timestamp) at time zone 'Europe/Berlin')"
    );
    assert_eq!(found("1970-01-01T00:00:00", "timestamp"), "t.x in (cast('1970-01-01 00:00:00' as timestamp))");
}

#[test]
fn a_number_is_that_number_in_the_columns_type() {
    is_among(POSTGRES, "real", &json!(0.1), "t.x in (cast('0.1' as real))");
    is_among(DUCKDB, "double", &json!("1e3"), "t.x in (cast('1000' as double precision))");
    is_among(DUCKDB, "integer", &json!(1.0), "t.x in (1)");
    is_among(DUCKDB, "integer", &json!(1.5), "");
    is_among(DUCKDB, "tinyint", &json!(128), "");
    is_among(DUCKDB, "decimal(4,2)", &json!("12.50"), "t.x in (12.5)");
    is_among(DUCKDB, "decimal(4,2)", &json!(123), "");
    is_among(DUCKDB, "double", &json!("NaN"), "t.x in (cast('NaN' as double precision))");
    is_among(POSTGRES, "numeric", &json!(1e-7), "t.x in (0.0000001)");
    is_among(POSTGRES, "integer", &json!("n/a"), "");
}

#[test]
fn a_bound_between_two_values_is_held_by_the_one_beside_it() {
    is_beyond(DUCKDB, "integer", "<", &json!(0.5), "t.x <= 0");
    is_beyond(DUCKDB, "integer", ">=", &json!(-0.5), "t.x >= 0");
    is_beyond(DUCKDB, "utinyint", ">", &json!(1e30), "t.x > 255");
    is_beyond(DUCKDB, "decimal(4,2)", "<=", &json!(-1000), "t.x < -99.99");
    is_beyond(
        DUCKDB,
        "timestamp_ns",
        ">",
        &json!("9999-12-31"),
        "t.x > cast('2262-04-11 23:47:16.854775806' as timestamp_ns)",
    );
    is_beyond(POSTGRES, "date", "<", &json!("2020-01-01T12:00:00"), "t.x <= cast('2020-01-01' as date)");
    is_beyond(POSTGRES, "real", "<=", &json!(0.3), "(t.x <= cast('0.3' as real) or t.x = cast('NaN' as real))");
    is_beyond(POSTGRES, "real", ">", &json!(1e300), "t.x > cast('340282350000000000000000000000000000000' as real)");
    is_beyond(POSTGRES, "text", ">", &json!("b"), "cast(t.x as text) collate \"C\" > 'b' collate \"C\"");
    is_beyond(POSTGRES, "text", ">", &json!(5), "5 cannot limit the values of the column");
    is_beyond(POSTGRES, "boolean", ">", &json!(true), "true cannot limit the values of the column");
    is_beyond(POSTGRES, "integer", ">", &json!("x"), "x cannot limit the values of the column");
}

#[test]
fn other_types_have_their_own_spellings() {
    let uuid = "cast(t.x as text) in ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')";
    is_among(POSTGRES, "uuid", &json!("{A0EEBC999C0B4EF8BB6D6BB9BD380A11}"), uuid);
    is_among(DUCKDB, "uuid", &json!("no uuid"), "");
    is_among(DUCKDB, "boolean", &json!("True"), "cast(t.x as text) in ('true')");
    is_among(POSTGRES, "char(4)", &json!("ab  "), "cast(t.x as text) in ('ab')");
}
