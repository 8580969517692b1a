//! `weft log`.

mod outcome;
mod since;

use clap::Args;
use serde_json::json;
use weft_api::{Event, EventKind, ParseEventKindError};
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    client::{RegistryUse, events::EventQuery},
    command::log::{
        outcome::{LogOutput, line},
        since::Since,
    },
    escape,
    failure::Result,
    options::Shared,
    output::{self, Format, Output},
    system::clock,
};

/// Show what was changed in the registry, who did it and why.
///
/// The newest event is at the end; times are UTC. Events of tokens are shown to those who may manage tokens.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft log inventory\n  weft log --environment prod --kind deployed,refused --since 7d\n  \
                  weft log --follow --format json"
)]
pub(super) struct Arguments {
    /// The project; default: all projects
    #[arg(value_name = "PROJECT")]
    project: Option<PackageName>,

    /// Only events in this environment; default: everywhere
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,

    /// Only events of these kinds, separated by commas: published, deployed, undeployed, refused, yanked, unyanked, waived,
    /// `waiver_revoked`, `waivers_spent`, `policy_changed`, `token_created`, `token_revoked`, `consumer_registered`,
    /// `consumer_removed`, checked
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', value_parser = known_kind)]
    kinds: Vec<EventKind>,

    /// Only events since then: a day as 2026-11-28, a moment in RFC 3339, or a time ago as 30m, 24h or 7d
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,

    /// The maximum number of events, the newest ones
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,

    /// Continue to show events as they happen, until it is interrupted; as JSON, each event is one line
    #[arg(long)]
    follow: bool,
}

/// Reads a kind that this weft knows.
fn known_kind(input: &str) -> std::result::Result<EventKind, ParseEventKindError> {
    input.parse()
}

/// The answer, or `None` where everything was shown as it happened.
pub(super) async fn run(arguments: Arguments, shared: &Shared) -> Result<Option<Box<dyn Output>>> {
    let Arguments { project, environment, kinds, since, limit, follow } = arguments;
    let config = shared.config()?;
    let client = shared.client(&config, RegistryUse::Read).await?;
    let since = since.map(|since| since.moment(clock::moment()));
    let query = EventQuery { package_name: project, environment, kinds, since };
    // Before the list, so that what happens in between is followed; what the list has already is not shown twice.
    let last = if follow { client.last_event().await? } else { 0 };
    let mut events = client.newest_events(&query, limit as usize).await?;
    events.reverse();
    if let Some(package_name) = query.package_name.as_ref().filter(|_| events.is_empty() && !follow) {
        // An empty list would hide a misspelled name.
        client.project(package_name).await?;
    }
    if !follow {
        return Ok(Some(Box::new(LogOutput { events })));
    }
    let show = |event: &Event| match shared.format {
        Format::Json => output::show_line(&escape::json(&json!(event).to_string())),
        _ => output::show_line(&line(event)),
    };
    for event in &events {
        if !show(event) {
            return Ok(None);
        }
    }
    let after = events.last().map_or(last, |event| event.id.max(last));
    let mut following = client.follow(query, after);
    while show(&following.next().await?) {}
    Ok(None)
}
