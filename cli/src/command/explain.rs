//! `weft explain`.

use clap::Args;
use contracts::problem::{EVERY, ProblemCode, ProblemFacts};
use serde_json::{Value, json};

use crate::{
    failure::{Result, problem_with_hint},
    output::{
        Output,
        escape::escape,
        style::{HEAD, paint},
        table::table,
    },
};

/// Explain a problem code: why it is a problem, and what to do about it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft explain\n  weft explain name_taken")]
pub(super) struct Arguments {
    /// The code, as it stands in `error[CODE]`; without one, every code is listed
    code: Option<String>,
}

/// One code, or every code.
pub(super) enum Explanation {
    One(ProblemFacts),
    Every,
}

pub(super) fn run(arguments: &Arguments) -> Result<Explanation> {
    let Some(asked) = &arguments.code else { return Ok(Explanation::Every) };
    EVERY.iter().map(|code| code.facts()).find(|facts| facts.id == asked).map(Explanation::One).ok_or_else(|| {
        let detail = format!("`{}` is not a problem code", escape(asked));
        problem_with_hint(ProblemCode::Usage, detail, "`weft explain` lists every code")
    })
}

impl Output for Explanation {
    fn text(&self) -> String {
        match self {
            Self::One(facts) => format!(
                "{}\n{}\n\n{}\n\n{}\n\nExit code {}{}\n",
                paint(HEAD, facts.id),
                facts.title,
                facts.why,
                facts.remedy,
                facts.exit_code,
                if facts.status == 0 { String::new() } else { format!(", HTTP status {}", facts.status) },
            ),
            Self::Every => {
                let rows: Vec<_> = EVERY
                    .iter()
                    .map(|code| code.facts())
                    .map(|facts| [facts.id.to_owned(), facts.title.to_owned()])
                    .collect();
                table(["CODE", "TITLE"], &rows)
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::One(facts) => json_of(facts),
            Self::Every => EVERY.iter().map(|code| json_of(&code.facts())).collect(),
        }
    }
}

fn json_of(facts: &ProblemFacts) -> Value {
    json!({
        "code": facts.id, "title": facts.title, "status": (facts.status != 0).then_some(facts.status),
        "exit_code": facts.exit_code, "why": facts.why, "remedy": facts.remedy,
    })
}
