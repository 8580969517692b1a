//! What holds of every contract.

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use weft_lint as lint;

use super::*;

/// Texts that YAML might take for something else.
fn text() -> impl Strategy<Value = String> {
    const TRAPS: &[&str] = &[
        "y",
        "no",
        "on",
        "true",
        "null",
        "~",
        "1",
        "1.0",
        "0x1F",
        "1e3",
        ".nan",
        "-",
        "- a",
        "a: b",
        "#a",
        "a #b",
        "'",
        "\"",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "[a",
        "{a",
        "---",
        "...",
        "<<",
        "=",
        "2024-01-01",
        "12:30:00",
        " a ",
        "a\nb",
        "a\n",
        "\n",
        "\ta",
        "a\u{a0}",
        "😀",
        "\u{feff}a",
        "a\u{2028}b",
        "0o17",
        "+1",
        "1_000",
    ];
    prop_oneof![3 => select(TRAPS).prop_map(str::to_owned), 2 => "[a-zA-Z_]{1,8}", 1 => "\\PC{1,12}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|it: f64| json!(it)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((text(), inner), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn extra() -> impl Strategy<Value = Extra> {
    vec(("x-[a-z]{1,4}", value()), 0..2).prop_map(|pairs| pairs.into_iter().collect())
}

fn custom() -> impl Strategy<Value = Vec<CustomProperty>> {
    let one = (text(), value(), option::of(text()), extra());
    let one = one.prop_map(|(property, value, description, extra)| CustomProperty {
        property,
        value,
        description,
        extra,
        ..Default::default()
    });
    vec(one, 0..2)
}

fn quality() -> impl Strategy<Value = Quality> {
    let numbers = (option::of(any::<i64>()), option::of((any::<i32>(), any::<i32>())));
    (option::of(text()), option::of(value()), numbers, vec((text(), value()), 0..2), extra()).prop_map(
        |(name, must_be, (less, between), arguments, extra)| Quality {
            name,
            must_be: must_be.filter(|it| !it.is_null()),
            must_be_less_than: less.map(Into::into),
            must_be_between: between.map(|(low, high)| [low.into(), high.into()]),
            arguments: arguments.into_iter().collect::<Map<_, _>>(),
            extra,
            ..Default::default()
        },
    )
}

fn references() -> impl Strategy<Value = References> {
    prop_oneof![text().prop_map(References::One), vec(text(), 0..3).prop_map(References::Several)]
}

fn property() -> impl Strategy<Value = SchemaProperty> {
    let leaf =
        (text(), option::of(text()), option::of(any::<bool>()), vec(value(), 0..2), vec(quality(), 0..2), custom());
    let leaf = leaf.prop_map(|(name, physical_type, required, examples, quality, custom_properties)| SchemaProperty {
        name,
        physical_type,
        required,
        examples,
        quality,
        custom_properties,
        ..Default::default()
    });
    leaf.prop_recursive(2, 6, 2, |inner| {
        (text(), vec(inner.clone(), 0..2), option::of(inner), option::of(references()), extra()).prop_map(
            |(name, properties, items, to, extra)| SchemaProperty {
                name,
                properties,
                items: items.map(Box::new),
                relationships: to.map(|to| Relationship { to: Some(to), ..Default::default() }).into_iter().collect(),
                extra,
                ..Default::default()
            },
        )
    })
}

fn team() -> impl Strategy<Value = Team> {
    let members = || {
        let member = (text(), option::of(text()));
        vec(member.prop_map(|(username, role)| TeamMember { username, role, ..Default::default() }), 0..3)
    };
    let named = (option::of(text()), members(), extra());
    let named = named.prop_map(|(name, members, extra)| TeamDocument { name, members, extra, ..Default::default() });
    prop_oneof![members().prop_map(Team::Members), named.prop_map(|team| Team::Document(Box::new(team)))]
}

fn any_contract() -> impl Strategy<Value = DataContract> {
    let context = prop_oneof![
        text().prop_map(Context::Text),
        option::of(text()).prop_map(|instructions| {
            Context::Document(Box::new(ContextDocument { instructions, ..Default::default() }))
        }),
    ];
    let objects = (text(), vec(property(), 0..3), vec(quality(), 0..2), extra());
    let objects = objects.prop_map(|(name, properties, quality, extra)| SchemaObject {
        name,
        properties,
        quality,
        extra,
        ..Default::default()
    });
    let server = (text(), text(), extra()).prop_map(|(server, r#type, extra)| Server {
        server,
        r#type,
        extra,
        ..Default::default()
    });
    let sla = (text(), value()).prop_map(|(property, value)| SlaProperty { property, value, ..Default::default() });
    let parts = (vec(objects, 0..3), vec(server, 0..2), vec(sla, 0..2), option::of(team()), option::of(context));
    (text(), text(), vec(text(), 0..3), parts, custom(), extra()).prop_map(
        |(id, version, tags, (schema, servers, sla_properties, team, context), custom_properties, extra)| {
            DataContract {
                api_version: "v3.2.0".to_owned(),
                kind: "DataContract".to_owned(),
                id,
                version,
                tags,
                schema,
                servers,
                sla_properties,
                team,
                context,
                custom_properties,
                extra,
                ..Default::default()
            }
        },
    )
}

::laws::laws! {
    "import and export", 128;

    fn a_contract_that_is_written_and_read_is_the_same(written in any_contract()) {
        let yaml = written.to_yaml().unwrap();
        let read = super::read(&yaml).map_err(|fault| TestCaseError::fail(format!("{fault:?}\n{yaml}")))?.contract;
        prop_assert_eq!(&read, &written, "{}", yaml);
        prop_assert_eq!(read.to_yaml().unwrap(), yaml);
        let json = serde_json::to_string_pretty(&written).unwrap();
        prop_assert_eq!(&super::read(&json).unwrap().contract, &written, "{}", json);
        prop_assert_eq!(serde_json::from_str::<DataContract>(&json).unwrap(), written);
    }

    fn every_part_of_a_document_has_a_line(written in any_contract()) {
        let yaml = written.to_yaml().unwrap();
        let document = Document::parse(&yaml).unwrap();
        let lines = u32::try_from(yaml.lines().count()).unwrap();
        for (index, object) in written.schema.iter().enumerate() {
            let line = document.line_of(&format!("/schema/{index}/name")).unwrap();
            let end = document.line_of(&format!("/schema/{}", index + 1)).unwrap();
            prop_assert!((1..=lines).contains(&line), "{} of {}", object.name, yaml);
            prop_assert!(index + 1 == written.schema.len() || line < end);
        }
    }

    fn every_finding_has_a_rule_and_a_line_and_the_same_text_has_the_same_findings(written in any_contract()) {
        let yaml = written.to_yaml().unwrap();
        let linted = lint::lint_text(&yaml);
        for finding in &linted.findings {
            prop_assert!(lint::rule(finding.rule).is_some() && finding.line.is_some(), "{:?}\n{}", finding, yaml);
        }
        prop_assert_eq!(lint::lint_text(&yaml).findings, linted.findings);
    }

    fn any_text_is_read_or_refused(text in "\\PC{0,200}", lines in vec("[ \\-a-z:&*\\[\\]{},'\"#|>?!%]{0,20}", 0..20)) {
        for text in [text, lines.join("\n")] {
            prop_assert_eq!(lint::lint_text(&text).is_readable, Document::parse(&text).is_ok());
        }
    }
}
