//! Node changed and its columns are unknown.

use weft_api::{Evidence, Readers, Severity};
use weft_model::version::RequiredUpdate;
use weft_publication::{InterfaceNode, NO_SQL, Origin, ResourceType};

use crate::{
    diff::{CodeState, Diff, Kept},
    rules::{Find, Rule, RuleFinding, some},
};

pub(super) const RULE: Rule = Rule {
    id: "columns_unknown",
    title: "Node changed and its columns are unknown",
    why: "The code of the node or of its inputs changed, and its columns are now unknown: weft cannot know whether its readers still work. An error where somebody reads the node, a note where nobody does.",
    example: "the code of `orders` or of its inputs changed, and its columns are now unknown; before, they came from the catalog",
    remedy: "Run `dbt compile` or `dbt build`, and check again.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Error,
    find: Find::Change(find),
};

/// What to do if there is no SQL to compile, or if it does not determine the columns.
const REMEDY: &str = "Enforce a contract, or run `dbt docs generate` to create a catalog, and check again.";

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let may_have_changed = match kept.code {
            CodeState::Same => false,
            CodeState::Changed => true,
            CodeState::Unknown | CodeState::SameText => kept.columns.are_complete[0],
        };
        if kept.columns.are_complete[1] || !may_have_changed {
            return Vec::new();
        }
        let what = match kept.code {
            CodeState::Unknown | CodeState::SameText => {
                format!("the code of `{}` or of its inputs may have changed,", kept.old.name)
            }
            _ => format!("the code of `{}` or of its inputs changed,", kept.old.name),
        };
        let unknown = diff.unknown(kept.new_id);
        let why = match unknown {
            Some(NO_SQL) => ": dbt has not compiled its SQL".to_owned(),
            Some("altered_by_hook") => ": a hook, macro or operation changes its table".to_owned(),
            Some(reason) => format!(" ({reason})"),
            None => String::new(),
        };
        let undeclared: Vec<_> = kept.columns.undeclared.iter().map(|column| column.name.as_str()).collect();
        let gone = if undeclared.is_empty() {
            String::new()
        } else {
            format!(", and the YAML no longer declares {}", some(&undeclared))
        };
        let message = format!("{what} and its columns are now unknown{why}; {}{gone}", before(kept.old));
        let found = RULE.on(kept.unique_id, message).evidence(Evidence::Declared).readers(Readers::All);
        let found = found.change(Some(&count(kept.old)), Some("unknown"));
        // A column that went from the YAML with a change of the code has most likely gone, read or not.
        let found = if undeclared.is_empty() {
            found.if_read()
        } else {
            found.severity(Severity::Error, RequiredUpdate::Major)
        };
        vec![if is_for_dbt_to_compile(kept, unknown) { found } else { found.remedy(REMEDY.to_owned()) }]
    })
}

/// Whether dbt can make the columns known: it has SQL, and that is not compiled, or nothing says that it is.
fn is_for_dbt_to_compile(kept: &Kept<'_>, unknown: Option<&str>) -> bool {
    kept.new.resource_type == ResourceType::Model && matches!(unknown, None | Some(NO_SQL))
}

/// The evidence for the columns before.
fn before(old: &InterfaceNode) -> &'static str {
    match old.origin() {
        Some(Origin::Contract) => "before, they came from an enforced contract",
        Some(Origin::Catalog) => "before, they came from the catalog",
        Some(Origin::Sql) => "before, they came from its SQL",
        Some(Origin::Declared) => "before, they came from the YAML only",
        None => "they were unknown before, too",
    }
}

fn count(old: &InterfaceNode) -> String {
    match (old.columns.len(), old.has_every_column()) {
        (1, true) => "1 column".to_owned(),
        (many, true) => format!("{many} columns"),
        (_, false) => "unknown".to_owned(),
    }
}
