//! What a failed build leaves of a node: its table is still the one that was there before.

use weft_model::column_name::is_same;
use weft_publication::{Column, OnlyIn, Publication};

use crate::run_results::RunResults;

/// Marks the columns that a node has gained since `before`, if dbt's run failed to build the node: its table does not
/// have them, even if the publication is not used.
pub fn mark_failed_columns(publication: &mut Publication, before: &Publication, run: &RunResults) {
    let dialect = publication.dialect();
    for (unique_id, node) in &mut publication.interface {
        let was = before.interface.get(unique_id).filter(|_| run.failure(unique_id.as_str()).is_some());
        let Some(was) = was else { continue };
        let is_new = |column: &Column| !was.columns.iter().any(|known| is_same(&known.name, &column.name, dialect));
        for column in node.columns.iter_mut().filter(|column| column.only_in.is_none() && is_new(column)) {
            column.only_in = Some(OnlyIn::Sql);
        }
    }
}
