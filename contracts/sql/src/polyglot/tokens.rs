//! The tokens of a text, mended before they are parsed: names that the parser takes for words of some other place, and
//! numbers that it takes apart.

use polyglot_sql::tokens::{Token, TokenType};

use weft_model::types::Dialect;

/// Words that the parser does not take for a name, though some engine lets a column have them without quotes.
const WORDS: [&str; 28] = [
    "alter", "binary", "both", "cast", "create", "cross", "cube", "delete", "div", "drop", "except", "exists",
    "format", "insert", "interval", "lateral", "leading", "limit", "natural", "order", "prewhere", "qualify", "rollup",
    "set", "settings", "top", "trailing", "try_cast",
];

/// Mends the tokens of a text.
pub(super) fn mend(tokens: &mut Vec<Token>, dialect: Dialect) {
    for place in 0..tokens.len() {
        if is_name(tokens, place) {
            tokens[place].token_type = TokenType::QuotedIdentifier;
        }
    }
    if dialect == Dialect::DuckDb {
        leave_factorials_out(tokens);
    }
    // BigQuery's and Teradata's own tokens are such numbers already.
    if !matches!(dialect, Dialect::BigQuery | Dialect::Teradata) {
        join_hex(tokens);
    }
}

/// What an operand may end with.
const OPERAND_ENDS: [TokenType; 5] =
    [TokenType::Var, TokenType::Identifier, TokenType::QuotedIdentifier, TokenType::Number, TokenType::RParen];

/// Leaves out the `!` of DuckDB's factorial, behind an operand, which the parser takes for the beginning of `!=`.
fn leave_factorials_out(tokens: &mut Vec<Token>) {
    let is_factorial = |place: usize| {
        let before = place.checked_sub(1).map(|before| tokens[before].token_type);
        let after = tokens.get(place + 1).map(|after| after.token_type);
        tokens[place].token_type == TokenType::Exclamation
            && before.is_some_and(|before| OPERAND_ENDS.contains(&before))
            && after.is_none_or(ends_operand)
    };
    let factorials: Vec<usize> = (0..tokens.len()).filter(|place| is_factorial(*place)).collect();
    for place in factorials.into_iter().rev() {
        tokens.remove(place);
    }
}

/// Whether a word is at a place where only a name can be: after the start of an operand, and before its end.
fn is_name(tokens: &[Token], place: usize) -> bool {
    let token = &tokens[place];
    if matches!(token.token_type, TokenType::QuotedIdentifier | TokenType::String | TokenType::Number) {
        return false;
    }
    let Some(word) = WORDS.iter().find(|word| token.text.eq_ignore_ascii_case(word)) else { return false };
    let before = place.checked_sub(1).map(|before| tokens[before].token_type);
    let after = tokens.get(place + 1).map(|after| after.token_type);
    match (*word, before, after) {
        // A function; `trim(leading from x)`; `interval -1 day`; a cast's type.
        (_, _, Some(TokenType::LParen))
        | ("both" | "leading" | "trailing", Some(TokenType::LParen), _)
        | ("interval", _, Some(TokenType::Dash | TokenType::Plus))
        | ("binary" | "interval", Some(TokenType::As), _) => false,
        (_, Some(TokenType::Dot), _) => true,
        (_, before, after) => before.is_some_and(begins_operand) && after.is_none_or(ends_operand),
    }
}

/// Whether an operand may follow.
pub(super) fn begins_operand(before: TokenType) -> bool {
    use TokenType as T;
    matches!(
        before,
        T::Select | T::Distinct | T::Comma | T::LParen | T::LBracket | T::And | T::Or | T::Not | T::On | T::Where
    ) || matches!(before, T::Having | T::Case | T::When | T::Then | T::Else | T::Between | T::Like | T::ILike | T::By)
        || matches!(before, T::Qualify | T::As)
        || is_operator(before)
}

/// Whether an operand may be before this token.
pub(super) fn ends_operand(after: TokenType) -> bool {
    use TokenType as T;
    matches!(after, T::Comma | T::RParen | T::RBracket | T::From | T::As | T::And | T::Or | T::Is | T::In | T::Not)
        || matches!(after, T::Between | T::Like | T::ILike | T::Asc | T::Desc | T::Nulls | T::Then | T::When | T::Else)
        || matches!(after, T::End | T::Where | T::Group | T::Order | T::Having | T::Limit | T::Qualify | T::Union)
        || matches!(after, T::Except | T::Intersect | T::DColon | T::Semicolon | T::Star | T::Slash)
        || is_operator(after)
}

fn is_operator(token: TokenType) -> bool {
    use TokenType as T;
    matches!(token, T::Dash | T::Plus | T::Lt | T::Lte | T::Gt | T::Gte | T::Eq | T::Neq | T::NullsafeEq | T::DPipe)
}

/// Makes one literal of `0` and `x1F`, as the tokenizer leaves them in dialects that it does not know to have such.
fn join_hex(tokens: &mut Vec<Token>) {
    let is_pair = |pair: &[Token]| {
        let digits = pair[1].text.strip_prefix(['x', 'X']);
        pair[0].token_type == TokenType::Number
            && pair[0].text == "0"
            && pair[0].span.end == pair[1].span.start
            && digits.is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit()))
    };
    let mut place = 0;
    while let Some(found) = tokens.get(place..).and_then(|rest| rest.windows(2).position(is_pair)) {
        place += found;
        let digits = tokens.remove(place + 1);
        let number = &mut tokens[place];
        number.token_type = TokenType::HexString;
        digits.text.get(1..).unwrap_or_default().clone_into(&mut number.text);
        number.span.end = digits.span.end;
    }
}
