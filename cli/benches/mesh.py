"""The registry over a mesh of 300 projects of 100 models: who reads a node, and what lies around it.

    make bench        (or: python cli/benches/mesh.py [PROJECTS [MODELS]])
"""

import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEFT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "weft"
COLUMNS = [f"column_{number}" for number in range(10)]
HOW = ["as_is", "renamed", "transformed", "aggregated"]
# One model in this many is public, one in this many reads another project.
PUBLIC, FOREIGN = 5, 10


def node(project, model):
    return f"model.p{project:03}.m{model:03}"


def reading(rng, reads):
    """Each column is made of one of what is read; one column decides the rows."""
    columns = {}
    for column in COLUMNS:
        read = rng.choice(reads)
        columns[column] = {read: {rng.choice(COLUMNS): rng.choice(HOW)}}
    return {"columns": columns, "rows": {reads[0]: {COLUMNS[0]: ["join"]}}}


def publication(rng, project, models):
    """A chain of models as wide as it is long; some read public models of three projects upstream."""
    upstreams = sorted({max(project - 1, 0), project // 2, rng.randrange(project)} if project else set())
    interface, lineage, uses = {}, {}, []
    for model in range(models):
        own = [node(project, rng.randrange(model)) for _ in range(2)] if model else []
        foreign = []
        if upstreams and model % FOREIGN == 0:
            upstream = rng.choice(upstreams)
            foreign = [(upstream, node(upstream, rng.randrange(models // PUBLIC) * PUBLIC))]
        reads = sorted(set(own)) + [unique_id for _, unique_id in foreign]
        entry = {"resource_type": "model"}
        if own:
            entry["depends_on"] = sorted(set(own))
        if reads:
            entry["reading"] = reading(rng, reads)
        lineage[node(project, model)] = entry
        for upstream, unique_id in foreign:
            read = {column: ["as_is"] for inputs in entry["reading"]["columns"].values()
                    for column in inputs.get(unique_id, {})}
            uses.append({"reader": node(project, model), "upstream": f"p{upstream:03}", "unique_id": unique_id,
                         "via": "ref", "columns": read})
        if model % PUBLIC == 0:
            columns = [{"name": name, "data_type": "integer", "description": f"What {name} means to its readers.",
                        "origin": "contract"} for name in COLUMNS]
            interface[node(project, model)] = {
                "name": f"m{model:03}", "resource_type": "model", "access": "public", "contract": {"enforced": True},
                "description": "The facts of this step, a row a key.", "columns": columns}
    relations = {node(project, model): {"database": "mesh", "schema": f"p{project:03}", "identifier": f"m{model:03}"}
                 for model in range(models)}
    return {
        "publication": {"package_name": f"p{project:03}", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
                        "interface": interface, "lineage": lineage,
                        "uses": sorted(uses, key=lambda used: used["reader"])},
        "relations": relations, "deploy_to": "prod",
    }


class Registry:
    """A served registry, and a connection that is kept."""

    def __init__(self, database):
        command = [WEFT, "serve", "--listen", "127.0.0.1:0", "--public-hub", "none", "--database", database]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = self.process.stdout.readline().strip().rsplit("/", 1)[-1]
        self.connection = http.client.HTTPConnection(address)

    def ask(self, method, path, body=None):
        """The answer and how long it took, in milliseconds."""
        start = time.perf_counter()
        headers = {"content-type": "application/json"} if body else {}
        self.connection.request(method, path, body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        read = answer.read()
        taken = (time.perf_counter() - start) * 1000
        if answer.status >= 300:
            sys.exit(f"{method} {path} answered {answer.status}: {read[:2000].decode(errors='replace')}")
        return json.loads(read), taken

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        resident = [line.split()[1] for line in lines if line.startswith("VmRSS")]
        return f"{int(resident[0]) / 1024:.0f}" if resident else "?"

    def stop(self):
        self.process.terminate()
        self.process.wait()


def quantiles(times):
    ordered = sorted(times)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1]


def main(projects, models):
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        database = pathlib.Path(folder) / "weft.db"
        registry = Registry(database)
        path = "/v1/projects/p{0:03}/publications/1.0.0"
        publishes = [registry.ask("PUT", path.format(project), publication(rng, project, models))[1]
                     for project in range(projects)]
        registry.stop()
        registry = Registry(database)
        nodes = [(rng.randrange(projects), rng.randrange(models // PUBLIC) * PUBLIC) for _ in range(300)]
        of = "/v1/projects/p{0:03}/nodes/{1}"
        paths = [of.format(project, urllib.parse.quote(node(project, model))) for project, model in nodes]
        _, cold = registry.ask("GET", paths[0] + "/consumers")
        rows = [("the first request after a start", [cold], "the mesh is read and put together")]
        for name, question in [("/consumers of a node", "/consumers"),
                               ("/consumers of a column", "/consumers?column=column_3"),
                               ("/lineage of a node, depth 5", "/lineage"),
                               ("/lineage of a node with columns, depth 20", "/lineage?columns=true&depth=20"),
                               ("/lineage of a column, depth 20", "/lineage?columns=column_3&depth=20")]:
            answers = [registry.ask("GET", path + question) for path in paths]
            largest = max(len(answer.get("nodes", answer.get("items", []))) for answer, _ in answers)
            rows.append((name, [taken for _, taken in answers], f"up to {largest} told"))
        graph = [registry.ask("GET", "/v1/graph?limit=1000")[1] for _ in range(30)]
        rows.append(("/graph of the projects", graph, ""))
        ask = [registry.ask("GET", f"/v1/projects/p{rng.randrange(projects):03}/can-deploy")[1] for _ in range(30)]
        rows.append(("/can-deploy", ask, ""))
        rows.append((f"publish and deploy, the last {len(publishes) // 6} of them", publishes[-(len(publishes) // 6):], ""))
        print(f"\n### A mesh of {projects} projects, {projects * models:,} models, on SQLite\n")
        print("| | median ms | 95% ms | slowest ms | |\n| --- | ---: | ---: | ---: | --- |")
        for name, times, note in rows:
            print("| {} | {:.1f} | {:.1f} | {:.1f} | {} |".format(name, *quantiles(times), note))
        print(f"\n{registry.memory()} MB resident; the database has {database.stat().st_size / 2**20:.0f} MB")
        registry.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, int(sys.argv[2]) if len(sys.argv) > 2 else 100)
