//! Text in XML.

/// Text as XML has it, in an element or in an attribute. Control characters, which XML cannot have, are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_text_becomes_an_element_or_an_attribute() {
        assert_eq!(super::escape("<a b=\"c\">&amp;\u{1b}\u{ffff}🎈"), "&lt;a b=&quot;c&quot;&gt;&amp;amp;🎈");
    }
}
