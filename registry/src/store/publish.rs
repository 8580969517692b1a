//! Publishing: one transaction for the publication, its relations, readers, deployment and events.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::json;
use weft_api::EventKind;
use weft_mesh::mesh::Member;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, Reason},
};
use weft_publication::Publication;

use crate::store::{
    admission::Rulings,
    clock,
    deploy::Placement,
    deployments::DeploymentEntry,
    either::on_either,
    error::{StoreError, VersionTaken},
    mesh::{ContentDigests, Fallback, Learned, MeshCandidate},
    new_event::{Cause, NewEvent},
    pool::Store,
    projects::{Locked, better_latest},
    publications::NeighborVersions,
    relations::GivenRelations,
    sql,
    transaction::persist,
    write::Write,
};

/// A publication that has been checked, with what goes with it.
#[derive(Debug)]
pub(crate) struct Publish {
    pub(crate) publication: Arc<Publication>,
    /// The publication's canonical JSON, to be stored as it is.
    pub(crate) document: String,
    /// The digest of its content.
    pub(crate) digest: Digest,
    pub(crate) relations: GivenRelations,
    /// The git remote and folder it comes from, where that is known.
    pub(crate) origin: Option<String>,
    /// Whether the name belongs to this origin from now on.
    pub(crate) moved: bool,
    pub(crate) deploy_to: Option<EnvironmentName>,
    /// The reason for deploying even if that breaks readers.
    pub(crate) force: Option<Reason>,
    /// Where to look for projects that are not deployed there.
    pub(crate) fallback: Fallback,
    /// Checks everything and writes nothing.
    pub(crate) dry_run: bool,
}

/// What the check of a new version came to, before its project was locked.
#[derive(Debug)]
pub(crate) struct VersionVerdict {
    /// The versions that it was compared with; none if it exists already.
    pub(crate) neighbours: NeighborVersions,
    /// Whether the version is large enough for the changes, or let through.
    pub(crate) passes: bool,
    /// The waivers of the changes that it makes: they are spent once it is published.
    pub(crate) spends: BTreeSet<u64>,
}

/// What an attempt to publish, or to remove a yank, came to.
#[derive(Debug)]
pub(crate) enum Attempt<T> {
    /// The version is published.
    Done(Box<T>),
    /// The version is too small.
    Refused,
    /// The version is to be compared with another one by now: one was published or yanked meanwhile.
    Outdated,
}

/// What a publish came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredPublication {
    /// False if the same content existed already.
    pub(crate) created: bool,
    pub(crate) deployment: Option<DeploymentEntry>,
}

impl Store {
    /// Publishes, if the verdict on a new version holds. The same content under the same version again changes nothing.
    ///
    /// # Errors
    /// `VersionExists`, `VersionYanked`, `NameTaken`, `NodeCycle`, `DeploymentRefused`.
    pub(crate) async fn publish(
        &self,
        publish: &Publish,
        verdict: &VersionVerdict,
        cause: &Cause,
    ) -> Result<Attempt<StoredPublication>, StoreError> {
        let mut rulings = Arc::default();
        if let Some(environment) = &publish.deploy_to {
            rulings = self.rulings(&BTreeSet::from([publish.publication.package_name.clone()])).await?;
            // Most of what stands there is read before the project is locked.
            let places = self.step_places(environment, &publish.fallback).await?;
            self.surroundings(&places.named.iter().collect::<Vec<_>>()).await?;
        }
        let names = BTreeSet::from([publish.publication.package_name.clone()]);
        let _turn = self.turn(&names, publish.deploy_to.as_ref()).await?;
        let attempt = persist(|| self.try_publish(publish, verdict, &rulings, cause)).await;
        if publish.dry_run { attempt } else { self.noting_refusal(cause, attempt).await }
    }

    async fn try_publish(
        &self,
        publish: &Publish,
        verdict: &VersionVerdict,
        rulings: &Arc<Rulings>,
        cause: &Cause,
    ) -> Result<Attempt<StoredPublication>, StoreError> {
        let (mut write, mut learned) = (self.begin(cause).await?, self.memory.learn());
        let (attempt, changed) = write.publish(&mut learned, publish, verdict, rulings).await?;
        write.finish_and_keep(changed && !publish.dry_run, learned).await?;
        Ok(attempt)
    }
}

