//! Events: page by page, and as they happen.

mod messages;

use std::{collections::VecDeque, time::Duration};

use http::Method;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use weft_api::{Event, EventKind, Page, problem::ProblemCode};
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    client::{Client, Transport, call::Call, events::messages::Messages},
    failure::{Result, problem},
};

/// How often a registry in this process is asked for new events.
const POLL: Duration = Duration::from_secs(1);
/// How long a stream may be silent: three heartbeats of the registry.
const SILENCE: Duration = Duration::from_secs(45);
/// The wait before a broken stream is opened again.
const PAUSE: Duration = Duration::from_secs(2);
/// How many events a page may have.
const PAGE: usize = 200;

/// Which events.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventQuery {
    pub(crate) package_name: Option<PackageName>,
    pub(crate) environment: Option<EnvironmentName>,
    /// Every kind if there is none.
    pub(crate) kinds: Vec<EventKind>,
    /// From this moment on.
    pub(crate) since: Option<OffsetDateTime>,
}

impl EventQuery {
    fn call(&self, path: &[&str]) -> Call {
        let mut call = Call::new(Method::GET, path.iter().copied());
        if let Some(name) = &self.package_name {
            call = call.query("package_name", name.as_str());
        }
        if let Some(name) = &self.environment {
            call = call.query("environment", name.as_str());
        }
        if !self.kinds.is_empty() {
            call = call.query("kind", &self.kinds.iter().map(EventKind::as_str).collect::<Vec<_>>().join(","));
        }
        call
    }

    /// The list, from the moment on.
    fn list(&self) -> Call {
        let since = self.since.and_then(|since| since.format(&Rfc3339).ok());
        since.iter().fold(self.call(&["events"]), |call, since| call.query("since", since))
    }
}

impl Client {
    /// The newest events, at most so many, newest first.
    pub(crate) async fn newest_events(&self, query: &EventQuery, limit: usize) -> Result<Vec<Event>> {
        let mut events: Vec<Event> = Vec::new();
        let mut before: Option<String> = None;
        loop {
            let missing = (limit - events.len()).min(PAGE).to_string();
            let call = query.list().query("limit", &missing);
            let call = before.iter().fold(call, |call, before| call.query("before", before));
            let page: Page<Event> = self.ask(call).await?;
            events.extend(page.items);
            before = page.next;
            if events.len() >= limit || before.is_none() {
                return Ok(events);
            }
        }
    }

    /// Follows the events after an id.
    pub(crate) fn follow(&self, query: EventQuery, after: u64) -> Follow<'_> {
        Follow { client: self, query, after, ready: VecDeque::new(), open: None }
    }

    /// The id of the last event of all that this client may see.
    pub(crate) async fn last_event(&self) -> Result<u64> {
        let newest = self.newest_events(&EventQuery::default(), 1).await?;
        Ok(newest.first().map_or(0, |event| event.id))
    }
}

/// Events as they happen, each once and in order, however often the connection breaks.
pub(crate) struct Follow<'c> {
    client: &'c Client,
    query: EventQuery,
    after: u64,
    ready: VecDeque<Event>,
    /// The open stream, and what has come of its next message.
    open: Option<(reqwest::Response, Messages)>,
}

impl Follow<'_> {
    /// The next event, as soon as there is one.
    ///
    /// # Errors
    /// The registry refuses to tell; that it cannot be reached for some time is waited for.
    pub(crate) async fn next(&mut self) -> Result<Event> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                if event.id > self.after {
                    self.after = event.id;
                    return Ok(event);
                }
            }
            match &self.client.transport {
                Transport::Embedded(_) => self.poll().await?,
                Transport::Http(_) => self.receive().await?,
            }
        }
    }

    async fn poll(&mut self) -> Result<()> {
        let call = self.query.call(&["events"]).query("order", "oldest").query("after", &self.after.to_string());
        let page: Page<Event> = self.client.ask(call).await?;
        if page.items.is_empty() {
            tokio::time::sleep(POLL).await;
        }
        self.ready.extend(page.items);
        Ok(())
    }

    async fn receive(&mut self) -> Result<()> {
        let Some((response, messages)) = &mut self.open else { return self.connect().await };
        let Ok(Ok(Some(bytes))) = tokio::time::timeout(SILENCE, response.chunk()).await else {
            // The end, a broken connection, or silence: what is missing comes over the next one.
            self.open = None;
            tokio::time::sleep(PAUSE).await;
            return Ok(());
        };
        let events = messages.take(&bytes).map_err(|reason| {
            let detail = format!("`{}` streams what are not events: {reason}", self.client.name);
            problem(ProblemCode::RegistryUnknown, detail)
        })?;
        self.ready.extend(events);
        Ok(())
    }

    async fn connect(&mut self) -> Result<()> {
        let Transport::Http(http) = &self.client.transport else { return Ok(()) };
        match http.stream(&self.query.call(&["events", "stream"]), self.after, &self.client.name).await {
            Ok(response) => self.open = Some((response, Messages::default())),
            Err(problem) if problem.code.facts().exit_code == 3 => tokio::time::sleep(PAUSE).await,
            Err(problem) => return Err(problem),
        }
        Ok(())
    }
}
