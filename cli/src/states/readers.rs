//! Who reads what a change touches.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::{Consumer, Finding, ImpactRequest, TouchedNode};
use weft_check as check;
use weft_model::name::PackageName;
use weft_publication::Publication;

use crate::{
    client::optional,
    failure::Result,
    states::{States, ruling::Ruling},
};

/// How many changes the registry takes in one request.
const CHANGES: usize = 5_000;

impl States<'_> {
    /// What a project reads and is not known to be there, by what is deployed in the environment of the projects that it
    /// reads.
    pub(crate) async fn unbuilt_reads(&mut self, project: &Publication, ruling: &Ruling) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        if !ruling.has_registry {
            return Ok(findings);
        }
        let environment = self.environment.clone();
        let named = project.uses.iter().filter(|used| used.columns.is_some());
        let upstreams: BTreeSet<&PackageName> = named.map(|used| &used.upstream).collect();
        for upstream in upstreams {
            let client = self.client().await?;
            let standing = optional(client.project(upstream).await)?;
            let deployments = standing.into_iter().flat_map(|standing| standing.summary.deployments);
            let Some(deployed) = deployments.into_iter().find(|it| it.environment == environment) else { continue };
            let upstream = client.publication(upstream, &deployed.version).await?;
            findings.extend(check::unbuilt_reads(project, &upstream, &ruling.levels()));
        }
        Ok(findings)
    }

    /// Who reads what is touched, in the environment; `None` where there is no registry to know it.
    pub(crate) async fn consumers(
        &mut self,
        package_name: &PackageName,
        touched: BTreeSet<TouchedNode>,
        ruling: &Ruling,
    ) -> Result<Option<BTreeMap<TouchedNode, Vec<Consumer>>>> {
        let mut consumers = BTreeMap::new();
        if !ruling.has_registry {
            return Ok(None);
        }
        let environment = self.environment.clone();
        let touched: Vec<_> = touched.into_iter().collect();
        for some in touched.chunks(CHANGES) {
            let request =
                ImpactRequest { environment: environment.clone(), touched: some.to_vec(), ..ImpactRequest::default() };
            let answer = self.client().await?.impact(package_name, &request).await?;
            consumers.extend(some.iter().cloned().zip(answer.consumers).filter(|(_, readers)| !readers.is_empty()));
        }
        Ok(Some(consumers))
    }
}
