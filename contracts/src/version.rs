//! The next version of a publication: how large an update its changes ask for.
//!
//! The rule here is coarse: it compares texts and structure, and knows nothing of which types widen into which.

use std::collections::BTreeMap;

use semver::{Prerelease, Version};
use serde::{Deserialize, Serialize};

use crate::publication::{Column, InterfaceNode, Origin, Publication, document::digest};

/// How large an update is, smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RequiredUpdate {
    /// The content is the same.
    None,
    /// Nothing that a reader can see as added or broken.
    Patch,
    /// Something was added.
    Minor,
    /// A reader can break.
    Major,
}

/// The version of a project's first publication.
pub const FIRST: Version = Version::new(1, 0, 0);

/// The update that the changes between two publications ask for.
///
/// - none: the content is the same, by its digest;
/// - major: a node or model version is gone, its access is lowered, its contract is no longer enforced, another model
///   version is the latest; or, where dbt's contract or the warehouse vouches for the columns on both sides, a column is
///   gone or (both sides by the same evidence) has another type;
/// - minor: a node is new, or a column is, where both sides vouch for their columns;
/// - patch: anything else, so also columns that come and go in the YAML only.
pub fn required_update(baseline: &Publication, current: &Publication) -> RequiredUpdate {
    let same = matches!((digest(baseline), digest(current)), (Ok(a), Ok(b)) if a == b);
    if same {
        return RequiredUpdate::None;
    }
    let kept_or_gone = baseline.interface.iter().map(|(unique_id, node)| {
        current.interface.get(unique_id).map_or(RequiredUpdate::Major, |current| of_node(node, current))
    });
    let added = current.interface.keys().any(|unique_id| !baseline.interface.contains_key(unique_id));
    let added = if added { RequiredUpdate::Minor } else { RequiredUpdate::Patch };
    kept_or_gone.max().unwrap_or(RequiredUpdate::Patch).max(added)
}

fn of_node(baseline: &InterfaceNode, current: &InterfaceNode) -> RequiredUpdate {
    let broken = current.access < baseline.access
        || (baseline.contract.enforced && !current.contract.enforced)
        || baseline.latest_version != current.latest_version;
    if broken { RequiredUpdate::Major } else { of_columns(&baseline.columns, &current.columns) }
}

fn of_columns(baseline: &[Column], current: &[Column]) -> RequiredUpdate {
    let vouched = |columns: &[Column]| columns.iter().any(|column| column.origin > Origin::Declared);
    if !vouched(baseline) || !vouched(current) {
        return RequiredUpdate::Patch;
    }
    let now: BTreeMap<&str, &Column> = current.iter().map(|column| (&*column.name, column)).collect();
    let breaks = |column: &Column| now.get(&*column.name).is_none_or(|now| has_other_type(column, now));
    if baseline.iter().any(breaks) {
        RequiredUpdate::Major
    } else if now.len() > baseline.len() {
        RequiredUpdate::Minor
    } else {
        RequiredUpdate::Patch
    }
}

/// Whether the types differ in more than case and white space. Types of different evidence are not compared: the YAML's
/// `int` is the warehouse's `INTEGER`.
fn has_other_type(baseline: &Column, current: &Column) -> bool {
    let fold = |column: &Column| {
        let words = column.data_type.as_deref().map(|text| text.split_whitespace().collect::<String>());
        words.map(|text| text.to_ascii_lowercase())
    };
    match (fold(baseline), fold(current)) {
        (Some(before), Some(now)) => baseline.origin == current.origin && before != now,
        _ => false,
    }
}

/// The version after `version` for an update; the same for none.
///
/// A pre-release is finished first where that is update enough: `2.0.0-rc.1` goes to `2.0.0` whatever the update, and
/// `1.3.0-rc.1` to `1.3.0` unless it is major. Below 1.0.0 Cargo's rule holds: a major update takes the next minor
/// version, any other the next patch version.
pub fn next(version: &Version, update: RequiredUpdate) -> Version {
    let is_pre_release = !version.pre.is_empty();
    let Version { major, minor, patch, .. } = *version;
    let finished = Version::new(major, minor, patch);
    let next_major = Version::new(major.saturating_add(1), 0, 0);
    let next_minor = Version::new(major, minor.saturating_add(1), 0);
    let next_patch = Version::new(major, minor, patch.saturating_add(1));
    let (is_finishing, next) = match (update, major) {
        (RequiredUpdate::None, _) => return version.clone(),
        (RequiredUpdate::Major, 1..) => (minor == 0 && patch == 0, next_major),
        (RequiredUpdate::Major, 0) | (RequiredUpdate::Minor, 1..) => (patch == 0, next_minor),
        (RequiredUpdate::Minor, 0) | (RequiredUpdate::Patch, _) => (true, next_patch),
    };
    if is_pre_release && is_finishing { finished } else { next }
}

/// Whether `version` may follow `baseline` for an update: it is later, and it or what it is a pre-release of is large
/// enough.
pub fn is_enough(baseline: &Version, version: &Version, update: RequiredUpdate) -> bool {
    let finished = Version { pre: Prerelease::EMPTY, ..version.clone() };
    match update {
        RequiredUpdate::None => version.cmp_precedence(baseline).is_ge(),
        _ => version.cmp_precedence(baseline).is_gt() && finished.cmp_precedence(&next(baseline, update)).is_ge(),
    }
}

#[cfg(test)]
mod tests;
