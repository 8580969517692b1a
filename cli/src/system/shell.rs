//! Commands that weft runs for a project: dbt, or what weft.yml names in its place.

use std::process::Stdio;

use tokio::process::Command;
use weft_api::problem::{Problem, ProblemCode};

use crate::{
    escape::escape,
    failure::{FileError, problem_with_hint},
};

/// How many lines of a failed command are shown.
const SHOWN: usize = 20;

/// The purpose of a command, for messages if it fails.
pub(crate) struct CommandPurpose {
    pub(crate) code: ProblemCode,
    /// What follows the command: ` of the baseline`.
    pub(crate) of: &'static str,
    pub(crate) hint: &'static str,
}

/// Why a command came to nothing.
#[derive(Debug)]
pub(crate) enum CommandFailure {
    /// It ran, and said no.
    Failed(Box<Problem>),
    /// It did not run to its end, or something else prevented it.
    Stopped(Box<Problem>),
}

impl From<CommandFailure> for Box<Problem> {
    fn from(failure: CommandFailure) -> Self {
        match failure {
            CommandFailure::Failed(problem) | CommandFailure::Stopped(problem) => problem,
        }
    }
}

impl From<Box<Problem>> for CommandFailure {
    fn from(problem: Box<Problem>) -> Self {
        Self::Stopped(problem)
    }
}

impl From<FileError> for CommandFailure {
    fn from(error: FileError) -> Self {
        Self::Stopped(error.into())
    }
}

/// A command line for the shell.
pub(crate) fn shell(command: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut shell = Command::new(shell);
    shell.arg(flag).arg(command);
    shell
}

/// A command of dbt for the shell: of the dbt that `WEFT_DBT` names, else of the one that is on the path.
pub(crate) fn dbt(command: &str) -> String {
    let program = std::env::var("WEFT_DBT").ok().filter(|program| !program.is_empty());
    format!("{} {command}", program.map_or_else(|| "dbt".to_owned(), |program| quoted(&program)))
}

fn quoted(program: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/\\._-+:~".contains(c);
    match program {
        plain if plain.chars().all(is_plain) => plain.to_owned(),
        other if cfg!(windows) => format!("\"{other}\""),
        other => format!("'{}'", other.replace('\'', "'\\''")),
    }
}

/// Runs a command to its end, or until the user interrupts; its own words are shown only where it fails.
pub(crate) async fn run(mut shell: Command, command: &str, purpose: &CommandPurpose) -> Result<(), CommandFailure> {
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let CommandPurpose { code, of, hint } = purpose;
    let failed = |what: String| problem_with_hint(*code, format!("`{}`{of} {what}", escape(command)), *hint);
    let child = shell.spawn().map_err(|error| failed(format!("cannot be started: {error}")))?;
    let output = tokio::select! {
        output = child.wait_with_output() => output.map_err(|error| failed(format!("cannot be waited for: {error}")))?,
        _ = tokio::signal::ctrl_c() => return Err(failed("was interrupted".to_owned()).into()),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(SHOWN)..];
    // dbt colours what it says, wherever that goes.
    let plain = |line: &&str| escape(&anstream::adapter::strip_str(line).to_string());
    let last = last.iter().map(plain).collect::<Vec<_>>().join("\n    ");
    Err(CommandFailure::Failed(failed(format!("failed ({}):\n    {last}", output.status))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPOSE: CommandPurpose = CommandPurpose { code: ProblemCode::CompileFailed, of: "", hint: "try" };

    #[tokio::test]
    async fn what_a_failing_command_says_is_shown_without_its_colours() {
        let command = r"printf '\033[0m12:00  \033[31mERROR\033[0m: no \007 such \033]8;;x\033\\model\n'; exit 1";
        let CommandFailure::Failed(problem) = run(shell(command), "dbt", &PURPOSE).await.unwrap_err() else { panic!() };
        assert!(problem.detail.ends_with("12:00  ERROR: no  such model"), "{}", problem.detail);
        assert!(!problem.detail.contains("u{1b}"), "{}", problem.detail);
    }

    #[test]
    fn a_program_is_quoted_where_the_shell_would_take_it_apart() {
        assert_eq!(quoted("/opt/dbt-1.11/bin/dbt"), "/opt/dbt-1.11/bin/dbt");
        assert_eq!(quoted("/my tools/dbt"), "'/my tools/dbt'");
        assert_eq!(quoted("a'b"), "'a'\\''b'");
    }
}
