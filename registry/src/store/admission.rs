//! Whether a deployment may stand in its environment: asked beforehand, and again while nobody else changes that.

use std::sync::Arc;

use contracts::{
    can_deploy::{Refusal, Verdict, can_deploy},
    digest::Digest,
    graph::Cycle,
    name::{EnvironmentName, PackageName, Reason},
};
use semver::Version;

use crate::store::{
    aside,
    error::StoreError,
    mesh::{Candidate, Learned, Surroundings},
    pool::Store,
    sql,
    transaction::{Write, on_transaction},
};

/// A step of an environment, and what stands in its way.
#[derive(Debug)]
pub(crate) struct Weighed {
    pub(crate) now: Arc<Surroundings>,
    pub(crate) then: Surroundings,
    pub(crate) verdict: Verdict,
}

impl Weighed {
    /// Weighs what comes of an environment when a project is deployed there anew, or taken out.
    async fn of(
        now: Arc<Surroundings>,
        environment: &EnvironmentName,
        package_name: &PackageName,
        candidate: Option<Candidate>,
    ) -> Result<Self, StoreError> {
        let (environment, package_name) = (environment.clone(), package_name.clone());
        aside(move || {
            let then = match candidate {
                Some(candidate) => now.with(&environment, candidate),
                None => now.without(&package_name),
            };
            let verdict = can_deploy(&now.mesh, &then.mesh, &package_name);
            Self { now, then, verdict }
        })
        .await
    }

    /// Of all that the verdict hangs on.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of_bytes(format!("{} {}", self.now.digest, self.then.digest).as_bytes())
    }
}

impl Store {
    /// What stands in the way of a published version in an environment, beside what stands there, or in the environments
    /// after it.
    ///
    /// # Errors
    /// `ProjectNotFound`, `PublicationNotFound`.
    pub(crate) async fn weigh(
        &self,
        places: &[&EnvironmentName],
        package_name: &PackageName,
        version: &Version,
    ) -> Result<Weighed, StoreError> {
        let environment = places.first().copied().cloned().unwrap_or_default();
        let candidate = self.candidate(&environment, package_name, version).await?;
        let now = self.surroundings(places).await?;
        Weighed::of(now, &environment, package_name, Some(candidate)).await
    }
}

/// What is to change in an environment.
pub(super) struct Change<'a> {
    pub(super) environment: &'a EnvironmentName,
    pub(super) package_name: &'a PackageName,
    /// What is to be deployed; `None` where the project is taken out.
    pub(super) candidate: Option<Candidate>,
    /// Why it is done whatever it leaves unmet.
    pub(super) force: Option<&'a Reason>,
}

/// A change that is let through.
pub(super) struct Admitted {
    /// What it leaves unmet or in one place, where it was forced through that.
    pub(super) forced: Option<(Reason, Verdict)>,
    /// The environment after it.
    pub(super) then: Surroundings,
}

impl Write {
    /// Takes the turn of an environment: until the end of this transaction nobody else changes what stands there.
    pub(super) async fn take_turn(&mut self, environment: &EnvironmentName) -> Result<(), StoreError> {
        on_transaction!(self, |connection| sqlx::query(sql::TAKE_TURN)
            .bind(environment.as_str())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Lets a change through, or refuses it; in the environment's turn, since two changes at the same time may each be
    /// fine alone.
    ///
    /// # Errors
    /// `NodeCycle`, which nothing forces; `DeploymentRefused`.
    pub(super) async fn admit(
        &mut self,
        learned: &mut Learned<'_>,
        change: Change<'_>,
    ) -> Result<Admitted, StoreError> {
        let Change { environment, package_name, candidate, force } = change;
        self.take_turn(environment).await?;
        let now = self.lend().surroundings_in(learned, environment).await?;
        let version = candidate.as_ref().map(|candidate| candidate.member.publication.version.clone());
        let Weighed { then, verdict, .. } = Weighed::of(now, environment, package_name, candidate).await?;
        if let Some(Cycle(path)) = verdict.cycle {
            return Err(StoreError::NodeCycle { environment: environment.clone(), path });
        }
        if verdict.is_yes() {
            return Ok(Admitted { forced: None, then });
        }
        if let Some(reason) = force {
            return Ok(Admitted { forced: Some((reason.clone(), verdict)), then });
        }
        let (package_name, environment) = (package_name.clone(), environment.clone());
        let refusal = Refusal { package_name, version, environment, verdict };
        Err(StoreError::DeploymentRefused(Box::new(refusal)))
    }
}
