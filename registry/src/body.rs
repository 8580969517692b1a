//! Bodies of requests: JSON, of bounded size after decompression, and of bounded memory together.

mod budget;
mod scan;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use weft_api::problem::{FieldError, ProblemCode};
use weft_model::{pointer, unknown_keys};

pub(crate) use crate::body::budget::{BodyBudget, BodyShare};
use crate::{
    body::{
        budget::NoRoom,
        scan::{Excess, Scan},
    },
    config::ServiceConfig,
    error::ApiError,
    extract::shown,
};

/// From this size on a body is parsed beside the threads that serve requests.
const LARGE: usize = 64 * 1024;
/// A body of the largest size may have a value, or a key, in so many bytes.
const BYTES_A_VALUE: usize = 16;
/// What a text may take: itself, and the room that a growing buffer has to spare.
const COPIES: usize = 2;

/// What a request's body holds: its type says which problem a value of the wrong kind is.
pub(crate) trait RequestBody: DeserializeOwned + Send + 'static {
    /// The code for each field at the top that has one of its own.
    const CODES: &'static [(&'static str, ProblemCode)] = &[];

    /// The code for a value in a field at the top, at the key `_below` of it.
    fn code_at(field: &str, _below: Option<&str>) -> ProblemCode {
        Self::code_of_field(field)
    }

    /// The code that the table has for a field.
    fn code_of_field(field: &str) -> ProblemCode {
        let own = Self::CODES.iter().find(|(name, _)| *name == field);
        own.map_or(ProblemCode::InvalidRequest, |(_, code)| *code)
    }
}

/// A JSON body that has not been read yet: who may not send it is refused before it is.
pub(crate) struct JsonBody {
    headers: HeaderMap,
    body: Body,
    limit: usize,
    share: BodyShare,
}

impl<S: AsRef<ServiceConfig> + AsRef<Arc<BodyBudget>> + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let share = parts.extensions.remove::<BodyShare>().unwrap_or_else(|| BodyShare::new(state.as_ref()));
        let config: &ServiceConfig = state.as_ref();
        Ok(Self { headers: parts.headers, body, limit: config.max_body, share })
    }
}

impl JsonBody {
    /// Reads the body into a value. What that takes of the memory for bodies is kept until the request is answered.
    pub(crate) async fn read<T: RequestBody>(self) -> Result<T, ApiError> {
        check_headers(&self.headers)?;
        let share = self.share.clone();
        let bytes = self.collect().await?;
        if bytes.len() < LARGE {
            return parse(&bytes);
        }
        let parsed = move || {
            let parsed = parse(&bytes);
            // Not before, even if nobody waits for this any more.
            drop((bytes, share));
            parsed
        };
        aside(parsed).await?
    }

    /// The whole text, if it is not too large, and there is room for it and for its values.
    async fn collect(self) -> Result<Bytes, ApiError> {
        let Self { mut body, limit, share, .. } = self;
        let mut text = Vec::new();
        let most_values = limit / BYTES_A_VALUE;
        let mut scan = Scan::new(most_values);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                ApiError::new(ProblemCode::InvalidRequest, format!("the body cannot be read completely: {error}"))
            })?;
            let Ok(part) = frame.into_data() else { continue };
            if text.len() + part.len() > limit {
                let detail = format!("the body has more than {limit} bytes after decompression");
                return Err(ApiError::new(ProblemCode::PayloadTooLarge, detail));
            }
            share.reach((text.len() + part.len()) * COPIES).await.map_err(no_room)?;
            let seen = scan.add(&part);
            text.extend_from_slice(&part);
            match seen {
                Ok(()) => {}
                // The parser refuses it, and reports where.
                Err(Excess::Depth) => break,
                Err(Excess::Values) => {
                    let detail = format!("the body has more than {most_values} values");
                    return Err(ApiError::new(ProblemCode::PayloadTooLarge, detail));
                }
            }
        }
        let whole = text.len() * COPIES + scan.cost();
        let capacity = share.budget().capacity();
        if whole > capacity {
            let detail =
                format!("the body needs {whole} bytes of memory, and the registry has {capacity} for all requests");
            return Err(ApiError::new(ProblemCode::PayloadTooLarge, detail));
        }
        share.reach(whole).await.map_err(no_room)?;
        Ok(text.into())
    }
}

fn no_room(_: NoRoom) -> ApiError {
    let detail = "the registry has no memory left for the bodies of further requests";
    ApiError::new(ProblemCode::RegistryBusy, detail)
}

/// Runs what takes long beside the threads that serve requests.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}

fn check_headers(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_lowercase());
    let refuse = |detail: String| Err(ApiError::new(ProblemCode::UnsupportedEncoding, detail));
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence != "application/json" {
        return refuse(format!("the body's content type is `{}`, not application/json", essence.escape_debug()));
    }
    // The layer that decompresses takes the header away; what it does not know it leaves.
    match text(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            refuse(format!("the body's encoding is `{}`; the registry supports gzip and zstd", encoding.escape_debug()))
        }
        _ => Ok(()),
    }
}

fn parse<T: RequestBody>(bytes: &Bytes) -> Result<T, ApiError> {
    // To follow the path costs as much as to parse: that is for bodies that are refused.
    let mut json = serde_json::Deserializer::from_slice(bytes);
    if let Ok((value, unknown)) = unknown_keys::read(&mut json)
        && json.end().is_ok()
    {
        return if unknown.is_empty() { Ok(value) } else { Err(refuse_unknown::<T>(unknown)) };
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| refuse::<T>(&pointer(error.path()), error.inner()))?;
    json.end().map_err(|error| refuse::<T>("", &error))?;
    Ok(value)
}

/// A misspelled key must not be ignored.
fn refuse_unknown<T: RequestBody>(pointers: Vec<String>) -> ApiError {
    let fault = |pointer: String| {
        let key = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        let shown = shown(&key);
        FieldError { pointer, message: format!("unknown field `{shown}`") }
    };
    let faults: Vec<FieldError> = pointers.into_iter().map(fault).collect();
    let first = faults.first().map_or("", |fault| &fault.message);
    let code = code_of::<T>(faults.first().map_or("", |fault| &fault.pointer));
    ApiError::new(code, format!("the body does not have the expected form: {first}")).with_errors(faults)
}

fn refuse<T: RequestBody>(pointer: &str, error: &serde_json::Error) -> ApiError {
    if error.is_data() {
        let detail = format!("the body does not have the expected form: {error}");
        let fault = FieldError { pointer: pointer.to_owned(), message: error.to_string() };
        ApiError::new(code_of::<T>(pointer), detail).with_errors(vec![fault])
    } else {
        ApiError::new(ProblemCode::InvalidJson, format!("the body is not JSON: {error}"))
    }
}

/// The code for a value of the wrong kind, by its place.
fn code_of<T: RequestBody>(pointer: &str) -> ProblemCode {
    let mut keys = pointer.split('/').skip(1);
    T::code_at(keys.next().unwrap_or_default(), keys.next())
}

fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => pointer::pointer(&[key]),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}
