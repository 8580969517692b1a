//! Makes a query smaller while it still shows what is wrong: parts of it are left out, as long as its brackets fit.

/// A query's smallest form for which `shows` holds still, found by leaving out ever smaller runs of tokens.
pub(crate) fn shrunk(sql: &str, mut shows: impl FnMut(&str) -> bool) -> String {
    let mut tokens = tokens(sql);
    loop {
        let before = tokens.len();
        let mut length = tokens.len();
        while length > 0 {
            let mut start = 0;
            while start + length <= tokens.len() {
                if is_balanced(&tokens[start..start + length]) {
                    let without: Vec<_> = tokens[..start].iter().chain(&tokens[start + length..]).cloned().collect();
                    if shows(&without.concat()) {
                        tokens = without;
                        continue;
                    }
                }
                start += 1;
            }
            length /= 2;
        }
        unwrap_brackets(&mut tokens, &mut shows);
        if tokens.len() == before {
            return tokens.concat().trim().to_owned();
        }
    }
}

/// Leaves out pairs of brackets.
fn unwrap_brackets(tokens: &mut Vec<String>, shows: &mut impl FnMut(&str) -> bool) {
    let mut open = 0;
    while open < tokens.len() {
        if let Some(close) = close_of(tokens, open) {
            let mut without = tokens.clone();
            without.remove(close);
            without.remove(open);
            if shows(&without.concat()) {
                *tokens = without;
                continue;
            }
        }
        open += 1;
    }
}

fn close_of(tokens: &[String], open: usize) -> Option<usize> {
    let mut depth = 0;
    (tokens[open].starts_with(['(', '['])).then_some(())?;
    tokens[open..]
        .iter()
        .position(|token| {
            depth += step(token);
            depth == 0
        })
        .map(|length| open + length)
}

fn step(token: &str) -> i32 {
    match token.as_bytes()[0] {
        b'(' | b'[' | b'{' => 1,
        b')' | b']' | b'}' => -1,
        _ => 0,
    }
}

fn is_balanced(tokens: &[String]) -> bool {
    let mut depth = 0;
    let never_below = tokens.iter().all(|token| {
        depth += step(token);
        depth >= 0
    });
    never_below && depth == 0
}

/// The text in pieces, each with the white space behind it. A name with its qualifiers is one.
fn tokens(sql: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for token in pieces(sql) {
        match joined.last_mut() {
            Some(last) if token == "." || last.ends_with('.') => last.push_str(&token),
            _ => joined.push(token),
        }
    }
    joined
}

fn pieces(sql: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = sql.trim();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |at| at + 2),
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '(' | ')' | '[' | ']' | '{' | '}' | ',' => 1,
            _ => rest
                .find(|c: char| c.is_alphanumeric() || c.is_whitespace() || "_()[]{},'\"".contains(c))
                .unwrap_or(rest.len()),
        };
        let after = rest[end..].trim_start();
        let space = if after.len() < rest.len() - end { " " } else { "" };
        let comment = if rest.starts_with("--") { "\n" } else { space };
        tokens.push(format!("{}{comment}", &rest[..end]));
        rest = after;
    }
    tokens
}
