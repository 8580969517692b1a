//! Policies and waivers.

use std::fmt;

use http::Method;
use weft_check::policy::{Policy, PolicyRequest, ProjectPolicy, RecordedWaiver, RevokeRequest, WaiverRequest};
use weft_model::name::{Author, PackageName};

use crate::{
    client::{Client, body, call::Call},
    escape::escape,
    failure::Result,
};

/// Where a policy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyPlace {
    /// `None`: for every project.
    pub(crate) package_name: Option<PackageName>,
    /// `None`: for every node.
    pub(crate) group: Option<String>,
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.package_name, &self.group) {
            (None, _) => f.write_str("every project"),
            (Some(name), None) => write!(f, "{name}"),
            (Some(name), Some(group)) => write!(f, "group {} of {name}", escape(group)),
        }
    }
}

impl PolicyPlace {
    fn of(&self, call: Call) -> Call {
        let parameters =
            [("package_name", self.package_name.as_ref().map(PackageName::as_str)), ("group", self.group.as_deref())];
        parameters.into_iter().fold(call, |call, (name, value)| match value {
            Some(value) => call.query(name, value),
            None => call,
        })
    }
}

impl Client {
    /// The policy in one place.
    pub(crate) async fn policy(&self, place: &PolicyPlace) -> Result<Policy> {
        self.ask(place.of(Call::new(Method::GET, ["policies"]))).await
    }

    /// Says in a place what is to be said there, whole, over what was read at a revision.
    pub(crate) async fn put_policy(
        &self,
        place: &PolicyPlace,
        request: &PolicyRequest,
        revision: u64,
    ) -> Result<Policy> {
        self.ask(place.of(Call::new(Method::PUT, ["policies"])).over(revision).body(body(request)?)).await
    }

    /// All that a check of a project needs to know.
    pub(crate) async fn project_policy(&self, package_name: &PackageName) -> Result<ProjectPolicy> {
        self.ask(Call::new(Method::GET, ["projects", package_name.as_str(), "policy"])).await
    }

    /// Every waiver of a project, newest first.
    pub(crate) async fn waivers(&self, package_name: &PackageName) -> Result<Vec<RecordedWaiver>> {
        self.every(Call::new(Method::GET, ["projects", package_name.as_str(), "waivers"])).await
    }

    /// Records a waiver in the registry.
    pub(crate) async fn waive(&self, package_name: &PackageName, request: &WaiverRequest) -> Result<RecordedWaiver> {
        let call = Call::new(Method::POST, ["projects", package_name.as_str(), "waivers"]);
        self.ask(call.body(body(request)?)).await
    }

    /// Takes a waiver back.
    pub(crate) async fn revoke_waiver(
        &self,
        package_name: &PackageName,
        number: u64,
        author: Author,
    ) -> Result<RecordedWaiver> {
        let number = number.to_string();
        let call = Call::new(Method::POST, ["projects", package_name.as_str(), "waivers", &number, "revoke"]);
        self.ask(call.body(body(&RevokeRequest { author })?)).await
    }
}
