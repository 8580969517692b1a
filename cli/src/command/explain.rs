//! `weft explain`.

use clap::Args;
use serde_json::{Value, json};
use weft_api::{
    Level,
    problem::{EVERY, ProblemCode, ProblemFacts},
};
use weft_check::rules::{RULES, Rule, rule};
use weft_lint as lint;

use crate::{
    escape::escape,
    failure::{Result, problem_with_hint},
    output::{
        Output,
        style::{HEAD, paint},
        table::table,
    },
};

/// Explain a problem code, or a rule of `check` or `contract lint`: why it matters, and what to do about it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft explain\n  weft explain name_taken\n  weft explain column_removed")]
pub(super) struct Arguments {
    /// The code or rule from `error[CODE]`; without it, weft lists every code and rule
    code: Option<String>,
}

/// One code, one rule, or every code and rule.
pub(super) enum Explanation {
    One(ProblemFacts),
    Rule(&'static Rule),
    LintRule(&'static lint::Rule),
    Every,
}

pub(super) fn run(arguments: &Arguments) -> Result<Explanation> {
    let Some(asked) = &arguments.code else { return Ok(Explanation::Every) };
    let code = EVERY.iter().map(|code| code.facts()).find(|facts| facts.id == asked).map(Explanation::One);
    let of_check = || rule(asked).map(Explanation::Rule);
    let of_lint = || lint::rule(asked).map(Explanation::LintRule);
    code.or_else(of_check).or_else(of_lint).ok_or_else(|| {
        let detail = format!("`{}` is not a problem code or a rule", escape(asked));
        problem_with_hint(ProblemCode::Usage, detail, "`weft explain` lists every code and rule")
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
            Self::Rule(rule) => format!(
                "{}\n{}\n\n{}\n\nFor example: {}\n\n{}\n\nLevel {} for readers; required update {}\n",
                paint(HEAD, rule.id),
                rule.title,
                rule.why,
                rule.example,
                rule.remedy,
                rule.consumer,
                rule.required_update,
            ),
            Self::LintRule(rule) => format!(
                "{}\n{}\n\n{}\n\nFor example: {}\n\n{}\n\nLevel {}\n",
                paint(HEAD, rule.id),
                rule.title,
                rule.why,
                rule.example,
                rule.remedy,
                level(rule.level),
            ),
            Self::Every => {
                let codes = EVERY.iter().map(|code| code.facts()).map(|facts| (facts.id, facts.title));
                let line = |(id, title): (&str, &str)| [id.to_owned(), title.to_owned()];
                let codes: Vec<_> = codes.map(line).collect();
                let rules: Vec<_> = RULES.iter().map(|rule| (rule.id, rule.title)).map(line).collect();
                let of_lint: Vec<_> = lint::RULES.iter().map(|rule| (rule.id, rule.title)).map(line).collect();
                let tables = [("CODE", codes), ("RULE", rules), ("RULE OF CONTRACTS", of_lint)];
                tables.map(|(head, lines)| table([head, "TITLE"], &lines)).join("\n")
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::One(facts) => json_of(facts),
            Self::Rule(rule) => json_of_rule(rule),
            Self::LintRule(rule) => json_of_lint_rule(rule),
            Self::Every => {
                let codes = EVERY.iter().map(|code| json_of(&code.facts()));
                let rules = RULES.iter().map(json_of_rule);
                codes.chain(rules).chain(lint::RULES.iter().map(json_of_lint_rule)).collect()
            }
        }
    }
}

fn json_of(facts: &ProblemFacts) -> Value {
    json!({
        "code": facts.id, "title": facts.title, "status": (facts.status != 0).then_some(facts.status),
        "exit_code": facts.exit_code, "why": facts.why, "remedy": facts.remedy,
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
    }
}

fn json_of_lint_rule(rule: &lint::Rule) -> Value {
    json!({
        "rule": rule.id, "title": rule.title, "why": rule.why, "example": rule.example, "remedy": rule.remedy,
        "level": rule.level,
    })
}

fn json_of_rule(rule: &Rule) -> Value {
    json!({
        "rule": rule.id, "title": rule.title, "why": rule.why, "example": rule.example,
        "remedy": rule.remedy, "required_update": rule.required_update, "consumer": rule.consumer,
    })
}
