//! The commands: one file each, with its arguments and `run`. None of them prints.

mod can_deploy;
mod check;
mod completions;
mod consumers;
mod contract;
mod demo;
mod deploy;
mod diff;
mod explain;
mod graph;
mod init;
mod lineage;
mod list;
mod log;
mod man;
mod policy;
mod publish;
mod resolve;
mod results;
mod serve;
mod show;
mod token;
mod undeploy;
mod unused;
mod waive;
mod yank;
mod yanked;

use clap::{CommandFactory as _, Parser, Subcommand};
use weft_api::problem::ProblemCode;

use crate::{
    failure::{Result, problem_with_hint},
    options::Shared,
    output::{Format, Output, boxed, progress::Progress},
};

/// Data contracts for a mesh of dbt projects: publish a project's interface, check its changes, and resolve what it needs from others.
#[derive(Debug, Parser)]
#[command(
    name = "weft",
    version = env!("WEFT_VERSION"),
    max_term_width = 100,
    after_help = "Exit codes: 0 success, 1 the answer is no, 2 usage or input, 3 registry unreachable, 4 not authorized.\n\
                  Variables: WEFT_REGISTRY, WEFT_ENVIRONMENT, WEFT_TOKEN, WEFT_TIMEOUT (seconds), NO_COLOR.\n\
                  Start with `weft demo`, or `weft init` in a dbt project."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Arguments),
    Init(init::Arguments),
    Check(check::Arguments),
    Diff(diff::Arguments),
    Publish(publish::Arguments),
    Resolve(resolve::Arguments),
    Policy(policy::Arguments),
    Token(token::Arguments),
    Waive(waive::Arguments),
    CanDeploy(can_deploy::Arguments),
    Deploy(deploy::Arguments),
    Undeploy(undeploy::Arguments),
    Yank(yank::Arguments),
    List(list::Arguments),
    Log(log::Arguments),
    Show(show::Arguments),
    Consumers(consumers::Arguments),
    Lineage(lineage::Arguments),
    Graph(graph::Arguments),
    Contract(contract::Arguments),
    Results(results::Arguments),
    Explain(explain::Arguments),
    Demo(demo::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl Command {
    /// Refuses a form that the command has no answer in, before anything is done.
    fn gives(&self, format: Format) -> Result<()> {
        match (format, self) {
            (Format::Text | Format::Json, _)
            | (Format::Report(_), Self::Check(_) | Self::Diff(_))
            | (Format::Drawing(_), Self::Lineage(_) | Self::Graph(_)) => Ok(()),
            (Format::Report(_), Self::Contract(arguments)) if arguments.gives_report() => Ok(()),
            (Format::Drawing(_), _) => Err(problem_with_hint(
                ProblemCode::Usage,
                "only `weft lineage` and `weft graph` support this format",
                "leave out --format, or use `--format json`",
            )),
            (Format::Report(_), _) => Err(problem_with_hint(
                ProblemCode::Usage,
                "only `weft check`, `weft diff`, `weft contract lint` and `weft contract verify` support this format; other commands support text and json",
                "leave out --format, or use `--format json`",
            )),
        }
    }
}

impl Cli {
    /// The form that answers and problems take.
    pub(crate) fn format(&self) -> Format {
        self.shared.format
    }

    /// Runs the command; None where all that there is to show was shown while it ran.
    pub(crate) async fn run(self) -> Result<Option<Box<dyn Output>>> {
        let Self { shared, command } = self;
        command.gives(shared.format)?;
        let progress = Progress::new(shared.format != Format::Json);
        match command {
            Command::Serve(arguments) => serve::run(arguments, &shared).await.map(|()| None),
            Command::Init(arguments) => boxed(init::run(&arguments, &shared)),
            Command::Check(arguments) => boxed(check::run(&arguments, &shared, &progress).await),
            Command::Diff(arguments) => boxed(diff::run(&arguments, &shared, &progress).await),
            Command::Publish(arguments) => boxed(publish::run(&arguments, &shared, &progress).await),
            Command::Resolve(arguments) => boxed(resolve::run(&arguments, &shared, &progress).await),
            Command::Policy(arguments) => boxed(policy::run(&arguments, &shared).await),
            Command::Token(arguments) => boxed(token::run(&arguments, &shared).await),
            Command::Waive(arguments) => boxed(waive::run(&arguments, &shared, &progress).await),
            Command::CanDeploy(arguments) => boxed(can_deploy::run(&arguments, &shared).await),
            Command::Deploy(arguments) => boxed(deploy::run(&arguments, &shared).await),
            Command::Undeploy(arguments) => boxed(undeploy::run(&arguments, &shared).await),
            Command::Yank(arguments) => boxed(yank::run(&arguments, &shared).await),
            Command::Log(arguments) => log::run(arguments, &shared).await,
            Command::List(_) => boxed(list::run(&shared).await),
            Command::Show(arguments) => boxed(show::run(&arguments, &shared).await),
            Command::Consumers(arguments) => boxed(consumers::run(&arguments, &shared).await),
            Command::Lineage(arguments) => boxed(lineage::run(&arguments, &shared).await),
            Command::Graph(arguments) => boxed(graph::run(&arguments, &shared).await),
            Command::Contract(arguments) => contract::run(&arguments, &shared, &progress).await,
            Command::Results(arguments) => boxed(results::run(&arguments, &shared, &progress).await),
            Command::Explain(arguments) => boxed(explain::run(&arguments)),
            Command::Demo(arguments) => boxed(demo::run(&arguments, &progress).await),
            Command::Completions(arguments) => boxed(Ok(completions::run(&arguments, Self::command()))),
            Command::Man(arguments) => boxed(man::run(&arguments, Self::command())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// The help of a command and of all below it.
    fn helps(command: &mut clap::Command, helps: &mut Vec<(String, String)>) {
        helps.push((command.get_name().to_owned(), command.render_long_help().to_string()));
        for below in command.get_subcommands_mut() {
            self::helps(below, helps);
        }
    }

    #[test]
    fn no_help_uses_a_banned_phrase() {
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../STYLE.md")).unwrap();
        let list = page.split("```banned\n").nth(1).unwrap().split("```").next().unwrap();
        let mut cli = Cli::command().term_width(0);
        // Without this the flags that every command takes are missing below.
        cli.build();
        let mut all = Vec::new();
        helps(&mut cli, &mut all);
        assert!(all.len() > 20, "{all:?}");
        let mut wrong = Vec::new();
        for (pattern, instead) in list.lines().map(|line| line.rsplit_once(" | ").unwrap()) {
            let pattern = regex::Regex::new(&format!("(?i){pattern}")).unwrap();
            for (name, help) in &all {
                let lines = help.lines().filter(|line| pattern.is_match(line));
                wrong.extend(lines.map(|line| format!("{name}: {}\n  `{pattern}`; write: {instead}", line.trim())));
            }
        }
        assert!(wrong.is_empty(), "see STYLE.md:\n{}", wrong.join("\n"));
    }
}
