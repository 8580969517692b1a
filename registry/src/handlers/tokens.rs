//! Tokens: who may do what.

use axum::{Json, extract::State};
use http::StatusCode;
use weft_api::{CreatedToken, Page, Token, TokenRequest, problem::ProblemCode};

use crate::{
    auth::{Action, Principal, new_secret},
    body::{JsonBody, RequestBody},
    error::ApiError,
    extract::{Query, RequestFacts, TokenPath},
    handlers::{page::Seek, wire::utc},
    state::AppState,
    store::{NewToken, TokenEntry, clock},
};

/// The maximum number of scopes of a token.
const SCOPES: usize = 100;
/// The maximum number of days that a token is valid, if it has an end.
const DAYS: u32 = 3_650;

impl RequestBody for TokenRequest {
    const CODES: &'static [(&'static str, ProblemCode)] = &[
        ("name", ProblemCode::InvalidName),
        ("scopes", ProblemCode::InvalidToken),
        ("days", ProblemCode::InvalidToken),
    ];
}

/// The tokens, newest first; expired and revoked ones too. None shows its secret.
#[utoipa::path(
    get, path = "/v1/tokens", operation_id = "list_tokens", tag = "tokens", params(Seek),
    responses((status = 200, body = Page<Token>, description = "A page of tokens"))
)]
pub(crate) async fn list_tokens(
    State(state): State<AppState>,
    principal: Principal,
    Query(seek): Query<Seek>,
) -> Result<Json<Page<Token>>, ApiError> {
    principal.require(Action::ManageTokens)?;
    let before = seek.after_number("a token's number")?;
    let tokens = state.store.tokens(before, seek.limit() + 1).await?;
    let tokens = tokens.into_iter().map(Token::from).collect();
    Ok(Json(seek.page(tokens, |token: &Token| token.number.to_string())))
}

/// Creates a token. Only this answer contains its secret.
///
/// While a token with this name is valid, the name is taken: the same request again creates no second token.
#[utoipa::path(
    post, path = "/v1/tokens", operation_id = "create_token", tag = "tokens", request_body = TokenRequest,
    responses(
        (status = 201, body = CreatedToken, description = "It is new",
            headers(("Cache-Control" = String, description = "`no-store`"))),
        (status = 409, description = "A valid token has the name"),
        (status = 422, description = "The name, a scope or the number of days is not valid"),
    )
)]
pub(crate) async fn create_token(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    body: JsonBody,
) -> Result<(StatusCode, [(http::HeaderName, &'static str); 1], Json<CreatedToken>), ApiError> {
    principal.require(Action::ManageTokens)?;
    let wanted: TokenRequest = body.read().await?;
    let (secret, digest) = new_secret()?;
    let new = new_token(wanted, digest, principal.name())?;
    let entry = state.store.create_token(&new, &principal.cause(request)).await?;
    tracing::info!(token.number = entry.number, "{} created the token `{}`", new.created_by, new.name);
    let created = CreatedToken { token: entry.into(), secret };
    Ok((StatusCode::CREATED, [(http::header::CACHE_CONTROL, "no-store")], Json(created)))
}

fn new_token(request: TokenRequest, digest: String, created_by: String) -> Result<NewToken, ApiError> {
    let TokenRequest { name, scopes, days } = request;
    if scopes.is_empty() || scopes.len() > SCOPES {
        let detail = format!("`scopes` has 1 to {SCOPES} scopes; this one has {}", scopes.len());
        return Err(ApiError::new(ProblemCode::InvalidToken, detail).at("/scopes"));
    }
    if days.is_some_and(|days| !(1..=DAYS).contains(&days)) {
        let detail = format!("`days` takes 1 to {DAYS}");
        return Err(ApiError::new(ProblemCode::InvalidToken, detail).at("/days"));
    }
    let lasts = days.map(|days| time::Duration::days(i64::from(days)));
    let scopes = scopes.into_iter().map(String::from).collect();
    Ok(NewToken { name, digest, scopes, created_by, lasts })
}

/// Revokes a token. It stays in the list, and its name is free again.
#[utoipa::path(
    post, path = "/v1/tokens/{number}/revoke", operation_id = "revoke_token", tag = "tokens",
    params(("number" = u64, Path, description = "The token's")),
    responses(
        (status = 200, body = Token, description = "The revoked token"),
        (status = 404, description = "No such token"),
    )
)]
pub(crate) async fn revoke_token(
    State(state): State<AppState>,
    principal: Principal,
    request: RequestFacts,
    path: TokenPath,
) -> Result<Json<Token>, ApiError> {
    principal.require(Action::ManageTokens)?;
    let by = principal.name();
    let entry = state.store.revoke_token(path.number, &by, &principal.cause(request)).await?;
    state.keys.forget();
    tracing::info!(token.number = entry.number, "{by} revoked the token `{}`", entry.name);
    Ok(Json(entry.into()))
}

impl From<TokenEntry> for Token {
    fn from(entry: TokenEntry) -> Self {
        let is_valid = entry.is_valid(clock::now());
        let TokenEntry { number, name, scopes, created_by, created_at, expires_at, last_used_at, revoked } = entry;
        let (revoked_by, revoked_at) = revoked.unzip();
        Self {
            number,
            name,
            scopes,
            created_by,
            created_at: utc(created_at),
            expires_at: expires_at.map(utc),
            last_used_at: last_used_at.map(utc),
            revoked_at: revoked_at.map(utc),
            revoked_by,
            is_valid,
        }
    }
}
