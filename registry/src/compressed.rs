//! Answers that never change, kept as they are sent: to compress one costs more than everything else about it.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;

use crate::{body::aside, error::ApiError, recent::Recent};

/// How many bytes are kept.
const CAPACITY: usize = 32 * 1024 * 1024;
/// Below this size a compressed answer is hardly smaller.
const SMALL: usize = 1024;
/// How hard it is tried: once for many answers.
const LEVEL: u8 = 6;

/// The compressed answers that were asked for last.
pub(crate) struct CompressedAnswers(Recent<Bytes>);

impl Default for CompressedAnswers {
    fn default() -> Self {
        Self(Recent::new(CAPACITY, CAPACITY / 4))
    }
}

/// A mark of an answer that never changes, with a name that no other answer has.
#[derive(Debug, Clone)]
pub(crate) struct Unchanging(pub(crate) String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Gzip,
    Zstd,
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    fn compress(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(LEVEL.into()));
                std::io::Write::write_all(&mut encoder, bytes)?;
                encoder.finish()
            }
            Self::Zstd => zstd::encode_all(bytes, LEVEL.into()),
        }
    }

    /// What the client prefers; zstd if it has no preference.
    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let named = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let weighed = named.flat_map(|list| list.split(',')).filter_map(|item| {
            let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let encoding = match name.trim() {
                "gzip" => Self::Gzip,
                "zstd" => Self::Zstd,
                _ => return None,
            };
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            (weight > 0.0).then_some((weight, encoding))
        });
        let better =
            |a: &(f32, Self), b: &(f32, Self)| a.0.total_cmp(&b.0).then((a.1 == Self::Zstd).cmp(&(b.1 == Self::Zstd)));
        weighed.max_by(better).map(|(_, encoding)| encoding)
    }
}

/// Answers with what is kept, or compresses and keeps it. Other answers pass.
pub(crate) async fn keep_compressed(
    State(kept): State<Arc<CompressedAnswers>>,
    request: Request,
    next: Next,
) -> Response {
    let encoding = Encoding::accepted(request.headers()).filter(|_| *request.method() == Method::GET);
    let path = request.uri().path();
    let is_page = path.starts_with("/docs/") || path == "/openapi.json";
    let page = is_page.then(|| Unchanging(format!("page {path}")));
    let mut response = next.run(request).await;
    let named = response.extensions_mut().remove::<Unchanging>().or(page);
    let is_plain = response.status() == StatusCode::OK && !response.headers().contains_key(header::CONTENT_ENCODING);
    let (Some(encoding), Some(Unchanging(name)), true) = (encoding, named, is_plain) else { return response };
    let key = format!("{} {name}", encoding.name());
    let (mut parts, body) = response.into_parts();
    let bytes = match kept.0.get(&key) {
        Some(bytes) => bytes,
        None => match compress(encoding, body).await {
            Ok(Compressed::Smaller(bytes)) => {
                kept.0.keep(key, bytes.clone(), bytes.len());
                bytes
            }
            Ok(Compressed::Same(bytes)) => return Response::from_parts(parts, Body::from(bytes)),
            Err(error) => return error.into_response(),
        },
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(bytes))
}

enum Compressed {
    Smaller(Bytes),
    Same(Bytes),
}

async fn compress(encoding: Encoding, body: Body) -> Result<Compressed, ApiError> {
    let whole = body.collect().await.map_err(|error| ApiError::internal(&error))?.to_bytes();
    if whole.len() < SMALL {
        return Ok(Compressed::Same(whole));
    }
    let compressed = aside(move || encoding.compress(&whole)).await?.map_err(|error| ApiError::internal(&error))?;
    Ok(Compressed::Smaller(compressed.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_the_one_that_the_client_prefers() {
        let of = |value: &'static str| {
            Encoding::accepted(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Encoding::Zstd));
        assert_eq!(of("zstd;q=0.5, gzip;q=0.9"), Some(Encoding::Gzip));
        assert_eq!(of("gzip, zstd;q=0"), Some(Encoding::Gzip));
        assert_eq!((of("identity"), of("br;q=1"), of("gzip;q=x")), (None, None, None));
    }
}
