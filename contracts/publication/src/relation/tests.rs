use super::*;

fn relation(parts: [&str; 3], relation_name: Option<&str>) -> Relation {
    let [database, schema, identifier] = parts.map(str::to_owned);
    let database = Some(database).filter(|it| !it.is_empty());
    Relation { database, schema, identifier, relation_name: relation_name.map(str::to_owned), configured: None }
}

#[test]
fn a_name_is_built_from_its_parts_and_never_taken_as_it_was_sent() {
    let hostile = "\"m\".\"s\".\"t\"; drop table x";
    for (parts, sent, adapter_type, rendered) in [
        (["m", "s", "t"], Some(hostile), "duckdb", r#""m"."s"."t""#),
        (["m", "s", "t"], Some("(select 1)"), "duckdb", r#""m"."s"."t""#),
        (["m", "s", "t"], None, "duckdb", r#""m"."s"."t""#),
        (["m", "s", "two words"], None, "postgres", r#""m"."s"."two words""#),
        (["p-1", "s", "t"], Some("`p-1`.`s`.`t`"), "bigquery", "`p-1`.`s`.`t`"),
        (["", "s", "t"], None, "spark", "`s`.`t`"),
        (["DB", "S", "T"], Some("DB.S.T"), "snowflake", "DB.S.T"),
        (["DB", "S", "Mixed"], Some("DB.S.\"Mixed\""), "snowflake", "DB.S.\"Mixed\""),
        (["DB", "S", "two words"], Some("DB.S.two words"), "snowflake", "DB.S.\"two words\""),
        (["DB", "S", "x"], Some("DB.S.other"), "snowflake", "DB.S.x"),
    ] {
        assert_eq!(relation(parts, sent).rendered(Some(adapter_type)), rendered);
    }
}

#[test]
fn each_part_has_to_be_a_name() {
    assert_eq!(relation(["", "", "orders é🎈.x"], Some("read_csv('a\n.csv')")).hold(), Ok(()));
    for (parts, sent, key) in [
        (["a\"b", "s", "t"], None, "database"),
        (["a", "s'", "t"], None, "schema"),
        (["a", "s", "t;"], None, "identifier"),
        (["a", "s", ""], None, "identifier"),
        (["a", "s", "t"], Some("a.\u{202e}s"), "relation_name"),
    ] {
        assert_eq!(relation(parts, sent).hold().unwrap_err().0, key);
    }
}
