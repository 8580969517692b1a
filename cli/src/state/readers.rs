//! Who reads what a change touches.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    api::{Consumer, ImpactRequest, TouchedNode},
    name::PackageName,
};

use crate::{
    failure::Result,
    state::{States, ruling::Ruling},
};

/// How many changes the registry takes in one request.
const CHANGES: usize = 5_000;

impl States<'_> {
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
