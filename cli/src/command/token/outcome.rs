//! Tokens, for people and programs.

use serde_json::{Value, json};
use time::{OffsetDateTime, UtcOffset};
use weft_api::{CreatedToken, Token};

use crate::{
    escape::escape,
    output::{
        Message, Output,
        style::{HEAD, paint},
        table::table,
    },
};

/// What was created, listed or revoked.
pub(in crate::command) enum Answer {
    Created(CreatedToken),
    Listed(Vec<Token>),
    Revoked(Token),
}

fn scopes(token: &Token) -> String {
    token.scopes.iter().map(|scope| escape(scope)).collect::<Vec<_>>().join(" ")
}

/// The day of a moment, in UTC.
fn day(moment: OffsetDateTime) -> String {
    moment.to_offset(UtcOffset::UTC).date().to_string()
}

fn state(token: &Token) -> String {
    match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("revoked {}", day(at)),
        (None, Some(at)) if !token.is_valid => format!("expired {}", day(at)),
        (None, Some(at)) => format!("valid until {}", day(at)),
        (None, None) => "valid".to_owned(),
    }
}

fn listed(tokens: &[Token]) -> String {
    let row = |token: &Token| {
        [
            token.number.to_string(),
            escape(token.name.as_str()),
            scopes(token),
            state(token),
            token.last_used_at.map_or_else(|| "never".to_owned(), day),
            escape(&token.created_by),
        ]
    };
    let rows: Vec<_> = tokens.iter().map(row).collect();
    table(["NUMBER", "NAME", "SCOPES", "STATE", "LAST USED", "CREATED BY"], &rows)
}

impl Output for Answer {
    fn text(&self) -> String {
        match self {
            Self::Created(CreatedToken { token, secret }) => {
                let name = paint(HEAD, escape(token.name.as_str()));
                let (number, scopes, state) = (token.number, scopes(token), state(token));
                format!(
                    "Created token {name} (number {number})\n  scopes  {scopes}\n  state   {state}\n  token   {}\n",
                    escape(secret)
                )
            }
            Self::Listed(tokens) if tokens.is_empty() => String::new(),
            Self::Listed(tokens) => listed(tokens),
            Self::Revoked(token) => {
                format!("Revoked token {} (number {})\n", paint(HEAD, escape(token.name.as_str())), token.number)
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Created(created) => json!(created),
            Self::Listed(tokens) => json!({ "tokens": tokens }),
            Self::Revoked(token) => json!({ "token": token }),
        }
    }

    fn messages(&self) -> Vec<Message> {
        let hint = match self {
            Self::Created(_) => "store the token now: the registry cannot show it again; clients send it as WEFT_TOKEN",
            Self::Listed(tokens) if tokens.is_empty() => {
                "the registry has no tokens; `weft token create NAME --scope SCOPE` creates one"
            }
            Self::Listed(_) | Self::Revoked(_) => return Vec::new(),
        };
        vec![Message::Hint(hint.to_owned())]
    }
}