impl Write {
    async fn publish(
        &mut self,
        learned: &mut Learned<'_>,
        publish: &Publish,
        verdict: &VersionVerdict,
        rulings: &Arc<Rulings>,
    ) -> Result<(Attempt<StoredPublication>, bool), StoreError> {
        let Publication { package_name, version, .. } = &*publish.publication;
        let locked = self.touch_project(package_name).await?;
        let mut changed = self.claim(publish, &locked).await?;
        self.put_relations(package_name, &publish.relations.digest, &publish.relations.document).await?;
        let created = self.insert_publication(publish).await?;
        if created {
            if NeighborVersions::of(&self.publications(package_name).await?, version) != verdict.neighbours {
                return Ok((Attempt::Outdated, false));
            }
            if !verdict.passes {
                return Ok((Attempt::Refused, false));
            }
            self.insert_uses(&publish.publication).await?;
            let latest = better_latest(locked.latest.clone(), version.clone());
            self.set_latest(package_name, latest.as_ref(), 1).await?;
            let event = NewEvent::new(EventKind::Published).of(package_name).version(version);
            self.record(event.what(json!({ "digest": publish.digest })));
            changed = true;
        } else {
            let entry = self.publication(package_name, version).await?;
            let (package_name, version, published) = (package_name.clone(), version.clone(), entry.digest);
            if published != publish.digest {
                let taken = VersionTaken { package_name, version, published, offered: publish.digest };
                return Err(StoreError::VersionExists(Box::new(taken)));
            }
            if entry.yanked && publish.force.is_none() {
                return Err(StoreError::VersionYanked { package_name, version });
            }
        }
        let (mut deployment, mut is_placed) = (None, false);
        if let Some(environment) = &publish.deploy_to {
            let digests = ContentDigests { publication: publish.digest, relations: publish.relations.digest };
            let member = if created {
                let relations = Arc::clone(&publish.relations.relations);
                Member { publication: Arc::clone(&publish.publication), relations }
            } else {
                // The digest leaves out the source, and of what stands already the source is what it was published with.
                self.lend().member_of(learned, package_name, version, &digests).await?
            };
            let candidates = vec![MeshCandidate::new(member, digests)];
            let placement = Placement {
                environment,
                candidates,
                rulings,
                force: publish.force.as_ref(),
                fallback: &publish.fallback,
            };
            let (deployments, is_new) = self.place(learned, placement).await?;
            deployment = deployments.into_iter().next();
            is_placed = is_new;
            changed |= is_new;
        }
        if created || is_placed {
            self.spend_waivers(package_name, &verdict.spends, version).await?;
        }
        Ok((Attempt::Done(Box::new(StoredPublication { created, deployment })), changed))
    }

    /// Checks the publication's origin against the owner of the name, or gives the name its owner; returns whether that
    /// changed.
    async fn claim(&mut self, publish: &Publish, locked: &Locked) -> Result<bool, StoreError> {
        let package_name: &PackageName = &publish.publication.package_name;
        match (&locked.origin, &publish.origin) {
            (Some(owner), Some(origin)) if owner != origin && !publish.moved => Err(StoreError::NameTaken {
                package_name: package_name.clone(),
                owner: owner.clone(),
                origin: origin.clone(),
            }),
            (owner, Some(origin)) if owner.as_ref() != Some(origin) => {
                self.set_origin(package_name, origin).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// False if the version exists already.
    async fn insert_publication(&mut self, publish: &Publish) -> Result<bool, StoreError> {
        let Publication { package_name, version, requires, .. } = &*publish.publication;
        let requires = json!(requires).to_string();
        let inserted = on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_PUBLICATION)
            .bind(package_name.as_str())
            .bind(version.to_string())
            .bind(publish.digest.to_string())
            .bind(publish.relations.digest.to_string())
            .bind(clock::now())
            .bind(requires)
            .bind(publish.document.as_str())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(inserted == 1)
    }

    /// All readings in one statement; the two databases unfold JSON each in their own way.
    async fn insert_uses(&mut self, publication: &Publication) -> Result<(), StoreError> {
        if publication.uses.is_empty() {
            return Ok(());
        }
        let uses = json!(publication.uses).to_string();
        let statement = self.text_of(sql::INSERT_USES_SQLITE, sql::INSERT_USES_POSTGRES);
        on_either!(self.lend(), |connection| sqlx::query(statement)
            .bind(publication.package_name.as_str())
            .bind(publication.version.to_string())
            .bind(uses)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
