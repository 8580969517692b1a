//! Policies: the severity of rules for every project, for one, or for a group of its nodes.

use serde_json::{Value, json};
use time::OffsetDateTime;
use weft_api::EventKind;
use weft_model::name::PackageName;

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    precondition::Precondition,
    sql,
    stored::read_back,
    transaction::persist,
    write::Write,
};

/// Where a policy holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PolicyPlace {
    /// `None`: for every project.
    pub(crate) package_name: Option<PackageName>,
    /// `None`: for every node.
    pub(crate) group: Option<String>,
}

/// The policy in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyEntry {
    pub(crate) place: PolicyPlace,
    /// 0 where nothing was ever said.
    pub(crate) revision: u64,
    /// JSON: rule → level.
    pub(crate) rules: String,
    pub(crate) changed_at: Option<OffsetDateTime>,
}

/// A policy to store.
#[derive(Debug)]
pub(crate) struct PutPolicy {
    pub(crate) place: PolicyPlace,
    /// A map from rule to level.
    pub(crate) rules: Value,
    pub(crate) precondition: Precondition,
}

#[derive(sqlx::FromRow)]
struct PolicyRow {
    package_name: String,
    node_group: String,
    revision: i64,
    rules: String,
    changed_at: OffsetDateTime,
}

impl TryFrom<PolicyRow> for PolicyEntry {
    type Error = StoreError;
    fn try_from(row: PolicyRow) -> Result<Self, StoreError> {
        let name = Some(row.package_name).filter(|name| !name.is_empty());
        let package_name = name.map(|name| read_back("a project name", &name)).transpose()?;
        let group = Some(row.node_group).filter(|group| !group.is_empty());
        Ok(Self {
            place: PolicyPlace { package_name, group },
            revision: row.revision.unsigned_abs(),
            rules: row.rules,
            changed_at: Some(row.changed_at),
        })
    }
}

impl PolicyPlace {
    fn key(&self) -> (&str, &str) {
        let name = self.package_name.as_ref().map_or("", PackageName::as_str);
        (name, self.group.as_deref().unwrap_or_default())
    }
}

impl Store {
    /// The policy in one place; an unknown project has none.
    pub(crate) async fn policy(&self, place: &PolicyPlace) -> Result<PolicyEntry, StoreError> {
        let (name, group) = place.key();
        let row: Option<PolicyRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::POLICY)
            .bind(name)
            .bind(group)
            .fetch_optional(pool)
            .await)?;
        if let (None, Some(package_name)) = (&row, &place.package_name) {
            self.project(package_name).await?;
        }
        let silence = PolicyEntry { place: place.clone(), revision: 0, rules: "{}".to_owned(), changed_at: None };
        row.map_or(Ok(silence), TryInto::try_into)
    }

    /// All policies that apply to a project: for every project, for this one, for its groups by name.
    pub(crate) async fn policies(&self, package_name: &PackageName) -> Result<Vec<PolicyEntry>, StoreError> {
        let rows: Vec<PolicyRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::POLICIES)
            .bind(package_name.as_str())
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Says in a place what is to be said there, whole. The same again changes nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`, `PolicyChanged`.
    pub(crate) async fn put_policy(&self, put: &PutPolicy, cause: &Cause) -> Result<PolicyEntry, StoreError> {
        persist(|| self.try_put_policy(put, cause)).await
    }

    async fn try_put_policy(&self, put: &PutPolicy, cause: &Cause) -> Result<PolicyEntry, StoreError> {
        let mut write = self.begin(cause).await?;
        let (entry, is_new) = write.put_policy(put).await?;
        write.finish(is_new).await?;
        Ok(entry)
    }
}

impl Write {
    async fn put_policy(&mut self, put: &PutPolicy) -> Result<(PolicyEntry, bool), StoreError> {
        let PutPolicy { place, rules, precondition } = put;
        let text = rules.to_string();
        if let Some(package_name) = &place.package_name {
            self.lock_project(package_name).await?;
        }
        let (name, group) = place.key();
        let now = clock::now();
        let touched: PolicyRow = on_either!(self.lend(), |connection| sqlx::query_as(sql::TOUCH_POLICY)
            .bind(name)
            .bind(group)
            .bind(now)
            .fetch_one(connection)
            .await)?;
        let touched = PolicyEntry::try_from(touched)?;
        let before = touched.revision - 1;
        let standing = (before > 0).then_some(before);
        if !precondition.holds(standing) {
            return Err(StoreError::PolicyChanged { current: standing });
        }
        if touched.rules == text {
            let changed_at = touched.changed_at.filter(|_| standing.is_some());
            return Ok((PolicyEntry { revision: before, changed_at, ..touched }, false));
        }
        on_either!(self.lend(), |connection| sqlx::query(sql::SET_POLICY)
            .bind(name)
            .bind(group)
            .bind(text.as_str())
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        let facts = json!({ "group": place.group, "revision": touched.revision, "rules": rules });
        self.record(NewEvent::new(EventKind::PolicyChanged).of_any(place.package_name.as_ref()).what(facts));
        Ok((PolicyEntry { rules: text, changed_at: Some(now), ..touched }, true))
    }
}
