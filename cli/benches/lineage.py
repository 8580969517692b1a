"""Column lineage of a generated project of 5,000 models, shaped as real ones, and of the largest real manifest at hand.

    make bench        (or: python cli/benches/lineage.py [MODELS])

Models per second are of the lineage alone: what reading the manifest takes is taken off.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import generate_manifest
import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
DATA = pathlib.Path(os.environ.get("WEFT_SHARED_DATA", ROOT.parent / "shared" / "data"))
COLUMNS = 25
TYPES = ["integer", "varchar", "numeric(18,3)", "timestamp", "boolean", "date"]


def relation(index):
    return f'"mesh"."upstream"."model_{index:05d}"'


def columns(prefix="", start=0):
    return [f"{prefix}column_{c:02d}" for c in range(start, COLUMNS)]


def lines(items):
    return ",\n        ".join(items)


def staging(_):
    """Renames and casts, as packages of staging models do."""
    renamed = [f"cast(source.field_{c:02d} as {TYPES[c % len(TYPES)]}) as column_{c:02d}" for c in range(COLUMNS)]
    return (
        'with source as (\n    select * from "mesh"."raw"."events"\n),\n\nrenamed as (\n    select\n        '
        f"{lines(renamed)}\n    from source\n    where not coalesce(source._deleted, false)\n)\n\nselect * from renamed\n"
    )


def joined(parents):
    """The newest row of each key, with another model's columns beside it."""
    own = [f"coalesce(newest.column_{c:02d}, other.column_{c:02d}) as column_{c:02d}" for c in range(1, COLUMNS)]
    return (
        f"with base as (\n    select * from {relation(parents[0])}\n),\n\nother as (\n    select * from {relation(parents[1])}\n"
        "),\n\nranked as (\n    select\n        base.*,\n        row_number() over (partition by column_00 order by column_03 desc)"
        " as place\n    from base\n),\n\nnewest as (\n    select * from ranked where place = 1\n)\n\nselect\n        "
        f"newest.column_00,\n        {lines(own)}\nfrom newest\nleft join other on newest.column_00 = other.column_00\n"
    )


def united(parents):
    """Two models one below the other, incrementally."""
    newer = f"where column_03 > (select max(column_03) from {relation(parents[1])})"
    one, other = (f"select {', '.join(columns())} from {relation(parent)} {newer}" for parent in parents)
    return f"with united as (\n    {one}\n    union all\n    {other}\n)\n\nselect * from united\n"


def mart(parents):
    """Numbers by key, with windows over them."""
    sums = [f"sum(case when facts.column_04 then facts.column_{c:02d} else 0 end) as column_{c:02d}" for c in range(1, COLUMNS - 2)]
    return (
        f"with facts as (\n    select * from {relation(parents[0])}\n),\n\nkeys as (\n    select * from {relation(parents[1])}\n),\n\n"
        f"totals as (\n    select\n        keys.column_00,\n        {lines(sums)},\n        count(distinct facts.column_01) as column_23\n"
        "    from facts\n    inner join keys on keys.column_00 = facts.column_00\n    where keys.column_05 >= '2024-01-01'\n"
        "    group by 1\n    having count(*) > 1\n)\n\nselect\n    totals.*,\n"
        "    sum(column_02) over (order by column_00 rows between unbounded preceding and current row) as column_24\nfrom totals\n"
    )


def model(index):
    """Of ten models four are staging; the others read two of those before them."""
    node = generate_manifest.model(index, COLUMNS)
    kind = index % 10
    parents = [] if kind < 4 else [index - 1 - kind % 3, index - 4]
    build = staging if kind < 4 else joined if kind < 7 else united if kind < 9 else mart
    node["compiled_code"] = build(parents)
    node["depends_on"]["nodes"] = [f"model.{generate_manifest.PROJECT}.model_{parent:05d}" for parent in parents]
    node["contract"] = node["config"]["contract"] = {"enforced": False}
    node["columns"] = {}
    return node["unique_id"], node


def write(count, path):
    metadata = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.16",
        "project_name": generate_manifest.PROJECT, "adapter_type": "postgres",
    }
    path.write_text(json.dumps({"metadata": metadata, "nodes": dict(model(index) for index in range(count))}))


def compiled(path):
    """How many nodes of a manifest have compiled SQL."""
    try:
        nodes = json.loads(path.read_bytes())["nodes"]
        return sum(1 for node in nodes.values() if node["resource_type"] == "model" and node.get("compiled_code"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0


def main(models):
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", "-p", "contracts", "--features", "lineage", "--examples"],
        cwd=ROOT, check=True,
    )
    examples = TARGET / "release" / "examples"
    with tempfile.TemporaryDirectory() as folder:
        generated = pathlib.Path(folder) / "manifest.json"
        write(models, generated)
        real = max(DATA.glob("manifests/*.json"), key=compiled, default=None)
        rows = []
        for name, path in (("generated", generated), ("the largest real one", real)):
            if path is None:
                continue
            fields = measure.median([examples / "read_manifest", "fields", path])
            size = path.stat().st_size / 2**20
            rows.append((f"{name}: the manifest alone", fields, f"{size:.0f} MB"))
            for threads in (1, 2):
                command = [examples / "read_lineage", path, str(threads)]
                nodes, read, columns, certain = map(int, subprocess.check_output(command).split())
                taken = measure.median(command)
                speed = read / max(taken[1 if threads == 1 else 0] - fields[1 if threads == 1 else 0], 0.001)
                note = f"{read} of {nodes} models, {certain} of {columns} columns; {speed:,.0f} models/s"
                rows.append((f"{name}: with lineage, {threads} thread{'s' * (threads > 1)}", taken, note))
        measure.table("Column lineage", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
