//! Where a version is in an environment when a deployment gives no relations: one answer for all that ask.

use std::{collections::BTreeSet, sync::Arc};

use semver::Version;
use weft_api::TablesElsewhere;
use weft_mesh::{
    mesh::Member,
    promotion::{Promoted, promoted},
};
use weft_model::{
    digest::{self, Digest},
    name::{EnvironmentName, PackageName, UniqueId},
};

use crate::store::{
    blocking::aside,
    either::{Connected, on_either},
    error::StoreError,
    mesh::{ContentDigests, Learned, MeshCandidate},
    relations::GivenRelations,
    sql,
    stored::read_back,
};

/// What is known of a version and of the environment.
#[derive(sqlx::FromRow)]
struct UsualRow {
    digest: String,
    /// Of its publication.
    relations_digest: String,
    /// Of its own last deployment there.
    of_version: Option<String>,
    /// Of its project's last deployment there.
    of_project: Option<String>,
    /// The first other environment to which it was deployed with the relations of its publication.
    published_to: Option<String>,
}

impl Connected<'_> {
    /// A version as it would stand in an environment; `None` where there is no such version.
    ///
    /// Its relations are those of its last deployment there; else those that follow from the project's last deployment there;
    /// else those that it was published with.
    pub(super) async fn usual(
        &mut self,
        learned: &mut Learned<'_>,
        environment: &EnvironmentName,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<Option<MeshCandidate>, StoreError> {
        let row: Option<UsualRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::USUAL_RELATIONS)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .bind(version.to_string())
            .fetch_optional(connection)
            .await)?;
        let Some(UsualRow { digest, relations_digest, of_version, of_project, published_to }) = row else {
            return Ok(None);
        };
        let read = |digest: &str| read_back::<Digest>("a digest", digest);
        let known = of_version.as_deref().unwrap_or(&relations_digest);
        let digests = ContentDigests { publication: read(&digest)?, relations: read(known)? };
        let member = self.member_of(learned, package_name, version, &digests).await?;
        // What its project's last deployment has as well is where it was published.
        if of_version.is_some() || of_project.as_ref() == Some(&relations_digest) {
            return Ok(Some(MeshCandidate::new(member, digests)));
        }
        let (mut candidate, left) = if let Some(there) = of_project {
            self.promote(package_name, member, digests, &read(&there)?).await?
        } else {
            let every = member.nodes_placed().map(|(unique_id, _)| unique_id.clone()).collect();
            (MeshCandidate::new(member, digests), every)
        };
        if let Some(elsewhere) = published_to {
            let elsewhere = read_back("an environment name", &elsewhere)?;
            let nodes = candidate.member.relations.iter().filter(|(unique_id, _)| left.contains(*unique_id));
            candidate.elsewhere = TablesElsewhere::new(package_name, elsewhere, nodes);
        }
        Ok(Some(candidate))
    }

    /// A published version where its project's last deployment has it, and the nodes that it says nothing of.
    async fn promote(
        &mut self,
        package_name: &PackageName,
        published: Member,
        digests: ContentDigests,
        there: &Digest,
    ) -> Result<(MeshCandidate, BTreeSet<UniqueId>), StoreError> {
        let there = self.relations(package_name, there).await?;
        let derive = move || {
            let Member { publication, relations } = published;
            let Promoted { relations, left } = promoted(&publication, &relations, &there);
            let document = digest::canonical(&relations)?;
            let digest = Digest::hash_bytes(document.as_bytes());
            let relations = Arc::new(relations);
            let member = Member { publication, relations: Arc::clone(&relations) };
            let mut candidate = MeshCandidate::new(member, ContentDigests { relations: digest, ..digests });
            candidate.derived = Some(GivenRelations { relations, document, digest });
            Ok((candidate, left))
        };
        let derived: Result<_, digest::CanonicalError> = aside(derive).await?;
        derived.map_err(|error| StoreError::Corrupt {
            what: format!("relations of `{package_name}`"),
            reason: error.to_string(),
        })
    }
}
