//! An environment as it is put together: what is deployed, by reference, and its graph.

use std::{collections::BTreeSet, fmt::Write as _};

use semver::Version;
use weft_api::Consumer;
use weft_mesh::mesh::{Member, Mesh, Registered};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
};

/// An environment: what is deployed, and its graph.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) mesh: Mesh,
    /// Of all that the mesh is made of.
    pub(crate) digest: Digest,
    pub(super) standing: Vec<StandingRow>,
}

/// A deployment in an environment, by reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub(super) struct StandingRow {
    /// False for a registered consumer.
    pub(super) is_project: bool,
    pub(super) name: String,
    /// The version, or the revision of a registered consumer.
    pub(super) version: String,
    /// Of the publication's content, or of the registration.
    pub(super) digest: String,
    /// Empty for a registered consumer.
    pub(super) relations_digest: String,
    pub(super) environment: String,
}

/// The digests of a publication's content and of its relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct ContentDigests {
    pub(in crate::store) publication: Digest,
    pub(in crate::store) relations: Digest,
}

impl StandingRow {
    pub(super) fn new(
        package_name: &PackageName,
        version: &Version,
        digests: &ContentDigests,
        environment: String,
    ) -> Self {
        Self {
            is_project: true,
            name: package_name.to_string(),
            version: version.to_string(),
            digest: digests.publication.to_string(),
            relations_digest: digests.relations.to_string(),
            environment,
        }
    }

    /// What this row's documents are known by in memory: by their content, not by a name alone.
    pub(super) fn key(&self) -> String {
        let Self { is_project, name, version, digest, relations_digest, environment: _ } = self;
        format!("{is_project} {name} {version} {digest} {relations_digest}")
    }
}

impl Surroundings {
    pub(super) fn new(standing: Vec<StandingRow>, members: Vec<Member>, registered: Vec<Registered>) -> Self {
        Self { mesh: Mesh::beside(members, registered), digest: digest(&standing), standing }
    }

    /// The projects that are not the same as in other surroundings, by what stands for them.
    pub(in crate::store) fn different(&self, other: &Self) -> BTreeSet<PackageName> {
        let unlike = |one: &Self, two: &Self| -> Vec<PackageName> {
            let rows = one.standing.iter().filter(|row| row.is_project && two.standing.binary_search(row).is_err());
            rows.filter_map(|row| row.name.parse().ok()).collect()
        };
        unlike(self, other).into_iter().chain(unlike(other, self)).collect()
    }

    /// Where a project is deployed: the environment, or its fallback.
    pub(crate) fn environment_of(&self, package_name: &PackageName) -> Option<EnvironmentName> {
        let row = self.standing.iter().find(|row| row.is_project && row.name == package_name.as_str())?;
        row.environment.parse().ok()
    }

    /// Adds to each reader its environment, if some are in a fallback.
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

    /// The same after a step: with the candidates, and without the projects of the step that have none.
    pub(in crate::store) fn after(
        &self,
        environment: &EnvironmentName,
        about: &BTreeSet<PackageName>,
        candidates: impl IntoIterator<Item = (Member, ContentDigests)>,
    ) -> Self {
        let of_others = |row: &&StandingRow| !row.is_project || !about.iter().any(|name| name.as_str() == row.name);
        let mut standing: Vec<StandingRow> = self.standing.iter().filter(of_others).cloned().collect();
        let mut members = Vec::new();
        for (member, digests) in candidates {
            let publication = &member.publication;
            standing.push(StandingRow::new(
                &publication.package_name,
                &publication.version,
                &digests,
                environment.to_string(),
            ));
            members.push(member);
        }
        standing.sort_unstable();
        Self { mesh: self.mesh.after(about, members), digest: digest(&standing), standing }
    }
}

/// Of what an environment is made of.
pub(super) fn digest(standing: &[StandingRow]) -> Digest {
    let mut text = String::new();
    for row in standing {
        let _ = writeln!(text, "{} {}", row.key(), row.environment);
    }
    Digest::hash_bytes(text.as_bytes())
}
