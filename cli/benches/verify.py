"""`weft contract verify` beside `datacontract test`: one table in PostgreSQL, one contract of 20 checks.

    TEST_DATABASE_URL=postgres://... python cli/benches/verify.py [ROWS]

The table is made in a database of its own, which is dropped at the end. CPU and memory are those of the command: what
PostgreSQL does shows in the wall time alone. The profile of the build is release, unless PROFILE says another. Where
datacontract-cli is not installed, weft is measured alone, and that is said.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WEFT = TARGET / os.environ.get("PROFILE", "release") / "weft"
DATACONTRACT = pathlib.Path(os.environ.get("DATACONTRACT_BIN", ROOT / ".venv-datacontract" / "bin" / "datacontract"))
DATABASE = f"weft_bench_{os.getpid()}"

TABLE = """
create table orders as
select i as id, 1 + i % 100000 as customer_id, (array['open', 'paid', 'sent'])[1 + i % 3] as status,
    (i % 10000)::numeric(10, 2) / 7 as amount, 'A-' || i as code, 'customer' || i || '@example.com' as email,
    (i % 50)::integer as quantity, date '2020-01-01' + (i % 1500)::integer as day,
    now() - (i % 100000) * interval '1 second' as created_at, repeat('x', (i % 40)::integer) as note
from generate_series(1, {rows}) as t(i)
"""

# Twenty that both know: nulls, ranges, lengths, patterns, lists, one key, one query, the number of rows.
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: orders
name: orders
version: 1.0.0
status: active
servers:
  - server: bench
    type: postgres
    host: {host}
    port: {port}
    database: {database}
    schema: public
schema:
  - name: orders
    physicalType: table
    quality:
      - {{type: library, metric: rowCount, mustBe: {rows}}}
      - {{type: sql, query: 'select count(*) from orders where amount > 5000', mustBe: 0}}
    properties:
      - {{name: id, logicalType: integer, required: true, unique: true, logicalTypeOptions: {{minimum: 1, maximum: {rows}}}}}
      - {{name: customer_id, logicalType: integer, required: true, logicalTypeOptions: {{minimum: 1}}}}
      - name: status
        logicalType: string
        required: true
        quality:
          - {{type: library, metric: invalidValues, arguments: {{validValues: [open, paid, sent]}}, mustBe: 0}}
      - {{name: amount, logicalType: number, required: true, logicalTypeOptions: {{minimum: 0, maximum: 2000}}}}
      - {{name: code, logicalType: string, logicalTypeOptions: {{pattern: '^A-[0-9]+$', minLength: 3, maxLength: 12}}}}
      - {{name: email, logicalType: string, required: true, logicalTypeOptions: {{maxLength: 60}}}}
      - {{name: quantity, logicalType: integer, quality: [{{type: library, metric: nullValues, mustBe: 0}}]}}
      - {{name: day, logicalType: date}}
      - {{name: created_at, logicalType: timestamp}}
      - {{name: note, logicalType: string, logicalTypeOptions: {{maxLength: 40}}}}
"""


def psql(url, statement):
    subprocess.run(["psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", url, "-c", statement], check=True)


def main(rows):
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        return print("skipped: set TEST_DATABASE_URL to a PostgreSQL server's URL", file=sys.stderr)
    place = urllib.parse.urlsplit(server)
    url = place._replace(path=f"/{DATABASE}").geturl()
    psql(server, f"create database {DATABASE}")
    try:
        psql(url, TABLE.format(rows=rows))
        psql(url, "vacuum analyze orders")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "orders.odcs.yaml"
            path.write_text(
                CONTRACT.format(rows=rows, host=place.hostname, port=place.port or 5432, database=DATABASE)
            )
            compare(rows, path, url, place)
    finally:
        psql(server, f"drop database {DATABASE} with (force)")


def compare(rows, path, url, place):
    command = [WEFT, "contract", "verify", path, "--timeout", "3600"]
    taken = measure.median(command, env={"WEFT_DSN_BENCH": url})
    results = [("`weft contract verify`", taken, "one scan for all but the key and the query")]
    if DATACONTRACT.exists():
        secrets = {
            "DATACONTRACT_POSTGRES_USERNAME": urllib.parse.unquote(place.username or ""),
            "DATACONTRACT_POSTGRES_PASSWORD": urllib.parse.unquote(place.password or "none"),
        }
        command = [DATACONTRACT, "test", path, "--server", "bench"]
        results.append(("`datacontract test`", measure.median(command, env=secrets), "the same contract"))
    else:
        print(f"skipped: there is no {DATACONTRACT}", file=sys.stderr)
    measure.table(f"A contract of 20 checks on a table of {rows:,} rows", results)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
