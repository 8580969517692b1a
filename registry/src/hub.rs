//! dbt's package-hub protocol: each environment is a namespace, each project deployed there a package of stubs.
//!
//! `DBT_PACKAGE_HUB_URL=<registry>/hub/` replaces the public hub for *all* packages of a dbt project, so what is not
//! ours is sent on to the public hub.

mod listing;
mod tarball;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, Uri};
use semver::Version;
use weft_api::problem::ProblemCode;
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    auth::{Action, Principal},
    capability::File,
    conditional::{CacheLifetime, Tagged},
    error::ApiError,
    extract::{CapabilityPath, HubPackagePath, HubVersionPath, TarballPath},
    hub::listing::{HubPackage, HubVersion, Links},
    state::AppState,
    store::DeployedVersion,
};

/// The content type of a tarball.
pub(crate) const TARBALL: &str = "application/gzip";

/// Lists every package: this registry's, and the public hub's.
#[utoipa::path(
    get, path = "/hub/api/v1/index.json", operation_id = "get_hub_index", tag = "hub",
    responses(
        (status = 200, body = Vec<String>, description = "`namespace/package` of each"),
    )
)]
pub(crate) async fn get_hub_index(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<Vec<String>>, ApiError> {
    principal.require(Action::Read)?;
    let deployed = state.store.deployed_projects().await?;
    let mut index: Vec<String> = deployed.iter().map(|(environment, name)| format!("{environment}/{name}")).collect();
    let theirs = state.public_index.packages().await;
    index.extend(theirs.iter().filter(|package| !index.contains(package)).cloned().collect::<Vec<_>>());
    Ok(Json(index))
}

/// Returns a package with its versions.
#[utoipa::path(
    get, path = "/hub/api/v1/{environment}/{file}", operation_id = "get_hub_package", tag = "hub",
    params(
        ("environment" = String, Path, description = "The environment, dbt's namespace"),
        ("file" = String, Path, description = "The project and `.json`"),
    ),
    responses(
        (status = 200, body = HubPackage, description = "The versions that are or were deployed in the environment"),
        (status = 307, description = "Not in this registry; the public hub may have it"),
        (status = 404, description = "No such package, and no public hub is configured"),
    )
)]
pub(crate) async fn get_hub_package(
    State(state): State<AppState>,
    principal: Principal,
    path: HubPackagePath,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let package_name = path.file.strip_suffix(".json").unwrap_or(&path.file);
    let Some((environment, package_name, versions)) = ours(&state, &path.environment, package_name).await? else {
        return elsewhere(&state, uri.path());
    };
    let links = Links::new(&state, &uri, &headers).await?;
    Ok(Json(HubPackage::new(&links, &environment, &package_name, &versions)).into_response())
}

/// Returns one version of a package.
#[utoipa::path(
    get, path = "/hub/api/v1/{environment}/{package_name}/{file}", operation_id = "get_hub_version", tag = "hub",
    params(
        ("environment" = String, Path, description = "The environment, dbt's namespace"),
        ("package_name" = String, Path, description = "The project"),
        ("file" = String, Path, description = "The version and `.json`"),
    ),
    responses(
        (status = 200, body = HubVersion, description = "The version and where its tarball is"),
        (status = 307, description = "Not in this registry; the public hub may have it"),
        (status = 404, description = "No such package, and no public hub is configured"),
    )
)]
pub(crate) async fn get_hub_version(
    State(state): State<AppState>,
    principal: Principal,
    path: HubVersionPath,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let Some((environment, package_name, versions)) = ours(&state, &path.environment, &path.package_name).await? else {
        return elsewhere(&state, uri.path());
    };
    let version = path.file.strip_suffix(".json").unwrap_or(&path.file);
    let found = Version::parse(version).ok().and_then(|version| versions.get_key_value(&version));
    let (version, deployed) = found.ok_or_else(|| never_deployed(&environment, &package_name, version))?;
    let links = Links::new(&state, &uri, &headers).await?;
    Ok(Json(HubVersion::new(&links, &environment, &package_name, version, deployed)).into_response())
}

