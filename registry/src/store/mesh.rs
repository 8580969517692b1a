//! The mesh of an environment: what is deployed there, put together from documents that never change.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use contracts::{
    api::Consumer,
    digest::Digest,
    mesh::{Member, Mesh, Registered},
    name::{EnvironmentName, PackageName},
};
use semver::Version;

use crate::{
    recent::Recent,
    store::{
        aside,
        consumers::read_registration,
        error::StoreError,
        pool::Store,
        publications::{read_back, read_document},
        relations::read_relations,
        sql,
        transaction::{Connected, on_connection},
    },
};

/// How many bytes of documents are kept as they were read; what they were read into takes about three times as much.
const DOCUMENTS: usize = 128 * 1024 * 1024;
/// How many meshes are kept.
const MESHES: usize = 8;

/// What a registry keeps in memory of environments, because it can be had again.
#[derive(Debug)]
pub(super) struct Memory {
    members: Recent<Member>,
    registered: Recent<Registered>,
    meshes: Recent<Arc<Surroundings>>,
    /// Taken while a mesh is made outside of any transaction: whoever waits finds it made.
    making: tokio::sync::Mutex<()>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            members: Recent::new(DOCUMENTS, DOCUMENTS / 2),
            registered: Recent::new(DOCUMENTS / 16, DOCUMENTS / 16),
            meshes: Recent::new(MESHES, 1),
            making: tokio::sync::Mutex::default(),
        }
    }
}

/// An environment: what stands there, and how it hangs together.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) mesh: Mesh,
    /// Of all that the mesh is made of.
    pub(crate) digest: Digest,
    standing: Vec<StandingRow>,
}

/// What stands in an environment, by reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
struct StandingRow {
    /// False for a registered consumer.
    is_project: bool,
    name: String,
    /// The version, or the revision of a registered consumer.
    version: String,
    /// Of the relations, or of a registered consumer.
    digest: String,
    environment: String,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    document: String,
    relations: String,
}

impl StandingRow {
    fn of(package_name: &PackageName, version: &Version, relations_digest: &Digest, environment: String) -> Self {
        Self {
            is_project: true,
            name: package_name.to_string(),
            version: version.to_string(),
            digest: relations_digest.to_string(),
            environment,
        }
    }

    fn key(&self) -> String {
        format!("{} {} {} {}", self.is_project, self.name, self.version, self.digest)
    }
}

impl Surroundings {
    fn of(standing: Vec<StandingRow>, members: Vec<Member>, registered: Vec<Registered>) -> Self {
        Self { mesh: Mesh::beside(members, registered), digest: digest(&standing), standing }
    }

    /// Where a project is deployed: the environment, or its fallback.
    pub(crate) fn environment_of(&self, package_name: &PackageName) -> Option<EnvironmentName> {
        let row = self.standing.iter().find(|row| row.is_project && row.name == package_name.as_str())?;
        row.environment.parse().ok()
    }

    /// Tells of each reader where it stands, where some stand in a fallback.
    pub(crate) fn name_environments(&self, consumers: &mut [Consumer]) {
        let first = self.standing.first().map(|row| &row.environment);
        if self.standing.iter().all(|row| Some(&row.environment) == first) {
            return;
        }
        for consumer in consumers.iter_mut().filter(|consumer| consumer.kind.is_none()) {
            if let Some(environment) = self.environment_of(&consumer.package_name) {
                consumer.environment = environment;
            }
        }
    }

    /// The same with a project that is deployed there anew.
    pub(super) fn with(&self, environment: &EnvironmentName, member: Member, relations_digest: &Digest) -> Self {
        let publication = &member.publication;
        let row =
            StandingRow::of(&publication.package_name, &publication.version, relations_digest, environment.to_string());
        let mut standing = self.without_row(&publication.package_name);
        standing.push(row);
        standing.sort_unstable();
        Self { mesh: self.mesh.with(member), digest: digest(&standing), standing }
    }

    /// The same without a project.
    pub(super) fn without(&self, package_name: &PackageName) -> Self {
        let standing = self.without_row(package_name);
        Self { mesh: self.mesh.without(package_name), digest: digest(&standing), standing }
    }

    fn without_row(&self, package_name: &PackageName) -> Vec<StandingRow> {
        let others = self.standing.iter().filter(|row| !row.is_project || row.name != package_name.as_str());
        others.cloned().collect()
    }
}

