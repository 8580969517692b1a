//! The table of routes, and the document that falls out of it.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::get,
};
use http::header::CONTENT_TYPE;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate as _,
        predicate::{DefaultPredicate, NotForContentType},
    },
    decompression::RequestDecompressionLayer,
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config as DocsConfig, SwaggerUi};
use weft_api::{
    Clash, Conflict, Unmet, VersionCheck,
    problem::{Extensions, Problem},
};

use crate::{
    compressed::{CompressedAnswers, keep_compressed},
    conditional,
    config::ServiceConfig,
    document,
    error::ApiError,
    guard,
    handlers::{
        JSON, badge, can_deploy, consumers, deployments, environments, event_stream, events, feed, graph, health,
        impact, manifest, metrics, nodes, policies, projects, publications, publish, readers, relations, resolve,
        results, tokens, waivers, yank,
    },
    hub::{self, TARBALL},
    middleware,
    state::AppState,
    store::Store,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "weft registry",
        description = "An open registry of data contracts for a mesh of dbt projects.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem, Extensions, Clash, Conflict, Unmet, VersionCheck)),
    modifiers(&Security),
    servers((url = "/", description = "The registry that serves this document")),
    security((), ("bearer" = []), ("basic" = [])),
    tags(
        (name = "projects", description = "The projects of the registry"),
        (name = "publications", description = "Immutable versions of a project's interface"),
        (name = "environments", description = "What is and was deployed in each environment"),
        (name = "resolution", description = "Compatible versions, and their manifests for dbt"),
        (name = "policies", description = "The severity of findings, and which are approved"),
        (name = "events", description = "What was changed, who did it and why"),
        (name = "tokens", description = "Tokens and their scopes"),
        (name = "mesh", description = "Who reads what, across projects and by column"),
        (name = "checks", description = "Results of checks on the data, over time"),
        (name = "hub", description = "dbt's package-hub protocol"),
        (name = "health", description = "For load balancers")
    )
)]
struct Doc;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    }
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Doc::openapi())
        .routes(routes!(projects::list_projects))
        .routes(routes!(projects::get_project))
        .routes(routes!(publications::list_publications))
        .routes(routes!(publish::publish_publication, publications::get_publication))
        .routes(routes!(yank::yank_publication))
        .routes(routes!(environments::deploy_environment, environments::get_environment))
        .routes(routes!(environments::undeploy_environment))
        .routes(routes!(deployments::deploy_together))
        .routes(routes!(environments::list_history))
        .routes(routes!(results::record_results))
        .routes(routes!(badge::get_badge))
        .routes(routes!(can_deploy::can_deploy))
        .routes(routes!(relations::get_relations))
        .routes(routes!(manifest::get_manifest))
        .routes(routes!(policies::get_policy, policies::put_policy))
        .routes(routes!(policies::get_project_policy))
        .routes(routes!(waivers::list_waivers, waivers::create_waiver))
        .routes(routes!(waivers::revoke_waiver))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(resolve::resolve_requirements))
        .routes(routes!(impact::find_impact))
        .routes(routes!(readers::list_project_consumers))
        .routes(routes!(nodes::get_node))
        .routes(routes!(nodes::list_node_consumers))
        .routes(routes!(nodes::get_lineage))
        .routes(routes!(results::get_node_health))
        .routes(routes!(events::list_events))
        .routes(routes!(event_stream::stream_events))
        .routes(routes!(feed::get_feed))
        .routes(routes!(graph::get_graph))
        .routes(routes!(consumers::list_consumers))
        .routes(routes!(consumers::get_consumer, consumers::put_consumer, consumers::remove_consumer))
        .routes(routes!(hub::get_hub_index))
        .routes(routes!(hub::get_hub_package))
        .routes(routes!(hub::get_hub_version))
        .routes(routes!(hub::get_hub_tarball))
        .routes(routes!(hub::get_hub_tarball_by_capability))
        .routes(routes!(health::get_health))
        .routes(routes!(health::get_readiness))
        .routes(routes!(metrics::get_metrics))
}

/// The OpenAPI 3.1 document of the service.
pub fn openapi() -> utoipa::openapi::OpenApi {
    document::finished(routes().to_openapi())
}

/// Where the document is.
const DOCUMENT: &str = "/openapi.json";

/// The document. It is made when somebody first asks for it: each command of an embedded registry starts without it.
async fn serve_document() -> Result<impl IntoResponse, ApiError> {
    static TEXT: LazyLock<Result<String, serde_json::Error>> = LazyLock::new(|| openapi().to_json());
    let text = TEXT.as_ref().map_err(|error| ApiError::internal(error))?;
    Ok(([(CONTENT_TYPE, JSON)], text.as_str()))
}

/// The service over a store. The command line calls it in process, too, without any socket.
pub fn app(store: Store, config: ServiceConfig) -> Router {
    let state = AppState::new(store, config);
    let (routes, _) = routes().split_for_parts();
    // The page's own validator would send the document to a host outside.
    let docs = SwaggerUi::new("/docs").config(DocsConfig::new([DOCUMENT]).validator_url("none"));
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new(TARBALL));
    routes
        .route(DOCUMENT, get(serve_document))
        .merge(docs)
        .fallback(middleware::no_route)
        .method_not_allowed_fallback(middleware::no_method)
        .layer(RequestDecompressionLayer::new().pass_through_unaccepted(true))
        .layer(from_fn_with_state(Arc::<CompressedAnswers>::default(), keep_compressed))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(from_fn(conditional::tag_encodings))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn_with_state(state.clone(), middleware::time_limit))
        .layer(from_fn_with_state(state.clone(), guard::own_host))
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(state.clone(), middleware::boundary))
        .with_state(state)
}
