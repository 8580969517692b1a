//! Real texts of each engine, with its aliases and defaults.

use super::*;

/// The canonical spelling of a text, `?` where it is not understood.
fn printed(text: &str, dialect: Dialect) -> String {
    parse(text, dialect).map_or_else(|| "?".to_owned(), |data_type| data_type.to_string())
}

fn assert_printed(dialect: Dialect, expected: &[(&str, &str)]) {
    for (text, expected) in expected {
        assert_eq!(printed(text, dialect), *expected, "{dialect:?} {text}");
    }
}

#[test]
fn duckdb_has_decimals_of_18_and_3_unsigned_and_huge_integers_lists_and_structs() {
    assert_printed(
        Dialect::DuckDb,
        &[
            ("decimal", "decimal(18,3)"),
            ("NUMERIC(10)", "decimal(10,0)"),
            ("varchar(MAX)", "text"),
            ("VARCHAR(20)", "varchar(20)"),
            ("char", "text"),
            ("HUGEINT", "hugeint"),
            ("UINT64", "ubigint"),
            ("int8", "bigint"),
            ("float", "real"),
            ("double precision", "double"),
            ("datetime", "timestamp(6)"),
            ("TIMESTAMP_NS", "timestamp(9)"),
            ("TIMESTAMP WITH TIME ZONE", "timestamp(6) with time zone"),
            ("INTEGER[3]", "integer[3]"),
            ("INTEGER[][]", "array<array<integer>>"),
            ("MAP(VARCHAR, INTEGER)", "map<text, integer>"),
            ("ENUM('a', 'B''s')", "enum('a', 'B''s')"),
            (
                "STRUCT(sync_id BIGINT, changes STRUCT(field VARCHAR, \"a b\" DATE)[])",
                "struct<sync_id: bigint, changes: array<struct<field: text, \"a b\": date>>>",
            ),
        ],
    );
}

