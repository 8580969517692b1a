//! What a publish came to, for people and programs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::{Value, json};
use weft_api::{NearSource, PublishOutcome, PublishRequest, PublishResponse, VersionCheck};
use weft_check::rules::{Rule, rule};
use weft_dbt::derive::DeriveNote;
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    version::{RequiredUpdate, is_enough},
};
use weft_publication::NO_SQL;

use crate::{
    client::location::RegistryLocation,
    command::{
        deploy::{FIRST, taken_from},
        publish::version::NextVersion,
    },
    escape::escape,
    output::{
        Message, Output,
        report::waived,
        style::{HEAD, paint},
    },
    project::interface,
};

/// How many notes are shown; the rest is counted.
const NOTES: usize = 10;

/// What was sent, or would have been, and what the registry made of it.
pub(in crate::command) struct PublishOutput {
    pub(super) request: PublishRequest,
    pub(super) response: PublishResponse,
    pub(super) chosen: NextVersion,
    /// The environment to deploy to, if any.
    pub(super) environment: Option<EnvironmentName>,
    pub(super) notes: Vec<DeriveNote>,
    /// How the manifest goes with the work tree.
    pub(super) remarks: Vec<Message>,
    pub(super) registry: RegistryLocation,
    pub(super) dry_run: bool,
}

impl PublishOutput {
    fn headline(&self) -> String {
        let PublishResponse { package_name, version, outcome, .. } = &self.response;
        let name = paint(HEAD, format_args!("{package_name} {version}"));
        match (outcome, self.dry_run) {
            (PublishOutcome::Unchanged, _) => format!("{name} is already published with this content"),
            (PublishOutcome::Created, true) => format!("Would publish {name} ({})", self.reason()),
            (PublishOutcome::Created, false) => format!("Published {name} ({})", self.reason()),
        }
    }

    fn reason(&self) -> String {
        let reason = match &self.chosen.since {
            Some((latest, update)) => format!("{} since {latest}", update_word(*update)),
            None => "new".to_owned(),
        };
        // Who reads the first line alone is not to take it for a clean bill.
        if self.size().is_empty() { reason } else { format!("{reason}; too small, see the warning") }
    }

    /// `3 nodes of inventory ^1, 1 node of sales *`
    fn uses(&self) -> String {
        let publication = &self.request.publication;
        let mut nodes: BTreeMap<&PackageName, BTreeSet<_>> =
            publication.requires.keys().map(|name| (name, BTreeSet::default())).collect();
        for reading in &publication.uses {
            nodes.entry(&reading.upstream).or_default().insert(&reading.unique_id);
        }
        let uses = nodes.iter().map(|(name, nodes)| {
            let requirement = publication.requires.get(*name).map(|it| format!(" {it}")).unwrap_or_default();
            format!("{} of {name}{requirement}", count(nodes.len(), "node"))
        });
        let uses = uses.collect::<Vec<_>>().join(", ");
        if uses.is_empty() { "nothing upstream".to_owned() } else { uses }
    }

    /// What is to be said of a version that is smaller than its changes ask for, and was let through.
    fn size(&self) -> Vec<String> {
        let Some(check) = &self.response.check else { return Vec::new() };
        let told = check.findings.iter().filter(|it| rule(it.rule.as_str()).is_some_and(Rule::is_about_version));
        let told: Vec<_> = told
            .map(|finding| {
                let waived = finding.waiver.as_ref().map(|waiver| format!("; {}", waived(waiver)));
                format!("{}{}", escape(&finding.message), waived.unwrap_or_default())
            })
            .collect();
        let VersionCheck { baseline, required_update, enough, .. } = check;
        if !told.is_empty() || is_enough(baseline, &self.response.version, *required_update) {
            return told;
        }
        let version = &self.response.version;
        vec![format!("{version} after {baseline} is too small, {enough} is enough; the registry's policy allows it")]
    }

    /// What could not be compared with the previous version, so that a change may be missed.
    fn not_compared(&self) -> Vec<Message> {
        let findings = self.response.check.iter().flat_map(|check| &check.findings);
        let unknown: Vec<_> = findings
            .filter(|it| it.waiver.is_none() && rule(it.rule.as_str()).is_some_and(Rule::is_about_the_unknown))
            .map(|it| format!("{} in `{}`: {}", it.rule, escape(it.unique_id.as_str()), escape(&it.message)))
            .collect();
        let more = unknown.len().saturating_sub(NOTES);
        let mut messages: Vec<_> = unknown.into_iter().take(NOTES).map(Message::Warning).collect();
        if more > 0 {
            messages.push(Message::Warning(format!("and {more} more of these; --format json lists every one")));
        }
        messages
    }

