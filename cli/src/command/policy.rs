//! `weft policy`.

mod outcome;

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use weft_api::{RuleId, Severity, problem::ProblemCode};
use weft_check::policy::{KnownRule, Policy, PolicyRequest};
use weft_model::name::PackageName;

use crate::{
    client::{Client, RegistryUse, policies::PolicyPlace},
    command::policy::outcome::{PolicyOutput, RuleSetting},
    failure::{Result, problem},
    options::Shared,
};

/// How often a policy that another changed meanwhile is read again.
const ATTEMPTS: usize = 5;

/// Show or change the severity of rules: for every project, one project, or a group of its nodes.
///
/// If several places set a level for a rule, the last one wins: the rule's default, the project's weft.yml, then in the
/// registry the policy for every project, for the project, and for the node's group.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft policy show --project inventory\n  weft policy set contract_missing error\n  \
                        weft policy set column_removed warning --project inventory --group procurement\n  \
                        weft policy unset contract_missing\n\n\
                        `weft explain` lists the rules, `weft explain RULE` shows a rule's default level."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the levels that are set, in order of precedence: the last one wins
    Show {
        #[command(flatten)]
        place: Where,
    },
    /// Set the level of a rule
    Set {
        /// The rule
        rule: String,
        /// error, warning, info, or off (findings are not reported)
        level: String,
        #[command(flatten)]
        place: Where,
    },
    /// Remove the level of a rule
    Unset {
        /// The rule
        rule: String,
        #[command(flatten)]
        place: Where,
    },
}

#[derive(Debug, Args)]
struct Where {
    /// For this project only
    #[arg(long, value_name = "NAME")]
    project: Option<PackageName>,

    /// For this group of the project's nodes only
    #[arg(long, value_name = "GROUP", requires = "project")]
    group: Option<String>,
}

impl From<&Where> for PolicyPlace {
    fn from(place: &Where) -> Self {
        Self { package_name: place.project.clone(), group: place.group.clone() }
    }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<PolicyOutput> {
    let config = shared.config()?;
    match &arguments.action {
        Action::Show { place } => {
            let client = shared.client(&config, RegistryUse::Read).await?;
            show(&client, place.into()).await.map(PolicyOutput::Shown)
        }
        Action::Set { rule, level, place } => {
            let (rule, level) = (known(rule)?, known(level)?);
            let client = shared.client(&config, RegistryUse::Write).await?;
            change(&client, place.into(), rule, Some(level)).await
        }
        Action::Unset { rule, place } => {
            let rule = known(rule)?;
            let client = shared.client(&config, RegistryUse::Read).await?;
            change(&client, place.into(), rule, None).await
        }
    }
}

fn known<T: std::str::FromStr<Err: std::error::Error>>(text: &str) -> Result<T> {
    text.parse().map_err(|error: T::Err| problem(ProblemCode::InvalidPolicy, error.to_string()))
}

/// The policies that apply to a place: its own, and the ones for larger places.
async fn show(client: &Client, place: PolicyPlace) -> Result<Vec<Policy>> {
    let own = client.policy(&place).await?;
    let Some(package_name) = &place.package_name else { return Ok(vec![own]) };
    let policies = client.project_policy(package_name).await?.policies;
    let holds = |policy: &Policy| place.group.is_none() || policy.group.is_none() || policy.group == place.group;
    Ok(policies.into_iter().filter(holds).collect())
}

/// Sets a rule's level in a place, or takes it out.
async fn change(client: &Client, place: PolicyPlace, rule: KnownRule, level: Option<Severity>) -> Result<PolicyOutput> {
    for attempt in 1.. {
        let policy = client.policy(&place).await?;
        let standing = policy.rules.get(rule.as_str()).copied();
        if standing == level {
            return Ok(PolicyOutput::Said(RuleSetting {
                place,
                rule,
                level,
                policy,
                is_new: false,
                is_for_nobody: false,
            }));
        }
        let mut rules = read(&policy.rules)?;
        match level {
            Some(level) => drop(rules.insert(rule, level)),
            None => drop(rules.remove(&rule)),
        }
        match client.put_policy(&place, &PolicyRequest { rules }, policy.revision).await {
            Ok(policy) => {
                let is_for_nobody = level.is_some() && !has_nodes(client, &place).await?;
                return Ok(PolicyOutput::Said(RuleSetting { place, rule, level, policy, is_new: true, is_for_nobody }));
            }
            Err(lost) if lost.code == ProblemCode::PolicyChanged && attempt < ATTEMPTS => {}
            Err(problem) => return Err(problem),
        }
    }
    Err(problem(ProblemCode::PolicyChanged, "the policy keeps changing"))
}

/// What stands, which is put back whole: so each of its rules must be known here.
fn read(rules: &BTreeMap<RuleId, Severity>) -> Result<BTreeMap<KnownRule, Severity>> {
    let read = |(rule, level): (&RuleId, &Severity)| {
        let newer = |_| {
            let detail =
                format!("the policy names `{}`, a rule that this weft does not know", rule.as_str().escape_debug());
            problem(ProblemCode::InvalidPolicy, detail)
        };
        Ok((rule.as_str().parse().map_err(newer)?, *level))
    };
    rules.iter().map(read).collect()
}

/// Whether the latest publication has a node that a policy in this place is for, as far as there is one.
async fn has_nodes(client: &Client, place: &PolicyPlace) -> Result<bool> {
    let (Some(package_name), Some(group)) = (&place.package_name, &place.group) else { return Ok(true) };
    let Some(latest) = client.project(package_name).await?.summary.latest else { return Ok(true) };
    let publication = client.publication(package_name, &latest).await?;
    Ok(publication.interface.values().any(|node| node.group.as_ref() == Some(group)))
}
