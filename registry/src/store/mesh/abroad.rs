//! Environments whose projects read others from this one: those are not deployed beside them, or have other tables there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use weft_mesh::mesh::{Member, Mesh, may_read_tables, shared_tables};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::{Publication, Use};

use crate::store::{
    either::{Connected, on_either},
    error::StoreError,
    mesh::{memory::Learned, surroundings::Surroundings},
    pool::Store,
    sql,
    stored::read_back,
};

/// An environment whose projects read some where those are deployed, and not there.
#[derive(Debug)]
pub(crate) struct Abroad {
    pub(crate) environment: EnvironmentName,
    /// The projects that are read from the other environment: they are not deployed in this one, or a table of the other one
    /// is named here.
    pub(crate) read: BTreeSet<PackageName>,
    members: Vec<Member>,
    /// Of the projects that are read from the other environment those that are deployed here, too.
    own: BTreeMap<PackageName, Member>,
    /// What all of it is made of.
    pub(crate) key: String,
}

impl Abroad {
    /// Its projects, with those that are read from the other environment as they are there. One that is taken out there is
    /// read as it is here: its tables stay.
    pub(crate) fn mesh(&self, elsewhere: &Mesh) -> Mesh {
        let read = self.read.iter().filter_map(|name| elsewhere.member(name).or_else(|| self.own.get(name)));
        Mesh::new(self.members.iter().chain(read).cloned())
    }
}

/// Projects that are read by the names of their tables, and by `ref()` only where a node has one table in both environments.
type ByTable = BTreeMap<PackageName, BTreeSet<UniqueId>>;

/// A project without what it asks of some others by name: what it reads of them, it reads where that is.
fn without_refs(member: Member, others: &ByTable) -> Member {
    let Publication { uses, requires, .. } = &*member.publication;
    let is_of_others = |used: &Use| others.get(&used.upstream).is_some_and(|shared| !shared.contains(&used.unique_id));
    if !uses.iter().any(is_of_others) && !requires.keys().any(|name| others.contains_key(name)) {
        return member;
    }
    let mut publication = (*member.publication).clone();
    publication.uses.retain(|used| !is_of_others(used));
    publication.requires.retain(|name, _| !others.contains_key(name));
    Member { publication: Arc::new(publication), ..member }
}

/// Of a project that is deployed in two environments: the nodes that have one table in both; `None` if nobody in the other
/// environment names a table that it has here.
fn read_beside_own(name: &PackageName, members: &[Member], here: &Mesh) -> Option<BTreeSet<UniqueId>> {
    let own = here.member(name)?;
    let (there, others): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.publication.package_name == *name);
    let shared: BTreeSet<_> = there.into_iter().flat_map(|there| shared_tables(own, there)).collect();
    (!shared.is_empty() || may_read_tables(others, own)).then_some(shared)
}

impl Store {
    /// The environments that read some projects from this one.
    pub(crate) async fn abroad(
        &self,
        environment: &EnvironmentName,
        about: &BTreeSet<PackageName>,
        now: &Surroundings,
    ) -> Result<Vec<Abroad>, StoreError> {
        let mut learned = self.memory.learn();
        let found = self.hold().await?.lend().abroad(&mut learned, environment, about, now).await?;
        learned.keep();
        Ok(found)
    }
}

impl Connected<'_> {
    /// The environments that read some projects from this one, as this connection sees them.
    ///
    /// A source or the name of a relation says by itself which environment's table it reads. What reads a project by a
    /// `ref()` is taken to read it from `prod` where the project is deployed in several environments.
    pub(in crate::store) async fn abroad(
        &mut self,
        learned: &mut Learned<'_>,
        environment: &EnvironmentName,
        about: &BTreeSet<PackageName>,
        now: &Surroundings,
    ) -> Result<Vec<Abroad>, StoreError> {
        let is_here = |name: &&PackageName| now.environment_of(name).as_ref() == Some(environment);
        let about: BTreeSet<PackageName> = about.iter().filter(is_here).cloned().collect();
        if about.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String)> =
            on_either!(self.lend(), |connection| sqlx::query_as(sql::DEPLOYED_PROJECTS).fetch_all(connection).await)?;
        let mut deployed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (place, name) in rows {
            deployed.entry(place).or_default().insert(name);
        }
        let is_of_prod = *environment == EnvironmentName::default();
        let is_read_by_ref = |name: &PackageName| {
            let elsewhere =
                deployed.iter().any(|(place, names)| place != environment.as_str() && names.contains(name.as_str()));
            is_of_prod || !elsewhere
        };
        let mut found = Vec::new();
        for (place, names) in deployed.iter().filter(|(place, _)| place.as_str() != environment.as_str()) {
            let place: EnvironmentName = read_back("an environment name", place)?;
            let places = self.recorded_places(&place).await?;
            let has = |place: &EnvironmentName, name: &PackageName| {
                deployed.get(place.as_str()).is_some_and(|names| names.contains(name.as_str()))
            };
            // What is recorded of a place says where it takes the project from.
            let is_read_by_ref = |name: &PackageName| {
                let taken_from = places.iter().skip(1).find(|other| has(other, name));
                taken_from.map_or_else(|| is_read_by_ref(name), |other| other == environment)
            };
            let (mut members, mut rows) = (Vec::new(), String::new());
            for row in self.standing(&[&place]).await?.into_iter().filter(|row| row.is_project) {
                rows.push_str(&row.key());
                members.push(self.member(learned, &row).await?);
            }
            let mut by_table = ByTable::new();
            let mut read = BTreeSet::new();
            for name in &about {
                if names.contains(name.as_str()) {
                    let Some(shared) = read_beside_own(name, &members, &now.mesh) else { continue };
                    by_table.insert(name.clone(), shared);
                } else if !is_read_by_ref(name) {
                    by_table.insert(name.clone(), BTreeSet::new());
                }
                read.insert(name.clone());
            }
            if read.is_empty() {
                continue;
            }
            let is_read = |member: &Member| read.contains(&member.publication.package_name);
            let (own, members): (Vec<_>, Vec<_>) = members.into_iter().partition(is_read);
            let own = own.into_iter().map(|member| (member.publication.package_name.clone(), member)).collect();
            let members = members.into_iter().map(|member| without_refs(member, &by_table)).collect();
            let key = format!("{place} {read:?} {by_table:?}{rows}");
            found.push(Abroad { environment: place, read, members, own, key });
        }
        Ok(found)
    }
}
