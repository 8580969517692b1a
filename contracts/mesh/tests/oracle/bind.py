# Lets a database bind SQL: one JSON object a line on standard input, one a line for its answer.
#   bind.py duckdb | bind.py postgres URL
# {"create": [table, ...], "rows": [...]}  the tables that there are from now on, and the rows of each
# {"build": [{table, "sql"}, ...]}      builds tables from queries, in whatever order they need; answers with their columns
# {"run": [sql, ...], "changed": table?, "rows": [[literal, ...], ...]}  as bind, for the rows that each text gives, as texts
#                                       without the columns that are new; null where it does not run, and
#                                       "took too long" where it ran for too long
# {"bind": [sql, ...], "changed": table?}  for each text why it does not bind, or null; with that table in the place of
#                                       its namesake
import json
import sys
import threading

sys.path = [path for path in sys.path if path]


# How long a query may run, in seconds.
LONGEST = 2

# The rows of the tables as they are.
contents = {}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def relation(table):
    return ".".join(quoted(table[part]) for part in ("database", "schema", "name"))


def columns(table):
    return ", ".join(f"{quoted(column['name'])} {column['data_type']}" for column in table["columns"])


class Fields(list):
    """The fields of a row, with their names."""


def fields(value):
    if isinstance(value, dict):
        return list(value.items())
    return value if isinstance(value, Fields) else None


def names_within(value):
    """The names of the fields of a value, however deep."""
    within = fields(value)
    if within is not None:
        return {name for name, _ in within}.union(*(names_within(part) for _, part in within))
    if isinstance(value, (list, tuple)):
        return set().union(*(names_within(part) for part in value))
    return set()


def by_name(value, known):
    """A value with the known fields of its rows in the order of their names."""
    within = fields(value)
    if within is not None:
        return sorted(((name, repr(by_name(part, known))) for name, part in within if name in known))
    if isinstance(value, (list, tuple)):
        return [by_name(part, known) for part in value]
    return value


class DuckDb:
    def __init__(self):
        import duckdb

        self.connection = duckdb.connect(config={"threads": 1})
        self.execute = self.connection.execute
        # What is folded or rewritten after binding is not asked about.
        self.execute("pragma disable_optimizer")
        self.databases = set()

    def create(self, tables):
        for table in tables:
            self.place(table)
            self.put(table)
        if tables:
            self.execute(f"use {quoted(tables[0]['database'])}.{quoted(tables[0]['schema'])}")

    def place(self, table):
        if table["database"] not in self.databases:
            self.execute(f"attach ':memory:' as {quoted(table['database'])}")
            self.databases.add(table["database"])
        self.execute(f"create schema if not exists {quoted(table['database'])}.{quoted(table['schema'])}")

    def put(self, table):
        self.execute(f"create or replace table {relation(table)} ({columns(table)})")

    def build(self, tables):
        built, waiting = [], tables
        for table in tables:
            self.place(table)
        while waiting:
            left = []
            for table in waiting:
                try:
                    self.execute(f"create or replace table {relation(table)} as {table['sql']}")
                except Exception as error:
                    left.append(table)
                    why = str(error)
            if len(left) == len(waiting):
                raise RuntimeError(f"{left[0]['name']} cannot be built: {why}")
            waiting = left
        for table in tables:
            rows = self.execute(f"describe {relation(table)}").fetchall()
            found = [{"name": name, "data_type": kind} for name, kind, *_ in rows]
            built.append({**{key: table[key] for key in ("database", "schema", "name")}, "columns": found})
        return built

    def bind(self, sql):
        self.execute("explain " + sql)

    def run(self, sql):
        # A recursive query may go on for ever.
        timer = threading.Timer(LONGEST, self.connection.interrupt)
        timer.start()
        try:
            result = self.execute(sql)
            return [column[0] for column in result.description], result.fetchall()
        finally:
            timer.cancel()

    def plan(self, sql):
        self.execute("pragma enable_optimizer")
        try:
            return self.execute("explain " + sql).fetchall()
        finally:
            self.execute("pragma disable_optimizer")

    def close(self):
        self.connection.close()


