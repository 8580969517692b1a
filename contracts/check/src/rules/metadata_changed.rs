//! Documentation or metadata changed.

use std::collections::BTreeSet;

use weft_api::{Evidence, Severity};
use weft_model::{column_name::is_same, text::quoted, version::RequiredUpdate};

use crate::{
    diff::{
        Diff, Kept,
        columns::Pair,
        quality::What,
        terms::{self, Notes, WhatOfService},
    },
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "metadata_changed",
    title: "Documentation or metadata changed",
    why: "The documentation or metadata of the node changed, not its data.",
    example: "metadata of `orders` changed: description, tags, column `order_id`",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let of_node = [
            ("description", kept.old.description != kept.new.description),
            ("meta", kept.old.meta != kept.new.meta),
            ("tags", kept.old.tags != kept.new.tags),
        ];
        let mut parts: Vec<String> =
            of_node.iter().filter(|(_, changed)| *changed).map(|(part, _)| (*part).to_owned()).collect();
        let columns = kept.columns.kept.iter().filter(|pair| {
            let (old, new) = (pair.old, pair.new);
            old.description != new.description || old.meta != new.meta || old.tags != new.tags
        });
        let columns: Vec<_> = columns.map(|pair| pair.old.name.as_str()).collect();
        if !columns.is_empty() {
            let word = if columns.len() == 1 { "column" } else { "columns" };
            parts.push(format!("{word} {}", quoted(columns, ", ")));
        }
        let of_contract = of_contract(kept);
        // What costs something else, or is on its way out, is more than a word.
        let matters = ["price", "deprecated"].iter().any(|key| of_contract.iter().any(|part| part.has(key)));
        parts.extend(of_contract.into_iter().map(|part| part.text));
        let changed = (!parts.is_empty()).then(|| {
            let message = format!("metadata of `{}` changed: {}", kept.old.name, parts.join(", "));
            let found = RULE.on(kept.unique_id, message).evidence(Evidence::Declared);
            if matters { found.severity(Severity::Warning, RequiredUpdate::Patch) } else { found }
        });
        changed.into_iter().collect()
    })
}

/// Something that its data contract says otherwise now.
struct ChangedPart {
    text: String,
    keys: Vec<&'static str>,
}

impl ChangedPart {
    fn new(text: String) -> Self {
        Self { text, keys: Vec::new() }
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains(&key)
    }
}

/// What its data contract says otherwise now, beside what it promises.
fn of_contract(kept: &Kept<'_>) -> Vec<ChangedPart> {
    let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
    let Notes { contract, object, properties } = terms::notes(old, new);
    let mut whole: BTreeSet<&'static str> = contract.into_iter().chain(object).collect();
    let columns = &kept.columns;
    // Which columns there are is told of the node itself.
    if !(columns.removed.is_empty() && columns.added.is_empty() && columns.renamed.is_empty()) {
        whole.remove("properties");
    }
    let whole =
        whole.into_iter().map(|key| ChangedPart { text: format!("{key} of its data contract"), keys: vec![key] });
    let of_columns = properties.into_iter().filter_map(|(path, keys)| of_column(kept, &path, keys));
    let rules = kept.quality.iter().filter(|change| matches!(change.what, What::Words));
    let rules = rules.map(|change| {
        let on = change.column().map_or_else(String::new, |column| format!(" on `{column}`"));
        ChangedPart::new(format!("the wording of `{}`{on} in its data contract", change.test))
    });
    let levels = kept.service.iter().filter(|change| change.what == WhatOfService::Words);
    let levels = levels.map(|change| ChangedPart::new(format!("{} in its data contract", change.subject(kept))));
    whole.chain(of_columns).chain(rules).chain(levels).collect()
}

/// What its data contract changes about a column, without what other findings report.
fn of_column(kept: &Kept<'_>, path: &str, mut keys: Vec<&'static str>) -> Option<ChangedPart> {
    let is_it = |pair: &Pair<'_>| is_same(&pair.old.name, path, kept.dialect());
    if let Some(pair) = kept.columns.kept.iter().find(|pair| is_it(pair)) {
        // Of a producer without dbt, the contract's words are the column's.
        let told = [
            ("description", pair.old.description != pair.new.description),
            ("tags", pair.old.tags != pair.new.tags),
            ("classification", pair.old.meta != pair.new.meta),
        ];
        keys.retain(|key| !told.contains(&(*key, true)));
    }
    if kept.columns.types.iter().any(|(pair, _)| is_it(pair)) {
        keys.retain(|key| !key.ends_with("Type"));
    }
    if !kept.constraints.is_empty() {
        keys.retain(|key| *key != "relationships");
    }
    (!keys.is_empty())
        .then(|| ChangedPart { text: format!("{} of `{path}` in its data contract", keys.join(", ")), keys })
}
