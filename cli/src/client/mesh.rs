//! Who reads what.

use std::collections::BTreeMap;

use http::Method;
use weft_api::{
    CanDeploy, Consumer, Direction, GraphItem, ImpactRequest, ImpactResponse, Lineage, RegisteredConsumer,
    consumer::Registration,
};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::{
    client::{Client, body, call::Call},
    failure::Result,
    named::ProjectVersion,
};

impl Client {
    /// The readers that changes of a project's nodes reach.
    pub(crate) async fn impact(&self, package_name: &PackageName, request: &ImpactRequest) -> Result<ImpactResponse> {
        let call = Call::new(Method::POST, ["projects", package_name.as_str(), "impact"]);
        self.ask(call.body(body(request)?)).await
    }

    /// Whether a version, or the latest, may be deployed; with others in one step.
    pub(crate) async fn can_deploy(
        &self,
        first: &ProjectVersion,
        together: &[ProjectVersion],
        environment: &EnvironmentName,
        fallback: &BTreeMap<EnvironmentName, EnvironmentName>,
    ) -> Result<CanDeploy> {
        let call = Call::new(Method::GET, ["projects", first.package_name.as_str(), "can-deploy"]);
        let call = call.query("environment", environment.as_str());
        let call = first.version.iter().fold(call, |call, version| call.query("version", &version.to_string()));
        let fallback: Vec<_> = fallback.iter().map(|(from, to)| format!("{from}={to}")).collect();
        let call = if fallback.is_empty() { call } else { call.query("fallback", &fallback.join(",")) };
        let together: Vec<_> = together.iter().map(ToString::to_string).collect();
        self.ask(if together.is_empty() { call } else { call.query("with", &together.join(",")) }).await
    }

    /// Who reads a project's nodes in an environment.
    pub(crate) async fn project_consumers(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
    ) -> Result<Vec<Consumer>> {
        let call = Call::new(Method::GET, ["projects", package_name.as_str(), "consumers"]);
        self.every_of_mesh(call.query("environment", environment.as_str())).await
    }

    /// The readers that a change of a node, or of one of its columns, reaches in an environment.
    pub(crate) async fn node_consumers(
        &self,
        package_name: &PackageName,
        unique_id: &UniqueId,
        column: Option<&str>,
        environment: &EnvironmentName,
    ) -> Result<Vec<Consumer>> {
        let path = ["projects", package_name.as_str(), "nodes", unique_id.as_str(), "consumers"];
        let call = Call::new(Method::GET, path).query("environment", environment.as_str());
        self.every_of_mesh(column.into_iter().fold(call, |call, column| call.query("column", column))).await
    }

    /// The neighborhood of a node.
    pub(crate) async fn lineage(
        &self,
        package_name: &PackageName,
        unique_id: &UniqueId,
        asked: &Neighborhood<'_>,
    ) -> Result<Lineage> {
        let path = ["projects", package_name.as_str(), "nodes", unique_id.as_str(), "lineage"];
        let Neighborhood { environment, direction, depth, columns } = asked;
        let call = Call::new(Method::GET, path)
            .query("environment", environment.as_str())
            .query("direction", &direction.to_string());
        let call = depth.iter().fold(call, |call, depth| call.query("depth", &depth.to_string()));
        self.ask(columns.iter().fold(call, |call, columns| call.query("columns", columns))).await
    }

    /// The graph of an environment; `level` is `project` or `node`.
    pub(crate) async fn graph(&self, environment: &EnvironmentName, level: &str) -> Result<Vec<GraphItem>> {
        let call = Call::new(Method::GET, ["graph"]);
        self.every_of_mesh(call.query("environment", environment.as_str()).query("level", level)).await
    }

    /// The consumers that are registered in an environment.
    pub(crate) async fn registered(&self, environment: &EnvironmentName) -> Result<Vec<RegisteredConsumer>> {
        self.every(Call::new(Method::GET, ["consumers"]).query("environment", environment.as_str())).await
    }

    /// Registers a consumer, or replaces the one with the same name.
    pub(crate) async fn register(
        &self,
        environment: &EnvironmentName,
        name: &PackageName,
        registration: &Registration,
    ) -> Result<RegisteredConsumer> {
        let call = Call::new(Method::PUT, ["consumers", environment.as_str(), name.as_str()]);
        self.ask(call.body(body(registration)?)).await
    }

    /// Removes a registered consumer; returns what it was.
    pub(crate) async fn remove_consumer(
        &self,
        environment: &EnvironmentName,
        name: &PackageName,
    ) -> Result<RegisteredConsumer> {
        self.ask(Call::new(Method::DELETE, ["consumers", environment.as_str(), name.as_str()])).await
    }
}

/// The limits of a neighborhood.
pub(crate) struct Neighborhood<'a> {
    pub(crate) environment: &'a EnvironmentName,
    pub(crate) direction: Direction,
    /// How many readings far; the registry's own default where it is not said.
    pub(crate) depth: Option<u32>,
    /// `true`: which columns are read, too; or the name of a column that is followed.
    pub(crate) columns: Option<&'a str>,
}
