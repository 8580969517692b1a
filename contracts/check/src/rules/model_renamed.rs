//! Model renamed or moved to another package.

use weft_api::{Readers, Severity};
use weft_model::{text::quoted, version::RequiredUpdate};

use crate::{
    diff::{CodeState, Diff},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "model_renamed",
    title: "Model renamed or moved to another package",
    why: "A reader that uses the old name in a ref fails on its next run.",
    example: "`orders` was renamed to `sales_orders` (`model.shop.sales_orders`)",
    remedy: "Keep a model with the old name that selects from the new one, with a deprecation_date, until readers have migrated.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let renamed = diff.removed().filter_map(|(old_id, old)| Some((old_id, old, diff.successor(old_id)?)));
    renamed
        .map(|(old_id, old, (new_id, new))| {
            let columns = diff.columns(old, new, CodeState::by_text(old, new));
            let gone = columns.removed.iter().copied().chain(columns.renamed.iter().map(|pair| pair.old));
            let gone: Vec<_> = gone.map(|column| column.name.as_str()).collect();
            let lacks = if gone.is_empty() { String::new() } else { format!(", and lacks {}", quoted(gone, ", ")) };
            let message = if old.name == new.name {
                format!("`{}` moved to another package (`{new_id}`){lacks}", old.name)
            } else {
                format!("`{}` was renamed to `{}` (`{new_id}`){lacks}", old.name, new.name)
            };
            let remedy = format!(
                "Keep a model `{}` that is `select * from {{{{ ref('{}') }}}}`, with a deprecation_date, until readers have migrated.",
                old.name, new.name
            );
            let found = RULE.on(old_id, message).change(Some(&old.name), Some(&new.name));
            // Whoever reads the table goes on reading it; what changed in it is told of by itself.
            let found = if diff.stays_in_place(old_id) { found.readers(Readers::ByName) } else { found };
            if old.name == new.name { found } else { found.remedy(remedy) }
        })
        .collect()
}
