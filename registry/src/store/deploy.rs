//! Deploying: putting a published version into an environment, or taking a project out of it.

use std::sync::Arc;

use contracts::{
    digest::Digest,
    mesh::Member,
    name::{EnvironmentName, PackageName, Reason},
    publication::Publication,
    relation::{Relations, hold_to_publication},
};
use semver::Version;
use serde_json::{Value, json};

use crate::store::{
    admission::{Admitted, Change},
    clock,
    deployments::Deployment,
    error::StoreError,
    mesh::{Candidate, ContentDigests, Learned},
    pool::Store,
    precondition::Precondition,
    publications::read_document,
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
    /// Why it is done whatever it leaves unmet.
    pub(crate) force: Option<Reason>,
}

/// A project that is to be taken out of an environment.
#[derive(Debug)]
pub(crate) struct Undeploy {
    pub(crate) package_name: PackageName,
    pub(crate) environment: EnvironmentName,
    pub(crate) precondition: Precondition,
    /// Why it is done whatever it leaves unmet.
    pub(crate) force: Option<Reason>,
}

/// Relations that came with a request.
#[derive(Debug)]
pub(crate) struct GivenRelations {
    pub(crate) relations: Arc<Relations>,
    /// Their canonical JSON.
    pub(crate) document: String,
    /// Of the document.
    pub(crate) digest: Digest,
}

/// What is to stand where, within a transaction that holds the project's row.
pub(super) struct Placement<'a> {
    pub(super) candidate: Candidate,
    pub(super) environment: &'a EnvironmentName,
    /// The project's revision.
    pub(super) revision: i64,
    pub(super) force: Option<&'a Reason>,
}

