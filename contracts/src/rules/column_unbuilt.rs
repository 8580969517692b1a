//! Column in the SQL, and not known in the table.

use crate::{
    api::{Evidence, Severity},
    check::standing::Standing,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "column_unbuilt",
    title: "Column in the SQL, and not known in the table",
    why: "dbt adds to the table of an incremental model from run to run, and the table does not get a column that its SQL gained: under `on_schema_change: ignore`, dbt's default, not before a full refresh, and under `fail` the run fails. The table of a seed keeps its columns until a full refresh, whatever the header of the file says, and a view over such a table shows what the table has. Whoever reads the column fails. It cannot be told whether it is there until a full refresh or a catalog shows it.",
    example: "column `discount` is in the SQL of `orders`, and is not known in its table: only a full refresh adds it",
    remedy: "Run `dbt build --full-refresh --select` with the model and publish right after it, or let a catalog show the column (`dbt docs generate`). `on_schema_change: append_new_columns` adds new columns in each run.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Drift(find),
};

fn find(standing: &Standing<'_>) -> Vec<Found> {
    let of_node = standing.public().flat_map(|(unique_id, node)| {
        node.columns.iter().filter(|column| column.is_unbuilt()).map(move |column| {
            let message = format!(
                "column `{}` is in the SQL of `{}`, and is not known in its table: only a full refresh adds it",
                column.name, node.name
            );
            let remedy = format!(
                "Run `dbt build --full-refresh --select {}` and publish right after it, or let a catalog show the column \
                 (`dbt docs generate`).",
                node.name
            );
            RULE.on(unique_id, message).column(&column.name).evidence(Evidence::from(column.origin)).remedy(remedy)
        })
    });
    of_node.collect()
}
