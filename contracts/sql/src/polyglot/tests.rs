//! The limits, and what they keep out.

use std::{fmt::Write as _, sync::Arc};

use weft_model::{relation_name::RelationName, types::Dialect};

use super::*;
use crate::{How, KnownColumns, RelationColumns};

/// Every relation has these columns.
struct Everywhere;

impl RelationColumns for Everywhere {
    fn columns(&self, _relation: &RelationName) -> Option<Arc<KnownColumns>> {
        Some(Arc::new(KnownColumns::complete(["a", "b", "k"])))
    }
}

fn read(sql: &str, dialect: Dialect) -> Result<QueryReading, Unknown> {
    Polyglot::default().read(&Query { sql, dialect, inputs: &Everywhere })
}

fn within(limits: ReadLimits, sql: &str) -> Result<QueryReading, Unknown> {
    Polyglot { limits }.read(&Query { sql, dialect: Dialect::DuckDb, inputs: &Everywhere })
}

/// The inputs of a column, `relation.column how`.
fn inputs(reading: &QueryReading, column: usize) -> Vec<String> {
    let inputs = reading.columns[column].inputs.as_ref().unwrap().iter();
    inputs.map(|(input, how)| format!("{}.{} {how}", input.relation, input.column)).collect()
}

#[test]
fn texts_that_nest_ten_thousand_deep_are_too_deep() {
    let many = |part: &str| part.repeat(10_000);
    let around = |open: &str, close: &str| format!("select {}a{} from t", many(open), many(close));
    let texts = [
        format!("select {}a from t", many("a + ")),
        format!("select {}a from t", many("a || ")),
        around("(", ")"),
        around("coalesce(", ", 1)"),
        around("case when a then ", " end"),
        around("[", "]"),
        around("cast(", " as int)"),
        format!("select a{} from t", many("::int")),
        format!("select a{} from t", many(".b")),
        format!("select {}a from t", many("not ")),
        format!("select {}a from t", many("- ")),
        format!("select a from {}t{}", many("(select a from "), many(") x")),
        format!("{}select 1{}", many("with a as ("), many(") select * from a")),
        format!("select a from t{}", many(" where exists (select 1 from t")) + &many(")"),
        format!("select a from t{}", many(" union all select a from t")),
    ];
    for text in texts {
        let start: String = text.chars().take(40).collect();
        assert!(matches!(read(&text, Dialect::DuckDb), Err(Unknown::TooDeep { .. })), "{start}");
    }
}

#[test]
fn wide_texts_are_read() {
    let columns: Vec<_> = (0..2_000).map(|number| format!("a + {number} as c{number}")).collect();
    let wide = format!("select {} from t", columns.join(", "));
    assert_eq!(read(&wide, Dialect::Postgres).unwrap().columns.len(), 2_000);
    let choices = vec!["a = 1"; 5_000].join(" or ");
    let reading = read(&format!("select b from t where {choices}"), Dialect::Postgres).unwrap();
    assert_eq!(reading.uses.len(), 1);
    let branches = vec!["select a from t"; 500].join(" union all ");
    assert_eq!(inputs(&read(&branches, Dialect::Postgres).unwrap(), 0), ["t.a as_is"]);
}

#[test]
fn what_is_longer_than_the_limits_is_told_with_them() {
    let limits = ReadLimits { bytes: 20, ..ReadLimits::default() };
    assert_eq!(within(limits, "select a from t where b"), Err(Unknown::TooLong { bytes: 23, limit: 20 }));
    let limits = ReadLimits { tokens: 5, ..ReadLimits::default() };
    assert!(matches!(within(limits, "select a, b from t"), Err(Unknown::TooDeep { .. })));
    let limits = ReadLimits { steps: 5, ..ReadLimits::default() };
    assert_eq!(within(limits, "select a, b, a + b as c from t"), Err(Unknown::TooComplex { limit: 5 }));
}

#[test]
fn a_chain_of_ctes_costs_what_its_text_costs() {
    let mut sql = "with c0 as (select a, b, k from t)".to_owned();
    for number in 1..=80 {
        let before = number - 1;
        write!(
            sql,
            ", c{number} as (select l.a, r.b + l.b as b, l.k from c{before} l join c{before} r on l.k = r.k where l.a > 0)"
        )
        .unwrap();
    }
    let limits = ReadLimits { steps: 10_000, ..ReadLimits::default() };
    let reading = within(limits, &format!("{sql} select * from c80")).unwrap();
    assert_eq!(inputs(&reading, 1), ["t.b transformed"]);
    assert_eq!(reading.uses.len(), 2);
}

#[test]
fn many_columns_made_of_many_end_at_the_limit() {
    struct Nothing;
    impl RelationColumns for Nothing {
        fn columns(&self, _relation: &RelationName) -> Option<Arc<KnownColumns>> {
            None
        }
    }
    let sum = |prefix: &str, of: usize| (0..of).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>().join(" + ");
    let list = |of: &str| (0..20).map(|number| format!("{of} as c{number}")).collect::<Vec<_>>().join(", ");
    let mut sql = format!("with s0 as (select {} from stranger)", list(&sum("x", 40)));
    for number in 1..10 {
        write!(sql, ", s{number} as (select {} from s{})", list(&sum("c", 20)), number - 1).unwrap();
    }
    sql += " select * from s9";
    let read = |steps| {
        let limits = ReadLimits { steps, ..ReadLimits::default() };
        Polyglot { limits }.read(&Query { sql: &sql, dialect: Dialect::DuckDb, inputs: &Nothing })
    };
    assert_eq!(read(100_000), Err(Unknown::TooComplex { limit: 100_000 }));
    assert_eq!(inputs(&read(1_000_000).unwrap(), 19).len(), 40);
}

