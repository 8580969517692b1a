//! What a resolution must know of a project, and no more.

use std::collections::BTreeMap;

use weft_mesh::resolve::{Offer, OfferedDeployment, OfferedVersion};
use weft_model::{name::PackageName, requirement::Requirement};

use crate::store::{either::on_either, error::StoreError, pool::Store, sql, stored::read_back};

#[derive(sqlx::FromRow)]
struct CandidateRow {
    version: String,
    digest: String,
    relations_digest: String,
    yanked: bool,
    requires: String,
}

#[derive(sqlx::FromRow)]
struct DeployedRow {
    environment: String,
    deployed_relations: String,
    #[sqlx(flatten)]
    candidate: CandidateRow,
}

impl TryFrom<CandidateRow> for OfferedVersion {
    type Error = StoreError;
    fn try_from(row: CandidateRow) -> Result<Self, StoreError> {
        let requires: BTreeMap<PackageName, Requirement> = serde_json::from_str(&row.requires).map_err(|error| {
            StoreError::Corrupt { what: format!("what {} requires", row.version), reason: error.to_string() }
        })?;
        Ok(Self {
            version: read_back("a version", &row.version)?,
            digest: read_back("a digest", &row.digest)?,
            relations_digest: read_back("a digest", &row.relations_digest)?,
            yanked: row.yanked,
            requires,
        })
    }
}

impl Store {
    /// What is deployed of a project, in every environment, with only those versions: its cost does not grow with the
    /// number of versions. An unknown project offers nothing.
    pub(crate) async fn deployed_offer(&self, package_name: &PackageName) -> Result<Offer, StoreError> {
        let rows: Vec<DeployedRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::DEPLOYED_CANDIDATES)
            .bind(package_name.as_str())
            .fetch_all(pool)
            .await)?;
        let mut offer = Offer::default();
        for row in rows {
            let candidate = OfferedVersion::try_from(row.candidate)?;
            let relations_digest = read_back("a digest", &row.deployed_relations)?;
            let deployed = OfferedDeployment { version: candidate.version.clone(), relations_digest };
            offer.deployed.insert(read_back("an environment name", &row.environment)?, deployed);
            if offer.published.iter().all(|known| known.version != candidate.version) {
                offer.published.push(candidate);
            }
        }
        offer.published.sort_unstable_by(|a, b| b.version.cmp(&a.version));
        Ok(offer)
    }

    /// The same with every published version.
    pub(crate) async fn full_offer(&self, package_name: &PackageName) -> Result<Offer, StoreError> {
        // In this order: whatever is deployed has been published before, so the second answer holds it.
        let deployed = self.deployed_offer(package_name).await?.deployed;
        let rows: Vec<CandidateRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::CANDIDATES)
            .bind(package_name.as_str())
            .fetch_all(pool)
            .await)?;
        let mut published = rows.into_iter().map(OfferedVersion::try_from).collect::<Result<Vec<_>, _>>()?;
        published.sort_unstable_by(|a, b| b.version.cmp(&a.version));
        Ok(Offer { deployed, published })
    }
}
