//! What holds of all types: the laws of the lattice, and of reading and printing. That a widening loses no value is what a
//! database decides: `contracts/verify/tests/held/types.rs`.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::types::dialect::Base;

/// Plain types near each other in the lattice, and nested ones of a few of them.
fn universe() -> Vec<DataType> {
    let plain = [
        "boolean",
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
        "decimal",
        "decimal(3,0)",
        "decimal(5,0)",
        "decimal(5,2)",
        "decimal(10,0)",
        "decimal(12,2)",
        "decimal(19,0)",
        "decimal(20,0)",
        "decimal(39,0)",
        "real",
        "double",
        "char(1)",
        "char(5)",
        "varchar(1)",
        "varchar(5)",
        "varchar(20)",
        "text",
        "binary(4)",
        "binary(8)",
        "binary",
        "date",
        "time(3)",
        "time(6)",
        "timestamp(0)",
        "timestamp(6)",
        "timestamp(6) with time zone",
        "timestamp(9) with time zone",
        "timestamp(9) with local time zone",
        "uuid",
        "json",
        "interval",
    ];
    let inner = ["integer", "bigint", "decimal(10,0)", "decimal(10,2)", "text", "varchar(5)"];
    let mut texts: Vec<String> = plain.map(str::to_owned).to_vec();
    for one in inner {
        for wrap in ["array<{}>", "{}[3]", "list<{}>", "map<text, {}>", "struct<a: {}>", "struct<b: {}>", "struct<{}>"]
        {
            texts.push(wrap.replace("{}", one));
        }
        for other in inner {
            texts.push(format!("struct<a: {one}, b: {other}>"));
            texts.push(format!("struct<b: {other}, a: {one}>"));
            texts.push(format!("struct<b: {other}, a: {one}, c: text>"));
        }
    }
    texts.push("struct<>".to_owned());
    texts.iter().map(|text| parse(text, Dialect::Generic).unwrap_or_else(|| panic!("{text}"))).collect()
}

#[test]
fn the_lattice_is_an_order() {
    let types = universe();
    let row = |one: &DataType| types.iter().map(|other| compare(one, other, Dialect::Generic)).collect::<Vec<_>>();
    let matrix: Vec<Vec<_>> = types.iter().map(row).collect();
    let upward = |comparison| matches!(comparison, Same | Reordered | Widened);
    let mut chains = 0;
    for (a, one) in types.iter().enumerate() {
        assert_eq!(matrix[a][a], Same, "{one}");
        for (b, other) in types.iter().enumerate() {
            let (there, back) = (matrix[a][b], matrix[b][a]);
            let lawful = match there {
                Same | Reordered => back == there,
                ScaleChanged => matches!(back, ScaleChanged | Changed),
                Widened => back == Narrowed || back == Changed && other.to_string().starts_with("struct"),
                Narrowed => back == Widened || back == Changed && one.to_string().contains("char("),
                Changed => {
                    matches!(back, Changed | Widened | ScaleChanged)
                        || back == Narrowed && other.to_string().contains("char(")
                }
                SizeUnknown | Unknown => false,
            };
            assert!(lawful, "{one} -> {other}: {there:?}, and back {back:?}");
            for (c, third) in types.iter().enumerate().filter(|_| upward(there)) {
                if upward(matrix[b][c]) {
                    let steps = [there, matrix[b][c]];
                    let lawful = match matrix[a][c] {
                        Same => steps == [Same; 2] || steps == [Reordered; 2],
                        Reordered => !steps.contains(&Widened) && steps.contains(&Reordered),
                        Widened => steps.contains(&Widened),
                        _ => false,
                    };
                    assert!(lawful, "{one} -> {other} -> {third}: {:?}", matrix[a][c]);
                    chains += 1;
                }
            }
        }
    }
    assert!(chains > 1_000, "{chains}");
}

#[test]
fn every_name_of_every_dialect_is_read_and_its_print_reads_back() {
    for dialect in Dialect::ALL {
        for table in dialect.tables() {
            let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{dialect:?}");
            for (name, base) in *table {
                assert_eq!(*name, name.to_lowercase(), "{dialect:?}");
                for text in texts_of(name, base) {
                    let read = parse(&text, dialect).unwrap_or_else(|| panic!("{dialect:?} {text}"));
                    assert_eq!(parse(&read.to_string(), Dialect::Generic).as_ref(), Some(&read), "{dialect:?} {text}");
                    assert_eq!(parse(&text.to_uppercase(), dialect), Some(read), "{dialect:?} {text}");
                }
            }
        }
    }
}

