//! Taking a version out of new resolutions, and bringing it back.

use semver::Version;
use serde_json::json;
use weft_api::EventKind;
use weft_model::name::{PackageName, Reason};

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    projects::better_latest,
    publications::{NeighborVersions, PublicationEntry},
    publish::{Attempt, VersionVerdict},
    sql,
    transaction::persist,
    write::Write,
};

/// A yanked version that is to be brought back.
#[derive(Debug)]
pub(crate) struct Yank<'a> {
    pub(crate) package_name: &'a PackageName,
    pub(crate) version: &'a Version,
    /// How it goes with the versions that would be its neighbors.
    pub(crate) verdict: &'a VersionVerdict,
    /// The reason for bringing it back even if it is too small.
    pub(crate) force: Option<&'a Reason>,
}

impl Store {
    /// Yanks a version. Doing so again changes nothing.
    pub(crate) async fn yank(
        &self,
        package_name: &PackageName,
        version: &Version,
        cause: &Cause,
    ) -> Result<PublicationEntry, StoreError> {
        persist(|| self.try_yank(package_name, version, cause)).await
    }

    async fn try_yank(
        &self,
        package_name: &PackageName,
        version: &Version,
        cause: &Cause,
    ) -> Result<PublicationEntry, StoreError> {
        let mut write = self.begin(cause).await?;
        write.lock_project(package_name).await?;
        let entry = write.publication(package_name, version).await?;
        if !entry.yanked {
            write.set_yanked(package_name, version, true).await?;
            write.record(NewEvent::new(EventKind::Yanked).of(package_name).version(version));
        }
        write.finish(!entry.yanked).await?;
        Ok(PublicationEntry { yanked: true, ..entry })
    }

    /// Removes the yank of a version, if the verdict on it holds. Doing so again changes nothing.
    pub(crate) async fn remove_yank(
        &self,
        yank: &Yank<'_>,
        cause: &Cause,
    ) -> Result<Attempt<PublicationEntry>, StoreError> {
        persist(|| self.try_remove_yank(yank, cause)).await
    }

    async fn try_remove_yank(&self, yank: &Yank<'_>, cause: &Cause) -> Result<Attempt<PublicationEntry>, StoreError> {
        let mut write = self.begin(cause).await?;
        let (attempt, changed) = write.remove_yank(yank).await?;
        write.finish(changed).await?;
        Ok(attempt)
    }
}

impl Write {
    async fn remove_yank(&mut self, yank: &Yank<'_>) -> Result<(Attempt<PublicationEntry>, bool), StoreError> {
        let Yank { package_name, version, verdict, force } = *yank;
        self.lock_project(package_name).await?;
        let entry = self.publication(package_name, version).await?;
        if !entry.yanked {
            return Ok((Attempt::Done(Box::new(entry)), false));
        }
        if NeighborVersions::from_known(&self.publications(package_name).await?, version) != verdict.neighbours {
            return Ok((Attempt::Outdated, false));
        }
        let mut event = NewEvent::new(EventKind::Unyanked).of(package_name).version(version);
        match force.filter(|_| !verdict.passes) {
            Some(reason) => event = event.because(Some(reason.as_str())).what(json!({ "forced": true })),
            None if !verdict.passes => return Ok((Attempt::Refused, false)),
            None => {}
        }
        self.set_yanked(package_name, version, false).await?;
        self.spend_waivers(package_name, &verdict.spends, version).await?;
        self.record(event);
        Ok((Attempt::Done(Box::new(PublicationEntry { yanked: false, ..entry })), true))
    }

    /// Marks a version, and works out which one is the latest then.
    async fn set_yanked(
        &mut self,
        package_name: &PackageName,
        version: &Version,
        yanked: bool,
    ) -> Result<(), StoreError> {
        let now = clock::now();
        on_either!(self.lend(), |connection| sqlx::query(sql::SET_YANKED)
            .bind(package_name.as_str())
            .bind(version.to_string())
            .bind(yanked)
            .bind(yanked.then_some(now))
            .execute(connection)
            .await
            .map(drop))?;
        let mut latest = None;
        for entry in self.publications(package_name).await?.into_iter().filter(|entry| !entry.yanked) {
            latest = better_latest(latest, entry.version);
        }
        self.set_latest(package_name, latest.as_ref(), 0).await
    }
}
