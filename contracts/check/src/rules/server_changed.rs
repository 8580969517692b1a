//! Server of a data contract changed.

use std::collections::BTreeSet;

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::Server;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "server_changed",
    title: "Server of a data contract changed",
    why: "A reader that uses the address of the server finds nothing, or other data.",
    example: "server `production` of data contract `orders-contract` has a different database",
    remedy: "Keep the old server until readers have migrated, and add the new one next to it.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
        let told = old.contract.servers.iter().filter_map(|was| {
            let is = new.contract.servers.iter().find(|is| is.server == was.server);
            let what = match is {
                None => "is gone".to_owned(),
                Some(is) => {
                    let keys = differing(was, is);
                    if keys.is_empty() {
                        return None;
                    }
                    format!("has a different {}", keys.join(", "))
                }
            };
            Some(
                RULE.by_contract(kept.unique_id, format!("server `{}` of {} {what}", was.server, kept.contract_name())),
            )
        });
        told.collect()
    })
}

/// The differences of two servers for a reader: the type, and the keys that only its type has.
fn differing(was: &Server, is: &Server) -> Vec<String> {
    let is_other_type = was.r#type != is.r#type;
    let keys: BTreeSet<_> = was.extra.keys().chain(is.extra.keys()).collect();
    let keys = keys.into_iter().filter(|key| was.extra.get(*key) != is.extra.get(*key)).cloned();
    is_other_type.then(|| "type".to_owned()).into_iter().chain(keys).collect()
}
