//! Deploying: putting a published version into an environment, or taking a project out of it.

use std::{collections::BTreeSet, sync::Arc};

use semver::Version;
use serde_json::{Value, json};
use weft_api::EventKind;
use weft_mesh::{can_deploy::DeployVerdict, mesh::Member};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, Reason},
};
use weft_publication::{Publication, check_identifiers};

use crate::store::{
    admission::{Admitted, EnvironmentChange, Rulings},
    clock,
    deployments::DeploymentEntry,
    error::StoreError,
    mesh::{ContentDigests, Fallback, Learned, MeshCandidate, after_first},
    new_event::{Cause, NewEvent},
    pool::Store,
    precondition::Precondition,
    publications::read_document,
    refusals::unmet_facts,
    relations::GivenRelations,
    transaction::persist,
    write::Write,
};

/// Deployments that are asked for: all of them in one step, or none.
#[derive(Debug)]
pub(crate) struct Deploy {
    pub(crate) environment: EnvironmentName,
    /// The projects to deploy, each once.
    pub(crate) items: Vec<DeploySelection>,
    /// The reason for deploying even if that breaks readers.
    pub(crate) force: Option<Reason>,
    /// Where to look for projects that are not deployed there.
    pub(crate) fallback: Fallback,
}

/// One project of a step.
#[derive(Debug)]
pub(crate) struct DeploySelection {
    pub(crate) package_name: PackageName,
    pub(crate) version: Version,
    /// Absent: as `Connected::usual` finds them.
    pub(crate) relations: Option<GivenRelations>,
    pub(crate) precondition: Precondition,
}

/// A project that is to be taken out of an environment.
#[derive(Debug)]
pub(crate) struct Undeploy {
    pub(crate) package_name: PackageName,
    pub(crate) environment: EnvironmentName,
    pub(crate) precondition: Precondition,
    /// The reason for deploying even if that breaks readers.
    pub(crate) force: Option<Reason>,
}

/// A deployment within a transaction that has locked the rows of the projects.
pub(super) struct Placement<'a> {
    pub(super) environment: &'a EnvironmentName,
    pub(super) candidates: Vec<MeshCandidate>,
    pub(super) rulings: &'a Arc<Rulings>,
    pub(super) force: Option<&'a Reason>,
    /// Where to look for projects that are not deployed there.
    pub(super) fallback: &'a Fallback,
}

/// A published version, and the digest of its content.
type PublishedVersion = (Arc<Publication>, Digest);

impl Store {
    /// Deploys published versions. The same versions with the same relations again change nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`, `PublicationNotFound`, `RelationFault`, `DeploymentChanged`, `NodeCycle`, `DeploymentRefused`.
    pub(crate) async fn deploy(&self, deploy: &Deploy, cause: &Cause) -> Result<Vec<DeploymentEntry>, StoreError> {
        // Publications never change, so they are read before their projects are locked.
        let mut published = Vec::new();
        for DeploySelection { package_name, version, relations, .. } in &deploy.items {
            let Some(given) = relations else {
                self.candidate(&deploy.environment, package_name, version).await?;
                published.push(None);
                continue;
            };
            let document = self.document(package_name, version).await?;
            let publication = Arc::new(read_document(package_name, &document.text)?);
            check_identifiers(&given.relations, &publication)?;
            published.push(Some((publication, document.digest)));
        }
        let rulings = self.rulings(&names(&deploy.items)).await?;
        // So is most of what stands there.
        let places = self.step_places(&deploy.environment, &deploy.fallback).await?;
        self.surroundings(&places.named.iter().collect::<Vec<_>>()).await?;
        let _turn = self.turn(&names(&deploy.items), Some(&deploy.environment)).await?;
        let deployed = persist(|| self.try_deploy(deploy, &published, &rulings, cause)).await;
        self.noting_refusal(cause, deployed).await
    }

    async fn try_deploy(
        &self,
        deploy: &Deploy,
        published: &[Option<PublishedVersion>],
        rulings: &Arc<Rulings>,
        cause: &Cause,
    ) -> Result<Vec<DeploymentEntry>, StoreError> {
        let (mut write, mut learned) = (self.begin(cause).await?, self.memory.learn());
        let (deployments, is_new) = write.deploy(&mut learned, deploy, published, rulings).await?;
        write.finish_and_keep(is_new, learned).await?;
        Ok(deployments)
    }

