//! What a request waits for: its turn, and a database that may be gone.

use std::{collections::BTreeSet, time::Duration};

use weft_model::name::{EnvironmentName, PackageName};

use crate::store::{error::StoreError, pool::Store, pulse::FRESH, turns::Turn};

/// How long a request may take before the database is looked for.
const SUSPICION: Duration = Duration::from_millis(500);

impl Store {
    /// Waits until no other write of this replica is about these projects or this environment.
    pub(super) async fn turn(
        &self,
        projects: &BTreeSet<PackageName>,
        environment: Option<&EnvironmentName>,
    ) -> Result<Turn, StoreError> {
        self.turns.take(projects, environment).await
    }

    /// How many writes wait for their turn.
    pub(crate) fn turn_waits(&self) -> i64 {
        self.turns.waiting()
    }

    /// Ends once the database cannot be reached. It looks seldom, and not at once: most requests end before.
    pub(crate) async fn lost_touch(&self) {
        let Some(pulse) = &self.pulse else { return std::future::pending().await };
        tokio::time::sleep(SUSPICION).await;
        while pulse.beats().await {
            tokio::time::sleep(FRESH).await;
        }
    }
}
