"""`weft publish` of a 10,000-model manifest, beside plain serde_json parses of the file and dbt-loom's load of it.

    make bench        (or: python cli/benches/publish.py [MODELS])
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WEFT = TARGET / "release" / "weft"
LOOM = """
import sys
from dbt_loom import convert_model_nodes_to_model_node_args, identify_node_subgraph
from dbt_loom.config import FileReferenceConfig, ManifestReference, ManifestReferenceType
from dbt_loom.manifests import ManifestLoader
reference = ManifestReference(
    name="upstream", type=ManifestReferenceType.file, config=FileReferenceConfig(path=sys.argv[1])
)
print(len(convert_model_nodes_to_model_node_args(identify_node_subgraph(ManifestLoader().load(reference)))))
"""


def main(models):
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", "-p", "contracts", "--example", "read_manifest"],
        cwd=ROOT, check=True,
    )
    example = TARGET / "release" / "examples" / "read_manifest"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        manifest = folder / "target" / "manifest.json"
        manifest.parent.mkdir()
        subprocess.run([sys.executable, ROOT / "cli/benches/generate_manifest.py", str(models), manifest], check=True)
        (folder / "dbt_project.yml").write_text("name: upstream\nversion: 1.0.0\n")
        registry = folder / "registry"

        def fresh():
            shutil.rmtree(registry, ignore_errors=True)

        publish = [WEFT, "publish", "--project-dir", folder, "--registry", registry / "weft.db"]
        again = measure.median(publish, before=fresh)
        measure.once(publish)
        size = manifest.stat().st_size / 2**20
        rows = [
            ("`weft publish`, embedded registry", again, f"{models:,} models, {size:.0f} MB"),
            ("`weft publish` again, unchanged", measure.median(publish), ""),
            ("serde_json, every byte skipped", measure.median([example, "skip", manifest]), "the parser alone"),
            ("serde_json, into the needed fields", measure.median([example, "fields", manifest]), ""),
            ("serde_json, into a `Value`", measure.median([example, "value", manifest]), ""),
            ("dbt-loom 0.9.6 loads it", measure.median([sys.executable, "-c", LOOM, manifest]), ""),
        ]
        measure.table("Publishing a large project", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
