//! `weft check`.

mod comment;
mod outcome;

use clap::Args;
use semver::Version;
use weft_api::{InputSide, Report};
use weft_check::{
    self as check,
    policy::{Lapse, RecordedWaiver},
};
use weft_model::name::PackageName;

use crate::{
    command::check::outcome::CheckOutput,
    failure::Result,
    git::{self, checkout::Meant},
    named,
    options::{Artifacts, Environment, Shared, outputs::OutputFiles},
    output::{
        Message, ci, places,
        progress::Progress,
        report::{ReportFormat, ReportSubject},
    },
    project::{dbt::current::Currency, interface},
    states::{State, StateName, States, baseline, share_knowledge},
    system::clock,
};

/// Report what the project's changes break for its readers.
///
/// Compares dbt's latest artifacts with what is deployed in the environment, or with another state of the project. Exits
/// with 1 if a finding is an error and is not waived. `rules:` in weft.yml and the registry's policies set the severity
/// of findings.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft check\n  weft check --environment staging --format json\n  \
                        weft check --against git:origin/main\n  \
                        weft check --against file:main/manifest.json,main/catalog.json\n  \
                        weft check -o comment.md -o weft.sarif -o gitlab=codequality.json\n\n\
                        `weft explain RULE` explains a rule.")]
pub(super) struct Arguments {
    /// The baseline: `registry`, what is deployed in --environment; `env:NAME`, what is deployed there; `VERSION`, a
    /// published version; `git:REVISION`, compiled at its merge base with the work tree; or `file:MANIFEST[,CATALOG]`
    #[arg(long, value_name = "BASELINE", default_value = "registry", value_parser = baseline)]
    against: StateName,

    /// The version that you plan to publish; the check reports if it is too small
    #[arg(long, value_name = "VERSION", value_parser = named::version)]
    version: Option<Version>,

    /// The project's name in the registry, if it is not the manifest's
    #[arg(long = "as", value_name = "NAME")]
    name: Option<PackageName>,

    /// In a job of GitHub Actions or GitLab CI, write the report as a comment on the pull or merge request, or update the
    /// one that is there, and set a status of the commit
    #[arg(long)]
    comment: bool,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    artifacts: Artifacts,

    #[command(flatten)]
    currency: Currency,

    #[command(flatten)]
    outputs: OutputFiles,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<CheckOutput> {
    let mut states = States::new(shared, &arguments.environment, progress)?.with_project_name(arguments.name.as_ref());
    let Arguments { artifacts, currency, against, version, .. } = arguments;
    let comparison = CheckSides { artifacts, currency: *currency, against, version: version.as_ref() };
    let Examined { baseline, current, mut report, lapsed, warning } = examine(&mut states, comparison).await?;
    baseline.tell(InputSide::Baseline, &mut report);
    current.tell(InputSide::Current, &mut report);
    places::locate(&mut report, &shared.project_dir, baseline.derivation(), current.derivation());
    let to_make_public = interface::to_make_public(&current.publication);
    let subject = ReportSubject {
        package_name: current.publication.package_name.to_string(),
        baseline: baseline.what,
        current: None,
        folder: git::folder(&shared.project_dir),
        contracts: None,
    };
    let mut messages: Vec<_> = warning.into_iter().collect();
    messages.extend(ci::tell(&report, &subject, arguments.outputs.hold(ReportFormat::Gitlab), |name| {
        std::env::var_os(name)
    })?);
    if arguments.comment {
        let passes = !report.has_errors();
        messages.extend(comment::comment(&report, &subject, passes, |name| std::env::var_os(name)).await);
    }
    let checked = CheckOutput { subject, report, lapsed, to_make_public, messages };
    arguments.outputs.write(&checked)?;
    Ok(checked)
}

/// What is compared with what.
#[derive(Clone, Copy)]
pub(super) struct CheckSides<'a> {
    /// The current side.
    pub(super) artifacts: &'a Artifacts,
    pub(super) currency: Currency,
    /// The baseline.
    pub(super) against: &'a StateName,
    /// The version that the current side is meant to be published as.
    pub(super) version: Option<&'a Version>,
}

/// The two sides of a comparison, and what it came to, with readers and waivers.
pub(super) struct Examined {
    baseline: State,
    current: State,
    pub(super) report: Report,
    lapsed: Vec<(RecordedWaiver, Lapse)>,
    warning: Option<Message>,
}

/// Compares two states by every rule.
pub(super) async fn examine(states: &mut States<'_>, comparison: CheckSides<'_>) -> Result<Examined> {
    let CheckSides { artifacts, currency, against, version } = comparison;
    let current = states.work_tree(artifacts, currency).await?;
    let mut current = match version {
        Some(version) => current.at_version(version.clone()),
        None => current,
    };
    let mut baseline = states.read(against, Meant::WhereLeft, Currency::default()).await?;
    current.check_same_project(&baseline)?;
    share_knowledge(&mut baseline, &mut current)?;
    let package_name = &current.publication.package_name;
    let ruling = states.ruling(package_name, against).await?;
    let found = check::Checked::between(baseline.side(), current.side(), clock::today());
    let asked = found.nodes().chain(found.touched()).collect();
    let consumers = states.consumers(package_name, asked, &ruling).await?;
    let mut report = found.report(&ruling.levels(), consumers.as_ref());
    report.findings.extend(states.unbuilt_reads(&current.publication, &ruling).await?);
    check::sort(&mut report);
    let lapsed = ruling.waive(&mut report, baseline.version());
    Ok(Examined { baseline, current, report, lapsed, warning: ruling.warning })
}
