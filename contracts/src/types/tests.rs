use super::*;

fn printed(text: &str, dialect: Dialect) -> String {
    parse(text, dialect).map_or_else(|| "?".to_owned(), |data_type| data_type.to_string())
}

#[test]
fn each_engine_has_its_own_defaults() {
    for (dialect, text, expected) in [
        (Dialect::Snowflake, "NUMBER", "decimal(38,0)"),
        (Dialect::Snowflake, "INT", "decimal(38,0)"),
        (Dialect::Snowflake, "VARCHAR(16777216)", "text"),
        (Dialect::Postgres, "varchar", "text"),
        (Dialect::Postgres, "numeric", "decimal"),
        (Dialect::Postgres, "timestamptz", "timestamp(6) with time zone"),
        (Dialect::DuckDb, "decimal", "decimal(18,3)"),
        (Dialect::DuckDb, "STRUCT(a BIGINT, b STRUCT(c VARCHAR)[])", "struct<a: bigint, b: array<struct<c: text>>>"),
        (
            Dialect::BigQuery,
            "ARRAY<STRUCT<a INT64 NOT NULL OPTIONS(x=1), b STRING>>",
            "array<struct<a: bigint, b: text>>",
        ),
        (Dialect::Trino, "row(varchar, double precision)", "struct<text, double>"),
        (Dialect::Spark, "map<string,array<decimal>>", "map<text, array<decimal(10,0)>>"),
        (Dialect::Teradata, "VARCHAR(20) CHARACTER SET UNICODE", "varchar(20)"),
        (Dialect::Redshift, "varchar", "varchar(256)"),
        (Dialect::Redshift, "varchar(max)", "text"),
        (Dialect::Materialize, "map[text=>int4 list]", "map<text, list<integer>>"),
    ] {
        assert_eq!(printed(text, dialect), expected, "{dialect:?} {text}");
    }
}
