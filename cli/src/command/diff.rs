//! `weft diff`.

use clap::Args;
use serde_json::{Value, json};
use weft_api::{InputSide, Report};
use weft_check::{Levels, check};
use weft_model::name::PackageName;

use crate::{
    failure::Result,
    git::{self, checkout::Meant},
    options::{Environment, Shared, outputs::OutputFiles},
    output::{
        Output, places,
        progress::Progress,
        report::{self, ReportSubject},
    },
    project::dbt::current::Currency,
    states::{StateName, States, share_knowledge},
    system::clock,
};

/// Report what changed between two states of a project, and what it means for readers.
///
/// A state is a published version (1.2.0, or NAME@1.2.0 anywhere), `env:NAME` (what is deployed there), `git:REVISION`
/// (compiled at that revision), `file:MANIFEST[,CATALOG]`, or `.`, the work tree. Always exits with 0; `weft check` fails
/// on errors.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft diff 1.0.0 1.2.0\n  weft diff inventory@1.0.0 inventory@2.0.0\n  \
                        weft diff env:staging env:prod\n  weft diff git:v1.4.0\n  \
                        weft diff file:old.json file:new.json -o diff.md")]
pub(super) struct Arguments {
    /// The earlier state
    from: StateName,

    /// The later state
    #[arg(default_value = ".")]
    to: StateName,

    /// The project; default: the one in this folder
    #[arg(long, value_name = "NAME")]
    project: Option<PackageName>,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    currency: Currency,

    #[command(flatten)]
    outputs: OutputFiles,
}

/// What changed between two states.
pub(super) struct DiffOutput {
    subject: ReportSubject,
    report: Report,
}

impl Arguments {
    /// The project that is named, with a state if not by itself.
    fn project(&self) -> Option<&PackageName> {
        self.project.as_ref().or_else(|| self.from.package_name()).or_else(|| self.to.package_name())
    }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<DiffOutput> {
    let mut states = States::new(shared, &arguments.environment, progress)?.in_registry_as(arguments.project());
    let mut from = states.read(&arguments.from, Meant::Itself, arguments.currency).await?;
    let mut to = states.read(&arguments.to, Meant::Itself, arguments.currency).await?;
    from.check_same_project(&to)?;
    share_knowledge(&mut from, &mut to)?;
    let mut report = check(from.side(), to.side(), clock::today(), &Levels::default());
    from.tell(InputSide::Baseline, &mut report);
    to.tell(InputSide::Current, &mut report);
    if arguments.to == StateName::WorkTree {
        places::locate(&mut report, &shared.project_dir, from.derivation(), to.derivation());
    }
    let subject = ReportSubject {
        package_name: to.publication.package_name.to_string(),
        baseline: from.what,
        current: Some(to.what),
        folder: git::folder(&shared.project_dir),
        contracts: None,
    };
    let told = DiffOutput { subject, report };
    arguments.outputs.write(&told)?;
    Ok(told)
}

impl Output for DiffOutput {
    fn text(&self) -> String {
        report::text(&self.report, &self.subject)
    }

    fn json(&self) -> Value {
        json!(self.report)
    }

    fn report(&self) -> Option<(&Report, &ReportSubject)> {
        Some((&self.report, &self.subject))
    }
}
