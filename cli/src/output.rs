//! The only place that prints. Data goes to stdout, everything else to stderr.

pub(crate) mod ci;
pub(crate) mod drawing;
mod fault;
mod format;
pub(crate) mod log;
pub(crate) mod needs;
pub(crate) mod places;
pub(crate) mod progress;
pub(crate) mod readings;
pub(crate) mod report;
pub(crate) mod style;
pub(crate) mod table;

use std::{
    fmt::Write as _,
    io::{ErrorKind, Write as _},
};

use serde_json::{Value, json};
use weft_api::{
    Report,
    problem::{Problem, ProblemCode},
};

pub(crate) use crate::output::format::Format;
use crate::{
    escape,
    failure::{self, problem_with_hint},
    output::{
        drawing::Drawing,
        report::{ReportFormat, ReportSubject},
        style::{HINT, WARNING, paint},
    },
};

/// An answer that knows how to show itself.
pub(crate) trait Output {
    /// The answer for people. Text from outside is escaped; colors are removed later if the output is not a terminal.
    fn text(&self) -> String;

    /// The answer for programs: the value of `data`.
    fn json(&self) -> Value;

    /// The findings and their subject, if the answer is a report.
    fn report(&self) -> Option<(&Report, &ReportSubject)> {
        None
    }

    /// Itself as boxes and arrows, where it is a graph.
    fn drawing(&self) -> Option<Drawing> {
        None
    }

    /// The answer in a format for other programs, if it has one and is not a report of findings.
    fn form(&self, _form: ReportFormat) -> Option<String> {
        None
    }

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
    /// Something that was done beside what was asked.
    Note(String),
    /// Commands for the log of a CI service, whole lines.
    Annotations(String),
}

/// The answer in a format, with colors; as text if it has no such format.
pub(crate) fn rendered(output: &dyn Output, format: Format) -> String {
    match format {
        Format::Text => output.text(),
        Format::Json => envelope("data", &output.json()),
        Format::Report(form) => match output.report() {
            Some((report, subject)) => report::render(form, report, subject),
            None => output.form(form).unwrap_or_else(|| output.text()),
        },
        Format::Drawing(notation) => match output.drawing() {
            Some(drawing) => drawing::render(notation, &drawing),
            None => output.text(),
        },
    }
}

/// Shows an answer and gives its exit code.
pub(crate) fn show(output: &dyn Output, format: Format) -> u8 {
    let code = to_stdout(&rendered(output, format));
    to_stderr(&messages_text(output.messages().iter().filter(|message| message.goes_with(format))));
    code.unwrap_or_else(|| output.exit_code())
}

/// Shows a line of an answer that has no end; returns whether somebody still reads.
pub(crate) fn show_line(line: &str) -> bool {
    let mut stdout = anstream::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).is_ok()
}

/// Shows a problem and gives its exit code. As JSON it goes to stdout too: a program reads one place.
pub(crate) fn show_problem(problem: &Problem, format: Format) -> u8 {
    if format == Format::Json {
        let hint = problem.hint.clone().unwrap_or_else(|| problem.code.facts().remedy.to_owned());
        let _ = to_stdout(&envelope("error", &json!(problem.clone().with_hint(hint))));
    } else {
        to_stderr(&fault::text(problem));
    }
    problem.code.facts().exit_code
}

/// Shows what clap has to say: help and versions to stdout, errors to stderr.
pub(crate) fn show_usage(error: &clap::Error) {
    let _ = error.print();
}

/// `version` first, for people who read along. Invisible characters and terminal codes are written as JSON escapes.
fn envelope(key: &str, value: &Value) -> String {
    let value = escape::json(&format!("{value:#}")).replace('\n', "\n  ");
    format!("{{\n  \"version\": 1,\n  \"{key}\": {value}\n}}\n")
}

impl Message {
    /// JSON holds everything, so the lines beside it are for people only; a CI service reads its own wherever they are,
    /// and once.
    fn goes_with(&self, format: Format) -> bool {
        match self {
            Self::Annotations(_) => format != Format::Report(ReportFormat::Github),
            Self::Warning(_) | Self::Hint(_) | Self::Note(_) => format != Format::Json,
        }
    }
}

fn messages_text<'m>(messages: impl Iterator<Item = &'m Message>) -> String {
    let mut text = String::new();
    for message in messages {
        let _ = match message {
            Message::Warning(warning) => writeln!(text, "{}: {warning}", paint(WARNING, "warning")),
            Message::Hint(hint) => writeln!(text, "\n{}: {hint}", paint(HINT, "hint")),
            Message::Note(note) => writeln!(text, "{note}"),
            Message::Annotations(lines) => write!(text, "{lines}"),
        };
    }
    text
}

/// The exit code if not all could be written. A closed pipe is not a failure: its reader has read enough.
fn to_stdout(text: &str) -> Option<u8> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let detail = format!("the answer cannot be written: {error}");
            let hint = "check where the output goes; the command itself has finished";
            let problem = problem_with_hint(ProblemCode::FileUnreadable, detail, hint);
            to_stderr(&fault::text(&problem));
            Some(problem.code.facts().exit_code)
        }
        _ => None,
    }
}

fn to_stderr(text: &str) {
    let _ = anstream::stderr().lock().write_all(escape::painted(text).as_bytes());
}

/// An answer of any kind.
pub(crate) fn boxed<T: Output + 'static>(answer: failure::Result<T>) -> failure::Result<Option<Box<dyn Output>>> {
    answer.map(|answer| Some(Box::new(answer) as Box<dyn Output>))
}
