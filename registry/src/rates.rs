//! How often one caller may ask.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use weft_api::problem::ProblemCode;

use crate::error::ApiError;

/// A caller that was silent may send the requests of so many seconds at once.
const BURST: u32 = 10;
/// After how many requests those callers are forgotten that have not asked lately.
const SWEEP: u32 = 10_000;

/// The limit for each caller; none by default.
pub(crate) struct Rates {
    limiter: Option<DefaultKeyedRateLimiter<String>>,
    asked: AtomicU32,
}

impl Rates {
    /// So many requests a second for each caller.
    pub(crate) fn new(limit: Option<NonZeroU32>) -> Self {
        let quota = |limit: NonZeroU32| {
            let burst = NonZeroU32::new(limit.get().saturating_mul(BURST)).unwrap_or(limit);
            Quota::per_second(limit).allow_burst(burst)
        };
        Self { limiter: limit.map(|limit| RateLimiter::keyed(quota(limit))), asked: AtomicU32::new(0) }
    }

    /// Counts a request of a caller.
    ///
    /// # Errors
    /// There were too many.
    pub(crate) fn count(&self, caller: impl FnOnce() -> Option<String>) -> Result<(), ApiError> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Some(caller) = caller() else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(&caller).map_err(|_until| {
            ApiError::new(ProblemCode::TooManyRequests, "too many requests in a short time".to_owned())
        })
    }
}
