//! The only place that prints. Data goes to stdout, everything else to stderr.

pub(crate) mod escape;
mod fault;
pub(crate) mod log;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod style;
pub(crate) mod table;

use std::{
    fmt::Write as _,
    io::{ErrorKind, Write as _},
};

use contracts::problem::{Problem, ProblemCode};
use serde_json::{Value, json};

use crate::output::style::{HINT, WARNING, paint};

/// The form of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: `{"version":1,"data":...}`, or `{"version":1,"error":...}` with a problem document.
    Json,
}

/// An answer that knows how to show itself.
pub(crate) trait Output {
    /// For people. Text from outside is escaped; colours are taken off later where nobody sees them.
    fn text(&self) -> String;

    /// For programs: what stands under `data`.
    fn json(&self) -> Value;

    /// What goes beside the answer, to stderr.
    fn messages(&self) -> Vec<Message> {
        Vec::new()
    }

    /// 0, or 1 where the answer is no.
    fn exit_code(&self) -> u8 {
        0
    }
}

/// A line beside an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// Something the person should know.
    Warning(String),
    /// What to do next; further lines are indented.
    Hint(String),
    /// Commands for the log of a CI service, whole lines.
    Annotations(String),
}

/// Shows an answer and gives its exit code. JSON holds everything, so the lines beside it are for people only.
pub(crate) fn show(output: &dyn Output, format: Format) -> u8 {
    let written = match format {
        Format::Text => {
            let code = to_stdout(&output.text());
            to_stderr(&messages_text(&output.messages()));
            code
        }
        Format::Json => to_stdout(&envelope("data", &output.json())),
    };
    written.unwrap_or_else(|| output.exit_code())
}

/// Shows a problem and gives its exit code. As JSON it goes to stdout too: a program reads one place.
pub(crate) fn show_problem(problem: &Problem, format: Format) -> u8 {
    match format {
        Format::Text => to_stderr(&fault::text(problem)),
        Format::Json => {
            let hint = problem.hint.clone().unwrap_or_else(|| problem.code.facts().remedy.to_owned());
            let _ = to_stdout(&envelope("error", &json!(problem.clone().with_hint(hint))));
        }
    }
    problem.code.facts().exit_code
}

/// Shows what clap has to say: help and versions to stdout, errors to stderr.
pub(crate) fn show_usage(error: &clap::Error) {
    let _ = error.print();
}

/// `version` first, for whoever reads along.
fn envelope(key: &str, value: &Value) -> String {
    let value = format!("{value:#}").replace('\n', "\n  ");
    format!("{{\n  \"version\": 1,\n  \"{key}\": {value}\n}}\n")
}

fn messages_text(messages: &[Message]) -> String {
    let mut text = String::new();
    for message in messages {
        let _ = match message {
            Message::Warning(warning) => writeln!(text, "{}: {warning}", paint(WARNING, "warning")),
            Message::Hint(hint) => writeln!(text, "\n{}: {hint}", paint(HINT, "hint")),
            Message::Annotations(lines) => write!(text, "{lines}"),
        };
    }
    text
}

/// The exit code where not all could be written. Whoever closed the pipe has read enough: that is no failure.
fn to_stdout(text: &str) -> Option<u8> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let detail = format!("the answer cannot be written: {error}");
            let hint = "look at where the output goes; what the command did is done";
            let problem = Problem::new(ProblemCode::FileUnreadable, detail).with_hint(hint);
            to_stderr(&fault::text(&problem));
            Some(problem.code.facts().exit_code)
        }
        _ => None,
    }
}

fn to_stderr(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
