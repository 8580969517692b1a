//! `weft man`.

use std::{fs, io, path::PathBuf};

use clap::{Args, Command};
use serde_json::{Value, json};
use weft_api::problem::ProblemCode;

use crate::{
    escape::escape,
    failure::{Result, problem_with_hint},
    output::Output,
};

/// Write the manual pages: `weft(1)`, and one for each command.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft man ~/.local/share/man/man1 && man weft-check")]
pub(super) struct Arguments {
    /// The folder to write them to; it is made if it does not exist
    directory: PathBuf,
}

/// The pages that were written.
pub(super) struct ManPages {
    directory: PathBuf,
    /// How many there are.
    pages: usize,
}

pub(super) fn run(arguments: &Arguments, weft: Command) -> Result<ManPages> {
    let directory = arguments.directory.clone();
    // Without this a command's page would lack the flags that all share.
    let mut command = weft.disable_help_subcommand(true);
    command.build();
    let written = fs::create_dir_all(&directory).and_then(|()| {
        let pages = pages_of(&command);
        clap_mangen::generate_to(command, &directory).map(|()| pages)
    });
    let refuse = |error: io::Error| {
        let message = format!("the manual pages cannot be written to `{}`: {error}", directory.display());
        problem_with_hint(ProblemCode::FileUnreadable, message, "Name a folder that you may write to.")
    };
    let pages = written.map_err(refuse)?;
    Ok(ManPages { directory, pages })
}

/// One page for a command, and one for each that is below it.
fn pages_of(command: &Command) -> usize {
    1 + command.get_subcommands().filter(|below| !below.is_hide_set()).map(pages_of).sum::<usize>()
}

impl Output for ManPages {
    fn text(&self) -> String {
        format!("Wrote {} manual pages to {}\n", self.pages, escape(&self.directory.display().to_string()))
    }

    fn json(&self) -> Value {
        json!({ "directory": self.directory, "pages": self.pages })
    }
}
