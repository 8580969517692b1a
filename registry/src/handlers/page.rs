//! Pages of lists: how long they are, and where they start.

use serde::{Deserialize, Deserializer, de::Error};
use utoipa::IntoParams;
use weft_api::{Page, problem::ProblemCode};
use weft_model::name::{PackageName, ParseNameError};

use crate::{error::ApiError, extract::shown};

/// How many items a page holds at most: 1 to `MOST`. Any other number is refused, so that nobody takes a shorter page for
/// the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageLimit<const MOST: u32>(u32);

/// Of lists that are read in pages of 50, unless more are asked for.
pub(crate) type ListLimit = PageLimit<200>;

/// Of the items of a whole environment.
pub(crate) type MeshLimit = PageLimit<1_000>;

impl<const MOST: u32> PageLimit<MOST> {
    /// The maximum size of a page.
    pub(crate) const MOST: Self = Self(MOST);

    /// `limit` items.
    ///
    /// # Panics
    /// While compiling, where that is more than a page holds.
    pub(crate) const fn new(limit: u32) -> Self {
        assert!(1 <= limit && limit <= MOST);
        Self(limit)
    }

    pub(crate) fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn items(self) -> usize {
        self.0 as usize
    }
}

impl<'de, const MOST: u32> Deserialize<'de> for PageLimit<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u32::deserialize(deserializer)?;
        let is_possible = (1..=MOST).contains(&limit);
        is_possible
            .then_some(Self(limit))
            .ok_or_else(|| D::Error::custom(format!("`limit` takes 1 to {MOST}, not {limit}")))
    }
}

/// Where a page starts and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Seek {
    /// The `next` of the previous page.
    pub(crate) after: Option<String>,
    /// The maximum number of items, 1 to 200; default: 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<ListLimit>,
}

impl Seek {
    pub(crate) fn limit(&self) -> u32 {
        self.limit.unwrap_or(const { PageLimit::new(50) }).get()
    }

    /// The `next` of the page before, in a list that is sought by name.
    pub(crate) fn after_name(&self) -> Result<Option<PackageName>, ApiError> {
        let after = self.after.as_deref().filter(|after| !after.is_empty()).map(str::parse).transpose();
        after.map_err(|error: ParseNameError| {
            ApiError::new(ProblemCode::InvalidRequest, format!("`after` must be the `next` of a page: {error}"))
        })
    }

    /// The `next` of the page before, in a list that is sought by number.
    pub(crate) fn after_number(&self, what: &str) -> Result<Option<u64>, ApiError> {
        let read = |after: &str| {
            after.parse().map_err(|_| {
                let shown = shown(after);
                let detail = format!("`after` takes {what}, not `{shown}`");
                ApiError::new(ProblemCode::InvalidRequest, detail)
            })
        };
        self.after.as_deref().map(read).transpose()
    }

    /// A page from items of which one more than its length was fetched.
    pub(crate) fn page<T>(&self, mut items: Vec<T>, place: impl Fn(&T) -> String) -> Page<T> {
        let limit = self.limit() as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Page { items, next }
    }
}
