"""`weft check` of projects in which every model lost a column, beside `datacontract breaking` on the same columns.

    make bench        (or: python cli/benches/check.py [MODELS ...])

`datacontract` is in an environment of its own, so that what it needs cannot disturb dbt. Beyond 1,000 models it is
measured only where DATACONTRACT=all is set: it takes minutes.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import generate_manifest
import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WEFT = TARGET / "release" / "weft"
DATACONTRACT = ROOT / ".venv-datacontract" / "bin" / "datacontract"
COLUMNS = 20
LOGICAL = {"integer": "integer", "varchar": "string", "decimal(18,3)": "number", "boolean": "boolean"}
FOUND = 1


def contract(models, columns, path):
    """The same models and columns as an ODCS document: no SQL, no tests, no macros."""
    with open(path, "w", encoding="utf-8") as out:
        out.write("apiVersion: v3.1.0\nkind: DataContract\nid: upstream\nversion: 1.0.0\nstatus: active\nschema:\n")
        for index in range(models):
            out.write(f"  - name: model_{index:05d}\n    physicalType: table\n    properties:\n")
            for column in map(generate_manifest.column, range(columns)):
                out.write(
                    f"      - name: {column['name']}\n        physicalType: {column['data_type']}\n"
                    f"        logicalType: {LOGICAL.get(column['data_type'], 'date')}\n"
                    f"        description: {column['description']}\n"
                )


def manifest(models, columns, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        generate_manifest.write(models, out, columns)
    return path.stat().st_size / 2**20


def weft(models, folder):
    """`weft check` of two manifests."""
    size = manifest(models, COLUMNS, folder / "baseline.json")
    manifest(models, COLUMNS - 1, folder / "target" / "manifest.json")
    (folder / "dbt_project.yml").write_text("name: upstream\nversion: 1.0.0\n")
    command = [WEFT, "check", "--project-dir", folder, "--against", f"file:{folder / 'baseline.json'}"]
    return measure.median(command, codes=(FOUND,)), f"two manifests of {size:.0f} MB, with SQL and tests"


def datacontract(models, folder):
    """`datacontract breaking` of two documents; once where once takes minutes."""
    contract(models, COLUMNS, folder / "baseline.yaml")
    contract(models, COLUMNS - 1, folder / "current.yaml")
    size = (folder / "baseline.yaml").stat().st_size / 2**20
    command = [DATACONTRACT, "breaking", folder / "baseline.yaml", folder / "current.yaml"]
    runs = 3 if models <= 1_000 else 1
    return measure.median(command, runs, codes=(FOUND,)), f"two documents of {size:.1f} MB, columns alone"


def rules(models):
    """The rules alone, over publications in memory in which every column changed."""
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", "-p", "contracts", "--example", "time_check"],
        cwd=ROOT, check=True,
    )
    command = [TARGET / "release" / "examples" / "time_check", str(models), str(COLUMNS)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main(sizes):
    rows = []
    for models in sizes:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            rows.append((f"`weft check`, {models:,} models", *weft(models, folder)))
            if models <= 1_000 or os.environ.get("DATACONTRACT") == "all":
                rows.append((f"`datacontract breaking`, {models:,} models", *datacontract(models, folder)))
    measure.table(f"A check of models of {COLUMNS} columns, each of which lost one", rows)
    for models in sizes:
        print(f"\nThe rules alone, {models:,} models in which every column changed: {rules(models)}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000])
