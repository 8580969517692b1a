//! From the text that a client sends to the principal that it is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use time::OffsetDateTime;

use crate::{
    auth::{
        principal::Principal,
        secret::{digest, is_token, same},
    },
    config::Secret,
    error::ApiError,
    store::{Store, TokenEntry, clock},
};

/// How long a token is known without asking the database: what another replica revoked is refused after that.
const FRESH: Duration = Duration::from_secs(5);
/// How many tokens are known at once.
const KNOWN: usize = 10_000;
/// How exact the time of a token's last use is.
const USED: time::Duration = time::Duration::hours(1);

/// The keys that tokens are compared with.
#[derive(Clone)]
pub(crate) struct Keys {
    /// The digest of the admin token.
    admin: Option<String>,
    store: Store,
    known: Arc<Mutex<Known>>,
}

/// Tokens by the digests of their secrets, with when they were asked for.
type Known = HashMap<String, (Instant, Arc<TokenEntry>)>;

impl Keys {
    pub(crate) fn new(admin_token: Option<&Secret>, store: Store) -> Self {
        let admin = admin_token.map(|token| digest(token.reveal()));
        Self { admin, store, known: Arc::default() }
    }

    /// Whether the registry is open: every client has all permissions.
    pub(crate) fn is_open(&self) -> bool {
        self.admin.is_none()
    }

    /// The principal that sends this token.
    ///
    /// # Errors
    /// The database does not answer.
    pub(super) async fn principal(&self, token: Option<&str>) -> Result<Principal, ApiError> {
        let Some(admin) = &self.admin else { return Ok(Principal::Open) };
        let Some(token) = token else { return Ok(Principal::Unknown) };
        let digest = digest(token);
        if same(admin, &digest) {
            return Ok(Principal::Admin);
        }
        if !is_token(token) {
            return Ok(Principal::Unknown);
        }
        let entry = match self.fresh(&digest) {
            Some(entry) => entry,
            None => match self.store.token_by_digest(&digest).await? {
                Some(entry) => self.keep(digest, entry),
                None => return Ok(Principal::Unknown),
            },
        };
        Ok(Principal::Token(entry))
    }

    /// The principal as it is now: its token may have been revoked.
    ///
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn renewed(&self, principal: &Principal) -> Result<Principal, ApiError> {
        let Principal::Token(token) = principal else { return Ok(principal.clone()) };
        Ok(Principal::Token(Arc::new(self.store.token(token.number).await?)))
    }

    /// Empties the cache of tokens, because one of them has changed here.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn fresh(&self, digest: &str) -> Option<Arc<TokenEntry>> {
        let known = self.lock();
        let (since, entry) = known.get(digest)?;
        (since.elapsed() < FRESH).then(|| Arc::clone(entry))
    }

    fn keep(&self, digest: String, entry: TokenEntry) -> Arc<TokenEntry> {
        let now = clock::now();
        let is_known_as_used = entry.last_used_at.is_some_and(|used| now - used < USED);
        if !is_known_as_used && entry.is_valid(now) {
            self.note_use(entry.number, now);
        }
        let entry = Arc::new(entry);
        let mut known = self.lock();
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(digest, (Instant::now(), Arc::clone(&entry)));
        entry
    }

    /// Records that a token is used, in the background.
    fn note_use(&self, number: u64, now: OffsetDateTime) {
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.use_token(number, now).await {
                tracing::warn!(%error, token.number = number, "The last use of a token was not recorded");
            }
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
