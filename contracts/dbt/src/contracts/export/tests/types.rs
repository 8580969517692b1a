use weft_model::types::{self, Dialect};
use weft_odcs as odcs;

use crate::contracts::export::{ApiVersion, logical};

/// A name of a type alone, with arguments, and nested.
fn texts_of(name: &str) -> Vec<String> {
    let wraps = ["{}", "{}[]", "array<{}>", "struct<{}, {}>", "struct(a {}, \"b c\" {}[])", "map<{}, {}>"];
    let arguments = ["", "(12, 3)", "(7)", "(2) with time zone", "(a, '2', 3)", " day to second(3)"];
    let texts = wraps.iter().flat_map(|wrap| arguments.map(|it| wrap.replace("{}", &format!("{name}{it}"))));
    texts.collect()
}

#[test]
fn the_logical_type_that_an_export_gives_a_column_fits_it() {
    for dialect in Dialect::ALL {
        for text in dialect.type_names().flat_map(texts_of) {
            let Some(read) = types::parse(&text, dialect) else { continue };
            for (version, is_old) in [(ApiVersion::V3_0, true), (ApiVersion::V3_2, false)] {
                let Some(word) = logical::logical(&read, version).logical_type else { continue };
                let fits = odcs::fits::is_logical(&word, &text, dialect, is_old);
                assert_ne!(fits, Some(false), "{dialect:?} {text} is {word}");
            }
        }
    }
}