    /// The nodes for which some or all of the columns that they read are unknown, and why.
    fn unknown(&self) -> impl Iterator<Item = (&UniqueId, &str)> {
        let nodes = self.request.publication.lineage.iter();
        nodes.filter_map(|(unique_id, node)| Some((unique_id, node.unknown.as_deref()?)))
    }

    /// `5 nodes by column, 2 unknown (1 no_sql, 1 parse_failed)`
    fn lineage(&self) -> String {
        let nodes = self.request.publication.lineage.values();
        let known = nodes.filter(|node| node.reading.is_some() && node.unknown.is_none()).count();
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, reason) in self.unknown() {
            *reasons.entry(reason).or_default() += 1;
        }
        let unknown: usize = reasons.values().sum();
        let reasons: Vec<_> = reasons.iter().map(|(reason, times)| format!("{times} {reason}")).collect();
        match (known, unknown) {
            (_, 0) => format!("{} by column", count(known, "node")),
            (0, _) => format!("{} of unknown columns ({})", count(unknown, "node"), reasons.join(", ")),
            _ => format!("{} by column, {unknown} unknown ({})", count(known, "node"), reasons.join(", ")),
        }
    }

    /// The nodes of which an earlier publication knows what this run of dbt does not; empty if there are none.
    fn carried_over(&self) -> String {
        match self.request.publication.source.carried_over.len() {
            0 => String::new(),
            many => format!(
                "{} taken from an earlier publication, because this run of dbt does not show them",
                count(many, "node")
            ),
        }
    }

    /// `2 contracts of 3 nodes`; empty where there are none.
    fn contracts(&self) -> String {
        let contracts = &self.request.publication.contracts;
        let nodes = contracts.values().map(|contract| contract.nodes.len()).sum();
        if contracts.is_empty() {
            return String::new();
        }
        format!("{} of {}", count(contracts.len(), "contract"), count(nodes, "node"))
    }

    /// What is to be said of sources that may read a node of another project.
    fn near_sources(&self) -> Vec<Message> {
        let near = &self.response.near_sources;
        let line = |it: &NearSource| {
            Message::Warning(format!(
                "`{}` reads {}, and `{}` of {} is {}: the same schema and table in another database, so it is unknown whether they are the same table",
                escape(it.source.unique_id.as_str()),
                escape(&it.source_relation),
                escape(it.node.unique_id.as_str()),
                it.node.package_name,
                escape(&it.node_relation)
            ))
        };
        let mut messages: Vec<Message> = near.iter().take(NOTES).map(line).collect();
        if near.len() > NOTES {
            let more = near.len() - NOTES;
            messages.push(Message::Warning(format!("and {more} more such sources; --format json lists every one")));
        }
        if !near.is_empty() {
            let hint = "if they are the same table, name both databases as servers of the node's data contract, so that its readers are known";
            messages.push(Message::Hint(hint.to_owned()));
        }
        messages
    }

    /// Whether no dbt wrote any of it.
    fn is_of_contracts_alone(&self) -> bool {
        self.request.publication.source.manifest_version.is_none()
    }

    fn deployed(&self) -> String {
        match (&self.response.deployment, &self.request.deploy_to, &self.environment) {
            (_, _, None) => "nowhere".to_owned(),
            (_, Some(environment), _) if self.dry_run => format!("{environment} (would be)"),
            (Some(deployment), ..) => {
                let first = if deployment.new_environment && deployment.environment != EnvironmentName::default() {
                    FIRST
                } else {
                    ""
                };
                let taken = taken_from(&deployment.environment, &deployment.fallback);
                let taken = if taken.is_empty() { taken } else { format!("; {taken}") };
                format!("{} (revision {}{first}{taken})", deployment.environment, deployment.revision)
            }
            (None, _, Some(environment)) => format!("{environment} (as before)"),
        }
    }
}

