//! The likely word for an unknown one, for hints.

/// The minimum similarity of an unknown word and the suggested one.
const ALIKE: f64 = 0.7;

/// The first 80 characters of what was given, as messages repeat it.
pub fn short(input: &str) -> String {
    input.chars().take(80).collect()
}

/// Asks whether the likest word was meant; else says something else.
pub fn meant(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}

/// The likest of the words that are known, if one is like what was given at all.
pub fn near(input: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let input = short(input).to_lowercase();
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(&input, word);
    // The start of a word is meant to be the word.
    let likeness = |word: &str| if input.len() > 2 && word.starts_with(&input) { 1.0 } else { likeness(word) };
    let alike = known.map(|word| (likeness(word), word)).filter(|(likeness, _)| *likeness >= ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}