impl Store {
    /// Deploys a published version. The same version with the same relations again changes nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`, `PublicationNotFound`, `StrayRelation`, `DeploymentChanged`, `NodeCycle`, `DeploymentRefused`.
    pub(crate) async fn deploy(&self, deploy: &Deploy) -> Result<Deployment, StoreError> {
        // A publication never changes, so it is read before the project is locked.
        let document = self.document(&deploy.package_name, &deploy.version).await?;
        let publication = Arc::new(read_document(&deploy.package_name, &document.text)?);
        let published = (publication, document.digest);
        if let Some(given) = &deploy.relations {
            hold_to_publication(&given.relations, &published.0)?;
        }
        // So is most of what stands there.
        self.surroundings(&[&deploy.environment]).await?;
        let mut attempts = Attempts::default();
        loop {
            match self.try_deploy(deploy, &published).await {
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_deploy(
        &self,
        deploy: &Deploy,
        published: &(Arc<Publication>, Digest),
    ) -> Result<Deployment, StoreError> {
        let (mut write, mut learned) = (self.begin().await?, self.memory.learn());
        let (deployment, is_new) = write.deploy(&mut learned, deploy, published).await?;
        write.finish_and_keep(is_new, learned).await?;
        Ok(deployment)
    }

    /// A published version as it would stand in an environment.
    pub(super) async fn candidate(
        &self,
        environment: &EnvironmentName,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<Candidate, StoreError> {
        let mut held = self.hold().await?;
        if let Some(digests) = held.lend().usual_content(package_name, environment, version).await? {
            let mut learned = self.memory.learn();
            let member = held.lend().member_of(&mut learned, package_name, version, &digests).await?;
            learned.keep();
            return Ok(Candidate { member, digests });
        }
        drop(held);
        Err(self.no_publication(package_name, version).await?)
    }

    /// Takes a project out of an environment; gives what stood there.
    ///
    /// # Errors
    /// `ProjectNotFound`, `DeploymentNotFound`, `DeploymentChanged`, `DeploymentRefused`.
    pub(crate) async fn undeploy(&self, undeploy: &Undeploy) -> Result<Deployment, StoreError> {
        self.surroundings(&[&undeploy.environment]).await?;
        let mut attempts = Attempts::default();
        loop {
            match self.try_undeploy(undeploy).await {
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_undeploy(&self, undeploy: &Undeploy) -> Result<Deployment, StoreError> {
        let (mut write, mut learned) = (self.begin().await?, self.memory.learn());
        let deployment = write.undeploy(&mut learned, undeploy).await?;
        write.finish_and_keep(true, learned).await?;
        Ok(deployment)
    }
}

impl Write {
    async fn deploy(
        &mut self,
        learned: &mut Learned<'_>,
        deploy: &Deploy,
        (publication, digest): &(Arc<Publication>, Digest),
    ) -> Result<(Deployment, bool), StoreError> {
        let Deploy { package_name, environment, version, precondition, .. } = deploy;
        let revision = self.lock_project(package_name).await?.revision;
        self.hold_to(package_name, environment, precondition).await?;
        let (relations_digest, relations) = if let Some(given) = &deploy.relations {
            self.put_relations(package_name, &given.digest, &given.document).await?;
            (given.digest, Arc::clone(&given.relations))
        } else {
            let usual = self.lend().usual_content(package_name, environment, version).await?;
            let (name, version) = (package_name.clone(), version.clone());
            let usual = usual.ok_or(StoreError::PublicationNotFound { package_name: name, version })?.relations;
            (usual, Arc::new(self.relations(package_name, &usual).await?))
        };
        let member = Member { publication: Arc::clone(publication), relations };
        let digests = ContentDigests { publication: *digest, relations: relations_digest };
        let (candidate, force) = (Candidate { member, digests }, deploy.force.as_ref());
        self.place(learned, Placement { candidate, environment, revision, force }).await
    }

    async fn hold_to(
        &mut self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        precondition: &Precondition,
    ) -> Result<(), StoreError> {
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

    /// Puts a publication into an environment, if nothing stands in its way; tells whether that is new.
    pub(super) async fn place(
        &mut self,
        learned: &mut Learned<'_>,
        placement: Placement<'_>,
    ) -> Result<(Deployment, bool), StoreError> {
        let Placement { candidate, environment, revision, force } = placement;
        let relations_digest = candidate.digests.relations;
        let Publication { package_name, version, .. } = &*candidate.member.publication;
        let (package_name, version) = (package_name.clone(), version.clone());
        if let Some(current) = self.deployment(&package_name, environment).await?
            && current.version == version
            && current.relations_digest == relations_digest
        {
            return Ok((current, false));
        }
        let change = Change { environment, package_name: &package_name, candidate: Some(candidate), force };
        let Admitted { forced, then } = self.admit(learned, change).await?;
        let mut payload =
            json!({ "environment": environment, "version": version, "relations_digest": relations_digest });
        let reason = forced.map(|(reason, verdict)| {
            payload["forced"] = json!(reason);
            payload["unmet"] = json!(verdict.unmet);
            payload["clashes"] = json!(verdict.clashes);
            String::from(reason)
        });
        let deployment = Deployment {
            revision: self.last_revision(&package_name, environment).await? + 1,
            environment: environment.clone(),
            package_name,
            version,
            relations_digest,
            deployed_at: clock::now(),
            forced: reason,
        };
        self.put_deployment(&deployment).await?;
        self.record_deployment("deployed", revision, &deployment, payload).await?;
        learned.add_mesh(then);
        Ok((deployment, true))
    }

    async fn undeploy(&mut self, learned: &mut Learned<'_>, undeploy: &Undeploy) -> Result<Deployment, StoreError> {
        let Undeploy { package_name, environment, precondition, force } = undeploy;
        let revision = self.lock_project(package_name).await?.revision;
        self.hold_to(package_name, environment, precondition).await?;
        let current = self.deployment(package_name, environment).await?;
        let (name, place) = (package_name.clone(), environment.clone());
        let current = current.ok_or(StoreError::DeploymentNotFound { package_name: name, environment: place })?;
        let change = Change { environment, package_name, candidate: None, force: force.as_ref() };
        let Admitted { forced, then } = self.admit(learned, change).await?;
        let mut payload = json!({ "environment": environment, "version": current.version });
        let reason = forced.map(|(reason, verdict)| {
            payload["forced"] = json!(reason);
            payload["unmet"] = json!(verdict.unmet);
            String::from(reason)
        });
        let gone = Deployment {
            revision: self.last_revision(package_name, environment).await? + 1,
            deployed_at: clock::now(),
            forced: reason,
            ..current
        };
        self.remove_deployment(&gone).await?;
        self.record_deployment("undeployed", revision, &gone, payload).await?;
        learned.add_mesh(then);
        Ok(gone)
    }

    async fn record_deployment(
        &mut self,
        kind: &str,
        project_revision: i64,
        deployment: &Deployment,
        mut payload: Value,
    ) -> Result<(), StoreError> {
        payload["revision"] = json!(deployment.revision);
        self.record(deployment.package_name.as_str(), project_revision, kind, &payload).await
    }
}