fn update_word(update: RequiredUpdate) -> &'static str {
    match update {
        RequiredUpdate::None | RequiredUpdate::Patch => "patch",
        RequiredUpdate::Minor => "minor",
        RequiredUpdate::Major => "major",
    }
}

fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

impl Output for PublishOutput {
    fn text(&self) -> String {
        let publication = &self.request.publication;
        let columns = publication.interface.values().map(|node| node.columns.len()).sum();
        let mut text = self.headline() + "\n";
        let lines = [
            ("interface", format!("{}, {}", count(publication.interface.len(), "node"), count(columns, "column"))),
            ("uses", self.uses()),
            ("lineage", if self.is_of_contracts_alone() { String::new() } else { self.lineage() }),
            ("unchanged", self.carried_over()),
            ("contracts", self.contracts()),
            ("deployed", self.deployed()),
            ("digest", self.response.digest.to_string().chars().take("sha256:".len() + 12).collect()),
            ("registry", self.registry.to_string()),
        ];
        for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
            let _ = writeln!(text, "  {name:<10} {value}");
        }
        if self.dry_run {
            text.push_str("Nothing was changed\n");
        }
        text
    }

    fn json(&self) -> Value {
        let notes: Vec<_> =
            self.notes.iter().map(|note| json!({ "unique_id": note.unique_id, "message": note.message })).collect();
        let mut data = json!({ "dry_run": self.dry_run, "registry": self.registry.to_string(), "response": self.response, "notes": notes });
        if let Some((latest, update)) = &self.chosen.since {
            data["baseline"] = json!(latest);
            data["required_update"] = json!(update);
        }
        if let Some(check) = &self.response.check {
            data["coverage"] = json!(check.coverage);
        }
        let unknown = self.unknown().map(|(unique_id, reason)| json!({ "unique_id": unique_id, "reason": reason }));
        data["unknown"] = unknown.collect();
        if self.dry_run {
            data["request"] = json!(self.request);
        }
        data
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages = self.remarks.clone();
        if self.request.publication.source.git.as_ref().is_some_and(|git| git.dirty) {
            messages.push(Message::Warning("the work tree has uncommitted changes".to_owned()));
        }
        messages.extend(self.response.unpublished.iter().map(|name| {
            let requirement = self.request.publication.requires.get(name);
            let what = requirement.map_or_else(|| "reads it".to_owned(), |it| format!("requires it ({it})"));
            Message::Warning(format!("`{name}` is not published to this registry, but this project {what}"))
        }));
        for note in self.notes.iter().take(NOTES) {
            let about = note.unique_id.as_ref().map(|id| format!("`{}`: ", escape(id.as_str()))).unwrap_or_default();
            messages.push(Message::Warning(format!("{about}{}", escape(&note.message))));
        }
        if self.notes.len() > NOTES {
            let more = self.notes.len() - NOTES;
            messages.push(Message::Warning(format!("and {more} more; --format json lists every one")));
        }
        let not_read: Vec<_> = self.unknown().filter(|(_, reason)| *reason != NO_SQL).collect();
        if !not_read.is_empty() {
            let some = not_read.iter().take(NOTES).map(|(id, reason)| format!("`{}` ({reason})", escape(id.as_str())));
            let more = if not_read.len() > NOTES { ", ..." } else { "" };
            let some = some.collect::<Vec<_>>().join(", ");
            messages.push(Message::Warning(format!(
                "columns unknown, assuming all upstream columns are read: {some}{more}"
            )));
        }
        if self.unknown().any(|(_, reason)| reason == NO_SQL) {
            let hint =
                "run `dbt compile` or `dbt build` first, or publish with --compile, to record which columns are read";
            messages.push(Message::Hint(hint.to_owned()));
        }
        messages.extend(self.size().into_iter().map(Message::Warning));
        messages.extend(self.not_compared());
        messages.extend(self.near_sources());
        if !self.response.version.pre.is_empty() {
            messages.push(Message::Warning(
                "a pre-release satisfies only requirements that name a pre-release of the same version".to_owned(),
            ));
        }
        // Where nodes are public and cannot be published, the warnings say what is to be done.
        let is_left_out = self.notes.iter().any(|note| note.unique_id.is_some());
        if self.request.publication.interface.is_empty() && !is_left_out {
            let hint = format!("no node is public: {}", interface::to_make_public(&self.request.publication));
            messages.push(Message::Hint(hint));
        }
        messages
    }
}
