//! Column in the SQL but not known to be in the table.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_unbuilt",
    title: "Column in the SQL but not known to be in the table",
    why: "dbt adds rows to the table of an incremental model, but does not always add a column that its SQL gained: under `on_schema_change: ignore`, dbt's default, the column is missing until a full refresh, and under `fail` the run fails. The table of a seed keeps its columns until a full refresh, even if the header of the file differs, and a view over such a table shows the table's columns. A reader of the column fails. Whether the column is there is unknown until a full refresh or a catalog shows it.",
    example: "column `discount` is in the SQL of `orders`, but is not known to be in its table: only a full refresh adds it",
    remedy: "Run `dbt build --full-refresh --select` with the model and publish right after it, or create a catalog that shows the column (`dbt docs generate`). `on_schema_change: append_new_columns` adds new columns on each run.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Warning,
    find: Find::Drift(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let of_node = standing.public().flat_map(|(unique_id, node)| {
        node.columns.iter().filter(|column| column.is_unbuilt()).map(move |column| {
            let message = format!(
                "column `{}` is in the SQL of `{}`, but is not known to be in its table: only a full refresh adds it",
                column.name, node.name
            );
            let remedy = format!(
                "Run `dbt build --full-refresh --select {}` and publish right after it, or create a catalog that shows the \
                 column (`dbt docs generate`).",
                node.name
            );
            RULE.on(unique_id, message).column(&column.name).evidence(Evidence::from(column.origin)).remedy(remedy)
        })
    });
    of_node.collect()
}
