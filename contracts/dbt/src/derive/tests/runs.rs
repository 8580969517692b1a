//! What another run of dbt does that the compiled SQL does not show.

use weft_publication::Publication;

use super::{checks::derived_of_sql, *};

fn sql(more: &Value) -> Value {
    let mut fields = json!({ "language": "sql", "compiled_code": "select id from up.m", "raw_code": "select id from up.m",
        "access": "public", "schema": "shop", "depends_on": { "nodes": ["source.shop.up.m"], "macros": [] } });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fields
}

/// A project with a source whose columns an own model knows: `id`, `price`, `seen_at`.
fn project(nodes: &[Value], macros: Value) -> Value {
    let mut project = manifest(nodes);
    project["sources"] = json!({ "source.shop.up.m": { "unique_id": "source.shop.up.m", "resource_type": "source",
        "package_name": "shop", "name": "m", "schema": "up", "identifier": "m" } });
    project["macros"] = macros;
    project
}

fn upstream() -> Value {
    model(
        "base",
        &sql(&json!({ "compiled_code": "select 1 as id, 2 as price, 3 as seen_at", "depends_on": { "nodes": [] } })),
    )
}

fn over_base(raw: &str, more: &Value) -> Value {
    let mut fields = sql(&json!({ "compiled_code": "select id from shop.base", "raw_code": raw,
        "depends_on": { "nodes": ["model.shop.base"], "macros": [] } }));
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fields
}

/// The columns of `base` that a reader names and passes on to nobody.
fn columns_read(told: &Publication, reader: &str) -> Vec<String> {
    let reading = told.lineage[reader].reading.as_ref().unwrap();
    let base: UniqueId = "model.shop.base".parse().unwrap();
    reading.referenced.get(&base).into_iter().flatten().map(ToString::to_string).collect()
}

#[test]
fn both_branches_of_an_incremental_model_are_read() {
    for (raw, expected) in [
        ("select id from {{ ref('base') }} {% if is_incremental() %} where price > 0 {% endif %}", vec!["price"]),
        ("select id {% if not is_incremental() %} {% else %}, price {% endif %} from {{ ref('base') }}", vec!["price"]),
        (
            "select id from {{ ref('base') }} {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}",
            vec![],
        ),
        ("select id from {{ ref('base') }} {% if target.name %} where price > 0 {% endif %}", vec![]),
    ] {
        let told = derived_of_sql(&project(&[upstream(), model("r", &over_base(raw, &json!({})))], json!({})));
        assert_eq!(columns_read(&told, "model.shop.r"), expected, "{raw}");
    }
    let raw = "select id from {{ ref('base') }} {{ only_new('seen_at') }}";
    let calls = json!({ "depends_on": { "nodes": ["model.shop.base"], "macros": ["macro.shop.only_new"] } });
    let only_new = json!({ "macro.shop.only_new": { "package_name": "shop", "depends_on": { "macros": [] },
        "macro_sql": "{% macro only_new(c) %}{% if is_incremental() %} where {{ c }} > 0 {% endif %}{% endmacro %}" } });
    let told = derived_of_sql(&project(&[upstream(), model("r", &over_base(raw, &calls))], only_new));
    assert_eq!(columns_read(&told, "model.shop.r"), ["seen_at"]);
}

#[test]
fn of_a_source_whose_columns_are_unknown_another_branch_may_read_any() {
    let unknown = |raw: &str| {
        let told = derived_of_sql(&project(&[model("r", &sql(&json!({ "raw_code": raw })))], json!({})));
        let source: UniqueId = "source.shop.up.m".parse().unwrap();
        told.lineage["model.shop.r"].reading.as_ref().unwrap().unresolved.contains(&source)
    };
    assert!(unknown("select id from {{ source('up', 'm') }} {% if is_incremental() %} where price > 0 {% endif %}"));
    assert!(!unknown("select id from {{ source('up', 'm') }} {% if is_incremental() %} where id > 0 {% endif %}"));
}

