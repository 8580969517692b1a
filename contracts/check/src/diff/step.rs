//! The step from one version of a publication to the next.

use semver::Version;
use weft_model::{
    name::UniqueId,
    version::{self, RequiredUpdate},
};
use weft_publication::Publication;

use crate::Side;

/// What the rules for versions look at: a version beside the one before, and what lies between them.
pub(crate) struct VersionStep<'a> {
    publication: &'a Publication,
    /// The version of the baseline.
    pub(crate) baseline: &'a Version,
    /// The version of the current side.
    pub(crate) current: &'a Version,
    /// What the changes between them ask for.
    pub(crate) required_update: RequiredUpdate,
}

impl<'a> VersionStep<'a> {
    /// `None` where a side's version is not chosen yet.
    pub(crate) fn between(baseline: Side<'a>, current: Side<'a>, required_update: RequiredUpdate) -> Option<Self> {
        let publication = current.publication;
        let (baseline, current) = (baseline.version?, current.version?);
        Some(Self { publication, baseline, current, required_update })
    }

    /// The id of the project, in findings that need a node.
    pub(crate) fn project(&self) -> UniqueId {
        UniqueId::for_project(&self.publication.package_name)
    }

    /// Whether the version is lower than the one before.
    pub(crate) fn is_back(&self) -> bool {
        self.current.cmp_precedence(self.baseline).is_lt()
    }

    /// Whether the version is late and large enough.
    pub(crate) fn is_enough(&self) -> bool {
        version::is_enough(self.baseline, self.current, self.required_update)
    }

    /// The lowest version that is enough, ignoring pre-releases.
    pub(crate) fn least(&self) -> Version {
        version::next(self.baseline, self.required_update)
    }
}
