//! Texts as YAML holds them, for every reader of it: of YAML 1.1 too, where a line may end in more ways.

use std::fmt::Write as _;

use crate::hidden::is_hidden;

/// A text in double quotes, with escapes for characters that have a meaning there or are invisible.
///
/// JSON's escapes are not enough: YAML has no surrogate pairs.
pub fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let code = u32::from(c);
                let _ = if code > 0xffff { write!(quoted, "\\U{code:08x}") } else { write!(quoted, "\\u{code:04x}") };
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_text_reads_back_and_stands_on_one_visible_line(text in any::<String>()) {
            let quoted = double_quoted(&text);
            prop_assert!(!quoted.chars().any(is_hidden), "{}", quoted);
            prop_assert_eq!(serde_saphyr::from_str::<String>(&quoted).unwrap(), text);
        }
    }

    #[test]
    fn a_character_beyond_sixteen_bits_is_one_escape() {
        assert_eq!(double_quoted("\u{e0041}\u{2028}\"\\é🎈"), r#""\U000e0041\u2028\"\\é🎈""#);
    }
}
