//! What the hub's JSON says of a package, in the fields that dbt's hub has.

use std::collections::BTreeMap;

use http::{HeaderMap, Uri};
use semver::Version;
use serde::Serialize;
use utoipa::ToSchema;
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    address,
    capability::{File, Signer},
    error::ApiError,
    handlers::wire::timestamp,
    state::AppState,
    store::DeployedVersion,
};

/// A package of the hub.
///
/// It has neither `redirectname` nor `redirectnamespace`: dbt 1.11 warns of a moved package if they exist, even with
/// null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HubPackage {
    /// `environment/project`.
    id: String,
    /// The project's name.
    name: String,
    /// The environment.
    namespace: String,
    /// What the package is.
    description: String,
    /// The highest release that is not yanked, else the highest version.
    latest: String,
    /// The versions, yanked ones included; locked installs would fail without them.
    versions: BTreeMap<String, HubVersion>,
    /// The logo; always empty.
    assets: HubAssets,
}

/// A version of a package of the hub.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HubVersion {
    /// `environment/project/version`.
    id: String,
    /// The project's name.
    name: String,
    /// The environment.
    namespace: String,
    /// The version, by semver.
    version: String,
    /// When it was last deployed in the environment: RFC 3339.
    published_at: String,
    /// Always empty: stubs need no packages.
    packages: Vec<String>,
    /// Always empty: any version of dbt.
    require_dbt_version: Vec<String>,
    /// Always empty: stubs run with every engine.
    works_with: Vec<String>,
    /// Where the package is.
    downloads: HubDownloads,
    /// Always empty: the source is not published.
    source: String,
    /// Always empty: stubs have no repository.
    #[serde(rename = "_source")]
    #[schema(value_type = Object)]
    origin: BTreeMap<String, String>,
    /// Always null: stubs have no website.
    #[schema(value_type = Option<String>)]
    homepage: (),
    /// What the package is.
    description: String,
}

/// Where a package is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HubDownloads {
    /// The URL of the package.
    tarball: String,
    /// The format of the file: always `tgz`.
    format: &'static str,
    /// Always null; dbt does not read it.
    #[schema(value_type = Option<String>)]
    sha1: (),
}

/// The logo of a package.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HubAssets {
    /// The address of the logo; always empty.
    logo: String,
}

impl HubPackage {
    pub(crate) fn new(
        links: &Links<'_>,
        environment: &EnvironmentName,
        package_name: &PackageName,
        versions: &BTreeMap<Version, DeployedVersion>,
    ) -> Self {
        let entry = |(version, deployed): (&Version, &DeployedVersion)| {
            (version.to_string(), HubVersion::new(links, environment, package_name, version, deployed))
        };
        Self {
            id: format!("{environment}/{package_name}"),
            name: package_name.to_string(),
            namespace: environment.to_string(),
            description: description(environment, package_name),
            latest: latest(versions).map(Version::to_string).unwrap_or_default(),
            versions: versions.iter().map(entry).collect(),
            assets: HubAssets::default(),
        }
    }
}

impl HubVersion {
    pub(crate) fn new(
        links: &Links<'_>,
        environment: &EnvironmentName,
        package_name: &PackageName,
        version: &Version,
        deployed: &DeployedVersion,
    ) -> Self {
        Self {
            id: format!("{environment}/{package_name}/{version}"),
            name: package_name.to_string(),
            namespace: environment.to_string(),
            version: version.to_string(),
            published_at: timestamp(deployed.deployed_at),
            packages: Vec::new(),
            require_dbt_version: Vec::new(),
            works_with: Vec::new(),
            downloads: HubDownloads {
                tarball: links.tarball(environment, package_name, version),
                format: "tgz",
                sha1: (),
            },
            source: String::new(),
            origin: BTreeMap::new(),
            homepage: (),
            description: description(environment, package_name),
        }
    }
}

fn description(environment: &EnvironmentName, package_name: &PackageName) -> String {
    format!("The public models of {package_name} as deployed in {environment}, for reading from other projects")
}

fn latest(versions: &BTreeMap<Version, DeployedVersion>) -> Option<&Version> {
    versions
        .iter()
        .max_by_key(|(version, deployed)| (!deployed.yanked && version.pre.is_empty(), *version))
        .map(|(version, _)| version)
}

/// Makes URLs that lead back to this registry.
pub(crate) struct Links<'a> {
    /// `None` where no token is needed.
    signer: Option<Signer<'a>>,
    base: String,
}

impl<'a> Links<'a> {
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn new(state: &'a AppState, uri: &Uri, headers: &HeaderMap) -> Result<Self, ApiError> {
        let base = address::base(&state.config, uri, headers);
        let is_open = state.keys.is_open();
        let signer = if is_open { None } else { Some(state.capabilities.signer(&state.store).await?) };
        Ok(Self { signer, base })
    }

    fn tarball(&self, environment: &EnvironmentName, package_name: &PackageName, version: &Version) -> String {
        let file = File { environment, package_name, version };
        let capability = self.signer.as_ref().and_then(|signer| signer.capability(file));
        let capability = capability.map_or_else(String::new, |capability| format!("{capability}/"));
        // `+` of build metadata would be read as a blank by some.
        let version = version.to_string().replace('+', "%2B");
        format!("{}/hub/tarballs/{capability}{environment}/{package_name}/{version}.tar.gz", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latest_passes_by_pre_releases_and_yanked_versions_where_it_can() {
        let deployed = |yanked| DeployedVersion {
            relations_digest: weft_model::digest::Digest::hash_bytes(b""),
            deployed_at: time::OffsetDateTime::UNIX_EPOCH,
            yanked,
        };
        let latest = |versions: &[(&str, bool)]| {
            let versions = versions.iter().map(|(version, yanked)| (version.parse().unwrap(), deployed(*yanked)));
            super::latest(&versions.collect()).unwrap().to_string()
        };
        assert_eq!(latest(&[("1.0.0", false), ("1.1.0", true), ("2.0.0-rc.1", false)]), "1.0.0");
        assert_eq!(latest(&[("1.0.0-rc.1", false), ("1.0.0-rc.2", false)]), "1.0.0-rc.2");
    }
}
