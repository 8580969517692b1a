//! The forms that an answer takes.

use std::path::Path;

use clap::{ValueEnum, builder::PossibleValue};

use crate::output::{drawing::Notation, report::ReportFormat};

/// The form of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: `{"version":1,"data":...}`, or `{"version":1,"error":...}` with a problem document.
    Json,
    /// A report of findings for another program; only some commands give one.
    Report(ReportFormat),
    /// A graph for another program to draw; only some commands give one.
    Drawing(Notation),
}

/// The endings of files with a known format. Of two that fit, the first is used.
const ENDINGS: [(&str, Format); 6] = [
    (".sarif.json", Format::Report(ReportFormat::Sarif)),
    (".sarif", Format::Report(ReportFormat::Sarif)),
    (".md", Format::Report(ReportFormat::Markdown)),
    (".xml", Format::Report(ReportFormat::Junit)),
    (".json", Format::Json),
    (".txt", Format::Text),
];

impl Format {
    /// The format for a file's name, if its ending has one.
    pub(crate) fn from_file_name(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_string_lossy().to_ascii_lowercase();
        ENDINGS.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| format)
    }

    /// The names of the forms that a report takes, between commas.
    pub(crate) fn names() -> String {
        let of_reports = Self::value_variants().iter().filter(|format| !matches!(format, Self::Drawing(_)));
        let names = of_reports.filter_map(ValueEnum::to_possible_value);
        names.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Text,
            Self::Json,
            Self::Report(ReportFormat::Markdown),
            Self::Report(ReportFormat::Github),
            Self::Report(ReportFormat::Gitlab),
            Self::Report(ReportFormat::Sarif),
            Self::Report(ReportFormat::Junit),
            Self::Drawing(Notation::Mermaid),
            Self::Drawing(Notation::Dot),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Text => Some(PossibleValue::new("text").help("For people")),
            Self::Json => Some(
                PossibleValue::new("json")
                    .help("For programs: {\"version\":1,\"data\":...}, or {\"version\":1,\"error\":...}"),
            ),
            Self::Report(form) => form.to_possible_value(),
            Self::Drawing(notation) => notation.to_possible_value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_report_or_drawing_can_be_asked_for_by_its_name() {
        for form in ReportFormat::value_variants() {
            assert!(Format::value_variants().contains(&Format::Report(*form)), "{form:?}");
        }
        for notation in Notation::value_variants() {
            assert!(Format::value_variants().contains(&Format::Drawing(*notation)), "{notation:?}");
        }
        for format in Format::value_variants() {
            let name = format.to_possible_value().unwrap();
            assert_eq!(Format::from_str(name.get_name(), false), Ok(*format));
        }
    }

    #[test]
    fn a_files_ending_tells_its_form() {
        let told = |file: &str| Format::from_file_name(Path::new(file));
        assert_eq!(told("out/weft.sarif"), Some(Format::Report(ReportFormat::Sarif)));
        assert_eq!(told("weft.sarif.json"), Some(Format::Report(ReportFormat::Sarif)));
        assert_eq!(told("Comment.MD"), Some(Format::Report(ReportFormat::Markdown)));
        assert_eq!(told("junit.xml"), Some(Format::Report(ReportFormat::Junit)));
        assert_eq!((told("a.json"), told("a.txt")), (Some(Format::Json), Some(Format::Text)));
        for silent in ["weft", "weft.html", "md", "out.md/weft", ""] {
            assert_eq!(told(silent), None, "{silent}");
        }
    }
}
