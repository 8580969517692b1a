//! The commit and its date for `weft --version`.
//!
//! Only release builds have them, so that a commit does not make a build of every day compile this crate again.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo::rerun-if-env-changed=WEFT_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    let given = env::var("WEFT_COMMIT").ok().filter(|given| !given.trim().is_empty());
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = given.or_else(|| is_release.then(commit_of_checkout).flatten());
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = commit.map_or_else(|| version.clone(), |commit| format!("{version} ({})", commit.trim()));
    println!("cargo::rustc-env=WEFT_VERSION={version}");
}

/// The short hash and the date of the commit that is checked out; `None` outside git.
///
/// The date is the commit's and not today's, so that a build can be repeated.
fn commit_of_checkout() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let folder = git(&["rev-parse", "--absolute-git-dir"])?;
    // The log of HEAD changes with every commit and checkout.
    let log = Path::new(folder.trim()).join("logs/HEAD");
    if log.exists() {
        println!("cargo::rerun-if-changed={}", log.display());
    }
    git(&["show", "--no-patch", "--date=short", "--format=%h %cd", "HEAD"])
}
