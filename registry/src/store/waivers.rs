//! Waivers: approvals of findings. They are taken back, and never deleted.

use std::collections::BTreeSet;

use semver::Version;
use serde_json::json;
use time::OffsetDateTime;
use weft_api::EventKind;
use weft_check::policy::ApprovedChange;
use weft_model::{
    day::Day,
    finding::RuleId,
    name::{PackageName, UniqueId},
};

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    sql,
    stored::read_back,
    transaction::persist,
    write::Write,
};

/// An approval: the changes, the author, the reason and the last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approval {
    pub(crate) rule: RuleId,
    pub(crate) unique_id: UniqueId,
    pub(crate) column: Option<String>,
    /// The changes that are approved; every change that the rule finds there if the client sent none.
    pub(crate) changes: Option<Vec<ApprovedChange>>,
    pub(crate) author: String,
    pub(crate) reason: String,
    pub(crate) until: Day,
}

/// A waiver, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaiverEntry {
    pub(crate) number: u64,
    pub(crate) approval: Approval,
    pub(crate) created_at: OffsetDateTime,
    /// Who revoked it and when, if anybody did.
    pub(crate) revoked: Option<(String, OffsetDateTime)>,
    /// By which version and when it was spent, if it was.
    pub(crate) spent: Option<(Version, OffsetDateTime)>,
}

#[derive(sqlx::FromRow)]
struct WaiverRow {
    number: i64,
    rule: String,
    unique_id: String,
    column_name: Option<String>,
    author: String,
    reason: String,
    until_day: String,
    created_at: OffsetDateTime,
    revoked_by: Option<String>,
    revoked_at: Option<OffsetDateTime>,
    changes: Option<String>,
    spent_version: Option<String>,
    spent_at: Option<OffsetDateTime>,
}

impl TryFrom<WaiverRow> for WaiverEntry {
    type Error = StoreError;
    fn try_from(row: WaiverRow) -> Result<Self, StoreError> {
        let changes = row.changes.as_deref().map(serde_json::from_str).transpose();
        let changes = changes.map_err(|error: serde_json::Error| StoreError::Corrupt {
            what: format!("the changes of waiver {}", row.number),
            reason: error.to_string(),
        })?;
        let spent_version = row.spent_version.as_deref().map(|version| read_back("a version", version)).transpose()?;
        let approval = Approval {
            changes,
            rule: row.rule.into(),
            unique_id: read_back("a unique_id", &row.unique_id)?,
            column: row.column_name,
            author: row.author,
            reason: row.reason,
            until: read_back("a day", &row.until_day)?,
        };
        Ok(Self {
            number: row.number.unsigned_abs(),
            approval,
            created_at: row.created_at,
            revoked: row.revoked_by.zip(row.revoked_at),
            spent: spent_version.zip(row.spent_at),
        })
    }
}

fn entries(rows: Vec<WaiverRow>) -> Result<Vec<WaiverEntry>, StoreError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

