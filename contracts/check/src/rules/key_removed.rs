//! Key removed.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{
        Diff,
        keys::{KeyColumns, are_lost},
    },
    rules::{Find, Rule, RuleFinding, key_text, unique_change},
};

pub(super) const RULE: Rule = Rule {
    id: "key_removed",
    title: "Key removed",
    why: "A reader that joins on the key relies on one row per value: without the key, joins multiply rows.",
    example: "(order_id) is no longer a key of `orders`",
    remedy: "Keep the primary key, unique constraint or test.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [old, new] = kept.promises().each_ref().map(|promises| &promises.keys);
        if are_lost(kept.old, kept.new) || unique_change(old, new).is_some() {
            return Vec::new();
        }
        let all_stay = |key: &KeyColumns| key.iter().all(|name| kept.columns.still_has(name.as_str()));
        let gone = old.iter().filter(|(key, _)| !new.contains_key(*key) && all_stay(key));
        gone.map(|(key, evidence)| {
            let key = key_text(key);
            let found = RULE
                .on(kept.unique_id, format!("({key}) is no longer a key of `{}`", kept.old.name))
                .evidence(*evidence)
                .change(Some(&key), None);
            // A test that goes is a promise withdrawn; nothing enforced it.
            if *evidence == Evidence::Declared {
                found.severity(Severity::Warning, RequiredUpdate::Minor)
            } else {
                found
            }
        })
        .collect()
    })
}
