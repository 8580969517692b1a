//! Characters that a reader does not see as they are: what drives a terminal, reorders a line, or has no shape.

/// Whether a character drives what shows it, reorders what is read around it, or cannot be seen.
///
/// The joiners U+200C and U+200D and the variation selectors U+FE00 to U+FE0F are not among them: words of several scripts
/// and many emoji are written with them.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_direction(c) || is_invisible(c)
}

/// Marks that turn the direction of what follows, and the separators of lines and paragraphs.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What Unicode lets a program leave out when it shows a text, as far as no script needs it.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_reorders_a_line_or_cannot_be_seen_is_hidden() {
        for c in "\0\t\n\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200e}\u{202e}\u{2028}\u{2060}\u{2066}\u{3164}\u{feff}\u{e0041}".chars()
        {
            assert!(is_hidden(c), "{}", c.escape_unicode());
        }
    }

    #[test]
    fn letters_of_every_script_spaces_and_emoji_are_seen() {
        for text in ["Größe", "価格", "цена", "قیمت\u{200c}ها", "क्\u{200d}ष", "👩\u{200d}🔧", "❤\u{fe0f}", "a b.c-d$#@"]
        {
            assert!(!text.chars().any(is_hidden), "{text}");
        }
    }
}
