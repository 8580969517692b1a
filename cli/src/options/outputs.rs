//! Where an answer goes beside standard output.

use std::{path::PathBuf, str::FromStr};

use anstream::adapter::strip_str;
use clap::{Args, ValueEnum as _};

use crate::{
    escape::escape,
    failure::Result,
    output::{Format, Output, rendered, report::ReportFormat},
    system::files,
};

/// Files that an answer is written to.
#[derive(Debug, Clone, Args)]
pub(crate) struct OutputFiles {
    /// Also write the output to a file, in the named format or in that of the file's extension: .md, .sarif, .sarif.json,
    /// .xml (junit), .json, .txt; can be repeated
    #[arg(short, long, value_name = "[FORM=]FILE")]
    output: Vec<OutputFile>,
}

/// A form and the file to write it to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OutputFile {
    format: Format,
    file: PathBuf,
}

/// A text that names no form and file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum ParseTargetError {
    #[error("no file is named")]
    NoFile,
    #[error("`{}` is not a format; formats are {}", escape(form), Format::names())]
    UnknownForm { form: String },
    #[error(
        "the extension of `{}` does not imply a format: write FORM=FILE; formats are {}",
        escape(file),
        Format::names()
    )]
    SilentEnding { file: String },
}

impl FromStr for OutputFile {
    type Err = ParseTargetError;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let (form, file) = text.split_once('=').map_or((None, text), |(form, file)| (Some(form), file));
        if file.is_empty() {
            return Err(ParseTargetError::NoFile);
        }
        let file = PathBuf::from(file);
        let format = match form {
            Some(form) => {
                let known = Format::from_str(form, false).ok().filter(|format| !matches!(format, Format::Drawing(_)));
                known.ok_or_else(|| ParseTargetError::UnknownForm { form: form.to_owned() })?
            }
            None => {
                Format::from_file_name(&file).ok_or_else(|| ParseTargetError::SilentEnding { file: text.to_owned() })?
            }
        };
        Ok(Self { format, file })
    }
}

impl OutputFiles {
    /// Writes the answer to each file.
    pub(crate) fn write(&self, answer: &dyn Output) -> Result<()> {
        for OutputFile { format, file } in &self.output {
            files::write(file, &strip_str(&rendered(answer, *format)).to_string())?;
        }
        Ok(())
    }

    /// Whether a file is written in a form.
    pub(crate) fn hold(&self, form: ReportFormat) -> bool {
        self.output.iter().any(|target| target.format == Format::Report(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(format: Format, file: &str) -> OutputFile {
        OutputFile { format, file: file.into() }
    }

    #[test]
    fn a_target_is_a_form_and_a_file() {
        assert_eq!("sarif=out/a=b.txt".parse(), Ok(target(Format::Report(ReportFormat::Sarif), "out/a=b.txt")));
        assert_eq!("json=x".parse(), Ok(target(Format::Json, "x")));
    }

    #[test]
    fn a_file_alone_is_written_in_the_form_of_its_ending() {
        assert_eq!("out/junit.xml".parse(), Ok(target(Format::Report(ReportFormat::Junit), "out/junit.xml")));
        assert_eq!("report.json".parse(), Ok(target(Format::Json, "report.json")));
    }

    #[test]
    fn what_names_no_form_is_told_which_there_are() {
        let refused = |text: &str| text.parse::<OutputFile>().unwrap_err();
        assert_eq!(refused(""), ParseTargetError::NoFile);
        assert_eq!(refused("sarif="), ParseTargetError::NoFile);
        for bad in ["report", "report.html", "html=x.md", "=x.md", "dot=x.md"] {
            let said = refused(bad).to_string();
            assert!(said.contains("text, json, markdown, github, gitlab, sarif, junit"), "{bad}: {said}");
        }
    }
}
