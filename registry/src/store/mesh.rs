//! The mesh of an environment: what is deployed there, put together from documents that never change.

mod abroad;
mod fallback;
mod memory;
mod surroundings;

use std::{collections::BTreeMap, sync::Arc};

use semver::Version;
use weft_api::TablesElsewhere;
use weft_mesh::mesh::{Member, Registered};
use weft_model::name::{EnvironmentName, PackageName};

pub(crate) use crate::store::mesh::abroad::Abroad;
pub(crate) use crate::store::mesh::fallback::Fallback;
pub(crate) use crate::store::mesh::surroundings::Surroundings;
pub(super) use crate::store::mesh::{
    fallback::{StepPlaces, after_first},
    memory::{Learned, Memory},
    surroundings::ContentDigests,
};
use crate::store::{
    blocking::aside,
    consumers::read_registration,
    either::{Connected, on_either},
    error::StoreError,
    mesh::surroundings::{StandingRow, digest},
    pool::Store,
    publications::read_document,
    relations::{GivenRelations, read_relations},
    sql,
    stored::read_back,
};

/// A project to deploy to an environment.
#[derive(Debug)]
pub(super) struct MeshCandidate {
    pub(super) member: Member,
    pub(super) digests: ContentDigests,
    /// Its relations, where no deployment and no publication has them yet.
    pub(super) derived: Option<GivenRelations>,
    /// What of it would use tables of another environment.
    pub(super) elsewhere: Option<TablesElsewhere>,
}

impl MeshCandidate {
    pub(super) fn new(member: Member, digests: ContentDigests) -> Self {
        Self { member, digests, derived: None, elsewhere: None }
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    document: String,
    relations: String,
}

impl Store {
    /// The mesh of an environment. Projects that are not deployed there are taken from its fallbacks.
    ///
    /// If nothing has changed since the last call, this costs one statement for each environment.
    pub(crate) async fn surroundings(&self, places: &[&EnvironmentName]) -> Result<Arc<Surroundings>, StoreError> {
        let standing = self.hold().await?.lend().standing(places).await?;
        if let Some(known) = self.memory.mesh(&digest(&standing)) {
            return Ok(known);
        }
        // Without a connection while it waits: others need one to answer.
        let _making = self.memory.making.lock().await;
        let mut learned = self.memory.learn();
        let surroundings = self.hold().await?.lend().surroundings(&mut learned, standing).await?;
        learned.keep();
        Ok(surroundings)
    }
}

impl Connected<'_> {
    /// The mesh of an environment and those that it falls back to, as this connection sees it.
    pub(super) async fn surroundings_in(
        &mut self,
        learned: &mut Learned<'_>,
        places: &[EnvironmentName],
    ) -> Result<Arc<Surroundings>, StoreError> {
        let standing = self.standing(&places.iter().collect::<Vec<_>>()).await?;
        self.surroundings(learned, standing).await
    }

    /// The deployments in the first of these environments that has each project; registered consumers only in the first
    /// of all.
    async fn standing(&mut self, places: &[&EnvironmentName]) -> Result<Vec<StandingRow>, StoreError> {
        let mut standing: BTreeMap<(bool, String), StandingRow> = BTreeMap::new();
        for (place, environment) in places.iter().enumerate() {
            let rows: Vec<StandingRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::STANDING)
                .bind(environment.as_str())
                .fetch_all(connection)
                .await)?;
            for row in rows.into_iter().filter(|row| row.is_project || place == 0) {
                standing.entry((row.is_project, row.name.clone())).or_insert(row);
            }
        }
        let mut standing: Vec<_> = standing.into_values().collect();
        standing.sort_unstable();
        Ok(standing)
    }

    async fn surroundings(
        &mut self,
        learned: &mut Learned<'_>,
        standing: Vec<StandingRow>,
    ) -> Result<Arc<Surroundings>, StoreError> {
        if let Some(known) = learned.mesh(&digest(&standing)) {
            return Ok(known);
        }
        let (mut members, mut registered) = (Vec::new(), Vec::new());
        for row in &standing {
            if row.is_project {
                members.push(self.member(learned, row).await?);
            } else {
                registered.push(self.registered(learned, row).await?);
            }
        }
        let surroundings = aside(move || Surroundings::new(standing, members, registered)).await?;
        Ok(learned.add_mesh(surroundings))
    }

    /// A published version with its relations, which are there.
    pub(super) async fn member_of(
        &mut self,
        learned: &mut Learned<'_>,
        package_name: &PackageName,
        version: &Version,
        digests: &ContentDigests,
    ) -> Result<Member, StoreError> {
        self.member(learned, &StandingRow::new(package_name, version, digests, String::new())).await
    }

    async fn member(&mut self, learned: &mut Learned<'_>, row: &StandingRow) -> Result<Member, StoreError> {
        if let Some(member) = learned.member(&row.key()) {
            return Ok(member);
        }
        let found: MemberRow = on_either!(self.lend(), |connection| sqlx::query_as(sql::MEMBER)
            .bind(row.name.as_str())
            .bind(row.version.as_str())
            .bind(row.relations_digest.as_str())
            .fetch_one(connection)
            .await)?;
        let size = found.document.len() + found.relations.len();
        let package_name: PackageName = read_back("a project name", &row.name)?;
        let read = move || {
            let publication = Arc::new(read_document(&package_name, &found.document)?);
            let relations = Arc::new(read_relations(&package_name, &found.relations)?);
            Ok::<_, StoreError>(Member { publication, relations })
        };
        let member = aside(read).await??;
        learned.add_member(row.key(), member.clone(), size);
        Ok(member)
    }

    async fn registered(&mut self, learned: &mut Learned<'_>, row: &StandingRow) -> Result<Registered, StoreError> {
        if let Some(registered) = learned.registered(&row.key()) {
            return Ok(registered);
        }
        let document: String = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::CONSUMER_DOCUMENT)
            .bind(row.environment.as_str())
            .bind(row.name.as_str())
            .bind(row.digest.as_str())
            .fetch_one(connection)
            .await)?;
        let name: PackageName = read_back("a consumer's name", &row.name)?;
        let registration = Arc::new(read_registration(&name, &document)?);
        let registered = Registered { name, registration };
        learned.add_registered(row.key(), registered.clone(), document.len());
        Ok(registered)
    }
}
