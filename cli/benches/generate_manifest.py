"""Writes a dbt manifest (v12) as large and as shaped as a real one: SQL, compiled SQL, columns, tests, macros.

    python generate_manifest.py 10000 target/manifest.json [COLUMNS]

Ten thousand models of 12 columns come to about 124 MB. The same numbers give the same bytes.
"""

import hashlib
import json
import sys

PROJECT = "upstream"
COLUMNS = 12
TYPES = ["integer", "varchar", "decimal(18,3)", "timestamp", "boolean", "date"]
FILLER = "\n".join(
    f"    coalesce(cast(source.field_{i:02d} as varchar), '') as field_{i:02d}," for i in range(25)
)


def model_sql(index, table, columns):
    keys = ",\n".join(f"    source.column_{c:02d}" for c in range(columns))
    return (
        f"with source as (\n    select * from {table}\n),\n\nrenamed as (\n    select\n{FILLER}\n{keys}\n"
        f"    from source\n    where source.column_00 > {index}\n)\n\nselect * from renamed\n"
    )


def config(materialized):
    return {
        "enabled": True, "alias": None, "schema": None, "database": None, "tags": ["nightly"], "meta": {},
        "group": None, "materialized": materialized, "incremental_strategy": None, "batch_size": None, "lookback": 1,
        "begin": None, "persist_docs": {}, "post-hook": [], "pre-hook": [], "quoting": {}, "column_types": {},
        "full_refresh": None, "unique_key": None, "on_schema_change": "ignore",
        "on_configuration_change": "apply", "grants": {}, "packages": [],
        "docs": {"show": True, "node_color": None}, "contract": {"enforced": True, "alias_types": True},
        "event_time": None, "concurrent_batches": None, "access": "public", "freshness": None,
    }


def column(index):
    return {
        "name": f"column_{index:02d}", "description": f"What column {index} of this model means to its readers.",
        "meta": {}, "data_type": TYPES[index % len(TYPES)], "constraints": [], "quote": None,
        "config": {"meta": {}, "tags": []}, "tags": [], "granularity": None, "doc_blocks": [],
    }


def model(index, columns):
    name = f"model_{index:05d}"
    parent = f"model.{PROJECT}.model_{index - 1:05d}" if index % 10 else None
    raw = model_sql(index, "{{ ref('model_%05d') }}" % (index - 1) if parent else "{{ source('raw', 'events') }}", columns)
    compiled = model_sql(index, f'"mesh"."upstream"."model_{index - 1:05d}"', columns)
    return {
        "database": "mesh", "schema": "upstream", "name": name, "resource_type": "model", "package_name": PROJECT,
        "path": f"marts/{name}.sql", "original_file_path": f"models/marts/{name}.sql",
        "unique_id": f"model.{PROJECT}.{name}", "fqn": [PROJECT, "marts", name], "alias": name,
        "checksum": {"name": "sha256", "checksum": hashlib.sha256(raw.encode()).hexdigest()},
        "config": config("table"), "tags": ["nightly"], "description": f"The facts of step {index}, a row a key.",
        "columns": {f"column_{c:02d}": column(c) for c in range(columns)}, "meta": {}, "group": None,
        "docs": {"show": True, "node_color": None}, "patch_path": f"{PROJECT}://models/marts/schema.yml",
        "build_path": None, "unrendered_config": {"materialized": "table"}, "created_at": 1760000000.0 + index,
        "relation_name": f'"mesh"."upstream"."{name}"', "raw_code": raw, "doc_blocks": [], "language": "sql",
        "refs": [{"name": parent.rsplit(".", 1)[1], "package": None, "version": None}] if parent else [],
        "sources": [], "metrics": [], "functions": [],
        "depends_on": {"macros": [], "nodes": [parent] if parent else []},
        "compiled_path": f"target/compiled/{PROJECT}/models/marts/{name}.sql", "compiled": True,
        "compiled_code": compiled, "extra_ctes_injected": True, "extra_ctes": [],
        "contract": {"enforced": True, "alias_types": True, "checksum": "0" * 64}, "access": "public",
        "constraints": [], "version": None, "latest_version": None, "deprecation_date": None, "primary_key": [],
        "time_spine": None,
    }