    /// A published version as a candidate for an environment.
    pub(super) async fn candidate(
        &self,
        environment: &EnvironmentName,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<MeshCandidate, StoreError> {
        let (mut held, mut learned) = (self.hold().await?, self.memory.learn());
        if let Some(candidate) = held.lend().usual(&mut learned, environment, package_name, version).await? {
            learned.keep();
            return Ok(candidate);
        }
        drop(learned);
        drop(held);
        Err(self.no_publication(package_name, version).await?)
    }

    /// Takes a project out of an environment; gives what stood there.
    ///
    /// # Errors
    /// `ProjectNotFound`, `DeploymentNotFound`, `DeploymentChanged`, `DeploymentRefused`.
    pub(crate) async fn undeploy(&self, undeploy: &Undeploy, cause: &Cause) -> Result<DeploymentEntry, StoreError> {
        self.surroundings(&[&undeploy.environment]).await?;
        let names = BTreeSet::from([undeploy.package_name.clone()]);
        let _turn = self.turn(&names, Some(&undeploy.environment)).await?;
        let gone = persist(|| self.try_undeploy(undeploy, cause)).await;
        self.noting_refusal(cause, gone).await
    }

    async fn try_undeploy(&self, undeploy: &Undeploy, cause: &Cause) -> Result<DeploymentEntry, StoreError> {
        let (mut write, mut learned) = (self.begin(cause).await?, self.memory.learn());
        let deployment = write.undeploy(&mut learned, undeploy).await?;
        write.finish_and_keep(true, learned).await?;
        Ok(deployment)
    }
}

fn names(items: &[DeploySelection]) -> BTreeSet<PackageName> {
    items.iter().map(|item| item.package_name.clone()).collect()
}

impl Write {
    async fn deploy(
        &mut self,
        learned: &mut Learned<'_>,
        deploy: &Deploy,
        published: &[Option<PublishedVersion>],
        rulings: &Arc<Rulings>,
    ) -> Result<(Vec<DeploymentEntry>, bool), StoreError> {
        let Deploy { environment, items, force, fallback } = deploy;
        // In the order of names, so that two steps of the same projects wait for each other and not in a circle.
        for package_name in names(items) {
            self.lock_project(&package_name).await?;
        }
        let mut candidates = Vec::new();
        for (item, published) in items.iter().zip(published) {
            self.hold_to(&item.package_name, environment, &item.precondition).await?;
            candidates.push(self.candidate(learned, environment, item, published.as_ref()).await?);
        }
        self.place(learned, Placement { environment, candidates, rulings, force: force.as_ref(), fallback }).await
    }

