//! Every name in a text is accounted for: it is in the tree and was evaluated, or the reading is not certain.
//!
//! If the parser drops a name from the tree, the column is missing from what is read. So the names of the tokens are
//! counted against those of the tree.

use std::collections::{BTreeSet, HashMap};

use polyglot_sql::{
    ExpressionWalk as _,
    expressions::{Expression, Identifier, Select},
    tokens::{Token, TokenType},
};

use super::{
    cells::Cells,
    key::key,
    tokens::{begins_operand, ends_operand},
    word::DATE_PARTS,
};

fn is_text(token: TokenType) -> bool {
    use TokenType as T;
    matches!(token, T::String | T::NationalString | T::RawString | T::ByteString | T::HexString | T::BitString)
        || matches!(token, T::HeredocString | T::HeredocStringAlternative | T::UnicodeString | T::Number | T::HexNumber)
}

/// Words of the language that the tokenizer takes for names: `at time zone`, `with ordinality`.
const SYNTAX: [&str; 4] = ["at", "ordinality", "precision", "zone"];

/// Whether the word at a place is one of the language's there, though it is a name elsewhere.
fn is_syntax(tokens: &[Token], place: usize) -> bool {
    use TokenType as T;
    let word = tokens[place].text.to_lowercase();
    let token = |distance: isize| tokens.get(place.checked_add_signed(distance)?);
    let kind = |distance| token(distance).map(|token| token.token_type);
    let is = |distance, word: &str| token(distance).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
    if kind(0) == Some(T::QuotedIdentifier) {
        return false;
    }
    match &*word {
        "grouping" => is(1, "sets"),
        "sets" => is(-1, "grouping"),
        "similar" => is(1, "to"),
        "positional" | "asof" => is(1, "join"),
        "array" => kind(1) == Some(T::LBracket),
        "map" => kind(1) == Some(T::LBrace),
        // `union by name`
        "name" if is(-1, "by") => is(-2, "all") || matches!(kind(-2), Some(T::Union | T::Except | T::Intersect)),
        // `unpivot .. into name n value v`
        "name" => kind(-1) == Some(T::Into),
        "value" => kind(-3) == Some(T::Into) && is(-2, "name"),
        word if DATE_PARTS.contains(&word) || word == "isodow" => {
            let of_interval = matches!(kind(-1), Some(T::String | T::Number | T::RParen));
            of_interval || kind(1) == Some(T::From) && kind(-1) == Some(T::LParen) && is(-2, "extract")
        }
        _ => false,
    }
}

/// The names at places of a text where a column can be, each with its count.
pub(super) struct TextNames {
    counts: HashMap<Box<str>, Count>,
    /// The names that are in quotes somewhere.
    quoted: BTreeSet<Box<str>>,
}

#[derive(Default)]
struct Count {
    written: usize,
    found: usize,
    /// How often the tree has it after an `as`, where it names no column that is there already.
    aliases: usize,
    /// Written as a name, and not as a word that could be one of the language's.
    plain: bool,
}

impl TextNames {
    /// The names of a text. What a parenthesis follows is a function's.
    pub(super) fn from_tokens(tokens: &[Token]) -> Self {
        let mut names: HashMap<Box<str>, Count> = HashMap::new();
        let mut quoted = BTreeSet::new();
        for (place, token) in tokens.iter().enumerate() {
            let after = tokens.get(place + 1).map(|after| after.token_type);
            let before = place.checked_sub(1).map(|before| tokens[before].token_type);
            if matches!(before, Some(TokenType::As | TokenType::DColon)) || is_syntax(tokens, place) {
                continue;
            }
            let plain = match token.token_type {
                TokenType::QuotedIdentifier => {
                    quoted.insert(key(&token.text));
                    true
                }
                _ if after == Some(TokenType::LParen) || is_text(token.token_type) => continue,
                TokenType::Identifier | TokenType::Var => true,
                _ if !token.text.starts_with(|first: char| first.is_alphabetic() || first == '_') => continue,
                _ => {
                    let operand = before.is_some_and(begins_operand) && after.is_none_or(ends_operand);
                    if !operand && before != Some(TokenType::Dot) {
                        continue;
                    }
                    false
                }
            };
            for part in token.text.split('.') {
                let count = names.entry(key(part)).or_default();
                count.written += 1;
                count.plain |= plain && !SYNTAX.contains(&&*key(part));
            }
        }
        Self { counts: names, quoted }
    }

