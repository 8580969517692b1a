//! Deploying: putting a published version into an environment.

use contracts::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
    publication::Publication,
    relation::{Relations, hold_to_publication},
};
use semver::Version;
use serde_json::json;

use crate::store::{
    clock,
    deployments::Deployment,
    error::StoreError,
    pool::Store,
    precondition::Precondition,
    transaction::{Attempts, Write},
};

/// A deployment that is asked for.
#[derive(Debug)]
pub(crate) struct Deploy {
    pub(crate) package_name: PackageName,
    pub(crate) environment: EnvironmentName,
    pub(crate) version: Version,
    /// Absent: as when the version was last deployed there, else as it was published.
    pub(crate) relations: Option<GivenRelations>,
    pub(crate) precondition: Precondition,
}

/// Relations that came with a request.
#[derive(Debug)]
pub(crate) struct GivenRelations {
    pub(crate) relations: Relations,
    /// Their canonical JSON.
    pub(crate) document: String,
    /// Of the document.
    pub(crate) digest: Digest,
}

/// What is to stand where, within a transaction that holds the project's row.
pub(super) struct Placement<'a> {
    pub(super) publication: &'a Publication,
    pub(super) environment: &'a EnvironmentName,
    pub(super) relations_digest: Digest,
    /// The project's revision.
    pub(super) revision: i64,
}

impl Store {
    /// Deploys a published version. The same version with the same relations again changes nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`, `PublicationNotFound`, `StrayRelation`, `DeploymentChanged`, `NodeCycle`.
    pub(crate) async fn deploy(&self, deploy: &Deploy) -> Result<Deployment, StoreError> {
        // A publication never changes, so it is read before the project is locked.
        let document = self.document(&deploy.package_name, &deploy.version).await?;
        let publication = read_document(&deploy.package_name, &document.text)?;
        if let Some(given) = &deploy.relations {
            hold_to_publication(&given.relations, &publication)?;
        }
        let mut attempts = Attempts::default();
        loop {
            match self.try_deploy(deploy, &publication).await {
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_deploy(&self, deploy: &Deploy, publication: &Publication) -> Result<Deployment, StoreError> {
        let mut write = self.begin().await?;
        let (deployment, is_new) = write.deploy(deploy, publication).await?;
        write.finish(is_new).await?;
        Ok(deployment)
    }
}

/// Reads a publication that the store holds.
pub(super) fn read_document(package_name: &PackageName, document: &str) -> Result<Publication, StoreError> {
    serde_json::from_str(document).map_err(|error| StoreError::Corrupt {
        what: format!("a publication of `{package_name}`"),
        reason: error.to_string(),
    })
}

impl Write {
    async fn deploy(&mut self, deploy: &Deploy, publication: &Publication) -> Result<(Deployment, bool), StoreError> {
        let Deploy { package_name, environment, version, .. } = deploy;
        let revision = self.lock_project(package_name).await?.revision;
        self.hold_to(deploy).await?;
        let relations_digest = match &deploy.relations {
            Some(given) => {
                self.put_relations(package_name, &given.digest, &given.document).await?;
                given.digest
            }
            None => match self.last_relations(package_name, environment, version).await? {
                Some(digest) => digest,
                None => self.publication(package_name, version).await?.relations_digest,
            },
        };
        self.place(&Placement { publication, environment, relations_digest, revision }).await
    }

    async fn hold_to(&mut self, deploy: &Deploy) -> Result<(), StoreError> {
        let Deploy { package_name, environment, precondition, .. } = deploy;
        if *precondition == Precondition::None {
            return Ok(());
        }
        let current = self.deployment(package_name, environment).await?.map(|deployment| deployment.revision);
        if precondition.holds(current) {
            return Ok(());
        }
        let (package_name, environment) = (package_name.clone(), environment.clone());
        Err(StoreError::DeploymentChanged { package_name, environment, current })
    }

    /// Puts a publication into an environment; tells whether that is new.
    pub(super) async fn place(&mut self, placement: &Placement<'_>) -> Result<(Deployment, bool), StoreError> {
        let Placement { publication, environment, relations_digest, revision } = *placement;
        let Publication { package_name, version, .. } = publication;
        let current = self.deployment(package_name, environment).await?;
        let next = current.as_ref().map_or(0, |current| current.revision) + 1;
        if let Some(current) = current
            && current.version == *version
            && current.relations_digest == relations_digest
        {
            return Ok((current, false));
        }
        let deployment = Deployment {
            package_name: package_name.clone(),
            environment: environment.clone(),
            revision: next,
            version: version.clone(),
            relations_digest,
            deployed_at: clock::now(),
        };
        self.refuse_cycle(publication, environment).await?;
        self.put_deployment(&deployment).await?;
        let payload = json!({
            "environment": environment, "revision": next, "version": version, "relations_digest": relations_digest,
        });
        self.record(package_name.as_str(), revision, "deployed", &payload).await?;
        Ok((deployment, true))
    }
}