#[test]
fn a_comparison_with_a_subquery_loses_no_branch_of_a_union() {
    let sql = "select a from x where k > (select max(k) from c) union all select b from y order by 1";
    for dialect in Dialect::ALL {
        let reading = read(sql, dialect).unwrap();
        assert_eq!(reading.relations.len(), 3, "{dialect:?}");
        let hows: Vec<_> = reading.columns[0].inputs.as_ref().unwrap().values().copied().collect();
        assert_eq!(hows, [How::AsIs, How::Renamed], "{dialect:?}");
    }
}

#[test]
fn set_operations_are_counted_where_they_are_words_of_the_query() {
    let count = |sql: &str| {
        let parser = polyglot_sql::Dialect::get(polyglot_sql::DialectType::BigQuery);
        guard::set_operations(&parser.tokenize(sql).unwrap())
    };
    assert_eq!(count("select 1 union all select 2 intersect distinct select 3 except distinct select 4"), 3);
    assert_eq!(count("select * except (a), t.* except (b), 'a union b', `union` from t -- union\n/* union */"), 0);
}

#[test]
fn a_tree_with_other_set_operations_than_the_text_is_not_believed() {
    // polyglot-sql takes the column of that name for the word; whichever is meant, the counts tell.
    let unknown = read("select t.union a, b from t", Dialect::DuckDb).unwrap_err();
    assert_eq!(unknown, Unknown::SetOperationLost { written: 1, read: 0 });
}

#[test]
fn jinja_is_told_with_its_line_unless_it_stands_in_a_text() {
    for sql in ["select a\nfrom {{ ref('t') }}", "select a\n{% if x %} from t", "select a, b\n{# note #} from t"] {
        assert_eq!(read(sql, Dialect::Postgres), Err(Unknown::JinjaLeft { line: 2 }), "{sql}");
    }
    let sql = "select '{{ a }}' as template, a /* {{ b }} */ from t -- {% c %}";
    assert_eq!(read(sql, Dialect::Postgres).unwrap().columns.len(), 2);
}

#[test]
fn what_is_no_single_query_is_told() {
    let found = |sql: &str| match read(sql, Dialect::Postgres) {
        Err(Unknown::NotASelect { found }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found("insert into t values (1)"), "insert");
    assert_eq!(found("create table t as select 1"), "create table");
    assert_eq!(found("select 1; select 2"), "2 statements");
    assert_eq!(read(" \n", Dialect::Postgres), Err(Unknown::NoSql));
    assert_eq!(read("-- nothing here", Dialect::Postgres), Err(Unknown::NoSql));
    assert_eq!(read("select a from t;", Dialect::Postgres).unwrap().columns.len(), 1);
    assert!(matches!(read("select from where", Dialect::Postgres), Err(Unknown::ParseFailed { line: 1, .. })));
}

#[test]
fn a_reader_that_breaks_down_says_so() {
    struct Broken;
    impl RelationColumns for Broken {
        fn columns(&self, _relation: &RelationName) -> Option<Arc<KnownColumns>> {
            panic!("on purpose")
        }
    }
    let query = Query { sql: "select a from t", dialect: Dialect::Postgres, inputs: &Broken };
    assert_eq!(Polyglot::default().read(&query), Err(Unknown::BrokeDown));
}

#[test]
fn a_list_of_names_behind_an_alias_takes_columns_by_their_places() {
    let growth = |sql: &str| read(sql, Dialect::Postgres).unwrap().growth;
    let placed = |sql: &str| growth(sql).placed.into_values().flatten().map(String::from).collect::<Vec<_>>();
    let bounded = |sql: &str| {
        let columns = growth(sql).bounded.into_values().flatten();
        columns
            .flat_map(|(column, places)| places.into_iter().map(move |it| format!("{column} {it}")))
            .collect::<Vec<_>>()
    };
    assert_eq!(placed("select x from t as u(x)"), ["a"]);
    assert_eq!(placed("select b from t as u(x)"), [""; 0]);
    assert_eq!(bounded("select b from t as u(x)"), ["b 1"], "a column behind the list may get into it");
    assert_eq!(bounded("select x from t as u(x)"), [""; 0]);
    assert_eq!(bounded("select k from (select * from t) as u(x, y)"), ["k 2"]);
    // Where the columns are not those of one table, their places in it say nothing.
    assert_eq!(placed("select k from (select 1 as n, t.* from t) as u(x, y)"), ["k"]);
    assert_eq!(placed("select 1 as one where exists (select * from t as u(x, y))"), [""; 0], "only rows are asked for");
    assert_eq!(placed("select 1 as one where exists (select * from t as u(x, y) where y > 0)"), ["b"]);
    assert_eq!(placed("select a from t join (select 1 as a) s on true"), [""; 0]);
    // `a` of the other side becomes ambiguous where `t.a` changes places with a column behind the list.
    assert_eq!(bounded("select a from t as u(x) join (select 1 as a) s on true"), ["a 1"]);
    // A new column of `t` gets the last name of the list.
    let counted = |sql: &str| growth(sql).counted.len();
    assert_eq!(counted("with c(w, x, y, z) as (select t.*, 1 as n from t) select z from c"), 1);
    assert_eq!(counted("with c(w, x, y, z) as (select * from (select t.*, 1 as n from t) s) select z from c"), 1);
    assert_eq!(
        counted("with c(w, x, y, z) as (select t.*, 1 as n from t) select 1 as one from t"),
        0,
        "nobody reads it"
    );
    assert_eq!(counted("with c(n, w, x, y) as (select 1 as n, t.* from t) select n from c"), 0);
}