    /// The keys of names in quotes. The parser takes some of them for calls without parentheses: `"localtime"`.
    pub(super) fn take_quoted(&mut self) -> BTreeSet<Box<str>> {
        std::mem::take(&mut self.quoted)
    }

    /// The names that the tree has lost and that may be a column of what the query reads.
    pub(super) fn lost(mut self, tree: &Expression, cells: &Cells) -> BTreeSet<Box<str>> {
        for part in tree.dfs() {
            self.found_in(part);
        }
        let lost = self.counts.iter().filter(|(_, count)| count.found < count.written);
        let lost: Vec<_> = lost.filter(|(name, count)| cells.may_have(name, count.plain)).collect();
        if lost.is_empty() {
            return BTreeSet::new();
        }
        // Names stand in the tree in more places than those that were looked at, all of them in quotes here.
        let whole = format!("{tree:?}").to_lowercase();
        let is_lost = |name: &str, count: &Count| {
            let quoted = format!("{name:?}");
            let texts = whole.matches(&format!("string({quoted})")).count();
            whole.matches(&quoted).count() < count.written + count.aliases + texts
        };
        lost.into_iter().filter(|(name, count)| is_lost(name, count)).map(|(name, _)| name.clone()).collect()
    }

    /// Counts the names that a part of the tree holds itself.
    fn found_in(&mut self, part: &Expression) {
        match part {
            Expression::Column(column) => self.found(column.table.iter().chain([&column.name])),
            Expression::Identifier(name) => self.found([name]),
            Expression::Alias(alias) => {
                self.found(&alias.column_aliases);
                self.alias(Some(&alias.alias), alias.alias_explicit_as);
            }
            Expression::Dot(dot) => self.found([&dot.field]),
            Expression::Var(var) => self.add(&var.this),
            Expression::Function(call) if call.no_parens => self.add(&call.name),
            Expression::Table(table) => {
                let outer = [&table.catalog, &table.schema];
                self.alias(table.alias.as_ref(), table.alias_explicit_as);
                self.found(outer.into_iter().flatten().chain([&table.name]).chain(&table.column_aliases));
            }
            Expression::Subquery(subquery) => {
                self.found(&subquery.column_aliases);
                self.alias(subquery.alias.as_ref(), subquery.alias_explicit_as);
            }
            Expression::Star(star) => {
                self.found(star.table.iter().chain(star.except.iter().flatten()));
                self.found(star.rename.iter().flatten().flat_map(|(before, after)| [before, after]));
                for replaced in star.replace.iter().flatten() {
                    self.alias(Some(&replaced.alias), true);
                }
            }
            Expression::Select(select) => self.found_in_select(select),
            _ => {}
        }
    }

    fn found_in_select(&mut self, select: &Select) {
        let ctes = select.with.iter().flat_map(|with| &with.ctes);
        self.found(ctes.flat_map(|cte| cte.columns.iter().chain([&cte.alias])));
        self.found(select.joins.iter().flat_map(|join| &join.using));
        self.found(select.windows.iter().flatten().map(|window| &window.name));
        let views = select.lateral_views.iter();
        self.found(views.flat_map(|view| view.table_alias.iter().chain(&view.column_aliases)));
    }

    fn found<'n>(&mut self, names: impl IntoIterator<Item = &'n Identifier>) {
        names.into_iter().for_each(|name| self.add(&name.name));
    }

    fn alias(&mut self, name: Option<&Identifier>, after_as: bool) {
        let Some(name) = name else { return };
        match self.counts.get_mut(&*key(&name.name)) {
            Some(count) if after_as => count.aliases += 1,
            _ => self.add(&name.name),
        }
    }

    fn add(&mut self, name: &str) {
        for part in name.split('.') {
            if let Some(count) = self.counts.get_mut(&*key(part)) {
                count.found += 1;
            }
        }
    }
}