fn digest(standing: &[StandingRow]) -> Digest {
    let mut text = String::new();
    for row in standing {
        let _ = writeln!(text, "{} {}", row.key(), row.environment);
    }
    Digest::of_bytes(text.as_bytes())
}

impl Store {
    /// The mesh of an environment; of projects that are not deployed there what stands in the environments after it.
    ///
    /// Where nothing has changed since it was last asked for, this costs one statement for each environment.
    pub(crate) async fn surroundings(&self, places: &[&EnvironmentName]) -> Result<Arc<Surroundings>, StoreError> {
        let standing = self.hold().await?.lend().standing(places).await?;
        if let Some(known) = self.memory.known(&standing) {
            return Ok(known);
        }
        // Without a connection while it waits: others need one to answer.
        let _making = self.memory.making.lock().await;
        self.hold().await?.lend().surroundings(&self.memory, standing).await
    }
}

impl Connected<'_> {
    /// The mesh of an environment, as this connection sees it.
    pub(super) async fn surroundings_in(
        &mut self,
        memory: &Memory,
        environment: &EnvironmentName,
    ) -> Result<Arc<Surroundings>, StoreError> {
        let standing = self.standing(&[environment]).await?;
        self.surroundings(memory, standing).await
    }

    /// What stands in the first of these environments that has it; registered consumers only in the first of all.
    async fn standing(&mut self, places: &[&EnvironmentName]) -> Result<Vec<StandingRow>, StoreError> {
        let mut standing: BTreeMap<(bool, String), StandingRow> = BTreeMap::new();
        for (place, environment) in places.iter().enumerate() {
            let rows: Vec<StandingRow> = on_connection!(self, |connection| sqlx::query_as(sql::STANDING)
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
        memory: &Memory,
        standing: Vec<StandingRow>,
    ) -> Result<Arc<Surroundings>, StoreError> {
        if let Some(known) = memory.known(&standing) {
            return Ok(known);
        }
        let (mut members, mut registered) = (Vec::new(), Vec::new());
        for row in &standing {
            if row.is_project {
                members.push(self.member(memory, row).await?);
            } else {
                registered.push(self.registered(memory, row).await?);
            }
        }
        let surroundings = aside(move || Surroundings::of(standing, members, registered)).await?;
        Ok(memory.keep(surroundings))
    }

    /// A published version with its relations, which are there.
    pub(super) async fn member_of(
        &mut self,
        memory: &Memory,
        package_name: &PackageName,
        version: &Version,
        relations_digest: &Digest,
    ) -> Result<Member, StoreError> {
        self.member(memory, &StandingRow::of(package_name, version, relations_digest, String::new())).await
    }

    async fn member(&mut self, memory: &Memory, row: &StandingRow) -> Result<Member, StoreError> {
        if let Some(member) = memory.members.get(&row.key()) {
            return Ok(member);
        }
        let found: MemberRow = on_connection!(self, |connection| sqlx::query_as(sql::MEMBER)
            .bind(row.name.as_str())
            .bind(row.version.as_str())
            .bind(row.digest.as_str())
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
        memory.members.keep(row.key(), member.clone(), size);
        Ok(member)
    }

    async fn registered(&mut self, memory: &Memory, row: &StandingRow) -> Result<Registered, StoreError> {
        if let Some(registered) = memory.registered.get(&row.key()) {
            return Ok(registered);
        }
        let document: String = on_connection!(self, |connection| sqlx::query_scalar(sql::CONSUMER_DOCUMENT)
            .bind(row.environment.as_str())
            .bind(row.name.as_str())
            .bind(row.digest.as_str())
            .fetch_one(connection)
            .await)?;
        let name: PackageName = read_back("a consumer's name", &row.name)?;
        let registration = Arc::new(read_registration(&name, &document)?);
        let registered = Registered { name, registration };
        memory.registered.keep(row.key(), registered.clone(), document.len());
        Ok(registered)
    }
}

impl Memory {
    fn known(&self, standing: &[StandingRow]) -> Option<Arc<Surroundings>> {
        self.meshes.get(&digest(standing).to_string())
    }

    /// Keeps a mesh: what its digest names never changes, whether it comes to stand or not.
    pub(super) fn keep(&self, surroundings: Surroundings) -> Arc<Surroundings> {
        let surroundings = Arc::new(surroundings);
        self.meshes.keep(surroundings.digest.to_string(), Arc::clone(&surroundings), 1);
        surroundings
    }
}
