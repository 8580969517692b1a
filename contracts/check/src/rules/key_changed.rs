//! Key changed.

use weft_api::Severity;
use weft_model::{column_name::ColumnKey, version::RequiredUpdate};

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding, key_text, unique_change},
};

pub(super) const RULE: Rule = Rule {
    id: "key_changed",
    title: "Key changed",
    why: "The rows mean something else: a join on the old key finds several rows for one value, or none.",
    example: "the key of `orders` changed from (order_id) to (order_id, status)",
    remedy: "Publish a new model version with the new grain.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [old, new] = kept.promises().each_ref().map(|promises| &promises.keys);
        let Some((was, is, evidence)) = unique_change(old, new) else { return Vec::new() };
        let renamed =
            kept.columns.renamed.iter().any(|pair| was.contains(&ColumnKey::new(&pair.old.name, kept.dialect())));
        if renamed {
            return Vec::new();
        }
        let (was, is) = (key_text(was), key_text(is));
        let message = format!("the key of `{}` changed from ({was}) to ({is})", kept.old.name);
        vec![RULE.on(kept.unique_id, message).evidence(evidence).change(Some(&was), Some(&is))]
    })
}
