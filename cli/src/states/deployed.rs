//! Nodes of an environment, by the names that people call them.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use weft_api::problem::{Problem, ProblemCode};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::Publication;

use crate::{
    client::Client,
    failure::Result,
    states::target::{KnownNodes, NodeTarget, TargetError},
};

/// The projects that are deployed in an environment. Their publications are read when a name asks for them.
pub(crate) struct DeployedProjects<'a> {
    client: &'a Client,
    environment: &'a EnvironmentName,
    /// Whether nodes that other projects may not read can be named, too.
    is_whole: bool,
    /// The project that is worked in, if there is one.
    own: Option<PackageName>,
    /// Every project that the registry knows.
    projects: BTreeSet<PackageName>,
    versions: BTreeMap<PackageName, Version>,
    read: BTreeMap<PackageName, Publication>,
}

impl<'a> DeployedProjects<'a> {
    /// What is deployed in an environment, seen from the project that is worked in (`own`).
    pub(crate) async fn open(
        client: &'a Client,
        environment: &'a EnvironmentName,
        own: Option<PackageName>,
    ) -> Result<Self> {
        let mut projects = BTreeSet::new();
        let mut versions = BTreeMap::new();
        for project in client.projects().await? {
            let deployment = project.deployed_in(environment);
            versions.extend(deployment.map(|deployment| (project.package_name.clone(), deployment.version.clone())));
            projects.insert(project.package_name);
        }
        Ok(Self { client, environment, is_whole: true, own, projects, versions, read: BTreeMap::new() })
    }

    /// Only nodes that other projects may read.
    pub(crate) fn of_interfaces(self) -> Self {
        Self { is_whole: false, ..self }
    }

    /// The project of a name, whether it is deployed there or not.
    pub(crate) fn project(&self, name: &str) -> Option<&PackageName> {
        self.projects.get(name)
    }

    /// What a text means: a node, or a column of it.
    ///
    /// It is looked for in the project that is named; else in the one that is worked in, then in those whose names stand in
    /// the text, then in all the others.
    pub(crate) async fn find(
        &mut self,
        text: &str,
        project: Option<&PackageName>,
    ) -> Result<std::result::Result<NodeTarget, TargetError>> {
        let mut error = None;
        for group in self.groups(text, project) {
            // A node of a nearer project that lacks the column is what was meant.
            if group.is_empty() || matches!(error, Some(TargetError::NoColumn { .. })) {
                continue;
            }
            match self.known(&group, project).await?.find(text, None) {
                Err(none @ (TargetError::NoNode { .. } | TargetError::NoColumn { .. })) => error = Some(none),
                found => return Ok(found),
            }
        }
        Ok(Err(error.unwrap_or_else(|| TargetError::NoNode { among: self.among(project), text: text.to_owned() })))
    }

    /// The problem of a node that cannot be told, where it is asked about.
    pub(crate) fn problem(&self, error: &TargetError) -> Box<Problem> {
        error.problem(ProblemCode::NodeNotFound, &self.hint())
    }

    /// What to do about a node that there is not.
    pub(crate) fn hint(&self) -> String {
        let environment = self.environment;
        match &self.own {
            Some(own) if self.versions.contains_key(own) => {
                format!(
                    "`weft show {own}` lists the nodes of `{own}`; name other nodes by unique_id, or as PROJECT.NODE"
                )
            }
            _ => {
                format!(
                    "`weft list` shows what is deployed in `{environment}`, and `weft show PROJECT` the nodes of a project"
                )
            }
        }
    }

    /// The column of a node that was found, in the letters of the node.
    pub(crate) fn column(
        &self,
        package_name: &PackageName,
        unique_id: &UniqueId,
        column: &str,
    ) -> std::result::Result<String, TargetError> {
        let mut known = KnownNodes::among(self.among(Some(package_name)));
        known.extend(self.read.get(package_name), self.is_whole);
        let found = known.find(unique_id.as_str(), Some(column))?;
        Ok(found.column.unwrap_or_else(|| column.to_owned()))
    }

    fn among(&self, project: Option<&PackageName>) -> String {
        let public = if self.is_whole { "" } else { "in the interface " };
        match project {
            Some(project) => format!("{public}of `{project}` in `{}`", self.environment),
            None => format!("{public}of what is deployed in `{}`", self.environment),
        }
    }

    /// Where to look, nearest first.
    fn groups(&self, text: &str, project: Option<&PackageName>) -> [Vec<PackageName>; 3] {
        if let Some(project) = project {
            return [vec![project.clone()], Vec::new(), Vec::new()];
        }
        let own = self.own.iter().filter(|own| self.versions.contains_key(*own)).cloned().collect::<Vec<_>>();
        let others = self.versions.keys().filter(|name| !own.contains(name)).cloned();
        let is_named = |name: &PackageName| text.contains(name.as_str());
        let (named, unnamed) = others.partition(is_named);
        [own, named, unnamed]
    }

    async fn known(&mut self, group: &[PackageName], project: Option<&PackageName>) -> Result<KnownNodes> {
        let mut known = KnownNodes::among(self.among(project));
        for package_name in group {
            let Some(version) = self.versions.get(package_name) else { continue };
            if !self.read.contains_key(package_name) {
                let publication = self.client.publication(package_name, version).await?;
                self.read.insert(package_name.clone(), publication);
            }
            known.extend(self.read.get(package_name), self.is_whole);
        }
        Ok(known)
    }
}
