//! The arguments of `weft waive`.

use std::path::PathBuf;

use clap::Args;
use semver::Version;
use weft_model::name::PackageName;

use crate::{
    named,
    options::{Artifacts, Environment},
    project::dbt::current::Currency,
    states::{StateName, baseline},
};

/// Approve a finding of the check on a node or column, until a day, or until the change is published.
///
/// Runs the check, and approves what the rule finds there now; the waiver does not cover other changes. The check still
/// shows the finding, with its approval, but no longer fails on it. The registry records waivers and never deletes one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    weft waive column_removed products.price --reason 'finance has moved' --until 2027-01-31\n  \
    weft waive type_narrowed model.inventory.stock_levels.v2 --column cost --reason 'agreed' --until 2027-01-31\n  \
    weft waive version_not_bumped project.inventory --version 1.2.1 --reason 'a typo' --until 2027-01-31\n  \
    weft waive model_removed orders --report report.json --reason 'nobody left' --until 2027-01-31\n  \
    weft waive --list\n  weft waive --revoke 3")]
pub(in crate::command) struct Arguments {
    /// The rule, from `error[RULE]`
    #[arg(required_unless_present_any = ["list", "revoke"])]
    pub(super) rule: Option<String>,

    /// The node, by name or `unique_id`, or the project as `project.NAME`; add `.COLUMN` for one column. If several match,
    /// the node with the longest name comes first
    #[arg(value_name = "NODE[.COLUMN]", required_unless_present_any = ["list", "revoke"])]
    pub(super) node: Option<String>,

    /// The column, if its name is ambiguous in NODE.COLUMN
    #[arg(long, value_name = "NAME", requires = "node")]
    pub(super) column: Option<String>,

    /// Why the finding is acceptable
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["list", "revoke"])]
    pub(super) reason: Option<String>,

    /// The last day of the waiver, in UTC: 2027-01-31
    #[arg(long, value_name = "DAY", required_unless_present_any = ["list", "revoke"])]
    pub(super) until: Option<String>,

    /// Who approves or revokes; default: git's user.name and user.email
    #[arg(long, value_name = "WHO")]
    pub(super) author: Option<String>,

    /// The baseline, as in `weft check`
    #[arg(long, value_name = "BASELINE", default_value = "registry", value_parser = baseline)]
    pub(super) against: StateName,

    /// The version that you plan to publish, if the finding is about the version
    #[arg(long, value_name = "VERSION", value_parser = named::version)]
    pub(super) version: Option<Version>,

    /// Read the finding from a report that `weft check --format json` or a refused `weft publish --format json` wrote,
    /// instead of running the check
    #[arg(long, value_name = "FILE", conflicts_with_all = ["version", "list", "revoke"])]
    pub(super) report: Option<PathBuf>,

    /// List the project's waivers
    #[arg(long, conflicts_with_all = ["rule", "node", "revoke", "reason", "until", "author"])]
    pub(super) list: bool,

    /// Revoke a waiver; it stays in the list
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["rule", "node", "reason", "until"])]
    pub(super) revoke: Option<u64>,

    /// The project's name in the registry, if it is not the manifest's
    #[arg(long = "as", value_name = "NAME")]
    pub(super) name: Option<PackageName>,

    #[command(flatten)]
    pub(super) environment: Environment,

    #[command(flatten)]
    pub(super) artifacts: Artifacts,

    #[command(flatten)]
    pub(super) currency: Currency,
}
