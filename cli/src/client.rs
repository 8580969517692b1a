//! The client of a registry: one set of calls over two transports.

mod answer;
mod call;
mod embedded;
pub(crate) mod events;
mod http;
pub(crate) mod location;
pub(crate) mod mesh;
pub(crate) mod policies;
mod public_hub;
mod results;
mod tokens;

use std::path::Path;

use ::http::{Method, StatusCode};
use semver::Version;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use weft_api::{
    DeployRequest, DeployTogetherRequest, DeployedTogether, Deployment, Page, PastDeployment, ProjectDetail,
    ProjectSummary, PublicationSummary, PublishRequest, PublishResponse, ResolveRequest, ResolveResponse,
    UndeployRequest, YankRequest, problem::ProblemCode,
};
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
};
use weft_publication::{Publication, relation::Relations};

pub(crate) use crate::client::{embedded::unusable, location::RegistryUse, public_hub::Hub};
use crate::{
    client::{answer::Answer, call::Call, embedded::Embedded, http::Http, location::RegistryLocation},
    failure::{Result, problem},
};

/// A registry that answers.
#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
    name: String,
}

#[derive(Debug)]
enum Transport {
    Embedded(Embedded),
    Http(Http),
}

impl Client {
    /// Opens what is at a location.
    pub(crate) async fn open(location: &RegistryLocation, purpose: RegistryUse) -> Result<Self> {
        let transport = match location {
            RegistryLocation::Server(url) => Transport::Http(Http::new(url.clone())?),
            RegistryLocation::File(path) => Transport::Embedded(Embedded::open_file(path, purpose).await?),
            RegistryLocation::Postgres(url) => Transport::Embedded(Embedded::open(url).await?),
        };
        Ok(Self { transport, name: location.to_string() })
    }

    /// Opens a registry in a file, which is made with its folder.
    pub(crate) async fn open_file(path: &Path) -> Result<Self> {
        Self::open(&RegistryLocation::File(path.to_owned()), RegistryUse::Write).await
    }

    /// Publishes; with `dry_run` the registry only says what it would do.
    pub(crate) async fn publish(&self, request: &PublishRequest, dry_run: bool) -> Result<PublishResponse> {
        let Publication { package_name, version, .. } = &request.publication;
        let mut call =
            Call::new(Method::PUT, ["projects", package_name.as_str(), "publications", &version.to_string()]);
        if dry_run {
            call = call.query("dry_run", "true");
        }
        self.ask(call.body(body(request)?)).await
    }

    /// Deploys a published version.
    pub(crate) async fn deploy(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        request: &DeployRequest,
    ) -> Result<Deployment> {
        let call = Call::new(Method::PUT, ["projects", package_name.as_str(), "environments", environment.as_str()]);
        self.ask(call.body(body(request)?)).await
    }

    /// Deploys a published version over a revision.
    pub(crate) async fn deploy_over(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        request: &DeployRequest,
        revision: u64,
    ) -> Result<Deployment> {
        let call = Call::new(Method::PUT, ["projects", package_name.as_str(), "environments", environment.as_str()]);
        self.ask(call.over(revision).body(body(request)?)).await
    }

    /// Deploys several projects in one step.
    pub(crate) async fn deploy_together(
        &self,
        environment: &EnvironmentName,
        request: &DeployTogetherRequest,
    ) -> Result<DeployedTogether> {
        let call = Call::new(Method::POST, ["environments", environment.as_str(), "deployments"]);
        self.ask(call.body(body(request)?)).await
    }

    /// Removes a project from an environment; returns what was deployed.
    pub(crate) async fn undeploy(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        request: &UndeployRequest,
    ) -> Result<Deployment> {
        let path = ["projects", package_name.as_str(), "environments", environment.as_str(), "undeploy"];
        self.ask(Call::new(Method::POST, path).body(body(request)?)).await
    }

    /// The deployments of an environment, newest first.
    pub(crate) async fn history(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
    ) -> Result<Vec<PastDeployment>> {
        self.every(history(package_name, environment)).await
    }

    /// Some deployments of an environment, from the newest or from an earlier page on.
    pub(crate) async fn history_page(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        after: Option<&str>,
    ) -> Result<Page<PastDeployment>> {
        let call = history(package_name, environment);
        self.ask(after.into_iter().fold(call, |call, after| call.query("after", after))).await
    }

    /// Hides a version from new resolutions, or takes that back.
    pub(crate) async fn yank(
        &self,
        package_name: &PackageName,
        version: &Version,
        request: &YankRequest,
    ) -> Result<PublicationSummary> {
        let version = version.to_string();
        let call = Call::new(Method::POST, ["projects", package_name.as_str(), "publications", &version, "yank"]);
        self.ask(call.body(body(request)?)).await
    }

