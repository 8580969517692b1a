"""sqlglot's own lineage of queries, for comparison.

Reads a JSON list of {name, dialect, sql, tables: [{name: [part, ..], columns: [..]}]} and writes, for each name, the
inputs of each output column as "relation.column" in lower case; null where sqlglot fails.
"""

import json
import logging
import sys

from sqlglot import exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify

logging.disable(logging.CRITICAL)
NAMES = {"materialize": "materialize", "generic": "", "spark": "databricks"}


def nested(tables):
    """The schema as sqlglot wants it: every table as deep as the deepest."""
    depth = max((len(table["name"]) for table in tables), default=1)
    schema = {}
    for table in tables:
        parts = ["_"] * (depth - len(table["name"])) + table["name"]
        level = schema
        for part in parts[:-1]:
            level = level.setdefault(part, {})
        level[parts[-1]] = {column: "text" for column in table["columns"]}
    return schema


def leaves(node):
    """The columns of tables that a node comes from."""
    found = set()
    for step in node.walk():
        if step.downstream or not isinstance(step.expression, exp.Table):
            continue
        parts = [part.name for part in step.expression.parts]
        found.add(".".join([*parts, step.name.rsplit(".", 1)[-1]]).lower().replace('"', "").replace("`", ""))
    return sorted(found)


def columns(case):
    dialect = NAMES.get(case["dialect"], case["dialect"])
    schema = nested(case["tables"])
    tree = qualify(
        parse_one(case["sql"], dialect=dialect), schema=schema, dialect=dialect, validate_qualify_columns=False
    )
    selects = tree.selects if isinstance(tree, exp.Query) else []
    for position, select in enumerate(selects):
        try:
            yield leaves(lineage(select.alias_or_name, case["sql"], schema=schema, dialect=dialect))
        except Exception:
            yield None


def answer(case):
    try:
        return list(columns(case))
    except Exception:
        return []


json.dump({case["name"]: answer(case) for case in json.load(sys.stdin)}, sys.stdout)