#[test]
fn postgres_has_text_without_a_length_unbounded_numerics_and_flat_arrays() {
    assert_printed(
        Dialect::Postgres,
        &[
            ("varchar", "text"),
            ("character varying(255)", "varchar(255)"),
            ("bpchar(3)", "char(3)"),
            ("\"char\"", "\"char\""),
            ("numeric", "decimal"),
            ("numeric(12)", "decimal(12,0)"),
            ("numeric(5,-2)", "decimal(5,-2)"),
            ("timestamp without time zone", "timestamp(6)"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("timestamptz", "timestamp(6) with time zone"),
            ("time with time zone", "time(6) with time zone"),
            ("float(24)", "real"),
            ("float", "double"),
            ("pg_catalog.int4", "integer"),
            ("int4[3][]", "array<integer>"),
            ("integer ARRAY[4]", "array<integer>"),
            ("bit", "bit(1)"),
            ("interval year to month", "interval(year to month)"),
            ("public.geometry(Point,4326)", "geometry(point, 4326)"),
            ("text collate \"C\"", "text"),
            ("USER-DEFINED", "?"),
            ("mood", "?"),
        ],
    );
}

#[test]
fn redshift_has_lengths_of_256_and_decimals_of_18_digits() {
    assert_printed(
        Dialect::Redshift,
        &[
            ("varchar", "varchar(256)"),
            ("text", "varchar(256)"),
            ("character varying(65535)", "text"),
            ("varchar(max)", "text"),
            ("bpchar", "char(256)"),
            ("numeric", "decimal(18,0)"),
            ("super", "super"),
            ("float4", "real"),
            ("timestamptz", "timestamp(6) with time zone"),
        ],
    );
}

#[test]
fn snowflake_has_numbers_for_integers_and_three_timestamps() {
    assert_printed(
        Dialect::Snowflake,
        &[
            ("INT", "decimal(38,0)"),
            ("NUMBER", "decimal(38,0)"),
            ("number(18,2)", "decimal(18,2)"),
            ("NUMBER(*,2)", "decimal(38,2)"),
            ("FLOAT4", "double"),
            ("VARCHAR", "text"),
            ("VARCHAR(16777216)", "text"),
            ("STRING(20)", "varchar(20)"),
            ("CHAR", "varchar(1)"),
            ("BINARY(8388608)", "binary"),
            ("TIMESTAMP_NTZ(9)", "timestamp(9)"),
            ("DATETIME", "timestamp(9)"),
            ("TIMESTAMP_LTZ", "timestamp(9) with local time zone"),
            ("TIMESTAMP_TZ(3)", "timestamp(3) with time zone"),
            ("VARIANT", "variant"),
            ("ARRAY", "array"),
            ("ARRAY(NUMBER NOT NULL)", "array<decimal(38,0)>"),
            ("OBJECT(city VARCHAR, zip NUMBER(5))", "struct<city: text, zip: decimal(5,0)>"),
            (
                "OBJECT(a ARRAY, o OBJECT(b MAP(VARCHAR, INT)))",
                "struct<a: array, o: struct<b: map<text, decimal(38,0)>>>",
            ),
            ("VECTOR(FLOAT, 256)", "vector(float, 256)"),
        ],
    );
}

#[test]
fn bigquery_has_one_integer_two_decimals_and_angle_brackets() {
    assert_printed(
        Dialect::BigQuery,
        &[
            ("INT64", "bigint"),
            ("int", "bigint"),
            ("FLOAT64", "double"),
            ("NUMERIC", "decimal(38,9)"),
            ("BIGNUMERIC", "decimal(76,38)"),
            ("NUMERIC(10, 2)", "decimal(10,2)"),
            ("STRING(10)", "varchar(10)"),
            ("BYTES", "binary"),
            ("DATETIME", "timestamp(6)"),
            ("TIMESTAMP", "timestamp(6) with time zone"),
            ("RANGE<DATE>", "range(date)"),
            ("ARRAY<STRUCT<a INT64 NOT NULL OPTIONS(x='1'), B STRING>>", "array<struct<a: bigint, b: text>>"),
            ("STRUCT<INT64, STRING>", "struct<bigint, text>"),
            ("STRUCT<timestamp TIMESTAMP, date DATE>", "struct<timestamp: timestamp(6) with time zone, date: date>"),
            ("STRUCT<tags ARRAY<STRING>, s STRUCT<x INT64>>", "struct<tags: array<text>, s: struct<x: bigint>>"),
            ("STRUCT", "?"),
        ],
    );
}

#[test]
fn trino_and_athena_have_rows_and_milliseconds() {
    assert_printed(
        Dialect::Trino,
        &[
            ("varchar", "text"),
            ("decimal", "decimal(38,0)"),
            ("timestamp", "timestamp(3)"),
            ("timestamp(6) with time zone", "timestamp(6) with time zone"),
            ("row(x bigint, y double precision)", "struct<x: bigint, y: double>"),
            ("row(varchar, double precision)", "struct<text, double>"),
            ("array(row(\"2fa\" boolean))", "array<struct<2fa: boolean>>"),
            ("map(varchar, array(integer))", "map<text, array<integer>>"),
            ("interval day to second", "interval(day to second)"),
            ("struct<a:int,b:string>", "struct<a: integer, b: text>"),
        ],
    );
}

#[test]
fn spark_and_databricks_have_decimals_of_10_digits_and_timestamps_of_instants() {
    assert_printed(
        Dialect::Spark,
        &[
            ("decimal", "decimal(10,0)"),
            ("LONG", "bigint"),
            ("float", "real"),
            ("timestamp", "timestamp(6) with time zone"),
            ("timestamp_ntz", "timestamp(6)"),
            ("map<string,array<decimal(5,1)>>", "map<text, array<decimal(5,1)>>"),
            ("struct<a: int comment 'the < a', `b-c`: string not null>", "struct<a: integer, \"b-c\": text>"),
            ("struct<>", "struct<>"),
        ],
    );
}

#[test]
fn teradata_has_bytes_for_integers_and_decimals_of_5_digits() {
    assert_printed(
        Dialect::Teradata,
        &[
            ("BYTEINT", "tinyint"),
            ("DECIMAL", "decimal(5,0)"),
            ("NUMBER", "decimal"),
            ("FLOAT", "double"),
            ("CHAR", "char(1)"),
            ("VARCHAR(20) CHARACTER SET UNICODE NOT NULL", "varchar(20)"),
            ("LONG VARCHAR", "varchar(64000)"),
            ("BYTE(4)", "byte(4)"),
            ("TIMESTAMP(0) WITH TIME ZONE", "timestamp(0) with time zone"),
            ("PERIOD(TIMESTAMP(6))", "period(timestamp(6))"),
            ("INTERVAL DAY(4) TO SECOND(6)", "interval(day(4) to second(6))"),
        ],
    );
}

#[test]
fn materialize_has_lists_beside_arrays_and_unsigned_integers() {
    assert_printed(
        Dialect::Materialize,
        &[
            ("uint8", "ubigint"),
            ("numeric", "decimal"),
            ("map[text=>int4 list]", "map<text, list<integer>>"),
            ("int4 list list", "list<list<integer>>"),
            ("int4[]", "array<integer>"),
        ],
    );
}

#[test]
fn the_dialect_follows_the_adapter() {
    assert_eq!(Dialect::from_adapter(Some("athena")), Dialect::Trino);
    assert_eq!(Dialect::from_adapter(Some("Databricks")), Dialect::Spark);
    assert_eq!(Dialect::from_adapter(Some("sqlserver")), Dialect::Generic);
    assert_eq!(Dialect::from_adapter(None), Dialect::Generic);
}
