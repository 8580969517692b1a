//! What a rule is: its facts, and how it finds.

use weft_api::Severity;
use weft_model::{name::UniqueId, version::RequiredUpdate};

use crate::diff::{Diff, found::RuleFinding, standing::CurrentSide, step::VersionStep};

/// One kind of change or state, and what it means.
pub struct Rule {
    /// As findings and policies name it; the name of its file.
    pub id: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// Why it matters, in a sentence or two.
    pub why: &'static str,
    /// What one of its findings says.
    pub example: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The update that it asks for, unless a finding says otherwise.
    pub required_update: RequiredUpdate,
    /// The severity for readers of the node, unless a finding or a policy has its own.
    pub consumer: Severity,
    pub(crate) find: Find,
}

/// What a rule looks at, and how it finds.
pub(crate) enum Find {
    /// At the changes between two publications.
    Change(fn(&Diff<'_>) -> Vec<RuleFinding>),
    /// At the current publication alone: governance.
    State(fn(&CurrentSide<'_>) -> Vec<RuleFinding>),
    /// At the current publication alone: whether what it promises and what it holds agree.
    Drift(fn(&CurrentSide<'_>) -> Vec<RuleFinding>),
    /// At two versions, when it is known what the changes between them ask for.
    Version(fn(&VersionStep<'_>) -> Vec<RuleFinding>),
}

impl Rule {
    /// A finding of the rule on a node, with the rule's severity.
    pub(crate) fn finding(&self, unique_id: &UniqueId, message: String) -> RuleFinding {
        RuleFinding::new(self.id, unique_id, message, self.remedy).severity(self.consumer, self.required_update)
    }

    /// Whether the rule looks at the current side alone.
    pub fn is_governance(&self) -> bool {
        matches!(self.find, Find::State(_))
    }

    /// Whether the rule holds what is promised to what is.
    pub fn is_about_drift(&self) -> bool {
        matches!(self.find, Find::Drift(_))
    }

    /// Whether the rule compares two publications, independent of their versions.
    pub fn is_about_a_change(&self) -> bool {
        matches!(self.find, Find::Change(_))
    }

    /// Whether the rule looks at the current side alone, so that its findings are not changes.
    pub fn is_about_a_state(&self) -> bool {
        self.is_governance() || self.is_about_drift()
    }

    /// Whether the rule reports what could not be compared, so that a change may be missed.
    pub fn is_about_the_unknown(&self) -> bool {
        matches!(self.id, "columns_unknown" | "evidence_differs" | "shape_unknown" | "type_unknown")
    }

    /// Whether the rule looks at the step between two versions.
    pub fn is_about_version(&self) -> bool {
        matches!(self.find, Find::Version(_))
    }
}
