//! Where the report goes beside the answer: files for other programs, and the CI service that runs this.

use std::{fs::OpenOptions, io::Write as _, path::PathBuf, str::FromStr};

use clap::ValueEnum as _;
use contracts::api::Report;

use crate::{
    failure::{FileError, Result},
    files,
    output::report::{Form, Subject, render},
};

/// A form and the file to write it to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    form: Form,
    file: PathBuf,
}

/// A text that names no form and file.
#[derive(Debug, thiserror::Error)]
#[error("write it as FORM=FILE, such as sarif=weft.sarif; FORM is markdown, github, gitlab, sarif or junit")]
pub(super) struct ParseTargetError;

impl FromStr for Target {
    type Err = ParseTargetError;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let (form, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or(ParseTargetError)?;
        Ok(Self { form: Form::from_str(form, false).map_err(|_| ParseTargetError)?, file: file.into() })
    }
}

/// Writes the files that are asked for, and in GitHub Actions the job's summary.
pub(super) fn write(targets: &[Target], report: &Report, subject: &Subject) -> Result<()> {
    for Target { form, file } in targets {
        files::write(file, &render(*form, report, subject))?;
    }
    match std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        Some(path) => append(&path.into(), &render(Form::Markdown, report, subject)),
        None => Ok(()),
    }
}

/// GitHub collects what every step adds to its file.
fn append(path: &PathBuf, text: &str) -> Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    Ok(file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(FileError::on(path, "written"))?)
}

/// The annotations for the log, where GitHub Actions runs this.
pub(super) fn annotations(report: &Report, subject: &Subject) -> Option<String> {
    let runs_here = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    runs_here.then(|| render(Form::Github, report, subject))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_form_and_a_file() {
        let target: Target = "sarif=out/a=b.sarif".parse().unwrap();
        assert_eq!((target.form, target.file), (Form::Sarif, PathBuf::from("out/a=b.sarif")));
        for bad in ["", "sarif", "sarif=", "html=x", "=x"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
