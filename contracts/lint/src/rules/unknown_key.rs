//! Unknown key.

use weft_model::finding::Level;

use crate::{Found, rules::Rule, sense::Sense, server_types};

pub(crate) const RULE: Rule = Rule {
    id: "unknown_key",
    title: "Unknown key",
    why: "The key is misspelled or belongs to another version of the standard, so no tool reads it.",
    example: "`acess` is not a key of ODCS 3.0",
    remedy: "Correct it, or write it as a custom property: `customProperties: [{property: ..., value: ...}]`.",
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
            if server.is_some_and(|server| server_types::has(&server.r#type, sense.minor, key)) {
                continue;
            }
            found.push(RULE.on(at.key(key), format!("`{key}` is not a key of ODCS 3.{}", sense.minor)));
        }
    });
    found
}
