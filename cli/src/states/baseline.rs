//! A baseline from git: what dbt compiles of the project as it was at another commit.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use weft_api::problem::{Problem, ProblemCode};
use weft_model::digest::Digest;

use crate::{
    escape::escape,
    failure::{FileError, problem_with_hint},
    git::checkout::Commit,
    project::{dbt::Project, dot_weft::DotWeft},
    system::{
        files,
        shell::{self, CommandFailure, CommandPurpose},
    },
};

/// How many manifests of earlier baselines are kept.
const KEPT: usize = 10;
/// The words for a baseline's command that fails.
const PARSE: CommandPurpose = CommandPurpose {
    code: ProblemCode::ParseFailed,
    of: " of the baseline",
    hint: "the revision does not parse, or the command is wrong: name another baseline with `--against`, or set the command with `parse:` in weft.yml, such as `parse: dbt compile --profiles-dir ..`",
};
/// The files that decide which packages dbt needs.
const PACKAGES: [&str; 3] = ["packages.yml", "dependencies.yml", "package-lock.yml"];

/// A baseline, and how it was made.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// Where its manifest is.
    pub(crate) manifest: PathBuf,
    /// Why it was only parsed, where it was to be compiled.
    pub(crate) remark: Option<String>,
}

/// How the manifest of a baseline is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ManifestWay<'c> {
    /// By the command that weft.yml names.
    Configured(&'c str),
    /// By dbt, with the SQL.
    Compiled,
    /// Parsed by dbt, without SQL.
    Parsed,
}

/// The manifest of the project at a commit.
///
/// It is made in a checkout of its own, by `command`, else by `dbt compile`, and by `dbt parse` where that fails, for it may
/// want a database. It is kept under `.weft/baselines` by commit and by how it was made. The checkout is gone afterwards,
/// also where the command fails or is interrupted; one that a killed run left behind goes with the next.
pub(crate) async fn manifest(
    project: &Project,
    commit: &Commit,
    command: Option<&str>,
) -> Result<Baseline, Box<Problem>> {
    let Some(command) = command else { return compiled_or_parsed(project, commit).await };
    Ok(Baseline { manifest: made(project, commit, ManifestWay::Configured(command)).await?, remark: None })
}

async fn compiled_or_parsed(project: &Project, commit: &Commit) -> Result<Baseline, Box<Problem>> {
    let failure = match made(project, commit, ManifestWay::Compiled).await {
        Ok(manifest) => return Ok(Baseline { manifest, remark: None }),
        Err(CommandFailure::Failed(problem)) => problem,
        Err(CommandFailure::Stopped(problem)) => return Err(problem),
    };
    // Where dbt cannot even parse, it tells why more plainly than where it compiles.
    let manifest = made(project, commit, ManifestWay::Parsed).await?;
    let mut lines = failure.detail.lines().rev().map(str::trim).peekable();
    let last = lines.peek().copied().unwrap_or_default();
    let why = lines.find(|line| line.contains("Error")).unwrap_or(last);
    let text = format!(
        "the baseline was only parsed, because `dbt compile` failed: {why}; columns and types that are known only from its SQL are not compared. `parse: dbt parse` in weft.yml skips the attempt"
    );
    Ok(Baseline { manifest, remark: Some(text) })
}

/// The manifest made one way, or kept from when it was.
async fn made(project: &Project, commit: &Commit, way: ManifestWay<'_>) -> Result<PathBuf, CommandFailure> {
    let dot_weft = DotWeft::hold(&project.dir)?;
    let kept = dot_weft.join("baselines").join(name(&commit.id(), way));
    if kept.is_file() {
        return Ok(kept);
    }
    let folder = dot_weft.join("checkout");
    files::remove_tree(&folder)?;
    let made = make(commit, &folder, project, way).await;
    files::remove_tree(&folder)?;
    files::write(&kept, &made?)?;
    forget_the_oldest(&dot_weft.join("baselines"))?;
    Ok(kept)
}

/// The name of a cached baseline: it depends on the commit, the way it was made, and the profile and target that dbt
/// takes from its environment.
fn name(commit: &str, way: ManifestWay<'_>) -> String {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let (kind, command) = match way {
        ManifestWay::Configured(command) => ("configured", command),
        ManifestWay::Compiled => ("compiled", ""),
        ManifestWay::Parsed => ("parsed", ""),
    };
    let settings = [command, &variable("DBT_PROFILE"), &variable("DBT_TARGET")].join("\n");
    format!("{commit}-{kind}-{}.json", &Digest::hash_bytes(settings.as_bytes()).hex()[..12])
}

