# Reads a DuckDB file for weft: one JSON object a line on standard input, one JSON object a line for its answer.
# It is run by the Python whose `duckdb` wrote the file, for the module's version and the file's must fit.
import sys

# Nothing is imported from the folder that weft is run in.
sys.path = [path for path in sys.path if path]

import json
import os
import threading

# What the driver itself writes to standard output, as the bar of a long statement's progress, goes elsewhere: answers
# have it for themselves.
ANSWERS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def answer(value):
    ANSWERS.write(json.dumps(value) + "\n")
    ANSWERS.flush()


def refuse(kind, error):
    answer({"kind": kind, "error": str(error)})


def connect(duckdb, request):
    # Nothing is read but the file, nothing is installed, and no statement can change that.
    settings = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(request["path"], read_only=True, config=settings)
    connection.execute("set TimeZone = 'UTC'")
    if request.get("schema"):
        connection.execute('set schema = ?', [request["schema"]])
    connection.execute("set lock_configuration = true")
    return connection


def taken(cursor, most_rows, most_bytes):
    """At most so many rows and bytes of texts; None where there are more."""
    rows, size = [], 0
    while True:
        row = cursor.fetchone()
        if row is None:
            return rows
        row = [None if value is None else str(value) for value in row]
        size += sum(len(value.encode("utf-8", "replace")) for value in row if value is not None)
        if len(rows) >= most_rows or size > most_bytes:
            return None
        rows.append(row)


def page(cursor, rows):
    return [[None if value is None else str(value) for value in row] for row in cursor.fetchmany(rows)]


def run(duckdb, connection, pages, request):
    # `pages` is of another cursor of the same connection, so that statements may come between its pages.
    worker = pages if "open" in request or "page" in request else connection
    timer = threading.Timer(request["seconds"], worker.interrupt)
    timer.start()
    try:
        if "open" in request:
            pages.execute(request["open"])
            return answer({"rows": []})
        if "page" in request:
            return answer({"rows": page(pages, request["page"])})
        rows = taken(connection.execute(request["sql"]), request["rows"], request["bytes"])
        if rows is None:
            return refuse("too_much", "")
        answer({"rows": rows})
    except duckdb.InterruptException as error:
        refuse("timeout", error)
    except Exception as error:
        refuse("refused", error)
    finally:
        timer.cancel()


def main():
    try:
        import duckdb
    except Exception as error:
        return refuse("missing", error)
    request = json.loads(sys.stdin.readline())
    try:
        connection = connect(duckdb, request)
        pages = connection.cursor()
    except Exception as error:
        return refuse("unopened", error)
    answer({"version": duckdb.__version__})
    for line in sys.stdin:
        run(duckdb, connection, pages, json.loads(line))


main()