    /// Asks the registry to resolve requirements.
    pub(crate) async fn resolve(&self, request: &ResolveRequest) -> Result<ResolveResponse> {
        self.ask(Call::new(Method::POST, ["resolve"]).body(body(request)?)).await
    }

    /// All projects in the registry.
    pub(crate) async fn projects(&self) -> Result<Vec<ProjectSummary>> {
        self.every(Call::new(Method::GET, ["projects"])).await
    }

    /// A project by its name; None if it is unknown.
    pub(crate) async fn project(&self, package_name: &PackageName) -> Result<ProjectDetail> {
        self.ask(Call::new(Method::GET, ["projects", package_name.as_str()])).await
    }

    /// Every version of a project.
    pub(crate) async fn publications(&self, package_name: &PackageName) -> Result<Vec<PublicationSummary>> {
        self.every(Call::new(Method::GET, ["projects", package_name.as_str(), "publications"])).await
    }

    /// The highest versions of a project, highest first: up to 200.
    pub(crate) async fn highest_publications(&self, package_name: &PackageName) -> Result<Vec<PublicationSummary>> {
        let list = Call::new(Method::GET, ["projects", package_name.as_str(), "publications"]);
        let page: Page<PublicationSummary> = self.ask(list.query("limit", "200")).await?;
        Ok(page.items)
    }

    /// A version of a project, whole.
    pub(crate) async fn publication(&self, package_name: &PackageName, version: &Version) -> Result<Publication> {
        let version = version.to_string();
        self.ask(Call::new(Method::GET, ["projects", package_name.as_str(), "publications", &version])).await
    }

    /// A version of a project as the registry has it, with keys that a newer weft may have added.
    pub(crate) async fn publication_document(&self, package_name: &PackageName, version: &Version) -> Result<Value> {
        let version = version.to_string();
        self.ask(Call::new(Method::GET, ["projects", package_name.as_str(), "publications", &version])).await
    }

    /// A version of a project, unless it is of this digest.
    pub(crate) async fn publication_unless(
        &self,
        package_name: &PackageName,
        version: &Version,
        held: Digest,
    ) -> Result<Option<Publication>> {
        let version = version.to_string();
        let call = Call::new(Method::GET, ["projects", package_name.as_str(), "publications", &version]).unless(held);
        let answer = self.send(call).await?;
        if answer.status == StatusCode::NOT_MODIFIED { Ok(None) } else { answer.read(&self.name).map(Some) }
    }

    /// Relations of a project by their digest.
    pub(crate) async fn relations(&self, package_name: &PackageName, digest: Digest) -> Result<Relations> {
        let digest = digest.to_string();
        self.ask(Call::new(Method::GET, ["projects", package_name.as_str(), "relations", &digest])).await
    }

    /// The same as the registry has them.
    pub(crate) async fn relations_document(&self, package_name: &PackageName, digest: Digest) -> Result<Value> {
        let digest = digest.to_string();
        self.ask(Call::new(Method::GET, ["projects", package_name.as_str(), "relations", &digest])).await
    }

    /// The items of all pages of a list, which gives up to 200 at once.
    async fn every<T: DeserializeOwned>(&self, list: Call) -> Result<Vec<T>> {
        self.pages(list.query("limit", "200")).await
    }

    /// The items of all pages of a list of a whole environment, which gives up to 1,000 at once.
    async fn every_of_mesh<T: DeserializeOwned>(&self, list: Call) -> Result<Vec<T>> {
        self.pages(list.query("limit", "1000")).await
    }

    async fn pages<T: DeserializeOwned>(&self, list: Call) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let call = after.iter().fold(list.clone(), |call, after| call.query("after", after));
            let page: Page<T> = self.ask(call).await?;
            items.extend(page.items);
            if page.next.is_none() || page.next == after {
                return Ok(items);
            }
            after = page.next;
        }
    }

    async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        self.send(call).await?.read(&self.name)
    }

    async fn send(&self, call: Call) -> Result<Answer> {
        match &self.transport {
            Transport::Embedded(embedded) => embedded.send(call).await,
            Transport::Http(http) => http.send(call).await,
        }
    }
}

fn history(package_name: &PackageName, environment: &EnvironmentName) -> Call {
    Call::new(Method::GET, ["projects", package_name.as_str(), "environments", environment.as_str(), "history"])
}

/// `None` where the registry says that there is nothing of the kind.
pub(crate) fn optional<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(problem) if matches!(problem.code, ProblemCode::ProjectNotFound | ProblemCode::PublicationNotFound) => {
            Ok(None)
        }
        Err(problem) => Err(problem),
    }
}

fn body<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| {
        problem(ProblemCode::InvalidPublication, format!("the request cannot be written as JSON: {error}"))
    })
}
