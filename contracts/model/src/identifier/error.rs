//! Why a text is not a name or type.

/// Why a text is not a name or type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum IdentifierError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is longer than any engine takes.
    #[error("it has {characters} characters; the limit is {most}")]
    TooLong {
        /// The number of characters.
        characters: usize,
        /// How many are taken.
        most: usize,
    },
    /// A character in it cannot be seen, or changes how the rest is shown.
    #[error("it has a control or hidden character, U+{code:04X}: remove it")]
    Hidden {
        /// The code point of the character.
        code: u32,
    },
    /// A character that could end a name in the SQL of a reader.
    #[error("it has the character {character} (U+{:04X}), which could end a name in the SQL of a reader: rename it", u32::from(*character))]
    Character {
        /// The character.
        character: char,
    },
    /// The text has more than one expression or type.
    #[error("it has a `{mark}` outside of quotes, which starts a comment or another statement: remove it")]
    Mark {
        /// The mark that starts the rest.
        mark: &'static str,
    },
    /// A quote or bracket is left open, or closed without one.
    #[error("its quotes or brackets do not match: close each `{bracket}`")]
    Unbalanced {
        /// The first that does not match.
        bracket: char,
    },
}
