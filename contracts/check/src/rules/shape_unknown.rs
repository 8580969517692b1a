//! Node changed and its previous columns are unknown.

use weft_api::{Evidence, Readers, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{CodeState, Diff},
    rules::{Find, Rule, RuleFinding, some},
};

pub(super) const RULE: Rule = Rule {
    id: "shape_unknown",
    title: "Node changed and its previous columns are unknown",
    why: "The code of the node or of its inputs changed, and the baseline does not record its columns: weft cannot know which columns were removed. An error where a known reader reads a column that the node does not have now.",
    example: "the code of `orders` or of its inputs changed, and its previous columns are unknown: removed columns cannot be detected",
    remedy: "Compare with a baseline that dbt compiled: one published after `dbt compile` or `dbt build`.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let unknown = diff.kept().filter(|kept| {
        let may_have_changed = kept.code == CodeState::Changed || !kept.columns.undeclared.is_empty();
        may_have_changed && kept.columns.are_complete == [false, true]
    });
    unknown
        .map(|kept| {
            let undeclared: Vec<_> = kept.columns.undeclared.iter().map(|column| column.name.as_str()).collect();
            let went = if undeclared.is_empty() {
                "removed columns cannot be detected".to_owned()
            } else {
                format!("the YAML no longer declares {}, and the node has no such column now", some(&undeclared))
            };
            let name = &kept.old.name;
            let message =
                format!("the code of `{name}` or of its inputs changed, and its previous columns are unknown: {went}");
            let given = kept.new.columns.iter().map(|column| column.name.as_str());
            let found =
                RULE.on(kept.unique_id, message).evidence(Evidence::Declared).readers(Readers::All).given(given);
            if undeclared.is_empty() { found } else { found.severity(Severity::Warning, RequiredUpdate::Major) }
        })
        .collect()
}
