"""`dbt parse` of a 20-model project against an upstream of 10,000 public models, by each way to inject them.

    make bench        (or: python cli/benches/parse.py [MODELS])

Each is a full parse (no partial parsing): the median of three, or one run where a run takes minutes.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEFT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "weft"
DBT = pathlib.Path(sys.executable).parent / "dbt"
PROFILE = "downstream:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: downstream}\n"
PROJECT = "name: downstream\nversion: 1.0.0\nconfig-version: 2\nprofile: downstream\nflags: {send_anonymous_usage_stats: false}\n"


def downstream(folder, upstream):
    """A project of 20 models, a chain; with `upstream`, each also reads one upstream model."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    (folder / "weft.yml").write_text("requires: {upstream: '*'}\n" if upstream else "")
    for index in range(20):
        own = f"select * from {{{{ ref('m{index - 1:02d}') }}}}" if index else "select 1 as column_00"
        other = f"\nunion all select column_00 from {{{{ ref('upstream', 'model_{index * 7:05d}') }}}}" if upstream else ""
        (folder / "models" / f"m{index:02d}.sql").write_text(own + other)
    return folder


def parse(folder, runs=3, **env):
    def clean():
        shutil.rmtree(folder / "target", ignore_errors=True)

    command = [DBT, "--quiet", "parse", "--no-partial-parse", "--profiles-dir", ".", "--project-dir", "."]
    taken = measure.median(command, runs, before=clean, cwd=folder, env=env)
    nodes = json.loads((folder / "target" / "manifest.json").read_bytes())["nodes"]
    return taken, f"{len(nodes):,} nodes in the downstream manifest"


def main(models):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        full = folder / "upstream" / "target" / "manifest.json"
        full.parent.mkdir(parents=True)
        subprocess.run([sys.executable, ROOT / "cli/benches/generate_manifest.py", str(models), full], check=True)
        registry = ["--registry", folder / "weft.db"]
        measure.once([WEFT, "publish", "--project-dir", folder / "upstream", *registry])

        def resolved(*flags):
            project = downstream(folder / "downstream", True)
            measure.once([WEFT, "resolve", "--write", "--project-dir", project, *registry, *flags])
            if "loom" not in flags:
                measure.once([DBT, "--quiet", "deps", "--profiles-dir", "."], cwd=project)
            return project

        def loom(project, path):
            (project / "loom.yml").write_text(
                f"manifests:\n  - name: upstream\n    type: file\n    config: {{path: '{path}'}}\n"
            )
            return {"DBT_LOOM_CONFIG": str(project / "loom.yml")}

        none = parse(downstream(folder / "downstream", False))
        package = parse(resolved())
        slim = resolved("--binding", "loom")
        slim = parse(slim, **loom(slim, slim / ".weft" / "loom" / "upstream.manifest.json"))
        whole = downstream(folder / "downstream", True)
        whole = parse(whole, 1, **loom(whole, full))
        everything = parse(resolved("--all"), 1)
        rows = [
            ("no upstream", none), ("`package`, the 20 that are named", package), ("`loom`, slim manifest", slim),
            ("dbt-loom on the full manifest", whole), ("`package --all`", everything),
        ]
        base = none[0][1]
        measure.table(
            f"`dbt parse` of 20 models against {models:,} upstream",
            [(name, taken, f"{taken[1] - base:+.2f} s of cpu over no upstream; {note}") for name, (taken, note) in rows],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
