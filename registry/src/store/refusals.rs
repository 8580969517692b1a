//! What is recorded of needs that a deployment would leave unmet, or does because it was forced.

use serde_json::{Value, json};
use weft_api::EventKind;
use weft_mesh::can_deploy::{DeployVerdict, Refusal};

use crate::store::{
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    transaction::persist,
};

/// How many unmet needs, and how many clashes, an event names.
const NAMED: usize = 20;

/// The facts of what a step leaves unmet.
pub(super) fn unmet_facts(verdict: &DeployVerdict) -> Value {
    let DeployVerdict { unmet, clashes, .. } = verdict;
    json!({
        "unmet_total": unmet.len(), "unmet": unmet.iter().take(NAMED).collect::<Vec<_>>(),
        "clashes_total": clashes.len(), "clashes": clashes.iter().take(NAMED).collect::<Vec<_>>(),
    })
}

impl Store {
    /// Passes an outcome on, and records it if it is a refusal.
    ///
    /// The transaction of what was refused is undone, so that the record has one of its own. If that fails, the refusal is
    /// answered anyway.
    pub(super) async fn noting_refusal<T>(
        &self,
        cause: &Cause,
        outcome: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Err(StoreError::DeploymentRefused(refusal)) = &outcome
            && let Err(error) = persist(|| self.record_refusal(cause, refusal)).await
        {
            tracing::warn!(%error, "A refusal was not recorded");
        }
        outcome
    }

    async fn record_refusal(&self, cause: &Cause, refusal: &Refusal) -> Result<(), StoreError> {
        let Refusal { candidates, environment, verdict } = refusal;
        let mut write = self.begin(cause).await?;
        for (package_name, version) in candidates {
            let step = if version.is_some() { "deploy" } else { "undeploy" };
            let event = NewEvent::new(EventKind::Refused).of(package_name).within(environment);
            let event = event.what(unmet_facts(verdict)).what(json!({ "tried": step }));
            write.record(NewEvent { version: version.clone(), ..event });
        }
        write.finish(true).await
    }
}
