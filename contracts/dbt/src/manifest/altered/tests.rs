use super::*;

#[test]
fn a_statement_that_changes_columns_is_known() {
    for changing in [
        "alter table {{ this }} drop column if exists note",
        "ALTER TABLE {{this}} DROP note",
        "alter table {{ this }} rename column a to b",
        "alter table {{ this }} rename to other",
        "alter table {{ this }} alter column a type text",
        "alter table {{ this }} alter column price type varchar using concat('percentage', price)",
        "alter table {{ this }} add column \"new\" int",
        "alter table {{ this }} add column if not exists a int",
        "create index i on {{ this }} (a); alter table {{ this }} add b int",
        "alter table {{ this }} modify column a varchar(10)",
        "alter table {{ this }} drop column policy",
        "alter table {{ this }} drop policy",
        "alter table {{ this }} add constraint pk primary key (id, b), drop column price",
        "alter table {{ this }} alter column n set default 1, drop column price",
        "alter table {{ this }} drop /* it */ column price",
        "alter /* x */ table {{ this }} drop column price",
        "alter table {{ this }} {{ what }}",
        "alter table {{ this }} {{ 'drop' }} column price",
        "alter table {{ this }} set schema z",
        "drop table {{ this }}",
        "drop table {{ this }} restrict",
        "drop table {{ this }} -- gone",
        "drop view if exists {{ this }} cascade;",
        "{% call statement('d') %}drop table {{ this }}{% endcall %}",
        "create or replace table {{ this }} as select id from {{ this }}",
        "{% do run_query('alter table ' ~ this ~ ' drop column price') %}",
        "{% do run_query('create or replace table ' ~ this ~ ' as select id from ' ~ this) %}",
        "{% do run_query('drop table ' ~ this) %}",
    ] {
        assert_eq!(altered(changing), BTreeSet::from([Altered::ByJinja(None)]), "{changing}");
    }
    let by_argument = altered("{% macro m(t) %}alter table {{ t }} drop column price{% endmacro %}");
    assert_eq!(by_argument, BTreeSet::from([Altered::ByArgument(None)]));
}

#[test]
fn a_statement_that_leaves_the_nodes_columns_alone_is_known() {
    for harmless in [
        "alter table {{ this }} add primary key (id)",
        "alter table {{ this }} add constraint pk primary key (id)",
        "alter table {{ this }} drop constraint if exists pk",
        "alter table {{ this }} owner to reporter",
        "alter table {{ this }} set (fillfactor = 70)",
        "alter table {{ this }} alter column a set not null",
        "alter table {{ this }} alter column a set statistics 10, alter column b drop default",
        "alter table {{ this }} modify column a set masking policy hide",
        "alter table {{ this }} add row access policy p on (a)",
        "alter table {{ this }} cluster by (a, b)",
        "grant select on {{ this }} to reporter",
        "insert into audit.log select 'drop table'",
        "insert into audit values ('alter table {{ this }} drop column price')",
        "-- never alter table {{ this }} drop column price\nselect 1",
        "{# alter table {{ this }} drop column price #}",
        "{{ log('alter table ' ~ this ~ ' add column is not needed') }}",
        "create or replace table {{ this.schema }}.{{ this.name }}_bak as select 1",
        "create or replace temp table {{ this }} as select 1",
        "drop table {{ this.name }}_w",
        "drop table if exists scratch_{{ 'g' }}",
        "create temp table t as select 1",
    ] {
        assert_eq!(altered(harmless), BTreeSet::new(), "{harmless}");
    }
}

#[test]
fn a_table_that_a_statement_names_is_that_table() {
    let named =
        |schema: Option<&str>, table: &str| Altered::Named { schema: schema.map(Into::into), table: table.into() };
    for (text, expected) in [
        ("alter table inventory.a drop column price", named(Some("inventory"), "a")),
        ("alter table if exists only \"inventory\".\"A\" drop price", named(Some("inventory"), "a")),
        ("alter table {{ target.schema }}.a add b int", named(None, "a")),
        ("alter table a drop column price", named(None, "a")),
        ("drop table if exists scratch.work", named(Some("scratch"), "work")),
        ("create or replace table inventory.a as select 1", named(Some("inventory"), "a")),
        ("alter table {{ ref('b_ref') }} drop column price", Altered::Model("b_ref".into())),
        ("create or replace table arch.{{ this.name }} as select 1", Altered::ByJinja(Some("arch".into()))),
    ] {
        assert_eq!(altered(text), BTreeSet::from([expected]), "{text}");
    }
    let both = BTreeSet::from([named(None, "a"), named(Some("s"), "b")]);
    assert_eq!(altered("drop table a, s.b cascade"), both);
}
