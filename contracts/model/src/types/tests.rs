use super::{
    TypeComparison::{Changed, Narrowed, Reordered, Same, ScaleChanged, SizeUnknown, Unknown, Widened},
    data_type::DEEPEST,
    *,
};

mod dialects;
mod laws;

#[test]
fn types_of_one_engine_are_placed_in_the_lattice() {
    for (baseline, current, expected) in [
        ("integer", "INT", Same),
        ("int4", "bigint", Widened),
        ("bigint", "smallint", Narrowed),
        ("integer", "numeric(10,0)", Widened),
        ("integer", "numeric(10,2)", Changed),
        ("bigint", "numeric(19)", Widened),
        ("smallint", "real", Widened),
        ("integer", "real", Changed),
        ("integer", "double precision", Widened),
        ("bigint", "double precision", Changed),
        ("numeric(10,2)", "double precision", Changed),
        ("numeric(10,2)", "numeric(12,2)", Widened),
        ("numeric(12,4)", "numeric(12,2)", ScaleChanged),
        ("numeric(12,2)", "numeric", Widened),
        ("varchar(20)", "varchar(5)", Narrowed),
        ("char(5)", "varchar(5)", Widened),
        ("varchar(5)", "char(5)", Narrowed),
        ("varchar(20)", "text", Widened),
        ("bpchar", "char(1)", Narrowed),
        ("bpchar", "varchar(3)", Narrowed),
        ("char(5)", "bpchar", Widened),
        ("bpchar", "text", Widened),
        ("text", "bpchar", Narrowed),
        ("char(5)", "varchar(3)", Narrowed),
        ("interval(0)", "interval", Widened),
        ("interval", "interval(3)", Narrowed),
        ("interval year to month", "interval", Widened),
        ("interval day to second(3)", "interval(6)", Widened),
        ("interval hour", "interval day to hour", Changed),
        ("bit(3)", "bit varying", Widened),
        ("bit(3)", "bit varying(3)", Widened),
        ("bit(3)", "bit varying(2)", Changed),
        ("bit varying(3)", "bit varying", Widened),
        ("bit(3)", "bit(5)", Changed),
        ("geometry(Point,4326)", "geometry", Widened),
        ("cidr", "inet", Widened),
        ("name", "text", Widened),
        ("varchar", "text", Same),
        ("integer", "text", Changed),
        ("date", "timestamp", Changed),
        ("timestamp", "timestamptz", Changed),
        ("timestamp(3)", "timestamp(6)", Widened),
        ("json", "jsonb", Changed),
        ("uuid", "text", Changed),
        ("int[]", "bigint[]", Widened),
        ("mood", "MOOD", Same),
        ("mood", "text", Unknown),
    ] {
        let compared = compare_texts((baseline, Dialect::Postgres), (current, Dialect::Postgres));
        assert_eq!(compared, expected, "{baseline} -> {current}");
    }
}

#[test]
fn duckdbs_nanoseconds_reach_less_far_than_its_other_timestamps() {
    for (baseline, current, expected) in [
        ("timestamp", "timestamp_ns", Changed),
        ("timestamp_s", "timestamp_ns", Changed),
        ("timestamp_ms", "timestamp_ns", Changed),
        ("timestamp_ns", "timestamp", Changed),
        ("timestamp_s", "timestamp_ms", Widened),
        ("timestamp_ms", "timestamp", Widened),
        ("timestamp[]", "timestamp_ns[]", Changed),
        ("enum('a', 'b')", "enum('a', 'b', 'c')", Widened),
        ("enum('a', 'b')", "enum('b', 'a', 'c')", Changed),
        ("hugeint", "bignum", Widened),
    ] {
        let compared = compare_texts((baseline, Dialect::DuckDb), (current, Dialect::DuckDb));
        assert_eq!(compared, expected, "{baseline} -> {current}");
    }
}

#[test]
fn nested_types_are_compared_member_by_member() {
    for (baseline, current, expected) in [
        ("struct<a:int,b:string>", "struct<b:string,a:int>", Reordered),
        ("struct<a:int>", "struct<a:bigint>", Widened),
        ("struct<a:int>", "struct<a:int,b:string>", Widened),
        ("struct<a:int,b:string>", "struct<a:int>", Changed),
        ("struct<a:int>", "struct<b:int>", Changed),
        ("struct<a:bigint>", "struct<a:int>", Narrowed),
        ("struct<a:bigint>", "struct<a:int,b:string>", Changed),
        ("array<decimal(5,2)>", "array<decimal(5,1)>", ScaleChanged),
        ("map<string,int>", "map<string,bigint>", Widened),
        ("array<int>", "int", Changed),
    ] {
        let compared = compare_texts((baseline, Dialect::Spark), (current, Dialect::Spark));
        assert_eq!(compared, expected, "{baseline} -> {current}");
    }
}

