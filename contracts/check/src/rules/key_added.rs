//! Key added.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, keys::KeyColumns},
    rules::{Find, Rule, RuleFinding, key_text, unique_change},
};

pub(super) const RULE: Rule = Rule {
    id: "key_added",
    title: "Key added",
    why: "Readers can rely on more; a build fails where values repeat.",
    example: "(customer_id) is now a key of `customers`",
    remedy: "Check that the data has no repeated values there.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [old, new] = kept.promises().each_ref().map(|promises| &promises.keys);
        if unique_change(old, new).is_some() {
            return Vec::new();
        }
        let all_were = |key: &KeyColumns| key.iter().all(|name| kept.columns.had(name.as_str()));
        let came = new.iter().filter(|(key, _)| !old.contains_key(*key) && all_were(key));
        came.map(|(key, evidence)| {
            let key = key_text(key);
            RULE.on(kept.unique_id, format!("({key}) is now a key of `{}`", kept.new.name))
                .evidence(*evidence)
                .change(None, Some(&key))
        })
        .collect()
    })
}
