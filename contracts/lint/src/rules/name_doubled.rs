//! Duplicate name.

use std::collections::{HashMap, HashSet};

use weft_model::{column_name::ColumnKey, finding::Level, types::Dialect};
use weft_odcs::{At, Quality};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "name_doubled",
    title: "Duplicate name",
    why: "References, checks and tools use one of the two, and nobody knows which.",
    example: "the property `amount` is defined twice",
    remedy: "Rename one of them, or remove it.",
    level: Level::Error,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let contract = sense.contract;
    let mut found = Vec::new();
    let servers = contract.servers.iter().map(|it| (it.server.as_str(), None));
    doubled(&At::ROOT.key("servers"), "server", "server", servers, &mut found);
    let objects = contract.schema.iter().map(|it| (it.name.as_str(), it.physical_name.as_deref()));
    doubled(&At::ROOT.key("schema"), "object", "name", objects, &mut found);
    sense.siblings(|at, properties| {
        let names = properties.iter().map(|it| (it.name.as_str(), it.physical_name.as_deref()));
        doubled(at, "property", "name", names, &mut found);
    });
    let mut of_quality = Vec::new();
    let mut quality = |at: &At<'_>, rules: &[Quality]| {
        let names = rules.iter().map(|it| (it.name.as_deref().unwrap_or_default(), None));
        doubled(&at.key("quality"), "rule", "name", names, &mut of_quality);
    };
    sense.objects(|at, object| quality(at, &object.quality));
    sense.properties(|at, property| quality(at, &property.quality));
    // They are told apart by their places too.
    found.extend(of_quality.into_iter().map(|it| it.level(Level::Warning)));
    found
}

/// Finds names that are already used earlier in the list. Names that differ by case only are the same if they are names
/// in storage: without quotes, databases treat them as one.
fn doubled<'n>(
    at: &At<'_>,
    what: &str,
    key: &str,
    names: impl Iterator<Item = (&'n str, Option<&'n str>)>,
    found: &mut Vec<Found>,
) {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut stored: HashMap<ColumnKey<'static>, &str> = HashMap::new();
    for (index, (name, physical)) in names.enumerate().filter(|(_, (name, _))| !name.is_empty()) {
        let at = at.item(index);
        let stored_as = ColumnKey::new(physical.unwrap_or(name), Dialect::Generic).into_owned();
        if !seen.insert(name) {
            found.push(RULE.on(at.key(key), format!("the {what} `{name}` is defined twice")));
        } else if let Some(other) = stored.get(&stored_as).filter(|_| matches!(what, "property" | "object")) {
            let (key, message) = match physical {
                Some(physical) => ("physicalName", format!("`{name}` and `{other}` are both stored as `{physical}`")),
                None => (key, format!("the {what} `{name}` differs from `{other}` only by case")),
            };
            // An object may be described twice, for two readers; a column is there once.
            let level = if what == "property" { Level::Error } else { Level::Warning };
            found.push(RULE.on(at.key(key), message).level(level));
        }
        stored.entry(stored_as).or_insert(name);
    }
}