#[test]
fn of_two_engines_only_what_is_comparable_is_compared() {
    use Dialect::{BigQuery, Postgres, Snowflake};
    for (baseline, current, expected) in [
        (("STRING", BigQuery), ("text", Postgres), Same),
        (("INT64", BigQuery), ("integer", Postgres), Unknown),
        (("TIMESTAMP", BigQuery), ("timestamp", Postgres), Unknown),
        (("TIMESTAMP", BigQuery), ("timestamptz", Postgres), Same),
        (("integer", Postgres), ("INTEGER", Snowflake), Unknown),
        (("STRING", BigQuery), ("integer", Postgres), Changed),
        (("JSON", BigQuery), ("text", Postgres), Unknown),
        (("mood", Postgres), ("Mood", Snowflake), Same),
    ] {
        assert_eq!(compare_texts(baseline, current), expected, "{baseline:?} -> {current:?}");
    }
}

#[test]
fn sizes_that_a_catalog_leaves_out_are_not_compared_with_declared_ones() {
    use Dialect::{BigQuery, DuckDb, Postgres, Snowflake};
    for (dialect, declared, catalog, expected) in [
        (DuckDb, "varchar(50)", "VARCHAR", Same),
        (DuckDb, "decimal(10,2)", "DECIMAL(10,1)", ScaleChanged),
        (Snowflake, "number(18,2)", "NUMBER", SizeUnknown),
        (Snowflake, "timestamp_ntz(3)", "TIMESTAMP_NTZ", SizeUnknown),
        (Snowflake, "timestamp_ntz(3)", "TIMESTAMP_TZ", Changed),
        (Snowflake, "boolean", "BOOLEAN", Same),
        (Snowflake, "varchar", "VARCHAR", Same),
        (BigQuery, "STRING(10)", "STRING", SizeUnknown),
        (BigQuery, "STRUCT<a STRING(10), b INT64>", "STRUCT<a STRING, b INT64>", SizeUnknown),
        (Snowflake, "array(varchar(3))", "ARRAY(TEXT)", SizeUnknown),
        (Postgres, "varchar(50)", "character varying(20)", Narrowed),
    ] {
        assert_eq!(compare_with_catalog((declared, dialect), (catalog, dialect)), expected, "{declared} -> {catalog}");
    }
}

#[test]
fn what_is_too_deep_or_too_long_is_not_understood() {
    let nested = |depth: usize| format!("{}int{}", "array<".repeat(depth), ">".repeat(depth));
    assert!(parse(&nested(DEEPEST - 1), Dialect::Spark).is_some());
    for text in [
        nested(DEEPEST),
        nested(40_000),
        "struct<a:".repeat(20_000),
        format!("int{}", "[]".repeat(DEEPEST)),
        format!("int{}", "[]".repeat(100_000)),
        format!("enum({}'a')", "'a',".repeat(100_000)),
        "(".repeat(200_000),
    ] {
        assert!(parse(&text, Dialect::DuckDb).is_none());
        assert_eq!(compare_texts((&text, Dialect::DuckDb), ("int", Dialect::DuckDb)), Unknown);
    }
}

#[test]
fn what_is_no_type_is_not_understood() {
    for text in [
        "",
        " ",
        "(",
        "int)",
        "int int",
        "decimal(",
        "decimal()",
        "decimal(0)",
        "decimal(5000)",
        "decimal(5,2,1)",
        "varchar(-1)",
        "varchar(99999999999)",
        "timestamp(99)",
        "array<>",
        "array<int",
        "struct<a:int,a:int>",
        "struct<a:int,bigint>",
        "struct<a:int,>",
        "map<int>",
        "'int'",
        "\"int",
        "int[",
        "boolean(1)",
    ] {
        for dialect in Dialect::ALL {
            assert_eq!(parse(text, dialect), None, "{dialect:?} {text}");
        }
    }
}