    async fn candidate(
        &mut self,
        learned: &mut Learned<'_>,
        environment: &EnvironmentName,
        item: &DeploySelection,
        published: Option<&PublishedVersion>,
    ) -> Result<MeshCandidate, StoreError> {
        let DeploySelection { package_name, version, relations, .. } = item;
        if let (Some(given), Some((publication, digest))) = (relations, published) {
            self.put_relations(package_name, &given.digest, &given.document).await?;
            let member = Member { publication: Arc::clone(publication), relations: Arc::clone(&given.relations) };
            return Ok(MeshCandidate::new(member, ContentDigests { publication: *digest, relations: given.digest }));
        }
        let usual = self.lend().usual(learned, environment, package_name, version).await?;
        let (name, version) = (package_name.clone(), version.clone());
        let usual = usual.ok_or(StoreError::PublicationNotFound { package_name: name, version })?;
        if let Some(derived) = &usual.derived {
            self.put_relations(package_name, &derived.digest, &derived.document).await?;
        }
        Ok(usual)
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

    /// Deploys publications to an environment, if nothing prevents the whole step; returns whether any is new.
    pub(super) async fn place(
        &mut self,
        learned: &mut Learned<'_>,
        placement: Placement<'_>,
    ) -> Result<(Vec<DeploymentEntry>, bool), StoreError> {
        let Placement { environment, candidates, rulings, force, fallback } = placement;
        let places = self.lend().step_places(environment, fallback).await?;
        let (mut deployments, mut new, mut changing) = (Vec::new(), Vec::new(), Vec::new());
        for candidate in candidates {
            let Publication { package_name, version, .. } = &*candidate.member.publication;
            let relations_digest = candidate.digests.relations;
            let current = self.deployment(package_name, environment).await?;
            let stands = |it: &DeploymentEntry| it.version == *version && it.relations_digest == relations_digest;
            let replaces = match current {
                Some(current) if stands(&current) && !places.differ() => {
                    deployments.push(current);
                    continue;
                }
                current => current.map(|current| current.version),
            };
            new.push((deployments.len(), replaces));
            deployments.push(DeploymentEntry {
                revision: self.last_revision(package_name, environment).await? + 1,
                environment: environment.clone(),
                package_name: package_name.clone(),
                version: version.clone(),
                relations_digest,
                deployed_at: clock::now(),
                forced: None,
                is_first: false,
                tables_elsewhere: candidate.elsewhere.clone(),
                fallback: after_first(&places.named),
            });
            changing.push(candidate);
        }
        if new.is_empty() {
            return Ok((deployments, false));
        }
        let about: BTreeSet<_> = changing.iter().map(|it| it.member.publication.package_name.clone()).collect();
        let step = json!(about);
        let change = EnvironmentChange {
            environment,
            about,
            candidates: changing,
            rulings: Arc::clone(rulings),
            force,
            fallback,
        };
        let Admitted { forced, then, is_first } = self.admit(learned, change).await?;
        for (index, replaces) in &new {
            let deployment = &mut deployments[*index];
            deployment.is_first = is_first;
            deployment.forced = forced.as_ref().map(|(reason, _)| String::from(reason.clone()));
            let mut facts = deployment.facts();
            facts["replaces"] = json!(replaces);
            if new.len() > 1 {
                facts["step"] = step.clone();
            }
            self.put_deployment(deployment).await?;
            let unmet = forced.as_ref().map(|(_, verdict)| verdict);
            self.record_deployment(EventKind::Deployed, deployment, unmet, facts);
        }
        learned.add_mesh(then);
        Ok((deployments, true))
    }

    async fn undeploy(
        &mut self,
        learned: &mut Learned<'_>,
        undeploy: &Undeploy,
    ) -> Result<DeploymentEntry, StoreError> {
        let Undeploy { package_name, environment, precondition, force } = undeploy;
        self.lock_project(package_name).await?;
        self.hold_to(package_name, environment, precondition).await?;
        let current = self.deployment(package_name, environment).await?;
        let (name, place) = (package_name.clone(), environment.clone());
        let current = current.ok_or(StoreError::DeploymentNotFound { package_name: name, environment: place })?;
        let change = EnvironmentChange {
            environment,
            about: BTreeSet::from([package_name.clone()]),
            candidates: Vec::new(),
            rulings: Arc::default(),
            force: force.as_ref(),
            fallback: &Fallback::new(),
        };
        let Admitted { forced, then, .. } = self.admit(learned, change).await?;
        let (reason, unmet) = forced.unzip();
        let gone = DeploymentEntry {
            revision: self.last_revision(package_name, environment).await? + 1,
            deployed_at: clock::now(),
            forced: reason.map(String::from),
            ..current
        };
        self.remove_deployment(&gone).await?;
        self.record_deployment(EventKind::Undeployed, &gone, unmet.as_ref(), json!({}));
        learned.add_mesh(then);
        Ok(gone)
    }

    fn record_deployment(
        &mut self,
        kind: EventKind,
        deployment: &DeploymentEntry,
        unmet: Option<&DeployVerdict>,
        mut facts: Value,
    ) {
        let DeploymentEntry { package_name, environment, revision, version, forced, .. } = deployment;
        facts["revision"] = json!(revision);
        if forced.is_some() {
            facts["forced"] = true.into();
        }
        let unmet = unmet.map(unmet_facts).unwrap_or_default();
        let event = NewEvent::new(kind).of(package_name).within(environment).version(version);
        self.record(event.because(forced.as_deref()).what(facts).what(unmet));
    }
}