class Postgres:
    def __init__(self, url):
        import psycopg2

        self.connect = psycopg2.connect
        self.url = url
        self.database = None
        self.connection = None

    def open(self, database):
        connection = self.connect(self.url, **({"dbname": database} if database else {}))
        connection.autocommit = True
        return connection

    def create(self, tables):
        if self.database != tables[0]["database"]:
            self.close()
            self.database = tables[0]["database"]
            with self.open(None).cursor() as cursor:
                # It is there where an earlier session broke down.
                cursor.execute(f"drop database if exists {quoted(self.database)} with (force)")
                cursor.execute(f"create database {quoted(self.database)}")
            self.connection = self.open(self.database)
            self.cursor = self.connection.cursor()
            self.cursor.execute(f"set statement_timeout to '{LONGEST}s'")
            self.cursor.execute("set synchronous_commit to off")
        for table in tables:
            self.cursor.execute(f"create schema if not exists {quoted(table['schema'])}")
            self.put(table)
        self.cursor.execute(f"set search_path to {quoted(tables[0]['schema'])}")

    def put(self, table):
        self.cursor.execute(f"drop table if exists {relation(table)}")
        self.cursor.execute(f"create table {relation(table)} ({columns(table)})")

    def bind(self, sql):
        self.cursor.execute("prepare bound as " + sql)
        self.cursor.execute("deallocate bound")

    def execute(self, sql):
        self.cursor.execute(sql)

    def run(self, sql):
        self.cursor.execute(sql)
        names, rows = [column[0] for column in self.cursor.description], self.cursor.fetchall()
        if any(isinstance(value, str) and value.startswith("(") for row in rows for value in row):
            # Rows within rows, with the names of their fields.
            self.cursor.execute(f"select row_to_json(q)::text from ({sql}) q")
            read = lambda text: json.loads(text, object_pairs_hook=Fields)
            rows = [[value for _, value in read(text)] for text, in self.cursor.fetchall()]
        return names, rows

    def plan(self, sql):
        self.cursor.execute("explain (verbose, costs off) " + sql)
        return self.cursor.fetchall()

    def close(self):
        if self.connection:
            self.connection.close()
            with self.open(None).cursor() as cursor:
                cursor.execute(f"drop database {quoted(self.database)}")
            self.connection = None


def fill(database, table, rows):
    if rows:
        values = ", ".join(f"({', '.join(row)})" for row in rows)
        database.execute(f"insert into {relation(table)} values {values}")


def run(database, sql, known):
    """The rows of a text, by the columns and fields that it gave when it was run over the tables as they are."""
    try:
        names, rows = database.run(sql)
    except Exception as error:
        # On a busy machine the same query may take longer.
        took_too_long = type(error).__name__ in ("QueryCanceled", "InterruptException")
        return ["took too long"] if took_too_long else None
    if sql not in known:
        known[sql] = names, names_within(rows)
    before, within = known[sql]
    places = []
    for name in before:
        place = next((place for place, other in enumerate(names) if other == name and place not in places), None)
        if place is None:
            return [f"no column {name}"]
        places.append(place)
    return sorted(repr([by_name(row[place], within) for place in places]) for row in rows)


def why_not(database, sql):
    try:
        database.bind(sql)
    except Exception as error:
        return str(error).strip() or type(error).__name__
    return None


def plan(database, sql):
    try:
        return "\n".join(row[-1] for row in database.plan(sql))
    except Exception:
        return None


def answer(database, tables, known, request):
    if "create" in request:
        database.create(request["create"])
        for table, rows in zip(request["create"], request.get("rows") or []):
            fill(database, table, rows)
        contents.clear()
        contents.update({relation(table): rows for table, rows in zip(request["create"], request.get("rows") or [])})
        known.clear()
        tables.clear()
        tables.update({relation(table): table for table in request["create"]})
        return True
    if "build" in request:
        return database.build(request["build"])
    changed = request.get("changed")
    if changed:
        database.put(changed)
    try:
        if "run" in request:
            if changed:
                fill(database, changed, request["rows"])
            return [run(database, sql, known) for sql in request["run"]]
        if "plan" in request:
            return [plan(database, sql) for sql in request["plan"]]
        return [why_not(database, sql) for sql in request["bind"]]
    finally:
        if changed:
            database.put(tables[relation(changed)])
            fill(database, changed, contents.get(relation(changed)))


def main():
    database = DuckDb() if sys.argv[1] == "duckdb" else Postgres(sys.argv[2])
    tables, known = {}, {}
    print(json.dumps(True), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(database, tables, known, json.loads(line))), flush=True)
    database.close()


main()
