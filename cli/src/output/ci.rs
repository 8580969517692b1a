//! What the CI service that runs weft is given of a report without being asked.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};

use weft_api::Report;

use crate::{
    escape,
    failure::{FileError, Result},
    output::{
        Message,
        report::{ReportFormat, ReportSubject, render},
    },
    system::files,
};

/// The name that GitLab's own jobs give their code quality reports.
const GITLAB_REPORT: &str = "gl-code-quality-report.json";

/// Gives GitHub Actions the job's summary and annotations for the log; GitLab a code quality report, unless
/// `has_gitlab` says that there is one already. `variable` reads the environment.
///
/// What is given back belongs beside the answer.
pub(crate) fn tell(
    report: &Report,
    subject: &ReportSubject,
    has_gitlab: bool,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<Message>> {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let runs = |name| set(name).is_some_and(|value| value == "true");
    let mut messages = Vec::new();
    if let Some(summary) = set("GITHUB_STEP_SUMMARY") {
        append(Path::new(&summary), &render(ReportFormat::Markdown, report, subject))?;
    }
    if runs("GITHUB_ACTIONS") {
        messages.push(Message::Annotations(render(ReportFormat::Github, report, subject)));
    }
    if runs("GITLAB_CI") && !has_gitlab {
        // A job keeps only what lies below the folder of its project.
        let file = set("CI_PROJECT_DIR").map(PathBuf::from).unwrap_or_default().join(GITLAB_REPORT);
        files::write(&file, &render(ReportFormat::Gitlab, report, subject))?;
        messages.push(Message::Note(format!("Wrote GitLab's code quality report: {}", escape::path(&file))));
    }
    Ok(messages)
}

/// GitHub collects what every step adds to its file.
fn append(path: &Path, text: &str) -> Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    Ok(file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(FileError::on(path, "written"))?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use weft_api::Coverage;
    use weft_model::version::RequiredUpdate;

    use super::*;

    fn told(variables: &[(&str, &Path)], has_gitlab: bool) -> Vec<Message> {
        let report =
            Report { required_update: RequiredUpdate::None, findings: Vec::new(), coverage: Coverage::default() };
        let subject = ReportSubject { package_name: "shop".to_owned(), ..ReportSubject::default() };
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_os_str().to_owned());
        tell(&report, &subject, has_gitlab, variable).unwrap()
    }

    #[test]
    fn outside_of_any_service_nothing_is_said_or_written() {
        let empty = Path::new("");
        assert_eq!(told(&[], false), []);
        assert_eq!(told(&[("GITHUB_STEP_SUMMARY", empty), ("GITHUB_ACTIONS", empty), ("GITLAB_CI", empty)], false), []);
    }

    #[test]
    fn github_gets_a_summary_after_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let summary = folder.path().join("summary.md");
        fs::write(&summary, "before\n").unwrap();
        let messages = told(&[("GITHUB_STEP_SUMMARY", &summary), ("GITHUB_ACTIONS", Path::new("true"))], false);
        assert_eq!(messages, [Message::Annotations(String::new())]);
        let text = fs::read_to_string(&summary).unwrap();
        assert!(text.starts_with("before\n### weft: <code>shop</code>"), "{text}");
    }

    #[test]
    fn gitlab_gets_its_report_in_the_jobs_folder_unless_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let variables = [("GITLAB_CI", Path::new("true")), ("CI_PROJECT_DIR", folder.path())];
        let file = folder.path().join(GITLAB_REPORT);
        assert_eq!(told(&variables, true), []);
        assert!(!file.exists());
        let [Message::Note(said)] = &told(&variables, false)[..] else { panic!("it is told") };
        assert!(said.contains(GITLAB_REPORT), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "[]\n");
    }
}
