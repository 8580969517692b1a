//! Latest version changed.

use std::collections::BTreeSet;

use weft_api::{Readers, Severity};
use weft_model::{text::quoted, types::TypeComparison, version::RequiredUpdate};
use weft_publication::InterfaceNode;

use crate::{
    diff::{CodeState, Diff, same_version},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "latest_version_moved",
    title: "Latest version changed",
    why: "From the next run on, a ref without `v=` resolves to another model version, in every project that has such a ref.",
    example: "a ref to `orders` without a version now means v2 (was v1); removed or changed in type: `status`",
    remedy: "Have readers pin the version first, or keep latest_version until they have migrated.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let mut told = BTreeSet::new();
    let moved = diff.kept().filter(|kept| {
        // A node without versions has none that could move.
        kept.old.version.is_some()
            && kept.old.is_latest()
            && !same_version(kept.old.latest_version.as_ref(), kept.new.latest_version.as_ref())
    });
    moved
        .filter(|kept| told.insert(&kept.old.name))
        .map(|kept| {
            let [old, new] = [kept.old, kept.new].map(|node| node.latest_version.as_ref().map(ToString::to_string));
            let [was, is] = [&old, &new].map(|version| version.as_deref().unwrap_or("none"));
            let what = format!("a ref to `{}` without a version now means v{is} (was v{was})", kept.new.name);
            let lost = diff.latest(&kept.new.name).map(|(_, latest)| lost(diff, kept.old, latest)).unwrap_or_default();
            let found = if lost.is_empty() {
                RULE.on(kept.unique_id, what)
            } else {
                let lost = quoted(&lost, ", ");
                RULE.on(kept.unique_id, format!("{what}; removed or changed in type: {lost}"))
                    .severity(Severity::Error, RequiredUpdate::Major)
            };
            found.change(old.as_deref(), new.as_deref()).readers(Readers::Unpinned)
        })
        .collect()
}

/// The columns of the old latest version that the new one lacks, or has in another type.
fn lost<'a>(diff: &Diff<'a>, old: &'a InterfaceNode, latest: &'a InterfaceNode) -> Vec<String> {
    let columns = diff.columns(old, latest, CodeState::by_text(old, latest));
    let gone = columns.removed.iter().copied().chain(columns.renamed.iter().map(|pair| pair.old));
    let other = columns
        .types
        .iter()
        .filter(|(_, change)| !matches!(change, TypeComparison::Widened | TypeComparison::Reordered));
    gone.chain(other.map(|(pair, _)| pair.old)).map(|column| column.name.clone()).collect()
}
