//! `weft token`.

mod outcome;

use clap::{Args, Subcommand};
use weft_api::{Token, TokenRequest, problem::ProblemCode};
use weft_model::{name::TokenName, scope::Scope};

use crate::{
    client::{Client, RegistryUse},
    command::token::outcome::Answer,
    escape::escape,
    failure::{Result, problem_with_hint},
    options::Shared,
};

/// Create, list and revoke tokens of the registry.
///
/// A token says what its holder may do, for a pipeline or a person. Clients send it as `WEFT_TOKEN`; dbt and dbt-loom
/// send it as the password in the URL. Only `admin` may manage tokens: the holder of `WEFT_ADMIN_TOKEN`, or of a token
/// with that scope. On the machine of the database, `--registry` with the database needs no token.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft token create ci-inventory --scope publish:inventory --scope deploy:inventory:prod\n  \
                  weft token create laptop-ana --scope read --days 90\n  weft token list\n  \
                  weft token revoke ci-inventory"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a token, and show it once
    ///
    /// The registry keeps only a digest of the token and cannot show it again.
    Create {
        /// Its name, as `ci-inventory`; the registry's records show it
        name: TokenName,

        /// What it may do: read, publish:PROJECT, deploy:PROJECT:ENVIRONMENT, record, waive:PROJECT,
        /// register:ENVIRONMENT, policy or admin; a part may be `*`. Every scope includes read
        #[arg(long = "scope", value_name = "SCOPE", required = true)]
        scopes: Vec<Scope>,

        /// For how many days it is valid, up to 3650; default: without an end
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: Option<u32>,
    },
    /// List the tokens, without their secrets
    List,
    /// Revoke a token; other replicas of the registry refuse it within seconds
    Revoke {
        /// Its name, or its number
        #[arg(value_name = "NAME|NUMBER")]
        token: String,
    },
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<Answer> {
    let config = shared.config()?;
    match &arguments.action {
        Action::Create { name, scopes, days } => {
            let client = shared.client(&config, RegistryUse::Write).await?;
            let request = TokenRequest { name: name.clone(), scopes: scopes.iter().cloned().collect(), days: *days };
            client.create_token(&request).await.map(Answer::Created)
        }
        Action::List => {
            let client = shared.client(&config, RegistryUse::Read).await?;
            client.tokens().await.map(Answer::Listed)
        }
        Action::Revoke { token } => {
            let client = shared.client(&config, RegistryUse::Read).await?;
            let number = number(&client, token).await?;
            client.revoke_token(number).await.map(Answer::Revoked)
        }
    }
}

/// The number of a token that is named by its number, or by its name; of several of one name, the one that is valid.
async fn number(client: &Client, token: &str) -> Result<u64> {
    let of_name = |tokens: Vec<Token>| {
        let mut named: Vec<_> = tokens.into_iter().filter(|other| other.name.as_str() == token).collect();
        named.sort_by_key(|other| (!other.is_valid, std::cmp::Reverse(other.number)));
        named.first().map(|other| other.number)
    };
    let tokens = client.tokens().await?;
    let as_number = token.parse().ok().filter(|number| tokens.iter().any(|other| other.number == *number));
    of_name(tokens).or(as_number).ok_or_else(|| {
        problem_with_hint(
            ProblemCode::TokenNotFound,
            format!("the registry has no token `{}`", escape(token)),
            "`weft token list` shows the tokens",
        )
    })
}