#[test]
fn a_hook_reads_and_alters_the_table_that_it_gives_to_a_macro_of_any_package() {
    let macros = json!({
        "macro.pkg.count": { "package_name": "pkg", "depends_on": { "macros": [] },
            "macro_sql": "{% macro count(t) %}select count(*) from {{ t }}{% endmacro %}" },
        "macro.pkg.cut": { "package_name": "pkg", "depends_on": { "macros": [] },
            "macro_sql": "{% macro cut(t) %}alter table {{ t }} drop column price{% endmacro %}" },
        "macro.pkg.grow": { "package_name": "pkg", "depends_on": { "macros": [] },
            "macro_sql": "{% macro grow() %}alter table {{ this }} add column more int{% endmacro %}" } });
    let hooked = |hook: &str| {
        json!({ "compiled_code": "select 1 as id", "depends_on": { "nodes": [] },
        "config": { "pre-hook": [{ "sql": hook }] } })
    };
    let told = |hook: &str| {
        let nodes = [upstream(), model("r", &sql(&hooked(hook)))];
        derived_of_sql(&project(&nodes, macros.clone()))
    };
    let reads = told("{{ pkg.count('shop.base') }}");
    assert!(reads.lineage["model.shop.r"].reading.as_ref().unwrap().unresolved.contains("model.shop.base"));
    let unknown = |told: &Publication, of: &str| told.lineage[of].unknown.clone();
    let cuts = told("{{ pkg.cut('shop.base') }}");
    assert_eq!(unknown(&cuts, "model.shop.base").as_deref(), Some("altered_by_hook"));
    assert_eq!(unknown(&cuts, "model.shop.r"), None);
    let grows = told("{{ pkg.grow() }}");
    assert_eq!(unknown(&grows, "model.shop.r").as_deref(), Some("altered_by_hook"));
    assert_eq!(unknown(&grows, "model.shop.base"), None);
}

#[test]
fn columns_of_what_a_macro_of_the_project_builds_are_unknown() {
    let code = |name: &str, package: &str| {
        json!({ (format!("macro.{package}.{name}")): { "package_name": package, "depends_on": { "macros": [] },
            "macro_sql": "{% macro x() %}create table x as select * exclude (price) from y{% endmacro %}" } })
    };
    let own = |more: Value| {
        model(
            "a",
            &sql(&json!({ "compiled_code": "select 1 as id, 2 as price",
        "depends_on": { "nodes": [] }, "config": more })),
        )
    };
    let unknown = |macros: Value, config: Value| {
        derived_of_sql(&project(&[own(config)], macros)).lineage["model.shop.a"].unknown.is_some()
    };
    let (table, view) = (json!({ "materialized": "table" }), json!({ "materialized": "view" }));
    let mine = json!({ "materialized": "mine" });
    assert!(unknown(code("materialization_mine_default", "shop"), mine.clone()));
    assert!(unknown(code("materialization_mine_duckdb", "pkg"), mine));
    assert!(unknown(code("duckdb__create_table_as", "shop"), table.clone()));
    assert!(unknown(code("create_table_as", "shop"), table.clone()));
    assert!(!unknown(code("duckdb__create_table_as", "shop"), view));
    assert!(!unknown(code("duckdb__create_table_as", "pkg"), table.clone()));
    assert!(!unknown(code("create_table_as", "dbt"), table.clone()));
    assert!(!unknown(code("materialization_mine_default", "shop"), table));
}

#[test]
fn a_model_that_fails_on_other_columns_takes_a_fixed_number_of_them() {
    let fixed = |config: Value| {
        let star = sql(&json!({ "compiled_code": "select * from up.m", "config": config }));
        let told = derived_of_sql(&project(&[model("r", &star)], json!({})));
        told.lineage["model.shop.r"].reading.as_ref().unwrap().growth.fixed.contains("source.shop.up.m")
    };
    assert!(fixed(json!({ "materialized": "incremental", "on_schema_change": "fail" })));
    assert!(!fixed(json!({ "materialized": "incremental", "on_schema_change": "append_new_columns" })));
    assert!(!fixed(json!({ "materialized": "table", "on_schema_change": "fail" })));
}

/// Whether all that a reader takes from a relation is unknown.
fn is_open(told: &Publication, reader: &str, read: &str) -> bool {
    let reading = told.lineage[reader].reading.as_ref();
    reading.is_some_and(|reading| reading.unresolved.iter().any(|unresolved| unresolved.as_str() == read))
}