impl Store {
    /// The waivers of a project before a number, newest first, at most `limit`; taken back ones too.
    pub(crate) async fn waivers(
        &self,
        package_name: &PackageName,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<WaiverEntry>, StoreError> {
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        entries(on_either!(self.reads(), |pool| sqlx::query_as(sql::WAIVERS)
            .bind(package_name.as_str())
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?)
    }

    /// The waivers of a project that are not taken back, newest first.
    pub(crate) async fn open_waivers(&self, package_name: &PackageName) -> Result<Vec<WaiverEntry>, StoreError> {
        entries(on_either!(self.reads(), |pool| sqlx::query_as(sql::OPEN_WAIVERS)
            .bind(package_name.as_str())
            .fetch_all(pool)
            .await)?)
    }

    /// Records a waiver; tells whether it is new. The same one again changes nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`.
    pub(crate) async fn waive(
        &self,
        package_name: &PackageName,
        approval: &Approval,
        cause: &Cause,
    ) -> Result<(WaiverEntry, bool), StoreError> {
        persist(|| self.try_waive(package_name, approval, cause)).await
    }

    async fn try_waive(
        &self,
        package_name: &PackageName,
        approval: &Approval,
        cause: &Cause,
    ) -> Result<(WaiverEntry, bool), StoreError> {
        let mut write = self.begin(cause).await?;
        let (entry, is_new) = write.waive(package_name, approval).await?;
        write.finish(is_new).await?;
        Ok((entry, is_new))
    }

    /// Takes a waiver back. Doing so again changes nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`, `WaiverNotFound`.
    pub(crate) async fn revoke_waiver(
        &self,
        package_name: &PackageName,
        number: u64,
        author: &str,
        cause: &Cause,
    ) -> Result<WaiverEntry, StoreError> {
        persist(|| self.try_revoke_waiver(package_name, number, author, cause)).await
    }

    async fn try_revoke_waiver(
        &self,
        package_name: &PackageName,
        number: u64,
        author: &str,
        cause: &Cause,
    ) -> Result<WaiverEntry, StoreError> {
        let mut write = self.begin(cause).await?;
        let (entry, is_new) = write.revoke_waiver(package_name, number, author).await?;
        write.finish(is_new).await?;
        Ok(entry)
    }
}

impl Write {
    async fn waive(
        &mut self,
        package_name: &PackageName,
        approval: &Approval,
    ) -> Result<(WaiverEntry, bool), StoreError> {
        self.lock_project(package_name).await?;
        let name = package_name.as_str();
        let open: Vec<WaiverRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::OPEN_WAIVERS)
            .bind(name)
            .fetch_all(connection)
            .await)?;
        if let Some(same) = entries(open)?.into_iter().find(|it| it.spent.is_none() && it.approval == *approval) {
            return Ok((same, false));
        }
        let last: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::LAST_WAIVER)
            .bind(name)
            .fetch_one(connection)
            .await)?;
        let (number, now) = (last + 1, clock::now());
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_WAIVER)
            .bind(name)
            .bind(number)
            .bind(approval.rule.as_str())
            .bind(approval.unique_id.as_str())
            .bind(approval.column.as_deref())
            .bind(approval.author.as_str())
            .bind(approval.reason.as_str())
            .bind(approval.until.to_string())
            .bind(now)
            .bind(approval.changes.as_ref().map(|changes| json!(changes).to_string()))
            .execute(connection)
            .await
            .map(drop))?;
        let Approval { rule, unique_id, column, changes, author, reason, until } = approval;
        let facts = json!({
            "number": number, "rule": rule, "unique_id": unique_id, "column": column,
            "author": author, "until": until, "changes": changes,
        });
        self.record(NewEvent::new(EventKind::Waived).of(package_name).because(Some(reason)).what(facts));
        let number = number.unsigned_abs();
        Ok((WaiverEntry { number, approval: approval.clone(), created_at: now, revoked: None, spent: None }, true))
    }

    /// Writes down that a version was published with what waivers approve. One that is spent stays as it is.
    pub(super) async fn spend_waivers(
        &mut self,
        package_name: &PackageName,
        numbers: &BTreeSet<u64>,
        version: &Version,
    ) -> Result<(), StoreError> {
        let mut spent = Vec::new();
        for number in numbers {
            let rows = on_either!(self.lend(), |connection| sqlx::query(sql::SPEND_WAIVER)
                .bind(package_name.as_str())
                .bind(number.cast_signed())
                .bind(version.to_string())
                .bind(clock::now())
                .execute(connection)
                .await
                .map(|done| done.rows_affected()))?;
            if rows > 0 {
                spent.push(*number);
            }
        }
        if spent.is_empty() {
            return Ok(());
        }
        let event = NewEvent::new(EventKind::WaiversSpent).of(package_name).version(version);
        self.record(event.what(json!({ "numbers": spent })));
        Ok(())
    }

    async fn revoke_waiver(
        &mut self,
        package_name: &PackageName,
        number: u64,
        author: &str,
    ) -> Result<(WaiverEntry, bool), StoreError> {
        self.lock_project(package_name).await?;
        let name = package_name.as_str();
        let not_found = || StoreError::WaiverNotFound { package_name: package_name.clone(), number };
        let key = i64::try_from(number).map_err(|_| not_found())?;
        let row: Option<WaiverRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::WAIVER)
            .bind(name)
            .bind(key)
            .fetch_optional(connection)
            .await)?;
        let entry = WaiverEntry::try_from(row.ok_or_else(not_found)?)?;
        if entry.revoked.is_some() {
            return Ok((entry, false));
        }
        let now = clock::now();
        on_either!(self.lend(), |connection| sqlx::query(sql::REVOKE_WAIVER)
            .bind(name)
            .bind(key)
            .bind(author)
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        let facts = json!({ "number": number, "author": author });
        self.record(NewEvent::new(EventKind::WaiverRevoked).of(package_name).what(facts));
        Ok((WaiverEntry { revoked: Some((author.to_owned(), now)), ..entry }, true))
    }
}
