//! Commands that weft runs for a project: dbt, or what weft.yml names in its place.

use std::process::Stdio;

use contracts::problem::ProblemCode;
use tokio::process::Command;

use crate::{
    failure::{Result, problem_with_hint},
    output::escape::escape,
};

/// How many lines of a failed command are shown.
const SHOWN: usize = 20;

/// What a command is run for, for whoever is told that it failed.
pub(crate) struct Purpose {
    pub(crate) code: ProblemCode,
    /// What follows the command: ` of the baseline`.
    pub(crate) of: &'static str,
    pub(crate) hint: &'static str,
}

/// A command line for the shell.
pub(crate) fn shell(command: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut shell = Command::new(shell);
    shell.arg(flag).arg(command);
    shell
}

/// Runs a command to its end, or until the user interrupts; its own words are shown only where it fails.
pub(crate) async fn run(mut shell: Command, command: &str, purpose: &Purpose) -> Result<()> {
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let Purpose { code, of, hint } = purpose;
    let failed = |what: String| problem_with_hint(*code, format!("`{}`{of} {what}", escape(command)), *hint);
    let child = shell.spawn().map_err(|error| failed(format!("cannot be started: {error}")))?;
    let output = tokio::select! {
        output = child.wait_with_output() => output.map_err(|error| failed(format!("cannot be waited for: {error}")))?,
        _ = tokio::signal::ctrl_c() => return Err(failed("was interrupted".to_owned())),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(SHOWN)..];
    let last = last.iter().map(|line| escape(line)).collect::<Vec<_>>().join("\n    ");
    Err(failed(format!("failed ({}):\n    {last}", output.status)))
}
