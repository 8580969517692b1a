//! `weft completions`.

use clap::{Args, Command};
use clap_complete::Shell;
use serde_json::{Value, json};

use crate::output::Output;

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft completions bash > ~/.local/share/bash-completion/completions/weft\n  \
                        weft completions zsh > ~/.zfunc/_weft")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

/// The completion script.
pub(super) struct CompletionScript {
    shell: Shell,
    text: String,
}

pub(super) fn run(arguments: &Arguments, mut weft: Command) -> CompletionScript {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut weft, "weft", &mut text);
    CompletionScript { shell: arguments.shell, text: String::from_utf8_lossy(&text).into_owned() }
}

impl Output for CompletionScript {
    fn text(&self) -> String {
        self.text.clone()
    }

    fn json(&self) -> Value {
        json!({ "shell": self.shell.to_string(), "script": self.text })
    }
}
