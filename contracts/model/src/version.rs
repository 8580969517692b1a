//! The next version of a publication, for an update of the size that a check asks for.

use std::{cmp::Ordering, fmt};

use semver::{Prerelease, Version};
use serde::{Deserialize, Serialize};

/// The size of an update, smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequiredUpdate {
    /// The content is the same.
    None,
    /// Nothing that a reader can see as added or broken.
    Patch,
    /// Something was added, and nothing breaks.
    Minor,
    /// A reader can break.
    Major,
}

impl fmt::Display for RequiredUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// The version of a project's first publication.
pub const FIRST: Version = Version::new(1, 0, 0);

/// The next version after `version` for an update; the same version for no update.
///
/// A pre-release is finished first if that is enough: `2.0.0-rc.1` goes to `2.0.0` for any update, and `1.3.0-rc.1` to
/// `1.3.0` unless the update is major. Below 1.0.0 Cargo's rule applies: a major update takes the next minor version,
/// any other the next patch version.
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

/// Which of two texts is the higher version: semver's, else numbers between dots, `v1.10`. `None` where one is neither.
pub fn compare_loosely(a: &str, b: &str) -> Option<Ordering> {
    if let (Ok(a), Ok(b)) = (Version::parse(a), Version::parse(b)) {
        return Some(a.cmp_precedence(&b));
    }
    let numbers = |text: &str| -> Option<Vec<u64>> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        let mut numbers: Vec<u64> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(numbers)
    };
    Some(numbers(a)?.cmp(&numbers(b)?))
}

/// The published version that a new one is compared with: the highest one below it. A release comes before any
/// pre-release, because pre-releases promise nothing. If none is below, the lowest one above.
pub fn baseline<'a>(standing: impl IntoIterator<Item = &'a Version>, new: &Version) -> Option<&'a Version> {
    let others = standing.into_iter().filter(|version| *version != new);
    let (followed, preceded): (Vec<_>, Vec<_>) = others.partition(|version| version.cmp_precedence(new).is_le());
    let highest = followed.into_iter().max_by_key(|version| (version.pre.is_empty(), *version));
    highest.or_else(|| preceded.into_iter().min())
}

/// The next release above a new version, among the published ones, if the new version has one below it. A range from
/// the new version on includes it.
pub fn above<'a>(standing: impl IntoIterator<Item = &'a Version>, new: &Version) -> Option<&'a Version> {
    let releases = standing.into_iter().filter(|version| version.pre.is_empty());
    releases.filter(|version| version.cmp_precedence(new).is_gt()).min()
}

/// The releases of those that were withdrawn that a new version follows, where they lie above what the new version is
/// compared with, highest first. Locks may hold them, and ranges that began with one go on to the new version.
pub fn withdrawn<'a>(
    withdrawn: impl IntoIterator<Item = &'a Version>,
    baseline: Option<&Version>,
    new: &Version,
) -> Vec<&'a Version> {
    let is_between = |version: &&Version| {
        version.pre.is_empty()
            && version.cmp_precedence(new).is_lt()
            && baseline.is_none_or(|baseline| version.cmp_precedence(baseline).is_gt())
    };
    let mut between: Vec<_> = withdrawn.into_iter().filter(is_between).collect();
    between.sort_unstable_by(|a, b| b.cmp(a));
    between
}

#[cfg(test)]
mod tests;
