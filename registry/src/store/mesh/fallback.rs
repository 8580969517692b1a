//! Where an environment takes the projects from that are not deployed there.
//!
//! It belongs to the environment, not to a project: two projects there cannot mean different tables by one upstream. It is
//! recorded with the deployment that names it, and holds for every later one that names none.

use std::collections::{BTreeMap, BTreeSet};

use weft_mesh::resolve::places;
use weft_model::name::{EnvironmentName, PackageName};

use crate::store::{
    either::{Connected, on_either},
    error::StoreError,
    mesh::{
        Learned,
        surroundings::{StandingRow, Surroundings},
    },
    pool::Store,
    sql,
    stored::read_back,
    write::Write,
};

/// For each environment, the one to use for projects that are not deployed there.
pub(crate) type Fallback = BTreeMap<EnvironmentName, EnvironmentName>;

/// The environments in which a step looks for projects, the first of all its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct StepPlaces {
    /// By what is recorded.
    pub(in crate::store) recorded: Vec<EnvironmentName>,
    /// By what the step names, if it names a fallback.
    pub(in crate::store) named: Vec<EnvironmentName>,
}

impl StepPlaces {
    /// Whether the step changes what is recorded.
    pub(in crate::store) fn differ(&self) -> bool {
        self.recorded != self.named
    }
}

/// The environments after the first.
pub(in crate::store) fn after_first(places: &[EnvironmentName]) -> Vec<EnvironmentName> {
    places.iter().skip(1).cloned().collect()
}

impl Store {
    /// The environments in which a step there looks for projects.
    pub(in crate::store) async fn step_places(
        &self,
        environment: &EnvironmentName,
        fallback: &Fallback,
    ) -> Result<StepPlaces, StoreError> {
        self.hold().await?.lend().step_places(environment, fallback).await
    }
}

impl Connected<'_> {
    /// The same, as this connection sees it.
    pub(in crate::store) async fn step_places(
        &mut self,
        environment: &EnvironmentName,
        fallback: &Fallback,
    ) -> Result<StepPlaces, StoreError> {
        let recorded = self.recorded_places(environment).await?;
        let named = if fallback.contains_key(environment) {
            places(environment, fallback).into_iter().cloned().collect()
        } else {
            recorded.clone()
        };
        Ok(StepPlaces { recorded, named })
    }

    /// An environment, and those that it falls back to.
    pub(super) async fn recorded_places(
        &mut self,
        environment: &EnvironmentName,
    ) -> Result<Vec<EnvironmentName>, StoreError> {
        let recorded: Option<String> = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::FALLBACK)
            .bind(environment.as_str())
            .fetch_optional(connection)
            .await)?;
        let mut places = vec![environment.clone()];
        for name in recorded.iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty()) {
            places.push(read_back("an environment name", name)?);
        }
        Ok(places)
    }

    /// The mesh of an environment without what some projects have there: they come from the environments after it, if
    /// those have them.
    pub(in crate::store) async fn surroundings_without(
        &mut self,
        learned: &mut Learned<'_>,
        places: &[EnvironmentName],
        removed: &BTreeSet<PackageName>,
    ) -> Result<std::sync::Arc<Surroundings>, StoreError> {
        let (environment, others) =
            places.split_first().map_or((None, &[][..]), |(first, others)| (Some(first), others));
        let mut standing: Vec<StandingRow> = match environment {
            Some(environment) => self.standing(&[environment]).await?,
            None => Vec::new(),
        };
        standing.retain(|row| !row.is_project || !removed.iter().any(|name| name.as_str() == row.name));
        let elsewhere = self.standing(&others.iter().collect::<Vec<_>>()).await?;
        for row in elsewhere.into_iter().filter(|row| row.is_project) {
            if !standing.iter().any(|known| known.is_project && known.name == row.name) {
                standing.push(row);
            }
        }
        standing.sort_unstable();
        self.surroundings(learned, standing).await
    }
}

impl Write {
    /// Waits for the turns of the environments that one falls back to, as far as something was ever deployed there.
    pub(in crate::store) async fn wait_for_places(&mut self, places: &[EnvironmentName]) -> Result<(), StoreError> {
        for place in after_first(places) {
            on_either!(self.lend(), |connection| sqlx::query(sql::WAIT_FOR_TURN)
                .bind(place.as_str())
                .execute(connection)
                .await
                .map(drop))?;
        }
        Ok(())
    }

    /// Records where an environment takes projects from.
    pub(in crate::store) async fn record_places(&mut self, places: &[EnvironmentName]) -> Result<(), StoreError> {
        let Some(environment) = places.first() else { return Ok(()) };
        let names: Vec<&str> = places.iter().skip(1).map(EnvironmentName::as_str).collect();
        on_either!(self.lend(), |connection| sqlx::query(sql::SET_FALLBACK)
            .bind(environment.as_str())
            .bind(names.join(","))
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
