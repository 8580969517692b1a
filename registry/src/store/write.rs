//! A transaction that writes, with the events that it records.

use std::sync::Arc;

use sqlx::{Postgres, Sqlite, Transaction};
use weft_api::Authentication;

use crate::store::{
    clock,
    either::{Connected, Either, on_either},
    error::StoreError,
    feed::Feed,
    mesh::Learned,
    new_event::{Cause, NewEvent},
    sql,
};

/// A transaction on either database.
pub(super) type Begun = Either<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>;

/// A transaction that writes, and why. It is rolled back unless it is committed.
pub(super) struct Write {
    begun: Begun,
    cause: Cause,
    /// What has happened in it.
    events: Vec<(NewEvent, Option<Inherited>)>,
    feed: Arc<Feed>,
}

/// By whom and when an event happened that an older weft recorded.
pub(super) struct Inherited {
    pub(super) principal: Option<String>,
    /// In microseconds since 1970.
    pub(super) occurred_us: i64,
}

impl Write {
    pub(super) fn new(begun: Begun, cause: Cause, feed: Arc<Feed>) -> Self {
        Self { begun, cause, events: Vec::new(), feed }
    }

    /// The connection, for one statement.
    pub(super) fn lend(&mut self) -> Connected<'_> {
        self.begun.lend()
    }

    /// Records an event, if the transaction is committed.
    pub(super) fn record(&mut self, event: NewEvent) {
        self.events.push((event, None));
    }

    /// Records an event of an older weft.
    pub(super) fn inherit(&mut self, event: NewEvent, inherited: Inherited) {
        self.events.push((event, Some(inherited)));
    }

    /// Commits, or rolls back where there is nothing to keep.
    pub(super) async fn finish(mut self, keep: bool) -> Result<(), StoreError> {
        let is_news = keep && !self.events.is_empty();
        if is_news {
            self.write_events().await?;
        }
        match (self.begun, keep) {
            (Either::Sqlite(transaction), true) => transaction.commit().await?,
            (Either::Sqlite(transaction), false) => transaction.rollback().await?,
            (Either::Postgres(transaction), true) => transaction.commit().await?,
            (Either::Postgres(transaction), false) => transaction.rollback().await?,
        }
        if is_news {
            self.feed.nudge();
        }
        Ok(())
    }

    /// Commits and then keeps in memory what was learned; or rolls back and forgets it.
    pub(super) async fn finish_and_keep(self, keep: bool, learned: Learned<'_>) -> Result<(), StoreError> {
        self.finish(keep).await?;
        if keep {
            learned.keep();
        }
        Ok(())
    }

    /// Writes the events of the transaction, as the last thing that it does.
    ///
    /// Who reads on from a number must not miss an event that commits late under a smaller one. A number is therefore
    /// taken by updating one row, which stays locked until the commit: the transaction that takes the next number waits
    /// until this one can be read, or is undone together with its numbers. Numbers are in the order of commits and have no
    /// gaps, on both databases and with any pooler in between. The row is the last lock that any transaction takes, so it
    /// is held for two statements, and no circle of waiting can go through it.
    pub(super) async fn write_events(&mut self) -> Result<(), StoreError> {
        let events = std::mem::take(&mut self.events);
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let last: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::TAKE_EVENT_NUMBERS)
            .bind(count)
            .fetch_one(connection)
            .await)?;
        for (number, (event, inherited)) in (last - count + 1..).zip(events) {
            let (cause, occurred_us) = match inherited {
                Some(Inherited { principal, occurred_us }) => (Cause { principal, ..Cause::NONE }, occurred_us),
                None => (self.cause.clone(), clock::microseconds(clock::now())),
            };
            self.write_event(number, occurred_us, cause, &event).await?;
        }
        // A hint for replicas that stream events; the table is the truth.
        if let Either::Postgres(connection) = self.lend() {
            sqlx::query(sql::NOTIFY_EVENTS).execute(connection).await?;
        }
        Ok(())
    }

    async fn write_event(
        &mut self,
        number: i64,
        occurred_us: i64,
        cause: Cause,
        event: &NewEvent,
    ) -> Result<(), StoreError> {
        let NewEvent { kind, package_name, environment, version, reason, what } = event;
        let Cause { principal, how, token, request_id, client } = cause;
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_EVENT)
            .bind(number)
            .bind(occurred_us)
            .bind(kind.as_str())
            .bind(package_name.as_ref().map_or("", |name| name.as_str()))
            .bind(environment.as_ref().map_or("", |name| name.as_str()))
            .bind(version.as_ref().map(ToString::to_string))
            .bind(reason.as_deref())
            .bind(principal)
            .bind(how.map(Authentication::word))
            .bind(token.map(u64::cast_signed))
            .bind(request_id)
            .bind(client)
            .bind(serde_json::Value::Object(what.clone()).to_string())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The text of a statement that the two databases write differently, for the one that it is.
    pub(super) fn text_of(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.begun {
            Either::Sqlite(_) => sqlite,
            Either::Postgres(_) => postgres,
        }
    }
}
