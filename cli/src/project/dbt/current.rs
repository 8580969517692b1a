//! dbt's last output for the work tree: read, compared with the project's files, and written again if requested.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use weft_api::problem::{Problem, ProblemCode};
use weft_dbt::manifest::Manifest;

use crate::{
    escape::{self, escape},
    failure::{Result, problem_with_hint},
    output::progress::Progress,
    project::{
        config::Config,
        dbt::{
            Project,
            compare::{FileDifference, FilesComparison},
        },
    },
    system::shell,
};

/// How many files are listed; the rest is counted.
const LISTED: usize = 20;
/// How many files a warning names.
const NAMED: usize = 3;

/// The words for a `dbt compile` that fails.
const COMPILE: shell::CommandPurpose = shell::CommandPurpose {
    code: ProblemCode::CompileFailed,
    of: "",
    hint: "set the command with `compile:` in weft.yml, or run dbt yourself and leave out --compile",
};

/// What is done about a manifest that does not match the work tree.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Currency {
    /// Run `dbt compile` first, if the manifest has no SQL or does not match the work tree
    #[arg(long)]
    pub(crate) compile: bool,

    /// Continue with a manifest that does not match the work tree; the output mentions it
    #[arg(long, conflicts_with = "compile")]
    pub(crate) stale: bool,
}

/// A manifest, and how it goes with the work tree.
pub(crate) struct Current {
    pub(crate) manifest: Manifest,
    pub(crate) path: PathBuf,
    /// Whether it does not match the work tree, and that was allowed.
    pub(crate) stale: bool,
    /// Remarks for the reader of the answer.
    pub(crate) remarks: Vec<String>,
}

impl Project {
    /// The manifest that is named, else what dbt wrote last, compared with the project's files; `dbt compile` makes it
    /// anew first where `--compile` asks for that and it is wanted.
    ///
    /// # Errors
    /// A problem of code `manifest_stale` where it does not match the work tree, unless `--stale` goes on with it.
    pub(crate) async fn current(
        &self,
        config: &Config,
        given: Option<&Path>,
        currency: Currency,
        progress: &Progress,
    ) -> Result<Current> {
        let path = self.manifest_path(given);
        let mut read = self.compared(given);
        if currency.compile && is_to_be_compiled(&read) {
            let command = config.compile.clone().unwrap_or_else(|| shell::dbt("compile"));
            progress.step("compiling the SQL");
            let mut compile = shell::shell(&command);
            compile.current_dir(&self.dir);
            shell::run(compile, &command, &COMPILE).await?;
            read = self.compared(None);
        }
        let (manifest, comparison) = read?;
        if !comparison.differences.is_empty() && !currency.stale {
            return Err(refusal(&comparison, &path));
        }
        let stale = !comparison.differences.is_empty();
        Ok(Current { manifest, path, stale, remarks: remarks(&comparison) })
    }

    fn compared(&self, given: Option<&Path>) -> Result<(Manifest, FilesComparison)> {
        let manifest = self.manifest(given)?;
        self.is_of_project(&manifest, given)?;
        let comparison = FilesComparison::new(self, &manifest, &self.manifest_path(given))?;
        Ok((manifest, comparison))
    }

    /// Refuses a manifest of another project than `dbt_project.yml` names.
    fn is_of_project(&self, manifest: &Manifest, given: Option<&Path>) -> Result<()> {
        let (Some(here), Ok(there)) = (&self.name, manifest.project_name()) else { return Ok(()) };
        if *here == there.as_str() || here.contains("{{") {
            return Ok(());
        }
        let path = escape::path(&self.manifest_path(given));
        Err(problem_with_hint(
            ProblemCode::ManifestStale,
            format!(
                "`{path}` is from the project `{}`, but dbt_project.yml names `{}`",
                escape(there.as_str()),
                escape(here)
            ),
            "run `dbt compile` in the project's folder; --project-dir names it",
        ))
    }
}

/// Whether dbt is to compile: where there is no manifest, or one without SQL, or one that may not match the work tree, or
/// whose SQL depends on more than the work tree.
fn is_to_be_compiled(read: &Result<(Manifest, FilesComparison)>) -> bool {
    match read {
        Ok((manifest, comparison)) => {
            manifest.lacks_sql()
                || manifest.varies()
                || !comparison.differences.is_empty()
                || !comparison.doubts.is_empty()
        }
        Err(problem) => matches!(problem.code, ProblemCode::ManifestNotFound | ProblemCode::ManifestStale),
    }
}

fn refusal(comparison: &FilesComparison, path: &Path) -> Box<Problem> {
    let FilesComparison { differences, made_in, .. } = comparison;
    let plural = if differences.len() == 1 { " differs" } else { "s differ" };
    let elsewhere = made_in.as_ref().map(|place| format!("; it was made in `{place}`")).unwrap_or_default();
    let mut detail =
        format!("`{}` does not match the work tree: {} file{plural}{elsewhere}", escape::path(path), differences.len());
    for FileDifference { path, what } in differences.iter().take(LISTED) {
        let _ = write!(detail, "\n{} {what}", escape(path));
    }
    if differences.len() > LISTED {
        let _ = write!(detail, "\nand {} more", differences.len() - LISTED);
    }
    let hint = "run `dbt compile`, or add --compile; --stale continues with the manifest as it is";
    problem_with_hint(ProblemCode::ManifestStale, detail, hint)
}

fn remarks(comparison: &FilesComparison) -> Vec<String> {
    let FilesComparison { differences, doubts, .. } = comparison;
    let mut remarks = Vec::new();
    if !differences.is_empty() {
        let told = named(differences);
        remarks.push(format!("the manifest does not match the work tree (--stale): {told}"));
    }
    if !doubts.is_empty() {
        let told = named(doubts);
        let text =
            format!("it is unknown whether the manifest matches the work tree: {told}; run `dbt compile` to be sure");
        remarks.push(text);
    }
    remarks
}

/// `models/a.yml is newer than the manifest, models/b.yml is gone, and 3 more`
fn named(differences: &[FileDifference]) -> String {
    let some = differences.iter().take(NAMED).map(|FileDifference { path, what }| format!("{} {what}", escape(path)));
    let some = some.collect::<Vec<_>>().join(", ");
    match differences.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{some}, and {more} more"),
        _ => some,
    }
}
