# Lets a database answer statements: one JSON text a line on standard input, one JSON value a line for its answer.
#   session.py duckdb | session.py postgres URL
# A text is a statement; the answer is its rows as texts, or {"error": why}. What it creates is temporary.
import json
import sys

sys.path = [path for path in sys.path if path]


def connected(engine, url):
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect(config={"threads": 1})
        connection.execute("set TimeZone = 'UTC'")
        return connection
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("set timezone = 'UTC'")
    return cursor


def answer(cursor, statement):
    try:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
        return [[None if value is None else str(value) for value in row] for row in rows]
    except Exception as error:
        return {"error": str(error).strip() or type(error).__name__}


try:
    cursor = connected(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
except Exception as error:
    print(json.dumps({"error": str(error).strip()}), flush=True)
    sys.exit(1)
print(json.dumps([]), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(cursor, json.loads(line))), flush=True)
