use proptest::prelude::*;

use super::*;

fn files(path: &str, claims: Vec<Claim>) -> ManifestFiles {
    let mut files = ManifestFiles::default();
    for claim in claims {
        files.add(path, claim);
    }
    files
}

fn block(name: &str, text: &str) -> Claim {
    Claim::Block { name: name.into(), text: text.into() }
}

fn of_text(text: &str) -> ManifestFiles {
    files("a.sql", vec![Claim::whole(text)])
}

#[test]
fn ends_of_lines_a_byte_order_mark_and_outer_white_space_are_no_difference() {
    let files = of_text("select 1,\n  2");
    for same in ["select 1,\n  2\n", "\u{feff}select 1,\r\n  2\r\n", "\n\n select 1,\r  2\t\u{a0}"] {
        assert_eq!(files.compare("a.sql", same.as_bytes()), FileMatch::Same, "{same:?}");
    }
    for other in ["", "select 1, 2", "select 1,\n  3"] {
        assert_eq!(files.compare("a.sql", other.as_bytes()), FileMatch::Different, "{other:?}");
    }
    assert_eq!(files.compare("a.sql", b"select \xff"), FileMatch::Different);
    assert_eq!(files.compare("b.sql", b""), FileMatch::Unknown);
    assert_eq!(of_text("").compare("a.sql", b" \n"), FileMatch::Same);
}

#[test]
fn dbt_1_12_does_not_parse_a_change_of_white_space_anew() {
    for (version, found) in
        [("1.12.6", FileMatch::WhiteSpace), ("1.11.16", FileMatch::Different), ("2.0.0-alpha.4", FileMatch::Different)]
    {
        let files = of_text("select 1 as id").by(Some(version));
        assert_eq!(files.compare("a.sql", b"select  1\n as id"), found, "{version}");
        assert_eq!(files.compare("a.sql", b"select 2 as id"), FileMatch::Different, "{version}");
    }
}

#[test]
fn each_block_of_a_file_counts_and_the_text_around_them_does_not() {
    let text =
        "-- ours\n{% macro one() %}1{% endmacro %}\n{# {% macro old() %} #}{% test t(model) %}x{% endtest %}\r\n";
    let known =
        vec![block("one", "{% macro one() %}1{% endmacro %}"), block("test_t", "{% test t(model) %}x{% endtest %}")];
    let files = files("m.sql", known);
    assert_eq!(files.compare("m.sql", text.as_bytes()), FileMatch::Same);
    assert_eq!(files.compare("m.sql", text.replace("ours", "theirs").as_bytes()), FileMatch::Same);
    for (from, to) in
        [(">1<", ">2<"), ("%}1{", "%}2{"), ("-- ours", "{%- macro two() %}{% endmacro %}"), ("{% test", "{% macro")]
    {
        let changed = text.replace(from, to);
        let expected = if changed == text { FileMatch::Same } else { FileMatch::Different };
        assert_eq!(files.compare("m.sql", changed.as_bytes()), expected, "{changed}");
    }
}

#[test]
fn snapshots_and_materializations_are_known_by_the_names_that_dbt_keeps() {
    let text = "{% snapshot s %}\nselect 1\n{% endsnapshot %}\n{% materialization m, adapter='duckdb' %}x{% endmaterialization %}";
    let known = vec![
        block("s", "\nselect 1\n"),
        block("materialization_m_duckdb", "{% materialization m, adapter='duckdb' %}x{% endmaterialization %}"),
    ];
    assert_eq!(files("s.sql", known).compare("s.sql", text.as_bytes()), FileMatch::Same);
}

#[test]
fn a_seed_is_known_by_the_checksum_of_each_dbt() {
    let content = "id,name\r\n1,a\r\n";
    let taken = [content, "id,name\r\n1,a", "id,name\n1,a", "id,name 1,a"];
    for text in taken {
        let files = files("s.csv", vec![Claim::Checksum(Digest::hash_bytes(text.as_bytes()).hex().into())]);
        assert_eq!(files.compare("s.csv", content.as_bytes()), FileMatch::Same, "{text:?}");
        assert_eq!(files.compare("s.csv", b"id,name\n2,a\n"), FileMatch::Different, "{text:?}");
    }
    let by_path = files("s.csv", vec![Claim::Named]);
    assert_eq!(by_path.compare("s.csv", content.as_bytes()), FileMatch::Unknown);
}

#[test]
fn a_manifest_without_the_texts_of_its_models_cannot_be_compared() {
    assert!(!ManifestFiles::default().can_be_compared());
    assert!(!files("a.sql", vec![Claim::Untold]).can_be_compared());
    assert!(files("a.yml", vec![Claim::Named]).can_be_compared());
    let mut mixed = of_text("select 1");
    mixed.add("b.sql", Claim::Untold);
    assert!(mixed.can_be_compared());
    assert_eq!(mixed.compare("b.sql", b""), FileMatch::Unknown);
}

proptest! {
    #[test]
    fn a_text_is_itself_however_git_writes_its_lines(text in "[a-z {}%#\n\u{e9}]{0,60}") {
        let files = of_text(&text);
        prop_assert_eq!(files.compare("a.sql", text.as_bytes()), FileMatch::Same);
        prop_assert_eq!(files.compare("a.sql", text.replace('\n', "\r\n").as_bytes()), FileMatch::Same);
    }

    #[test]
    fn another_word_is_another_text(text in "[a-z \n]{0,40}", word in "[0-9]{1,5}") {
        let changed = format!("{text} {word}");
        prop_assert_eq!(of_text(&text).compare("a.sql", changed.as_bytes()), FileMatch::Different);
    }
}