/// A name alone, with arguments, and nested.
fn texts_of(name: &str, base: &Base) -> Vec<String> {
    let arguments = match base {
        Base::Decimal(_) => "(12, 3)",
        Base::Float | Base::Char(_) | Base::Varchar(_) | Base::Binary | Base::Sized(_) => "(7)",
        Base::Time(..) | Base::Timestamp(..) => "(2) with time zone",
        // Snowflake's `array` and `object` have none unless they are nested types.
        Base::Is(_) | Base::Named("array" | "object") => "",
        Base::Named(_) => "(a, '2', 3)",
        Base::Interval => " day to second(3)",
    };
    ["{}", "{}[]", "array<{}>", "struct<{}, {}>", "struct(a {}, \"b c\" {}[])", "map<{}, {}>"]
        .iter()
        .flat_map(|wrap| [wrap.replace("{}", name), wrap.replace("{}", &format!("{name}{arguments}"))])
        .collect()
}

/// Any type that a text can say.
fn any_type() -> impl Strategy<Value = DataType> {
    let plain = prop::sample::select(universe()).boxed();
    let sized = prop_oneof![
        (1..=1000_u16, -1000..=1000_i16)
            .prop_map(|(precision, scale)| DataType::Decimal(Some(Digits { precision, scale }))),
        (0..u32::MAX).prop_map(DataType::Varchar),
        (0..u32::MAX).prop_map(|length| DataType::Binary(Some(length))),
        Just(DataType::Named { name: "geometry".into(), arguments: "point, 4326".into() }),
    ];
    prop_oneof![plain, sized].prop_recursive(5, 24, 4, |inner| {
        let named =
            prop::collection::btree_map("[^A-Z]{0,6}".prop_map(|name| token::lower(&name)), inner.clone(), 0..4);
        prop_oneof![
            (inner.clone(), prop::option::of(any::<u32>()))
                .prop_map(|(element, length)| DataType::Array { element: Box::new(element), length }),
            inner.clone().prop_map(|element| DataType::List(Box::new(element))),
            (inner.clone(), inner.clone())
                .prop_map(|(key, value)| DataType::Map { key: Box::new(key), value: Box::new(value) }),
            prop::collection::vec(inner, 1..4).prop_map(|types| DataType::Struct(
                types.into_iter().map(|data_type| StructMember { name: None, data_type }).collect()
            )),
            named.prop_map(|members| DataType::Struct(
                members.into_iter().map(|(name, data_type)| StructMember { name: Some(name), data_type }).collect()
            )),
        ]
    })
}

/// Texts made of what types are made of, most of them wrong.
fn near_types() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "array",
        "list",
        "map",
        "struct",
        "row",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        "=>",
        "int",
        "decimal",
        "(5,2)",
        "varchar",
        "char",
        "double",
        "precision",
        "timestamp",
        "with",
        "time",
        "zone",
        "interval",
        "year",
        "to",
        "month",
        "enum",
        "'",
        "''",
        "\"",
        "`",
        "a",
        "É",
        "3",
        "99999999999",
        "-",
        ".",
        "max",
        "not",
        "null",
        "options",
        "comment",
        "collate",
        "character",
        "set",
        "*",
        "range",
        "vector",
        "\u{0}",
        "İ",
        "ß",
    ]);
    prop::collection::vec((part, prop::sample::select(vec!["", " "])), 0..24)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, space)| [part, space]).collect())
}

fn dialects() -> impl Strategy<Value = Dialect> {
    prop::sample::select(Dialect::ALL.to_vec())
}

::laws::laws! {
    "types", 2000;

    fn what_is_printed_reads_back_as_the_same(data_type in any_type()) {
        prop_assert_eq!(parse(&data_type.to_string(), Dialect::Generic), Some(data_type));
    }

    fn two_types_compare_as_lawfully_as_their_members(one in any_type(), other in any_type(), dialect in dialects()) {
        prop_assert_eq!(compare(&one, &one, dialect), Same);
        let (there, back) = (compare(&one, &other, dialect), compare(&other, &one, dialect));
        prop_assert!(there != Unknown && back != Unknown);
        let is_padded = one.to_string().contains("char(");
        prop_assert!(there != Narrowed || back == Widened || is_padded && back == Changed, "{one} -> {other}: {there:?}, and back {back:?}");
        prop_assert!(!matches!(there, Same | Reordered) || back == there);
    }

    fn whatever_the_text_reading_ends_and_its_print_reads_back(text in near_types(), dialect in dialects()) {
        if let Some(read) = parse(&text, dialect) {
            prop_assert_eq!(parse(&read.to_string(), Dialect::Generic), Some(read));
        }
    }

    fn any_text_compares_as_the_same_with_itself(text in ".{0,40}", dialect in dialects(), other in near_types()) {
        prop_assert_eq!(compare_texts((&text, dialect), (&text, dialect)), Same);
        prop_assert_eq!(compare_texts((&other, dialect), (&other, dialect)), Same);
        compare_with_catalog((&text, dialect), (&other, Dialect::Generic));
    }
}
