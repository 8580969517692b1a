//! Tokens.

use http::Method;
use weft_api::{CreatedToken, Token, TokenRequest};

use crate::{
    client::{Client, body, call::Call},
    failure::Result,
};

impl Client {
    /// Every token, newest first.
    pub(crate) async fn tokens(&self) -> Result<Vec<Token>> {
        self.every(Call::new(Method::GET, ["tokens"])).await
    }

    /// Creates a token; the answer holds its secret.
    pub(crate) async fn create_token(&self, request: &TokenRequest) -> Result<CreatedToken> {
        self.ask(Call::new(Method::POST, ["tokens"]).body(body(request)?)).await
    }

    /// Revokes a token.
    pub(crate) async fn revoke_token(&self, number: u64) -> Result<Token> {
        self.ask(Call::new(Method::POST, ["tokens", &number.to_string(), "revoke"])).await
    }
}
