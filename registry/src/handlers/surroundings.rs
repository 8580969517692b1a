//! The mesh that a request is about.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use weft_api::{Consumer, TouchedNode, problem::ProblemCode};
use weft_mesh::{mesh::Mesh, resolve::places};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, UniqueId},
};
use weft_publication::Publication;

use crate::{
    conditional::{CacheLifetime, Tagged},
    error::ApiError,
    extract::shown,
    handlers::JSON,
    state::AppState,
    store::{StoreError, Surroundings},
};

/// Where projects are deployed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EnvironmentQuery {
    /// The environment; `prod` if absent.
    pub(crate) environment: Option<String>,
    /// Where to look for projects that are not deployed there: `staging=prod`, separated by commas.
    pub(crate) fallback: Option<String>,
}

/// An environment, and where to look for projects that are not deployed there.
pub(crate) struct EnvironmentPlace {
    pub(crate) environment: EnvironmentName,
    pub(crate) fallback: BTreeMap<EnvironmentName, EnvironmentName>,
}

impl EnvironmentQuery {
    pub(crate) fn place(&self) -> Result<EnvironmentPlace, ApiError> {
        let environment = self.environment.as_deref().map(str::parse).transpose()?.unwrap_or_default();
        let mut fallback = BTreeMap::new();
        for pair in self.fallback.iter().flat_map(|text| text.split(',')) {
            let (from, to) = pair.split_once('=').ok_or_else(|| {
                let shown = shown(pair);
                let detail = format!("`fallback` takes ENVIRONMENT=ANOTHER, not `{shown}`");
                ApiError::new(ProblemCode::InvalidRequest, detail)
            })?;
            fallback.insert(from.parse()?, to.parse()?);
        }
        Ok(EnvironmentPlace { environment, fallback })
    }
}

impl EnvironmentPlace {
    /// The environment, then its fallback, then that one's.
    pub(crate) fn places(&self) -> Vec<&EnvironmentName> {
        places(&self.environment, &self.fallback)
    }

    /// The mesh of what is deployed there.
    pub(crate) async fn surroundings(&self, state: &AppState) -> Result<Arc<Surroundings>, ApiError> {
        Ok(state.store.surroundings(&self.places()).await?)
    }

    /// What is deployed of a project.
    pub(crate) async fn publication(
        &self,
        state: &AppState,
        surroundings: &Surroundings,
        package_name: &PackageName,
    ) -> Result<Arc<Publication>, ApiError> {
        match surroundings.mesh.member(package_name) {
            Some(member) => Ok(Arc::clone(&member.publication)),
            None => Err(self.not_deployed(state, package_name).await?),
        }
    }

    /// The error for a project that is not deployed, or unknown.
    async fn not_deployed(&self, state: &AppState, package_name: &PackageName) -> Result<ApiError, ApiError> {
        state.store.project(package_name).await?;
        let (package_name, environment) = (package_name.clone(), self.environment.clone());
        Ok(StoreError::DeploymentNotFound { package_name, environment }.into())
    }
}

/// Everybody who may read a project from an environment: who is deployed there, and who is in another one without it.
pub(crate) struct Readership {
    pub(crate) surroundings: Arc<Surroundings>,
    environment: EnvironmentName,
    package_name: PackageName,
    abroad: Vec<(EnvironmentName, Mesh)>,
    /// Of all that it is made of.
    pub(crate) digest: Digest,
}

impl Readership {
    pub(crate) async fn of(
        state: &AppState,
        places: &[&EnvironmentName],
        package_name: &PackageName,
    ) -> Result<Self, ApiError> {
        let environment = places.first().copied().cloned().unwrap_or_default();
        let surroundings = state.store.surroundings(places).await?;
        let about = BTreeSet::from([package_name.clone()]);
        let found = state.store.abroad(&environment, &about, &surroundings).await?;
        let mut key = surroundings.digest.to_string();
        let mut abroad = Vec::new();
        for other in &found {
            key.push_str(&other.key);
            abroad.push((other.environment.clone(), other.mesh(&surroundings.mesh)));
        }
        let digest = Digest::hash_bytes(key.as_bytes());
        Ok(Self { surroundings, environment, package_name: package_name.clone(), abroad, digest })
    }

    /// Those whom a change of a node or column reaches.
    pub(crate) fn reached(&self, touched: &TouchedNode) -> Vec<Consumer> {
        self.gather(|mesh, environment| mesh.consumers(environment, &self.package_name, touched))
    }

    /// Those who read any of its nodes.
    pub(crate) fn of_project(&self) -> Vec<Consumer> {
        self.gather(|mesh, environment| mesh.readers_of_project(environment, &self.package_name))
    }

    fn gather(&self, ask: impl Fn(&Mesh, &EnvironmentName) -> Vec<Consumer>) -> Vec<Consumer> {
        let mut consumers = ask(&self.surroundings.mesh, &self.environment);
        self.surroundings.name_environments(&mut consumers);
        for (other, mesh) in &self.abroad {
            consumers.extend(ask(mesh, other));
        }
        consumers
    }
}

/// Refuses a node that the publication does not know, and a column that it surely does not have.
pub(crate) fn known(publication: &Publication, unique_id: &UniqueId, column: Option<&str>) -> Result<(), ApiError> {
    let Publication { package_name, version, interface, lineage, exposures, .. } = publication;
    let node = interface.get(unique_id);
    if node.is_none() && !lineage.contains_key(unique_id) && !exposures.contains_key(unique_id) {
        let (package_name, version) = (package_name.clone(), version.clone());
        return Err(StoreError::NodeNotFound { package_name, version, unique_id: unique_id.clone() }.into());
    }
    match (node, column) {
        (Some(node), Some(column)) if node.lacks(column, publication.dialect()) => {
            let shown = shown(column);
            let detail = format!("`{unique_id}` of `{package_name}` {version} has no column `{shown}`");
            Err(ApiError::new(ProblemCode::NodeNotFound, detail))
        }
        _ => Ok(()),
    }
}

/// The answer that `make` computes from a mesh, unless the client has it. It depends only on the mesh, by its digest,
/// on the URL and on weft.
pub(crate) fn tagged<T: Serialize>(
    digest: &Digest,
    headers: &HeaderMap,
    make: impl FnOnce() -> Result<T, ApiError>,
) -> Result<Response, ApiError> {
    let etag = format!("{}-weft-{}", digest.hex(), env!("CARGO_PKG_VERSION"));
    let tagged = Tagged { etag, freshness: CacheLifetime::Revalidate, private: false, headers };
    if tagged.is_known() {
        return Ok(tagged.not_modified());
    }
    let body = serde_json::to_vec(&make()?).map_err(|error| ApiError::internal(&error))?;
    Ok(tagged.answer(JSON, body))
}
