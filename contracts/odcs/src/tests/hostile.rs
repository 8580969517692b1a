//! Files that mean harm, or that a tool has mangled.

use std::fmt::Write as _;

use weft_lint as lint;

use super::*;

const HEAD: &str = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: '1'\n";

fn is_refused_as_yaml(text: &str) -> Fault {
    let fault = refused(text);
    assert!(matches!(fault.kind, FaultKind::Syntax(_)), "{fault:?}");
    assert!(fault.to_string().len() < 1000, "{fault}");
    fault
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = HEAD.to_owned() + "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        let _ = writeln!(text, "b{level}: &a{level} [{before}]");
    }
    is_refused_as_yaml(&text);
    is_refused_as_yaml(&format!("{HEAD}schema: &s [*s]\n"));
    is_refused_as_yaml(&format!("{HEAD}schema: *nowhere\n"));
}

#[test]
fn nesting_without_end_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        is_refused_as_yaml(&format!("{HEAD}schema:\n  {}{}\n", open.repeat(100_000), close.repeat(100_000)));
    }
    let stairs: Vec<_> = (0..2_000).map(|depth| " ".repeat(depth) + "a:").collect();
    is_refused_as_yaml(&stairs.join("\n"));
}

#[test]
fn properties_may_stand_in_each_other_twenty_deep_and_no_stack_overflows() {
    let mut text = format!("{HEAD}schema: [{{name: t, properties: [");
    for _ in 0..20 {
        text.push_str("{name: p, logicalType: object, properties: [");
    }
    text.push_str(&"]}".repeat(21));
    text.push_str("]\n");
    let read = contract(&text);
    assert_eq!(contract(&read.to_yaml().unwrap()), read);
    assert_eq!(lint::lint_text(&text).findings.iter().map(|it| it.rule).collect::<Vec<_>>(), ["schema_violation"]);
}

#[test]
fn a_key_that_stands_there_twice_is_refused_at_its_line() {
    let fault = is_refused_as_yaml(&format!("{HEAD}status: active\nschema: []\nstatus: draft\n"));
    assert_eq!(fault.line, Some(7));
    is_refused_as_yaml(r#"{"id": "a", "id": "b"}"#);
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let text = format!("{HEAD}description: {{usage: '{}'}}\n", "x".repeat(50 * 1024 * 1024));
    let fault = refused(&text);
    assert_eq!(fault.kind, FaultKind::TooLarge { bytes: text.len(), limit: LARGEST });
    let many = format!("{HEAD}tags: [a, b, c]\n");
    assert!(Document::parse_within(&many, 14).is_ok());
    assert!(matches!(Document::parse_within(&many, 13).unwrap_err().kind, FaultKind::Syntax(_)));
}

#[test]
fn what_editors_and_systems_leave_in_a_file_does_no_harm() {
    let plain = contract(CONTRACT);
    assert_eq!(contract(&format!("\u{feff}{CONTRACT}")), plain);
    assert_eq!(contract(&CONTRACT.replace('\n', "\r\n")), plain);
    assert_eq!(contract(&format!("---\n{CONTRACT}...\n")), plain);
    let read = super::read(&CONTRACT.replace('\n', "\r\n")).unwrap();
    assert_eq!(read.document.line_of("/servers/0"), Some(14));
}

#[test]
fn what_cannot_be_told_apart_or_shown_is_refused() {
    is_refused_as_yaml(&format!("{HEAD}name: a\0b\n"));
    is_refused_as_yaml(&format!("{HEAD}---\n{HEAD}"));
    is_refused_as_yaml(&format!("{HEAD}team:\n\tname: x\n"));
    is_refused_as_yaml(&format!("{HEAD}price: {{priceAmount: .nan}}\n"));
    is_refused_as_yaml(&format!("{HEAD}? [a, b]\n: c\n"));
    let fault = is_refused_as_yaml("a: [\u{1b}[31m\n");
    assert!(!fault.to_string().contains('\u{1b}'), "{fault:?}");
}

#[test]
fn names_may_have_any_letters() {
    let read = contract(&format!("{HEAD}schema:\n  - name: 注文 😀\n    properties: [{{name: \"größe\\tö\"}}]\n"));
    assert_eq!((read.schema[0].name.as_str(), read.schema[0].properties[0].name.as_str()), ("注文 😀", "größe\tö"));
    let read = super::read(
        "{\"apiVersion\": \"v3.1.0\", \"kind\": \"DataContract\", \"id\": \"\\ud83d\\ude00\", \"version\": \"1\"}",
    );
    assert_eq!(read.unwrap().contract.id, "😀", "as JSON writes what is beyond 16 bits");
}
