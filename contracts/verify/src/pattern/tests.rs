use proptest::prelude::*;

use super::*;
use crate::{DUCKDB, POSTGRES};

#[track_caller]
fn is_spelled(pattern: &str, postgres: &str, duckdb: &str) {
    for (engine, expected) in [(POSTGRES, postgres), (DUCKDB, duckdb)] {
        assert_eq!(spelled(pattern, engine.spelling()).as_deref(), Ok(expected), "{pattern}");
    }
}

#[test]
fn classes_are_written_as_the_characters_that_they_are() {
    is_spelled(r"^\d+$", "^[0-9]+$", "^[0-9]+$");
    is_spelled(r"^[^\s']+$", r"^[^\u0009-\u000d ']+$", r"^[^\x{9}-\x{d} ']+$");
    is_spelled("a.c", r"a[^\u000a]c", r"a[^\x{a}]c");
    is_spelled(r"[\w.-]{2,3}@", r"[\-.0-9A-Z_a-z]{2,3}@", r"[\-.0-9A-Z_a-z]{2,3}@");
    is_spelled(r"[\s\S]", "(?:a|[^a])", "(?:a|[^a])");
    is_spelled("[[a&&b]", r"[&\[ab]", r"[&\[ab]");
    is_spelled("(?i)ab", "[Aa][Bb]", "[Aa][Bb]");
    is_spelled(r"^{a}\{[{]$", r"^\{a\}\{\{$", r"^\{a\}\{\{$");
    is_spelled(r"\/\é[\b]", r"/é\u0008", r"/é\x{8}");
}

#[test]
fn a_word_boundary_is_none_of_an_engines_own() {
    let postgres = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))a";
    is_spelled(r"\ba", postgres, r"\ba");
}

#[test]
fn what_repeats_more_than_an_engine_counts_is_written_several_times() {
    is_spelled("^a{300}$", "^a{255}a{45}$", "^a{300}$");
    is_spelled("^a{2,400}$", "^a{0,255}a{0,143}a{2}$", "^a{2,400}$");
    is_spelled("^(ab){256,}$", "^(?:ab){255}(?:ab)+$", "^(?:ab){256,}$");
    is_spelled("^(a|bc)?(?:)*$", "^(?:a|bc)?(?:)$", "^(?:a|bc)?(?:)$");
}

#[test]
fn what_not_every_engine_has_is_not_understood() {
    for pattern in [
        "(?=a)b",
        "(?<!a)b",
        r"(a)\1",
        "a++",
        r"\Qa\E",
        "(",
        "[a",
        "a{1001}",
        "(a{40}){40}",
        r"\m",
        r"a\Z",
        "***=a",
        "(?q)a",
        r"\y",
        r"\c",
    ] {
        assert!(spelled(pattern, POSTGRES.spelling()).is_err(), "{pattern}");
    }
}

proptest! {
    #[test]
    fn no_pattern_makes_it_panic_and_all_engines_understand_the_same(pattern in r"[a-c\\dwsbDWSBxuZp{}()\[\]^$.|*+?0-9,:&~é-]{0,20}") {
        let [one, other] = [POSTGRES, DUCKDB].map(|engine| spelled(&pattern, engine.spelling()).is_ok());
        prop_assert_eq!(one, other);
    }

    /// The reader's own matcher is the judge: what is put down means what the pattern meant.
    #[test]
    fn a_pattern_put_down_anew_matches_the_same_texts(
        pattern in r"(\^|)(\\d|\\w|\\S|[a-c]|\[\^?[a-c]-?[d-f]\\s\]|\(a\|bc\)|\.|\\b){1,5}(\*|\+|\{2\}|\{1,3\}|)(\$|)",
        text in "[a-f0-9 _é\n]{0,8}",
    ) {
        let read = regex::Regex::new(&prepared::prepared(&pattern)).unwrap();
        let anew = regex::Regex::new(&spelled(&pattern, DUCKDB.spelling()).unwrap().replace(r"\b", r"(?-u:\b)")).unwrap();
        prop_assert_eq!(read.is_match(&text), anew.is_match(&text), "{}", anew);
    }
}
