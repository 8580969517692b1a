//! A badge of what is deployed: a small picture for a README.

use axum::{extract::State, response::Response};
use http::HeaderMap;

use crate::{
    auth::{Action, Principal},
    conditional::{CacheLifetime, Tagged},
    error::ApiError,
    extract::EnvironmentPath,
    handlers::markup::escape,
    state::AppState,
    store::StoreError,
};

/// The content type of the picture.
const SVG: &str = "image/svg+xml";
/// How wide a character is drawn, in pixels: an average of Verdana's at 11 px.
const CHARACTER: usize = 7;
/// The space at both sides of a text, in pixels.
const SPACE: usize = 6;

/// Returns an image with the deployed version of a project.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/environments/{environment}/badge.svg", operation_id = "get_badge",
    tag = "environments",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("environment" = String, Path, description = "The environment"),
    ),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml", description = "The version, or a note that nothing is deployed there"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project"),
    )
)]
pub(crate) async fn get_badge(
    State(state): State<AppState>,
    principal: Principal,
    path: EnvironmentPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let EnvironmentPath { package_name, environment } = path;
    let version = match state.store.deployment(&package_name, &environment).await {
        Ok(deployment) => Some(deployment.version.to_string()),
        Err(StoreError::DeploymentNotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let private = !state.keys.is_open();
    let etag = format!("{package_name}-{environment}-{}", version.as_deref().unwrap_or("nothing"));
    let tagged = Tagged { etag, freshness: CacheLifetime::Short, private, headers: &headers };
    if tagged.is_known() {
        return Ok(tagged.not_modified());
    }
    Ok(tagged.answer(SVG, badge(&format!("{package_name} {environment}"), version.as_deref())))
}

/// Two fields beside each other: what it is about, and the version.
fn badge(about: &str, version: Option<&str>) -> String {
    let (about, shown) = (escape(about), escape(version.unwrap_or("not deployed")));
    let colour = if version.is_some() { "#2b7a3d" } else { "#6b6b6b" };
    let [left, right] = [&about, &shown].map(|text| text.chars().count() * CHARACTER + 2 * SPACE);
    let (width, middle, end) = (left + right, left / 2, left + right / 2);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{about}: {shown}"><title>{about}: {shown}</title><rect width="{width}" height="20" rx="3" fill="#444"/><rect x="{left}" width="{right}" height="20" rx="3" fill="{colour}"/><rect x="{left}" width="4" height="20" fill="{colour}"/><g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="{middle}" y="14">{about}</text><text x="{end}" y="14">{shown}</text></g></svg>
"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_is_as_wide_as_its_texts_and_closes_every_element() {
        let picture = badge("shop prod", Some("1.4.0"));
        assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"), "{picture}");
        assert!(picture.contains(r#"width="122""#) && picture.contains(">1.4.0</text>"), "{picture}");
        assert!(badge("shop prod", None).contains(">not deployed</text>"));
    }

    #[test]
    fn nothing_in_a_text_becomes_an_element_or_attribute() {
        let picture = badge("<script>\"&\u{1b}", Some("\"/>"));
        assert!(
            !picture.contains("<script>") && !picture.contains("\"/>\"") && !picture.contains('\u{1b}'),
            "{picture}"
        );
        assert!(picture.contains("&lt;script&gt;&quot;&amp;"), "{picture}");
    }
}
