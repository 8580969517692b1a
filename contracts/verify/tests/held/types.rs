//! Widenings of types: a type that weft reports as the same or wider takes every value, and returns it. Laws of types
//! without a database are in `contracts/model/src/types/tests/laws.rs`.

use std::cell::RefCell;

use proptest::{prelude::*, test_runner::TestCaseError};
use weft_model::types::{TypeComparison, compare_texts};
use weft_verify::{DUCKDB, Engine, EngineKind, POSTGRES};

use crate::{failed, law, opened, session::Session};

/// A type in an engine's words, and values at its ends, as texts that are cast to it.
#[derive(Debug, Clone)]
struct Typed {
    name: String,
    values: Vec<String>,
}

fn typed<const N: usize>(name: impl Into<String>, values: [&str; N]) -> Typed {
    Typed { name: name.into(), values: values.map(str::to_owned).into() }
}

/// Names of one kind, whose values are tried on every one of them.
fn named(names: &'static [&'static str], values: &'static [&'static str]) -> BoxedStrategy<Typed> {
    let one = |name: &'static str| Typed {
        name: name.to_owned(),
        values: values.iter().map(|it| (*it).to_owned()).collect(),
    };
    prop::sample::select(names).prop_map(one).boxed()
}

const WHOLE: &[&str] = &[
    "0",
    "-128",
    "127",
    "255",
    "-32768",
    "32767",
    "65535",
    "-2147483648",
    "2147483647",
    "4294967295",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551615",
    "170141183460469231731687303715884105727",
    "9007199254740993",
    "16777217",
];
const FLOATING: &[&str] =
    &["0", "0.1", "-1.5", "3.4028235e38", "1.7976931348623157e308", "1e-45", "NaN", "Infinity", "16777217"];
const MOMENTS: &[&str] = &[
    "1970-01-01 00:00:00",
    "0001-01-01 00:00:00",
    "9999-12-31 23:59:59",
    "9999-12-31 23:59:59.999999",
    "1677-01-01 00:00:00",
    "2262-12-31 00:00:00",
    "2024-02-29 12:34:56.123456",
    "infinity",
];
const CLOCKS: &[&str] = &["00:00:00", "23:59:59.999999", "12:34:56.123456", "12:34:56"];
const INTERVALS: &[&str] =
    &["1 year 2 months 3 days 04:05:06.123456", "-1 day", "13 months", "00:00:00.5", "100 days 23:59:59.999999"];

fn decimals(most: usize) -> BoxedStrategy<Typed> {
    let digits = (1..=most).prop_flat_map(|precision| (Just(precision), 0..=precision));
    let one = |(precision, scale): (usize, usize)| {
        let nines = "9".repeat(precision);
        let (whole, fraction) = nines.split_at(precision - scale);
        let largest = format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole });
        let values = vec![
            "0".to_owned(),
            largest.trim_end_matches('.').to_owned(),
            format!("-{}", largest.trim_end_matches('.')),
        ];
        Typed { name: format!("decimal({precision},{scale})"), values }
    };
    digits.prop_map(one).boxed()
}

fn characters(is_postgres: bool) -> BoxedStrategy<Typed> {
    let values = |length: usize| {
        let full = "x".repeat(length);
        vec![String::new(), full.clone(), format!("{} ", &full[..length - 1]), " ".repeat(length), "é".repeat(length)]
    };
    let sized = move |name: &'static str| {
        (1..12_usize).prop_map(move |length| Typed { name: format!("{name}({length})"), values: values(length) })
    };
    let open = move |names: &'static [&'static str]| {
        prop::sample::select(names).prop_map(move |name| Typed { name: name.to_owned(), values: values(30) })
    };
    if is_postgres {
        prop_oneof![sized("varchar"), sized("char"), open(&["text", "varchar", "bpchar", "name"])].boxed()
    } else {
        prop_oneof![sized("varchar"), open(&["text", "varchar", "char"])].boxed()
    }
}

fn bits() -> BoxedStrategy<Typed> {
    let sized = |name: &'static str| {
        (1..8_usize).prop_map(move |length| Typed {
            name: format!("{name}({length})"),
            values: vec!["1".repeat(length), "0".repeat(length)],
        })
    };
    prop_oneof![
        sized("bit"),
        sized("bit varying"),
        Just(typed("bit varying", ["1", "0101010101", ""])),
        Just(typed("bit", ["1"]))
    ]
    .boxed()
}

fn precise(
    names: &'static [&'static str],
    suffix: &'static str,
    values: &'static [&'static str],
) -> BoxedStrategy<Typed> {
    let one = move |(name, digits): (&&str, Option<u8>)| {
        let digits = digits.map(|it| format!("({it})")).unwrap_or_default();
        Typed { name: format!("{name}{digits}{suffix}"), values: values.iter().map(|it| (*it).to_owned()).collect() }
    };
    (prop::sample::select(names), prop::option::of(0..=6_u8))
        .prop_map(move |(name, digits)| one((&name, digits)))
        .boxed()
}

