//! The policies and waivers that apply to a check.

use std::collections::BTreeMap;

use semver::Version;
use weft_api::{Report, Severity};
use weft_check::{
    Levels,
    policy::{self, KnownRule, Lapse, Lapsed, ProjectPolicy, RecordedWaiver},
};
use weft_model::name::PackageName;

use crate::{
    escape::escape,
    failure::Result,
    output::Message,
    states::{StateName, States},
    system::clock,
};

/// What the project says in weft.yml, and what the registry says.
#[derive(Debug, Default)]
pub(crate) struct Ruling {
    own: BTreeMap<KnownRule, Severity>,
    said: ProjectPolicy,
    /// Whether there is a registry that answers.
    pub(crate) has_registry: bool,
    /// Why the registry has no say, where it should have one.
    pub(crate) warning: Option<Message>,
}

impl States<'_> {
    /// The policies and waivers for a check against a state.
    ///
    /// A state that does not come from a registry needs none: a registry that does not exist is ignored, and one that
    /// cannot be reached causes a warning.
    pub(crate) async fn ruling(&mut self, package_name: &PackageName, against: &StateName) -> Result<Ruling> {
        let own = self.config.rules.clone();
        let registry = self.shared.location(&self.config)?;
        if registry.file().is_some_and(|file| !file.exists()) {
            return Ok(Ruling { own, ..Ruling::default() });
        }
        match self.said(package_name).await {
            Ok(said) => Ok(Ruling { own, said, has_registry: true, warning: None }),
            Err(problem) if against.comes_from_registry() => Err(problem),
            Err(problem) => {
                let text =
                    format!("policies, waivers and readers in `{registry}` are left out: {}", escape(&problem.detail));
                Ok(Ruling { own, warning: Some(Message::Warning(text)), ..Ruling::default() })
            }
        }
    }

    async fn said(&mut self, package_name: &PackageName) -> Result<ProjectPolicy> {
        self.client().await?.project_policy(package_name).await
    }
}

impl Ruling {
    /// The severities for the check.
    pub(crate) fn levels(&self) -> Levels {
        policy::levels(&self.own, &self.said.policies)
    }

    /// Writes the waivers into their findings; gives back those that would be there, and why they are not.
    pub(crate) fn waive(&self, report: &mut Report, baseline: Option<&Version>) -> Vec<(RecordedWaiver, Lapse)> {
        let waived = policy::waive(report, &self.said.waivers, baseline, clock::today());
        waived.lapsed.into_iter().map(|Lapsed { waiver, why }| (waiver.clone(), why)).collect()
    }
}