async fn make(
    commit: &Commit,
    folder: &Path,
    project: &Project,
    way: ManifestWay<'_>,
) -> Result<String, CommandFailure> {
    files::make_folder(folder)?;
    // The command runs elsewhere, and is told where to write by paths that hold there.
    let folder = folder.canonicalize().map_err(FileError::on(folder, "read"))?;
    // The target is not among the files: what somebody committed of dbt's is not what the command writes.
    let [tree, target, logs] = ["tree", "target", "logs"].map(|name| folder.join(name));
    files::make_folder(&tree)?;
    let there = commit.check_out(&tree)?;
    let packages_stand = lend_packages(project, &there)?;
    let wants_packages = PACKAGES[..2].iter().any(|name| there.join(name).is_file());
    let with_packages = |command: String| {
        if wants_packages && !packages_stand { format!("{} && {command}", shell::dbt("deps")) } else { command }
    };
    let command = match way {
        ManifestWay::Configured(command) => command.to_owned(),
        ManifestWay::Compiled => with_packages(shell::dbt("compile")),
        ManifestWay::Parsed => with_packages(shell::dbt("parse")),
    };
    let mut shell = shell::shell(&command);
    shell.current_dir(&there).env("DBT_TARGET_PATH", &target).env("DBT_LOG_PATH", logs);
    if let Some(profiles) = profiles(project, &there) {
        shell.env("DBT_PROFILES_DIR", profiles);
    }
    shell::run(shell, &command, &PARSE).await?;
    let manifest = target.join("manifest.json");
    fs::read_to_string(&manifest).map_err(|_| {
        CommandFailure::Failed(problem_with_hint(
            ProblemCode::ParseFailed,
            format!("`{}` succeeded but wrote no manifest of the baseline", escape(&command)),
            "the command must write manifest.json to DBT_TARGET_PATH, as `dbt compile` does",
        ))
    })
}

/// Lends the checkout what `weft resolve` and `dbt deps` have made for the work tree. Says whether dbt's packages are
/// among it: only where both want the same ones.
fn lend_packages(project: &Project, there: &Path) -> Result<bool, Box<Problem>> {
    let here = project.dir.canonicalize().map_err(FileError::on(&project.dir, "read"))?;
    lend(&here.join(".weft"), &there.join(".weft"))?;
    let read = |folder: &Path, name: &str| fs::read(folder.join(name)).ok();
    // A lock that git does not hold is made from the two files before it.
    let same = PACKAGES.iter().all(|name| read(there, name).is_none_or(|text| read(&here, name) == Some(text)));
    let installed = here.join(&project.packages_install_path);
    if !same || !installed.is_dir() || project.packages_install_path.is_absolute() {
        return Ok(false);
    }
    lend(&installed, &there.join(&project.packages_install_path))?;
    Ok(true)
}

fn lend(from: &Path, to: &Path) -> Result<(), Box<Problem>> {
    if !from.is_dir() || to.exists() {
        return Ok(());
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(from, to).map_err(FileError::on(to, "made"))?;
    Ok(())
}

/// The folder of a `profiles.yml` that is in the work tree and not in git.
fn profiles(project: &Project, there: &Path) -> Option<OsString> {
    let set = std::env::var_os("DBT_PROFILES_DIR").is_some();
    let here = project.dir.canonicalize().ok()?;
    let only_here = here.join("profiles.yml").is_file() && !there.join("profiles.yml").is_file();
    (only_here && !set).then(|| here.into_os_string())
}

fn forget_the_oldest(folder: &Path) -> Result<(), Box<Problem>> {
    let entries = fs::read_dir(folder).map_err(FileError::on(folder, "read"))?;
    let mut kept: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| Some((entry.as_ref().ok()?.metadata().ok()?.modified().ok()?, entry.ok()?.path())))
        .collect();
    kept.sort_unstable_by(|a, b| b.cmp(a));
    kept.iter().skip(KEPT).try_for_each(|(_, path)| files::remove_file(path))
}

#[cfg(test)]
mod tests;
