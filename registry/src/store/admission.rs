//! Whether a deployment is allowed in its environment: checked first without a lock, and again with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
};

use semver::Version;
use weft_api::{RuleId, Severity, TablesElsewhere};
use weft_check::{Levels, policy::RecordedWaiver};
use weft_mesh::can_deploy::{DeployStep, DeployVerdict, Refusal, can_deploy};
use weft_model::{
    digest::Digest,
    graph::Cycle,
    name::{EnvironmentName, PackageName, Reason},
};

use crate::store::{
    blocking::aside,
    clock,
    either::on_either,
    error::StoreError,
    mesh::{Abroad, Fallback, Learned, MeshCandidate, StepPlaces, Surroundings, after_first},
    policies::PolicyEntry,
    pool::Store,
    sql,
    stored::read_back,
    waivers::WaiverEntry,
    write::Write,
};

/// A step of an environment, and what prevents it.
#[derive(Debug)]
pub(crate) struct ReviewedStep {
    pub(crate) now: Arc<Surroundings>,
    pub(crate) then: Surroundings,
    pub(crate) verdict: DeployVerdict,
    about: BTreeSet<PackageName>,
    rulings: Arc<Rulings>,
    /// What other environments that read the projects from this one are made of.
    abroad: String,
    /// The environments to which something was deployed, if this one is new.
    pub(crate) known_environments: Option<Vec<EnvironmentName>>,
    /// What of the step would use tables of another environment.
    pub(crate) tables_elsewhere: Vec<TablesElsewhere>,
    /// Where the environment takes the projects from that it lacks.
    pub(crate) fallback: Vec<EnvironmentName>,
}

/// What policies say of the projects of a step.
#[derive(Debug, Default)]
pub(crate) struct Rulings {
    levels: BTreeMap<PackageName, Levels>,
    waivers: BTreeMap<PackageName, Vec<RecordedWaiver>>,
    /// Which policies and waivers those are, and at which revisions.
    key: String,
}

impl Rulings {
    fn add(
        &mut self,
        package_name: &PackageName,
        policies: &[PolicyEntry],
        waivers: Vec<WaiverEntry>,
    ) -> Result<(), StoreError> {
        let mut levels = Levels::default();
        for PolicyEntry { place, revision, rules, .. } in policies {
            let rules: BTreeMap<RuleId, Severity> = serde_json::from_str(rules)
                .map_err(|error| StoreError::Corrupt { what: "a policy".to_owned(), reason: error.to_string() })?;
            levels = levels.with(place.group.as_deref(), rules);
            let _ = writeln!(self.key, "{package_name} {place:?} {revision}");
        }
        self.levels.insert(package_name.clone(), levels);
        for WaiverEntry { number, spent, .. } in &waivers {
            let _ = writeln!(self.key, "{package_name} waiver {number} {spent:?}");
        }
        self.waivers.insert(package_name.clone(), waivers.into_iter().map(RecordedWaiver::from).collect());
        Ok(())
    }
}

