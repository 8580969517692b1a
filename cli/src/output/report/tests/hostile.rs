//! Names that would have a meaning for the program that reads the report, in each of its formats.

use proptest::prelude::*;
use roxmltree::Document;
use weft_api::{Input, InputOrigin, InputSide, NotCompared};

use super::*;

const HOSTILE: [&str; 13] = [
    "line\nbreak",
    "return\r\n::error::x",
    "%0A::error::x",
    "::stop-commands::x",
    "\u{1b}[31mred\u{7}",
    "<script>alert(1)</script>",
    "a | b",
    "`code` ``` ~~~",
    "\"quoted\" 'too' & &lt;",
    "]]>--><!-- &#x1b;",
    "👩‍🔧 价格\u{202e}evil",
    "[link](javascript:x) ![](x) @all #1",
    "_em_ $\\text{math}$ https://evil.example www.evil.example HTTP://x",
];

/// A report that has a text in every place that comes from outside.
fn of(text: &str) -> (Report, ReportSubject) {
    let mut found = finding(Level::Error, Some(text));
    found.message = format!("column `{text}` was removed");
    found.remedy = format!("keep {text}");
    found.baseline = Some(text.to_owned());
    found.location = Some(Location { file: format!("models/{text}.yml"), line: Some(1) });
    let report = Report { required_update: RequiredUpdate::Major, findings: vec![found], coverage: covered(text) };
    let baseline = format!("`git:{}`", crate::escape::escape(text));
    (
        report,
        ReportSubject {
            package_name: "shop".to_owned(),
            baseline,
            current: None,
            folder: text.to_owned(),
            contracts: None,
        },
    )
}

/// A coverage with the text in every place that comes from outside.
fn covered(text: &str) -> Coverage {
    let input = Input {
        side: InputSide::Baseline,
        origin: Some(InputOrigin::File { path: text.to_owned() }),
        dbt_version: Some(text.to_owned()),
        generated_at: Some(text.to_owned()),
        commit: Some(text.to_owned()),
        carried_over: 1,
        remarks: vec![text.to_owned()],
    };
    let not_compared = NotCompared {
        unique_id: "model.shop.orders".parse().unwrap(),
        side: InputSide::Current,
        reason: text.to_owned(),
    };
    Coverage { not_compared: vec![not_compared], inputs: vec![input], ..Coverage::default() }
}

fn rendered(form: ReportFormat, text: &str) -> String {
    let (report, subject) = of(text);
    render(form, &report, &subject)
}

/// The lines of a form that a plain name gives.
fn plain_lines(form: ReportFormat) -> usize {
    rendered(form, "plain").lines().count()
}

#[test]
fn on_a_terminal_no_name_moves_the_cursor_or_starts_a_line() {
    for hostile in HOSTILE {
        let (report, subject) = of(hostile);
        let plain = anstream::adapter::strip_str(&text(&report, &subject)).to_string();
        assert!(!plain.chars().any(|c| c.is_control() && c != '\n'), "{plain:?}");
        assert_eq!(plain.lines().count(), 7, "{plain}");
    }
}

#[test]
fn in_a_log_of_github_a_finding_is_one_command_with_its_properties() {
    for hostile in HOSTILE {
        let text = rendered(ReportFormat::Github, hostile);
        assert_eq!(text.lines().count(), 1, "{text}");
        let (properties, _) = text.strip_prefix("::error ").unwrap().split_once("::").unwrap();
        let names: Vec<_> = properties.split(',').map(|property| property.split_once('=').unwrap().0).collect();
        assert_eq!(names, ["title", "file", "line"], "{text}");
        assert!(!text.trim_end().chars().any(char::is_control), "{text:?}");
    }
}

#[test]
fn in_a_comment_no_name_opens_a_tag_a_cell_a_link_or_a_mention() {
    for hostile in HOSTILE {
        let text = rendered(ReportFormat::Markdown, hostile);
        assert_eq!(text.lines().count(), plain_lines(ReportFormat::Markdown), "{text}");
        for tag in text.split('<').skip(1) {
            assert!(
                ["code>", "/code>", "br>", "sub>", "/sub>"].iter().any(|known| tag.starts_with(known)),
                "<{tag} in {text}"
            );
        }
        assert!(!text.contains('\u{202e}'), "nothing is reordered: {text}");
        let row = text.lines().last().unwrap();
        assert_eq!(row.matches('|').count(), 6, "{row}");
        assert!(!row.contains(['[', ']', '@', '!', '\\', '$']), "{row}");
        assert!(!row.contains("://") && !row.contains("www.") && !row.contains(" _"), "{row}");
    }
}

#[test]
fn in_xml_a_name_is_text() {
    for hostile in HOSTILE {
        let text = rendered(ReportFormat::Junit, hostile);
        let document = Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let tags: Vec<_> = document.descendants().filter(roxmltree::Node::is_element).collect();
        let tags: Vec<_> = tags.iter().map(|node| node.tag_name().name()).collect();
        assert_eq!(tags, ["testsuites", "testsuite", "testcase", "failure"], "{text}");
    }
}

#[test]
fn in_json_a_name_comes_back_as_it_was() {
    for hostile in HOSTILE {
        let sarif: Value = serde_json::from_str(&rendered(ReportFormat::Sarif, hostile)).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!(result["message"]["text"], format!("column `{hostile}` was removed. keep {hostile}"));
        let entries: Value = serde_json::from_str(&rendered(ReportFormat::Gitlab, hostile)).unwrap();
        assert_eq!(entries[0]["location"]["path"], format!("{hostile}/models/{hostile}.yml"));
    }
}

::laws::laws! {
    "forms of reports", 256;

    fn whatever_a_name_is_every_form_keeps_its_shape(name in any::<String>()) {
        prop_assert_eq!(rendered(ReportFormat::Github, &name).lines().count(), 1);
        prop_assert_eq!(rendered(ReportFormat::Markdown, &name).lines().count(), plain_lines(ReportFormat::Markdown));
        prop_assert!(Document::parse(&rendered(ReportFormat::Junit, &name)).is_ok());
        prop_assert!(serde_json::from_str::<Value>(&rendered(ReportFormat::Sarif, &name)).is_ok());
    }
}
