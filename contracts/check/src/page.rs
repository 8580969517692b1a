//! The page with every rule, generated from their facts.

use std::fmt::Write as _;

use crate::rules::{Find, RULES, Rule};

const HEAD: &str = "\
# The rules of the check

`weft check` compares two publications of a project by these rules, and `weft explain RULE` explains one of them. The
next version of a publication follows from the updates that the rules require.

Policy sets the severity of a finding. This page lists the defaults, which hold where no policy sets another level;
some findings set their own. *Readers* are the projects and consumers that read a node: their level is the level of a
finding. No policy changes the update that a change requires.

Made from the rules themselves: `UPDATE_RULES=1 cargo test -p weft-check --test rules`.
";

/// The tables at the top: a title, and what its rules have in common.
const TABLES: [(&str, &str); 4] = [
    ("Changes", "What changed between the baseline and the current side."),
    ("Versions", "The step from one version to the next, where both are chosen."),
    ("Drift", "Whether data contracts and the nodes that they describe agree, independent of the baseline."),
    ("Governance", "The current side alone, independent of the baseline. Off unless a policy raises it."),
];

/// The table of the page that a rule is in.
fn table(rule: &Rule) -> &'static str {
    match rule.find {
        Find::Change(_) => "Changes",
        Find::Version(_) => "Versions",
        Find::State(_) => "Governance",
        Find::Drift(_) => "Drift",
    }
}

/// Every rule, in Markdown: tables of all, then a section for each.
pub fn rules_page() -> String {
    let mut page = HEAD.to_owned();
    for (title, what) in TABLES {
        let _ = write!(page, "\n## {title}\n\n{what}\n\n| Rule | | Readers | Update |\n");
        page.push_str("| --- | --- | --- | --- |\n");
        for rule in RULES.iter().filter(|rule| table(rule) == title) {
            row(&mut page, rule);
        }
    }
    page.push_str("\n## Every rule\n");
    for rule in RULES {
        section(&mut page, rule);
    }
    page
}

fn row(page: &mut String, rule: &Rule) {
    let Rule { id, title, consumer, required_update, .. } = rule;
    let _ = writeln!(page, "| [{id}](#{id}) | {title} | {consumer} | {required_update} |");
}

fn section(page: &mut String, rule: &Rule) {
    let Rule { id, title, why, example, remedy, consumer, required_update, .. } = rule;
    let _ = write!(
        page,
        "\n### {id}\n\n**{title}.** {why}\n\n> {example}\n\n{remedy}\n\n\
         Readers: {consumer}. Update: {required_update}.\n"
    );
}
