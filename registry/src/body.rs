//! Bodies of requests: JSON, of bounded size after decompression.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use weft_api::problem::{FieldError, ProblemCode};
use weft_model::{pointer, unknown_keys};

use crate::{config::ServiceConfig, error::ApiError, extract::shown};

/// From this size on a body is parsed beside the threads that serve requests.
const LARGE: usize = 64 * 1024;

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
}

impl<S: AsRef<ServiceConfig> + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        Ok(Self { headers: parts.headers, body, limit: state.as_ref().max_body })
    }
}

impl JsonBody {
    /// Reads the body into a value.
    pub(crate) async fn read<T: RequestBody>(self) -> Result<T, ApiError> {
        check_headers(&self.headers)?;
        let limit = self.limit;
        let bytes = Limited::new(self.body, limit).collect().await.map_err(|error| unread(error.as_ref(), limit))?;
        let bytes = bytes.to_bytes();
        if bytes.len() < LARGE { parse(&bytes) } else { aside(move || parse(&bytes)).await? }
    }
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

fn unread(error: &(dyn std::error::Error + 'static), limit: usize) -> ApiError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            let detail = format!("the body has more than {limit} bytes after decompression");
            return ApiError::new(ProblemCode::PayloadTooLarge, detail);
        }
        cause = error.source();
    }
    ApiError::new(ProblemCode::InvalidRequest, format!("the body cannot be read completely: {error}"))
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
