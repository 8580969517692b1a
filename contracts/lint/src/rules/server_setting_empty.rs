//! Server with an empty setting.

use weft_model::finding::Level;
use weft_odcs::At;

use crate::{Found, rules::Rule, sense::Sense, server_types};

pub(crate) const RULE: Rule = Rule {
    id: "server_setting_empty",
    title: "Server with an empty setting",
    why: "Nobody can connect to the server, or verify the contract there.",
    example: "`host` of the server `prod` is empty",
    remedy: "Write the value. A value that differs between machines can be a variable: `${DB_HOST}`.",
    level: Level::Warning,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let at = At::ROOT.key("servers");
    let mut found = Vec::new();
    for (index, server) in sense.contract.servers.iter().enumerate() {
        for key in server_types::required(&server.r#type, sense.minor) {
            let is_empty = server.extra.get(key).is_some_and(|it| it.as_str().is_some_and(|it| it.trim().is_empty()));
            if is_empty {
                found.push(
                    RULE.on(at.item(index).key(key), format!("`{key}` of the server `{}` is empty", server.server)),
                );
            }
        }
    }
    found
}