#[test]
fn a_header_is_sql_that_dbt_runs_before_the_model() {
    let header = "create temp table q as select price from shop.base;";
    let in_config = json!({ "raw_code": "select 1 as id", "compiled_code": "select 1 as id",
        "depends_on": { "nodes": [], "macros": [] }, "config": { "sql_header": header } });
    let in_code = json!({ "raw_code": format!("{{{{ config(sql_header='{header}') }}}} select 1 as id"),
        "compiled_code": " select 1 as id", "depends_on": { "nodes": [], "macros": [] } });
    let in_call = json!({
        "raw_code": format!("{{% call set_sql_header(config) %}} {header} {{%- endcall %}} select 1 as id"),
        "compiled_code": " select 1 as id", "depends_on": { "nodes": [], "macros": ["macro.dbt.set_sql_header"] } });
    for header in [in_config, in_code, in_call] {
        let told = derived_of_sql(&project(&[upstream(), model("r", &sql(&header))], json!({})));
        assert!(is_open(&told, "model.shop.r", "model.shop.base"), "{header:#}");
    }
}

#[test]
fn what_a_macro_makes_of_the_sql_of_a_node_that_it_builds_is_unknown() {
    let told = |text: &str| {
        let mine = json!({ "macro.shop.materialization_mine_default": { "package_name": "shop",
            "depends_on": { "macros": [] },
            "macro_sql": format!("{{% materialization mine, default %}}{text}{{% endmaterialization %}}") } });
        let config = json!({ "config": { "materialized": "mine" } });
        let reader = over_base("select id from {{ ref('base') }}", &config);
        derived_of_sql(&project(&[upstream(), model("r", &reader)], mine))
    };
    let plain = told("{% call statement('main') %}create table x as {{ sql }}{% endcall %}");
    assert!(!is_open(&plain, "model.shop.r", "model.shop.base"));
    let wider = told("{% call statement('main') %}create table x as {{ sql.replace('id', '*') }}{% endcall %}");
    assert!(is_open(&wider, "model.shop.r", "model.shop.base"));
    let beside = told("{% call statement('main') %}create table x as {{ sql }} join up.m using (id){% endcall %}");
    assert!(is_open(&beside, "model.shop.r", "source.shop.up.m"));
}

#[test]
fn a_table_whose_name_only_a_run_knows_makes_the_node_unknown() {
    let unknown = |raw: &str, macros: Value| {
        let calls: Vec<String> = macros.as_object().unwrap().keys().cloned().collect();
        let reader = over_base(raw, &json!({ "depends_on": { "nodes": ["model.shop.base"], "macros": calls } }));
        let told = derived_of_sql(&project(&[upstream(), model("r", &reader)], macros));
        told.lineage["model.shop.r"].unknown.clone()
    };
    let values = json!({ "macro.shop.vals": { "package_name": "shop", "depends_on": { "macros": [] },
        "macro_sql": "{% macro vals(t) %}{% do run_query('select price from ' ~ t) %}{% endmacro %}" } });
    let in_pieces = Some("name_in_pieces".to_owned());
    assert_eq!(unknown("{% do run_query('select price from raw.' ~ t) %} select id", json!({})), in_pieces);
    assert_eq!(unknown("{{ vals('raw.' ~ t) }} select id", values.clone()), in_pieces);
    assert_eq!(unknown("{{ vals(target.schema ~ '.' ~ t) }} select id", values.clone()), in_pieces);
    assert_eq!(unknown("{{ vals('raw.' ~ 'items') }} select id", values.clone()), None);
    assert_eq!(unknown("{{ vals(ref('base')) }} select id", values), None);
    assert_eq!(unknown("select id from {{ 'raw.' ~ t }}", json!({})), None, "what dbt compiled has the name");
}

#[test]
fn a_literal_is_known_for_what_it_is_also_through_another_model() {
    let staged = "select 2.5 as a, 'x' as b, true as c, -1 as d, 1 + 1 as e, cast(1 as varchar) as f, null as g";
    let staged = model("base", &sql(&json!({ "compiled_code": staged, "depends_on": { "nodes": [] } })));
    let mart = over_base(
        "",
        &json!({ "compiled_code": "with x as (select * from shop.base) select * from x
        union all select 1, 2, false, 3, 4, 'y', 'z'" }),
    );
    let told = derived_of_sql(&project(&[staged, model("r", &mart)], json!({})));
    let kinds = |id: &str| -> Vec<String> {
        let columns = told.interface[id].columns.iter();
        columns.filter_map(|column| Some(format!("{} is {}", column.name, column.literal?))).collect()
    };
    assert_eq!(kinds("model.shop.base"), ["a is a number", "b is a text", "c is a boolean", "d is a number"]);
    assert_eq!(kinds("model.shop.r"), ["a is a number", "c is a boolean", "d is a number"]);
}
