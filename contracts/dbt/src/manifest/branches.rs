//! Branches of `is_incremental()`: dbt compiles one of them, and the next run may take the other.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::manifest::template::{branches, literals, plain, tags};

/// The condition that is true in some runs of a node and false in others.
const CONDITION: &str = "is_incremental";

static WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""([^"]+)"|`([^`]+)`|\b([\p{L}_][\p{L}\p{N}_]*)"#).ok());

static STRING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"'(?:[^']|'')*'").ok());

/// Words of SQL in the usual condition of an incremental model. They are not columns there.
const OF_SQL: [&str; 76] = [
    "all",
    "and",
    "as",
    "asc",
    "between",
    "bigint",
    "boolean",
    "by",
    "case",
    "cast",
    "coalesce",
    "count",
    "current_date",
    "current_timestamp",
    "date",
    "date_add",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datetime",
    "day",
    "days",
    "decimal",
    "desc",
    "distinct",
    "else",
    "end",
    "exists",
    "false",
    "float",
    "from",
    "getdate",
    "greatest",
    "group",
    "having",
    "hour",
    "hours",
    "ifnull",
    "in",
    "inner",
    "int",
    "integer",
    "interval",
    "is",
    "join",
    "least",
    "left",
    "like",
    "limit",
    "max",
    "min",
    "minute",
    "minutes",
    "month",
    "months",
    "not",
    "now",
    "null",
    "numeric",
    "nvl",
    "on",
    "or",
    "order",
    "over",
    "select",
    "string",
    "text",
    "then",
    "timestamp",
    "true",
    "union",
    "varchar",
    "when",
    "where",
    "with",
];

/// The words of the branches of a code that dbt takes in some runs only, in lower case: columns may be among them. `None`
/// where it has no such branches.
pub(super) fn branch_words(code: &str) -> Option<BTreeSet<Box<str>>> {
    if !code.contains(CONDITION) {
        return None;
    }
    let mut found = BTreeSet::new();
    for branch in branches(code, CONDITION) {
        found.extend(words(&plain(branch)));
        found.extend(tags(branch).flat_map(literals).flat_map(|literal| words(&literal)));
    }
    Some(found)
}

pub(super) fn words(sql: &str) -> BTreeSet<Box<str>> {
    let Some(string) = &*STRING else { return BTreeSet::new() };
    let sql = string.replace_all(sql, "''");
    let all = WORD.iter().flat_map(|word| word.captures_iter(&sql));
    let all =
        all.filter_map(|found| found.get(1).or(found.get(2)).or(found.get(3)).map(|it| it.as_str().to_lowercase()));
    all.filter(|word| !OF_SQL.contains(&word.as_str())).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_branch_are_those_that_may_be_columns() {
        let found = |code: &str| branch_words(code).into_iter().flatten().map(String::from).collect::<Vec<_>>();
        let usual = "select id from t {% if is_incremental() %} where Updated_At > (select max(updated_at) from {{ this }}) {% endif %}";
        assert_eq!(found(usual), ["updated_at"]);
        let both = "select id {% if not is_incremental() %}, a {% if x %}, b {% endif %} {% else %}, \"Full Name\" {% endif %}, c from t";
        assert_eq!(found(both), ["a", "b", "full name"]);
        assert_eq!(found("select 1 {{ 'where price > 0' if is_incremental() }}"), ["price"]);
        assert_eq!(found("{% if is_incremental() %} where kind = 'price' -- cost\n {% endif %}"), ["kind"]);
        assert_eq!(found("select a from t {% if x %} where b {% endif %}"), [""; 0]);
    }
}
