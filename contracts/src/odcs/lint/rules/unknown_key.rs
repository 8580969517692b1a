//! Key that the standard does not have.

use crate::{
    api::Level,
    odcs::lint::{Found, rules::Rule, schema::servers, sense::Sense},
};

pub(in crate::odcs::lint) const RULE: Rule = Rule {
    id: "unknown_key",
    title: "Key that the standard does not have",
    why: "It is misspelt, or of another version of the standard, and nobody reads it.",
    example: "`acess` is no key of ODCS 3.0",
    remedy: "Correct it, or make it a property of your own: `customProperties: [{property: ..., value: ...}]`.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.contract.each_extra(|at, extra| {
        if extra.is_empty() {
            return;
        }
        let place = at.to_string();
        let server =
            place.strip_prefix("/servers/").and_then(|index| sense.contract.servers.get(index.parse::<usize>().ok()?));
        for key in extra.keys() {
            if server.is_some_and(|server| servers::has(&server.r#type, sense.minor, key)) {
                continue;
            }
            found.push(RULE.on(at.key(key), format!("`{key}` is no key of ODCS 3.{}", sense.minor)));
        }
    });
    found
}
