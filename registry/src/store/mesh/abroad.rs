//! Environments whose projects read others from this one, for those are not deployed beside them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use weft_mesh::mesh::{Member, Mesh};
use weft_model::name::{EnvironmentName, PackageName};
use weft_publication::{Publication, Use};

use crate::store::{
    either::{Connected, on_either},
    error::StoreError,
    mesh::{memory::Learned, surroundings::Surroundings},
    pool::Store,
    sql,
    stored::read_back,
};

/// An environment without some projects, which its own read where they are deployed.
#[derive(Debug)]
pub(crate) struct Abroad {
    pub(crate) environment: EnvironmentName,
    /// The projects that are not deployed there.
    pub(crate) lacked: BTreeSet<PackageName>,
    members: Vec<Member>,
    /// What all of it is made of.
    pub(crate) key: String,
}

impl Abroad {
    /// Its projects, with those that it lacks taken from the other environment.
    pub(crate) fn mesh(&self, elsewhere: &Mesh) -> Mesh {
        let lacked = self.lacked.iter().filter_map(|name| elsewhere.member(name)).cloned();
        Mesh::new(self.members.iter().cloned().chain(lacked))
    }
}

/// A project without what it asks of some others by name: what it reads of them, it reads where that is.
fn without_refs(member: Member, others: &BTreeSet<PackageName>) -> Member {
    let Publication { uses, requires, .. } = &*member.publication;
    let is_of_others = |used: &Use| others.contains(&used.upstream);
    if !uses.iter().any(is_of_others) && !requires.keys().any(|name| others.contains(name)) {
        return member;
    }
    let mut publication = (*member.publication).clone();
    publication.uses.retain(|used| !is_of_others(used));
    publication.requires.retain(|name, _| !others.contains(name));
    Member { publication: Arc::new(publication), ..member }
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
        let is_here = |name: &&PackageName| now.environment_of(name).as_ref() == Some(environment);
        let about: BTreeSet<PackageName> = about.iter().filter(is_here).cloned().collect();
        let mut found = Vec::new();
        for (place, names) in deployed.iter().filter(|(place, _)| place.as_str() != environment.as_str()) {
            let lacked: BTreeSet<_> = about.iter().filter(|name| !names.contains(name.as_str())).cloned().collect();
            if lacked.is_empty() {
                continue;
            }
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
            let by_place: BTreeSet<_> = lacked.iter().filter(|name| !is_read_by_ref(name)).cloned().collect();
            let (mut members, mut key) = (Vec::new(), format!("{place} {by_place:?}"));
            for row in self.standing(&[&place]).await?.into_iter().filter(|row| row.is_project) {
                members.push(without_refs(self.member(learned, &row).await?, &by_place));
                key.push_str(&row.key());
            }
            found.push(Abroad { environment: place, lacked, members, key });
        }
        Ok(found)
    }
}