impl ReviewedStep {
    /// Checks the environment after a step that deploys the candidates and removes the projects without one.
    async fn new(
        (now, base): (Arc<Surroundings>, Arc<Surroundings>),
        environment: &EnvironmentName,
        about: BTreeSet<PackageName>,
        candidates: Vec<MeshCandidate>,
        rulings: Arc<Rulings>,
        abroad: Vec<Abroad>,
    ) -> Result<Self, StoreError> {
        let environment = environment.clone();
        let tables_elsewhere = candidates.iter().filter_map(|candidate| candidate.elsewhere.clone()).collect();
        aside(move || {
            let deployed = candidates.iter().map(|it| it.member.publication.package_name.clone()).collect();
            let candidates = candidates.into_iter().map(|candidate| (candidate.member, candidate.digests));
            let then = base.after(&environment, &deployed, candidates);
            let Rulings { levels, waivers, .. } = &*rulings;
            let today = clock::today();
            let mut verdict =
                can_deploy(DeployStep { now: &now.mesh, then: &then.mesh, about: &about, levels, waivers, today });
            // With another fallback, other projects read what was not there before.
            let moved: BTreeSet<_> = now.different(&base).into_iter().filter(|name| !about.contains(name)).collect();
            if !moved.is_empty() {
                let step = DeployStep { now: &now.mesh, then: &then.mesh, about: &moved, levels, waivers, today };
                verdict.add_moved(step, &about);
            }
            for other in &abroad {
                let (now, then) = (other.mesh(&now.mesh), other.mesh(&then.mesh));
                let step = DeployStep { now: &now, then: &then, about: &other.read, levels, waivers, today };
                verdict.add_abroad(step, &other.environment);
            }
            let abroad = abroad.into_iter().map(|other| other.key).collect();
            let fallback = Vec::new();
            Self { now, then, verdict, about, rulings, abroad, known_environments: None, tables_elsewhere, fallback }
        })
        .await
    }

    /// The step that was weighed.
    pub(crate) fn step(&self) -> DeployStep<'_> {
        let Rulings { levels, waivers, .. } = &*self.rulings;
        let (now, then) = (&self.now.mesh, &self.then.mesh);
        DeployStep { now, then, about: &self.about, levels, waivers, today: clock::today() }
    }

    /// The digest of everything that the verdict depends on.
    pub(crate) fn digest(&self) -> Digest {
        let Self { now, then, rulings, abroad, known_environments, tables_elsewhere, .. } = self;
        let text = format!(
            "{} {} {} {abroad} {known_environments:?} {tables_elsewhere:?}",
            now.digest, then.digest, rulings.key
        );
        Digest::hash_bytes(text.as_bytes())
    }
}

impl Store {
    /// What stands in the way of published versions in an environment, in one step, beside what stands there, or in the
    /// environments after it.
    ///
    /// # Errors
    /// `ProjectNotFound`, `PublicationNotFound`.
    pub(crate) async fn weigh(
        &self,
        environment: &EnvironmentName,
        fallback: &Fallback,
        versions: &[(PackageName, Version)],
    ) -> Result<ReviewedStep, StoreError> {
        let mut candidates = Vec::new();
        for (package_name, version) in versions {
            candidates.push(self.candidate(environment, package_name, version).await?);
        }
        let about: BTreeSet<PackageName> = versions.iter().map(|(package_name, _)| package_name.clone()).collect();
        let rulings = self.rulings(&about).await?;
        let StepPlaces { recorded, named } = self.step_places(environment, fallback).await?;
        let now = self.surroundings(&recorded.iter().collect::<Vec<_>>()).await?;
        let base = self.surroundings(&named.iter().collect::<Vec<_>>()).await?;
        let known = self.environments().await?;
        let is_new = !named.iter().any(|place| known.contains(place));
        let abroad = self.abroad(environment, &about, &now).await?;
        let weighed = ReviewedStep::new((now, base), environment, about, candidates, rulings, abroad).await?;
        Ok(ReviewedStep { known_environments: is_new.then_some(known), fallback: after_first(&named), ..weighed })
    }

    /// What policies say of projects.
    pub(super) async fn rulings(&self, names: &BTreeSet<PackageName>) -> Result<Arc<Rulings>, StoreError> {
        let mut rulings = Rulings::default();
        for package_name in names {
            let policies = self.policies(package_name).await?;
            rulings.add(package_name, &policies, self.open_waivers(package_name).await?)?;
        }
        Ok(Arc::new(rulings))
    }

    /// The environments to which something was ever deployed, by name.
    async fn environments(&self) -> Result<Vec<EnvironmentName>, StoreError> {
        let rows: Vec<String> =
            on_either!(self.reads(), |pool| sqlx::query_scalar(sql::ENVIRONMENTS).fetch_all(pool).await)?;
        rows.iter().map(|name| read_back("an environment name", name)).collect()
    }
}