/// Returns the package of a version: a gzipped tar of stubs. Its bytes stay the same until the version is deployed
/// again with other relations.
#[utoipa::path(
    get, path = "/hub/tarballs/{environment}/{package_name}/{file}", operation_id = "get_hub_tarball", tag = "hub",
    params(
        ("environment" = String, Path, description = "The environment"),
        ("package_name" = String, Path, description = "The project"),
        ("file" = String, Path, description = "The version and `.tar.gz`"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/gzip", description = "The package"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "The version was never deployed there"),
    )
)]
pub(crate) async fn get_hub_tarball(
    State(state): State<AppState>,
    principal: Principal,
    path: TarballPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let version = tarball_version(&path.file)?;
    answer(&state, &path.environment, &path.package_name, &version, &headers).await
}

/// Returns the package for clients that got the URL from the hub. dbt sends no credentials for tarballs.
#[utoipa::path(
    get, path = "/hub/tarballs/{capability}/{environment}/{package_name}/{file}",
    operation_id = "get_hub_tarball_by_capability", tag = "hub", security(()),
    params(
        ("capability" = String, Path, description = "The capability from the hub's JSON for this file"),
        ("environment" = String, Path, description = "The environment"),
        ("package_name" = String, Path, description = "The project"),
        ("file" = String, Path, description = "The version and `.tar.gz`"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/gzip", description = "The package"),
        (status = 304, description = "The client has the current version"),
        (status = 401, description = "The capability does not belong to the file"),
        (status = 404, description = "The version was never deployed there"),
    )
)]
pub(crate) async fn get_hub_tarball_by_capability(
    State(state): State<AppState>,
    path: CapabilityPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let CapabilityPath { capability, environment, package_name, file } = path;
    let version = tarball_version(&file)?;
    let asked = File { environment: &environment, package_name: &package_name, version: &version };
    if !state.keys.is_open() && !state.capabilities.allows(&state.store, &capability, asked).await? {
        Principal::Unknown.require(Action::Read)?;
    }
    answer(&state, &environment, &package_name, &version, &headers).await
}

async fn answer(
    state: &AppState,
    environment: &EnvironmentName,
    package_name: &PackageName,
    version: &Version,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let versions = state.store.deployed_versions(package_name, environment).await?;
    let deployed =
        versions.get(version).ok_or_else(|| never_deployed(environment, package_name, &version.to_string()))?;
    let etag = tarball::etag(package_name, version, deployed);
    let tagged = Tagged { etag, freshness: CacheLifetime::Revalidate, private: false, headers };
    if tagged.is_known() {
        return Ok(tagged.not_modified());
    }
    let document = tarball::tarball(state, package_name, version, deployed, &tagged.etag).await?;
    Ok(tagged.answer(TARBALL, document.bytes))
}

fn tarball_version(file: &str) -> Result<Version, ApiError> {
    crate::extract::PathWord::read(file.strip_suffix(".tar.gz").unwrap_or(file))
}

type Ours = (EnvironmentName, PackageName, std::collections::BTreeMap<Version, DeployedVersion>);

/// A package of this registry; `None` where the words cannot be ours or nothing was ever deployed there.
async fn ours(state: &AppState, environment: &str, package_name: &str) -> Result<Option<Ours>, ApiError> {
    let (Ok(environment), Ok(package_name)) = (environment.parse(), package_name.parse()) else { return Ok(None) };
    let versions = state.store.deployed_versions(&package_name, &environment).await?;
    Ok((!versions.is_empty()).then_some((environment, package_name, versions)))
}

/// Sends the client on to the public hub, to the same path.
fn elsewhere(state: &AppState, path: &str) -> Result<Response, ApiError> {
    let below = path.find("/api/v1/").map_or(path, |start| &path[start..]);
    match &state.config.public_hub {
        Some(hub) => {
            Ok(Redirect::temporary(&format!("{}{below}", hub.base_url().trim_end_matches('/'))).into_response())
        }
        None => Err(ApiError::new(
            ProblemCode::RouteNotFound,
            format!("`{}` is not a package of this registry, and no public hub is configured", below.escape_debug()),
        )),
    }
}

fn never_deployed(environment: &EnvironmentName, package_name: &PackageName, version: &str) -> ApiError {
    let detail = format!("`{package_name}` {} has never been deployed in `{environment}`", version.escape_debug());
    ApiError::new(ProblemCode::DeploymentNotFound, detail)
}
