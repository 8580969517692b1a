//! Reading events.

use time::OffsetDateTime;
use weft_api::{Authentication, Event, EventKind};
use weft_model::name::{EnvironmentName, PackageName};

use crate::store::{clock, either::on_either, error::StoreError, pool::Store, sql, stored::read_back};

/// Which events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EventFilter {
    pub(crate) package_name: Option<PackageName>,
    pub(crate) environment: Option<EnvironmentName>,
    /// Every kind if there is none.
    pub(crate) kinds: Vec<EventKind>,
    pub(crate) principal: Option<String>,
    pub(crate) since: Option<OffsetDateTime>,
    /// Whether those of tokens are among them.
    pub(crate) with_tokens: bool,
}

/// From where on, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventSpan {
    /// Only events with a larger number.
    pub(crate) after: u64,
    /// Only events with a smaller number.
    pub(crate) before: Option<u64>,
    pub(crate) newest_first: bool,
    pub(crate) limit: u32,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    number: i64,
    occurred_us: i64,
    kind: String,
    package_name: String,
    environment: String,
    version: Option<String>,
    reason: Option<String>,
    principal: Option<String>,
    how: Option<String>,
    token: Option<i64>,
    request_id: Option<String>,
    client: Option<String>,
    what: String,
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;
    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let what = serde_json::from_str(&row.what).map_err(|error| StoreError::Corrupt {
            what: format!("the facts of event {}", row.number),
            reason: error.to_string(),
        })?;
        let named = |text: String| Some(text).filter(|text| !text.is_empty());
        let package_name = named(row.package_name).map(|name| read_back("a project name", &name)).transpose()?;
        let environment = named(row.environment).map(|name| read_back("an environment name", &name)).transpose()?;
        Ok(Self {
            id: row.number.unsigned_abs(),
            kind: row.kind.into(),
            occurred_at: clock::of_microseconds(row.occurred_us),
            package_name,
            environment,
            version: row.version.map(|version| read_back("a version", &version)).transpose()?,
            principal: row.principal,
            how: row.how.as_deref().map(Authentication::from_word),
            token: row.token.map(i64::unsigned_abs),
            reason: row.reason,
            request_id: row.request_id,
            client: row.client,
            what,
        })
    }
}

impl Store {
    /// Some events.
    pub(crate) async fn events(&self, filter: &EventFilter, span: EventSpan) -> Result<Vec<Event>, StoreError> {
        let statement = match (&filter.package_name, span.newest_first) {
            (None, true) => sql::EVENTS_NEWEST,
            (None, false) => sql::EVENTS_OLDEST,
            (Some(_), true) => sql::PROJECT_EVENTS_NEWEST,
            (Some(_), false) => sql::PROJECT_EVENTS_OLDEST,
        };
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let kinds = filter.kinds.iter().map(EventKind::as_str).collect::<Vec<_>>().join(",");
        let kinds = if kinds.is_empty() { kinds } else { format!(",{kinds},") };
        let rows: Vec<EventRow> = on_either!(self.reads(), |pool| {
            let query = sqlx::query_as(statement)
                .bind(whole(span.after))
                .bind(span.before.map_or(i64::MAX, whole))
                .bind(filter.environment.as_ref().map_or("", |name| name.as_str()))
                .bind(kinds)
                .bind(filter.principal.as_deref().unwrap_or_default())
                .bind(filter.since.map_or(i64::MIN, clock::microseconds))
                .bind(filter.with_tokens)
                .bind(i64::from(span.limit));
            match &filter.package_name {
                Some(package_name) => query.bind(package_name.as_str()).fetch_all(pool).await,
                None => query.fetch_all(pool).await,
            }
        })?;
        rows.into_iter().map(Event::try_from).collect()
    }

    /// The number of the last event; 0 if there is none.
    pub(crate) async fn last_event(&self) -> Result<u64, StoreError> {
        let last: i64 = on_either!(self.reads(), |pool| sqlx::query_scalar(sql::LAST_EVENT).fetch_one(pool).await)?;
        Ok(last.unsigned_abs())
    }
}
