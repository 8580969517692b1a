use super::*;
use proptest::prelude::*;

#[test]
fn names_that_engines_need_are_taken() {
    for name in [
        "orders",
        "Order Totals",
        "stg.orders",
        "größe_é🎈",
        "a-b",
        "events_*",
        "my$table#1",
        "domain.com:p",
        "a/b",
        "x (EUR)",
    ] {
        assert_eq!(hold_relation_part(name), Ok(()), "{name}");
        assert_eq!(hold_column(name), Ok(()), "{name}");
    }
    assert_eq!(hold_column("it's; 100 % [\\] {x}"), Ok(()));
}

#[test]
fn what_could_end_a_name_in_somebodys_sql_is_refused() {
    for (name, character) in [
        ("m\" ); create table main.owned as select 42 as x; --", '"'),
        ("m`", '`'),
        ("x' or '1'='1", '\''),
        ("x\\", '\\'),
        ("a;b", ';'),
        ("m] create table x", ']'),
        ("{{ env_var('X') }}", '{'),
        ("a}", '}'),
    ] {
        assert_eq!(hold_relation_part(name), Err(IdentifierError::Character { character }), "{name}");
    }
    for name in ["a\nb", "a\0", "a\u{202e}b", "a\u{200b}", "\u{1b}[2J"] {
        for hold in [hold_name, hold_relation_part, hold_column, hold_type] {
            assert!(matches!(hold(name), Err(IdentifierError::Hidden { .. })) || name.contains('\n'), "{name:?}");
        }
    }
    assert_eq!(hold_name(""), Err(IdentifierError::Empty));
    assert_eq!(hold_name(&"é".repeat(1_024)), Ok(()));
    assert_eq!(hold_name(&"é".repeat(1_025)), Err(IdentifierError::TooLong { characters: 1_025, most: 1_024 }));
    assert_eq!(hold_column("a\"b"), Err(IdentifierError::Character { character: '"' }));
}

#[test]
fn the_types_of_real_engines_are_taken() {
    for data_type in [
        "",
        "INTEGER",
        "timestamp with time zone",
        "numeric(38, 9)",
        "STRUCT(\"a b\" INTEGER, c VARCHAR[])[]",
        "ENUM('it''s', 'b;c', '--')",
        "ARRAY<STRUCT<a INT64, b ARRAY<STRING>>>",
        "struct<a:int,b:map<string,array<double>>>",
        "row(\"x;y\" varchar(10), z array(bigint))",
        "Nullable(DateTime64(3, 'UTC'))",
        "MAP(VARCHAR, UNION(num INTEGER, str VARCHAR))",
        "\"Sales\".\"Status\"",
        "enum('a\\'b','c')",
        "INTERVAL DAY TO SECOND",
        "national character varying(20)",
    ] {
        assert_eq!(hold_type(data_type), Ok(()), "{data_type}");
    }
}

#[test]
fn a_type_that_is_more_than_a_type_is_refused() {
    for (data_type, mark) in [
        ("int); drop table x", ")"),
        ("int; drop table x", ";"),
        ("int -- x", "--"),
        ("int /* x", "/*"),
        ("int */", "*/"),
        ("varchar(10", "("),
        ("int)", ")"),
        ("enum('a", "'"),
        ("\"x", "\""),
        ("enum('\\'); drop table x; --')", ";"),
        ("struct(a int]", "]"),
    ] {
        let error = hold_type(data_type).unwrap_err().to_string();
        assert!(error.contains(&format!("`{mark}`")), "{data_type}: {error}");
    }
}

#[test]
fn expressions_of_constraints_are_taken_over_lines_and_with_comparisons() {
    for expression in
        ["id > 0 and id < 10", "status in ('a', 'b')\n  or \"x y\" >= 3", "a <> b", "regexp_like(x, '^\\'')", "(a < b)"]
    {
        assert_eq!(hold_expression(expression), Ok(()), "{expression}");
    }
    assert!(hold_expression("id > 0; drop table x").is_err());
}

#[test]
fn what_needs_quotes_is_told_from_what_does_not() {
    for name in ["orders", "stg.orders", "größe_é🎈", "a-b", "domain.com:p"] {
        assert!(is_safe_without_quotes(name), "{name}");
    }
    for name in ["a b", "a\u{a0}b", "f(x)", "a,b", "a--b", "a/*", "a#b", "a=b", "a%b", "a*"] {
        assert!(!is_safe_without_quotes(name), "{name}");
    }
}

proptest! {
    #[test]
    fn a_part_that_is_taken_ends_no_quote_of_any_engine(part in "[\\PC\\pC]{0,20}") {
        if hold_relation_part(&part).is_ok() {
            for quote in ['"', '`', '\'', '[', ']', '\\'] {
                prop_assert!(!part.contains(quote));
            }
        }
        let _ = hold_type(&part);
    }

    #[test]
    fn a_quoted_text_in_a_type_never_makes_it_more_than_one(text in any::<String>()) {
        let data_type = format!("enum('{}')", text.replace('\\', "").replace('\'', "''"));
        prop_assume!(!text.chars().any(is_hidden));
        prop_assert_eq!(hold_type(&data_type), Ok(()));
    }
}
