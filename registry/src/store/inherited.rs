//! Events that a weft without the log recorded, which are taken over into it.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use weft_api::EventKind;

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    sql,
    transaction::persist,
    write::Inherited,
};

/// How many are taken over in one transaction.
const BATCH: i64 = 500;

#[derive(sqlx::FromRow)]
struct InheritedRow {
    package_name: String,
    revision: i64,
    kind: String,
    payload: String,
    occurred_at: OffsetDateTime,
}

impl InheritedRow {
    /// The event, with who did it as far as the payload says so. What cannot be read is left out of it.
    fn event(&self) -> (NewEvent, Option<String>) {
        let mut what: Map<String, Value> = serde_json::from_str(&self.payload).unwrap_or_default();
        let mut text = |key: &str| match what.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let kind = EventKind::from(self.kind.clone());
        let (principal, forced, reason) = (text("by"), text("forced"), text("reason"));
        let (environment, version) = (text("environment"), text("version"));
        if forced.is_some() {
            what.insert("forced".to_owned(), Value::Bool(true));
        }
        let event = NewEvent {
            package_name: self.package_name.parse().ok(),
            environment: environment.and_then(|name| name.parse().ok()),
            version: version.and_then(|version| version.parse().ok()),
            reason: forced.or(reason),
            what,
            ..NewEvent::new(kind)
        };
        (event, principal)
    }
}

impl Store {
    /// Takes over what the old table has: everything after the migration, and later what replicas of an older weft wrote
    /// beside this one during an upgrade.
    pub(super) async fn take_over_events(&self) -> Result<(), StoreError> {
        while self.has_inherited_events().await? {
            persist(|| self.try_take_over()).await?;
        }
        Ok(())
    }

    async fn has_inherited_events(&self) -> Result<bool, StoreError> {
        Ok(on_either!(self.reads(), |pool| sqlx::query_scalar(sql::HAS_INHERITED_EVENTS).fetch_one(pool).await)?)
    }

    async fn try_take_over(&self) -> Result<(), StoreError> {
        let mut write = self.begin(&Cause::NONE).await?;
        // Two replicas that start at once do it one after the other.
        on_either!(write.lend(), |connection| sqlx::query(sql::LOCK_EVENT_NUMBERS)
            .execute(connection)
            .await
            .map(drop))?;
        let rows: Vec<InheritedRow> = on_either!(write.lend(), |connection| sqlx::query_as(sql::INHERITED_EVENTS)
            .bind(BATCH)
            .fetch_all(connection)
            .await)?;
        for row in &rows {
            let (event, principal) = row.event();
            write.inherit(event, Inherited { principal, occurred_us: clock::microseconds(row.occurred_at) });
            on_either!(write.lend(), |connection| sqlx::query(sql::REMOVE_INHERITED_EVENT)
                .bind(row.package_name.as_str())
                .bind(row.revision)
                .bind(row.kind.as_str())
                .execute(connection)
                .await
                .map(drop))?;
        }
        write.finish(!rows.is_empty()).await
    }
}
