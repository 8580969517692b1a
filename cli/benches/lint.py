"""`weft contract lint` beside `datacontract lint`, on one contract of many objects.

    make bench        (or: python cli/benches/lint.py [OBJECTS])
"""

import pathlib
import sys
import tempfile

import check
import measure


def main(objects):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "upstream.odcs.yaml"
        check.contract(objects, check.COLUMNS, path)
        rows = [("`weft contract lint`", measure.median([check.WEFT, "contract", "lint", path]), "")]
        if check.DATACONTRACT.exists():
            rows.append(("`datacontract lint`", measure.median([check.DATACONTRACT, "lint", path], 1), "once"))
        size = path.stat().st_size / 2**20
    measure.table(f"Linting a contract of {objects:,} objects of {check.COLUMNS} properties, {size:.1f} MB", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