/// What is to change in an environment.
pub(super) struct EnvironmentChange<'a> {
    pub(super) environment: &'a EnvironmentName,
    /// The projects that change.
    pub(super) about: BTreeSet<PackageName>,
    /// What is to be deployed of them; a project without a candidate is taken out.
    pub(super) candidates: Vec<MeshCandidate>,
    pub(super) rulings: Arc<Rulings>,
    /// The reason for deploying even if that breaks readers.
    pub(super) force: Option<&'a Reason>,
    /// Where to look for projects that are not deployed there.
    pub(super) fallback: &'a Fallback,
}

/// A change that is let through.
pub(super) struct Admitted {
    /// What it leaves unmet or in one place, where it was forced through that.
    pub(super) forced: Option<(Reason, DeployVerdict)>,
    /// The environment after it.
    pub(super) then: Surroundings,
    /// Whether nothing was ever deployed to the environment before.
    pub(super) is_first: bool,
}

impl Write {
    /// Takes the turn of the registry as a whole: until the end of this transaction nobody else changes what belongs to no
    /// project and no environment.
    pub(super) async fn lock_registry(&mut self) -> Result<(), StoreError> {
        // No environment has an empty name.
        let _: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::TAKE_TURN)
            .bind("")
            .fetch_one(connection)
            .await)?;
        Ok(())
    }

    /// Locks an environment until the end of this transaction. Returns whether this is its first deployment.
    pub(super) async fn take_turn(&mut self, environment: &EnvironmentName) -> Result<bool, StoreError> {
        let turns: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::TAKE_TURN)
            .bind(environment.as_str())
            .fetch_one(connection)
            .await)?;
        Ok(turns == 1)
    }

    /// Lets a change through, or refuses it; in the environment's turn, since two changes at the same time may each be
    /// fine alone.
    ///
    /// # Errors
    /// `NodeCycle`, which nothing forces; `DeploymentRefused`.
    pub(super) async fn admit(
        &mut self,
        learned: &mut Learned<'_>,
        change: EnvironmentChange<'_>,
    ) -> Result<Admitted, StoreError> {
        let EnvironmentChange { environment, about, candidates, rulings, force, fallback } = change;
        let is_first = self.take_turn(environment).await?;
        let places = self.lend().step_places(environment, fallback).await?;
        self.wait_for_places(&places.named).await?;
        let now = self.lend().surroundings_in(learned, &places.recorded).await?;
        let stays = |name: &&PackageName| candidates.iter().any(|it| it.member.publication.package_name == **name);
        let removed: BTreeSet<_> = about.iter().filter(|name| !stays(name)).cloned().collect();
        let base = if removed.is_empty() && !places.differ() {
            Arc::clone(&now)
        } else {
            self.lend().surroundings_without(learned, &places.named, &removed).await?
        };
        if places.differ() {
            self.record_places(&places.named).await?;
        }
        let abroad = self.lend().abroad(learned, environment, &about, &now).await?;
        let weighed = ReviewedStep::new((now, base), environment, about, candidates, rulings, abroad).await?;
        let ReviewedStep { then, verdict, about, .. } = weighed;
        if let Some(Cycle(path)) = verdict.cycle {
            return Err(StoreError::NodeCycle { environment: environment.clone(), path });
        }
        if verdict.is_yes() {
            return Ok(Admitted { forced: None, then, is_first });
        }
        if let Some(reason) = force {
            return Ok(Admitted { forced: Some((reason.clone(), verdict)), then, is_first });
        }
        let version = |name: &PackageName| then.mesh.member(name).map(|member| member.publication.version.clone());
        let candidates = about.iter().map(|name| (name.clone(), version(name))).collect();
        let refusal = Refusal { candidates, environment: environment.clone(), verdict };
        Err(StoreError::DeploymentRefused(Box::new(refusal)))
    }
}