fn of_postgres() -> Vec<BoxedStrategy<Typed>> {
    let whole = named(&["smallint", "integer", "bigint", "numeric"], WHOLE);
    let fields = named(
        &[
            "interval",
            "interval(0)",
            "interval(3)",
            "interval year",
            "interval month",
            "interval year to month",
            "interval day",
            "interval day to hour",
            "interval hour",
            "interval day to minute",
            "interval day to second",
            "interval second(2)",
            "interval day to second(3)",
            "interval minute to second",
        ],
        INTERVALS,
    );
    vec![
        prop_oneof![whole, named(&["real", "double precision"], FLOATING), decimals(40)].boxed(),
        characters(true),
        bits(),
        fields,
        prop_oneof![
            precise(&["timestamp"], "", MOMENTS),
            precise(&["timestamp"], " with time zone", MOMENTS),
            named(&["date"], MOMENTS)
        ]
        .boxed(),
        prop_oneof![precise(&["time"], "", CLOCKS), precise(&["time"], " with time zone", CLOCKS)].boxed(),
        named(&["cidr", "inet"], &["10.0.0.0/8", "10.1.2.3", "::1"]),
        named(
            &["json", "jsonb", "text", "uuid", "bytea", "boolean"],
            &["{\"a\": 1, \"a\":  2}", "true", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
        ),
    ]
}

fn of_duckdb() -> Vec<BoxedStrategy<Typed>> {
    let whole = named(
        &[
            "tinyint",
            "smallint",
            "integer",
            "bigint",
            "hugeint",
            "utinyint",
            "usmallint",
            "uinteger",
            "ubigint",
            "uhugeint",
            "bignum",
        ],
        WHOLE,
    );
    vec![
        prop_oneof![whole, named(&["real", "double"], FLOATING), decimals(38)].boxed(),
        characters(false),
        named(
            &[
                "timestamp",
                "timestamp_s",
                "timestamp_ms",
                "timestamp_ns",
                "timestamp_us",
                "timestamptz",
                "date",
                "datetime",
            ],
            MOMENTS,
        ),
        named(&["time", "timetz"], CLOCKS),
        named(&["enum('a')", "enum('a', 'b')", "enum('b', 'a')", "enum('a', 'b', 'c')", "varchar"], &["a", "b", "c"]),
        named(&["blob", "bit", "uuid", "json", "varchar", "interval", "boolean"], &["1", "01", "true", "{\"a\":  1}"]),
    ]
}

/// Two types of a kind, alone or as the members of lists.
fn pairs(kinds: Vec<BoxedStrategy<Typed>>) -> impl Strategy<Value = (Typed, Typed)> {
    proptest::strategy::Union::new(kinds.into_iter().map(|kind| (kind.clone(), kind).boxed()))
}

/// Holds a verdict to the database, and gives back how many values were cast; none where weft calls it no widening.
fn try_pair(
    session: &mut Session,
    engine: &dyn Engine,
    (narrow, wide): &(Typed, Typed),
) -> Result<usize, TestCaseError> {
    let dialect = engine.dialect();
    let verdict = compare_texts((&narrow.name, dialect), (&wide.name, dialect));
    if !matches!(verdict, TypeComparison::Same | TypeComparison::Widened) {
        return Ok(0);
    }
    let mut tried = 0;
    for value in &narrow.values {
        let before = format!("cast({} as {})", engine.literal(value), narrow.name);
        if session.rows(&format!("select {before}::text")).is_err() {
            continue;
        }
        let back = format!("cast(cast({before} as {}) as {})", wide.name, narrow.name);
        // A JSON has no equality in PostgreSQL: it is as it is written.
        let (before, back) =
            if narrow.name == "json" { (format!("{before}::text"), format!("{back}::text")) } else { (before, back) };
        let lost = match session.rows(&format!("select cast({before} = {back} as text)")) {
            Ok(rows) if rows[0][0].as_deref() == Some("true") => None,
            Ok(_) => Some("it comes back as another".to_owned()),
            Err(why) => Some(why),
        };
        if let Some(why) = lost {
            return Err(failed(format!(
                "{} -> {} is {verdict:?}, and {value:?} is lost: {why}",
                narrow.name, wide.name
            )));
        }
        tried += 1;
    }
    Ok(tried)
}

fn widenings_lose_nothing(engine: &'static dyn Engine) {
    let law = law("types", "what is called the same or wider loses no value", engine);
    let Some(session) = opened(engine, &law) else { return };
    let kinds = if engine.kind() == EngineKind::Postgres { of_postgres() } else { of_duckdb() };
    let session = RefCell::new(session);
    law.hold(&pairs(kinds), |pair| try_pair(&mut session.borrow_mut(), engine, &pair));
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn widenings_on_postgres_lose_nothing() {
    widenings_lose_nothing(POSTGRES);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn widenings_on_duckdb_lose_nothing() {
    widenings_lose_nothing(DUCKDB);
}