def test(index, kind, column_name):
    target = f"model.{PROJECT}.model_{index:05d}"
    name = f"{kind}_model_{index:05d}_{column_name}"
    return {
        "test_metadata": {
            "name": kind, "namespace": None,
            "kwargs": {"column_name": column_name, "model": "{{ get_where_subquery(ref('model_%05d')) }}" % index},
        },
        "database": "mesh", "schema": "upstream_dbt_test__audit", "name": name, "resource_type": "test",
        "package_name": PROJECT, "path": f"{name}.sql", "original_file_path": "models/marts/schema.yml",
        "unique_id": f"test.{PROJECT}.{name}.{hashlib.md5(name.encode()).hexdigest()[:10]}",
        "fqn": [PROJECT, "marts", name], "alias": name, "checksum": {"name": "none", "checksum": ""},
        "config": {"enabled": True, "severity": "ERROR", "tags": [], "meta": {}, "materialized": "test"},
        "tags": [], "description": "", "columns": {}, "meta": {}, "created_at": 1760000000.0,
        "raw_code": "{{ test_%s(**_dbt_generic_test_kwargs) }}" % kind, "language": "sql",
        "refs": [{"name": f"model_{index:05d}", "package": None, "version": None}], "sources": [], "metrics": [],
        "depends_on": {"macros": [f"macro.dbt.test_{kind}"], "nodes": [target]}, "column_name": column_name,
        "file_key_name": f"models.model_{index:05d}", "attached_node": target,
    }


def entries(count, columns):
    for index in range(count):
        node = model(index, columns)
        yield node["unique_id"], node
        for kind, column_name in (("not_null", "column_00"), ("unique", "column_00"), ("not_null", "column_01")):
            node = test(index, kind, column_name)
            yield node["unique_id"], node


def write(count, out, columns=COLUMNS):
    metadata = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.16",
        "generated_at": "2026-01-01T00:00:00.000000Z", "invocation_id": "00000000-0000-0000-0000-000000000000",
        "env": {}, "project_name": PROJECT, "project_id": hashlib.md5(PROJECT.encode()).hexdigest(),
        "adapter_type": "duckdb",
        "quoting": {"database": True, "schema": True, "identifier": True, "column": None},
    }
    macros = {
        f"macro.dbt.macro_{i:04d}": {
            "name": f"macro_{i:04d}", "resource_type": "macro", "package_name": "dbt", "path": "macros/x.sql",
            "original_file_path": "macros/x.sql", "unique_id": f"macro.dbt.macro_{i:04d}",
            "macro_sql": "{% macro x() %}" + "select 1 -- padding as in dbt's own macros\n" * 30 + "{% endmacro %}",
            "depends_on": {"macros": []}, "description": "", "meta": {}, "arguments": [],
        }
        for i in range(500)
    }
    parents = {f"model.{PROJECT}.model_{i:05d}": [f"model.{PROJECT}.model_{i - 1:05d}"] if i % 10 else [] for i in range(count)}
    out.write('{"metadata":' + json.dumps(metadata) + ',"nodes":{')
    for position, (key, node) in enumerate(entries(count, columns)):
        out.write(("," if position else "") + json.dumps(key) + ":" + json.dumps(node))
    out.write("}")
    rest = {
        "sources": {}, "macros": macros, "docs": {}, "exposures": {}, "metrics": {}, "groups": {}, "selectors": {},
        "disabled": {}, "parent_map": parents, "child_map": {}, "group_map": {}, "saved_queries": {},
        "semantic_models": {}, "unit_tests": {}, "functions": {},
    }
    for key, value in rest.items():
        out.write("," + json.dumps(key) + ":" + json.dumps(value))
    out.write("}")


if __name__ == "__main__":
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        write(int(sys.argv[1]), file, *map(int, sys.argv[3:]))
