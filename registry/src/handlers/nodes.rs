//! Nodes: what is known of one, who reads it, and what lies around it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::HeaderMap;
use semver::Version;
use serde::Deserialize;
use utoipa::IntoParams;
use weft_api::{ConsumerPage, Direction, Lineage, NodeDetail, TouchedNode, problem::ProblemCode};
use weft_mesh::mesh::Question;
use weft_publication::{LineageNode, Owner, Publication, relation::Relation};

use crate::{
    auth::{Action, Principal},
    body::aside,
    error::ApiError,
    extract::{NodePath, PathWord as _, Query},
    handlers::{
        page::MeshLimit,
        publications::document,
        readers::{ReadersQuery, page},
        surroundings::{EnvironmentQuery, Readership, known, tagged},
    },
    state::AppState,
};

/// How far a lineage goes when it is not said, and at most.
const DEPTH: u32 = 5;
const DEEPEST: u32 = 20;

/// Which version of the node.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NodeQuery {
    /// A published version; default: the deployed one.
    version: Option<String>,
    /// The environment in which it is deployed; default: `prod`.
    environment: Option<String>,
    /// Where to look if it is not deployed there: `staging=prod`, separated by commas.
    fallback: Option<String>,
}

/// Returns everything that a publication knows of a node.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/nodes/{unique_id}", operation_id = "get_node", tag = "mesh",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("unique_id" = String, Path, description = "The node, percent-encoded"),
        NodeQuery,
    ),
    responses(
        (status = 200, body = NodeDetail, description = "The node"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project, version or node, or nothing deployed there"),
    )
)]
pub(crate) async fn get_node(
    State(state): State<AppState>,
    principal: Principal,
    path: NodePath,
    Query(query): Query<NodeQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let NodeQuery { version, environment, fallback } = query;
    if let Some(version) = version {
        let version = Version::read(&version)?;
        let document = document(&state, &path.package_name, &version).await?;
        let node = move || {
            let publication: Publication = serde_json::from_slice(&document.bytes)?;
            Ok::<_, serde_json::Error>(
                known(&publication, &path.unique_id, None).map(|()| detail(&publication, &path, None)),
            )
        };
        let node = aside(node).await?.map_err(|error| ApiError::internal(&error))??;
        return Ok(Json(node).into_response());
    }
    let place = EnvironmentQuery { environment, fallback }.place()?;
    let surroundings = place.surroundings(&state).await?;
    let publication = place.publication(&state, &surroundings, &path.package_name).await?;
    known(&publication, &path.unique_id, None)?;
    tagged(&surroundings.digest, &headers, || {
        let member = surroundings.mesh.member(&path.package_name);
        let relation = member.and_then(|member| member.relations.get(&path.unique_id));
        let environment = surroundings.environment_of(&path.package_name);
        Ok(NodeDetail { environment, ..detail(&publication, &path, relation) })
    })
}

fn detail(publication: &Publication, path: &NodePath, relation: Option<&Relation>) -> NodeDetail {
    let NodePath { package_name, unique_id } = path;
    let interface = publication.interface.get(unique_id);
    let exposure = publication.exposures.get(unique_id);
    let group = || publication.groups.get(interface?.group.as_ref()?);
    let owner: Option<&Owner> = exposure.map(|exposure| &exposure.owner).or_else(group);
    let lineage = publication.lineage.get(unique_id).cloned();
    let of_exposure = exposure
        .map(|exposure| LineageNode { depends_on: exposure.depends_on.clone(), ..LineageNode::new("exposure") });
    NodeDetail {
        package_name: package_name.clone(),
        unique_id: unique_id.clone(),
        version: publication.version.clone(),
        environment: None,
        interface: interface.cloned(),
        lineage: lineage.or(of_exposure),
        owner: owner.cloned(),
        relation: relation.cloned(),
    }
}

/// Lists the readers in other projects that a change of a node would reach: direct and indirect ones, their exposures,
/// and registered consumers.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/nodes/{unique_id}/consumers", operation_id = "list_node_consumers",
    tag = "mesh",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("unique_id" = String, Path, description = "The node, percent-encoded"),
        ReadersQuery,
    ),
    responses(
        (status = 200, body = ConsumerPage, description = "A page of readers, by project, reader and node"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project, node or column, or nothing deployed there"),
    )
)]
pub(crate) async fn list_node_consumers(
    State(state): State<AppState>,
    principal: Principal,
    path: NodePath,
    Query(query): Query<ReadersQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let place = query.place()?;
    let NodePath { package_name, unique_id } = path;
    let readership = Readership::of(&state, &place.places(), &package_name).await?;
    let publication = place.publication(&state, &readership.surroundings, &package_name).await?;
    known(&publication, &unique_id, query.column.as_deref())?;
    let touched = TouchedNode { unique_id, column: query.column.clone(), readers: weft_api::Readers::All, moved: None };
    tagged(&readership.digest, &headers, || page(readership.reached(&touched), &query))
}

/// How much of a lineage.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LineageQuery {
    /// The environment in which the projects are deployed; default: `prod`.
    environment: Option<String>,
    /// Where to look for projects that are not deployed there: `staging=prod`, separated by commas.
    fallback: Option<String>,
    /// `up`, `down` or `both`; default: `both`.
    direction: Option<String>,
    /// How many readings to follow, 0 to 20; default: 5.
    #[param(maximum = 20)]
    depth: Option<u32>,
    /// `true`: also shows which columns are read. A column's name: follows that column.
    columns: Option<String>,
    /// The maximum number of nodes, 1 to 1,000; default: 1,000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<MeshLimit>,
}

impl LineageQuery {
    fn question(&self) -> Result<Question, ApiError> {
        let direction = self.direction.as_deref().map(str::parse::<Direction>).transpose().map_err(|error| {
            ApiError::new(ProblemCode::InvalidRequest, format!("`direction` cannot be read: {error}"))
        })?;
        let (columns, column) = match self.columns.as_deref() {
            None | Some("false") => (false, None),
            Some("true") => (true, None),
            Some(column) => (true, Some(column.to_owned())),
        };
        let depth = self.depth.unwrap_or(DEPTH);
        if depth > DEEPEST {
            let detail = format!("`depth` takes 0 to {DEEPEST}, not {depth}");
            return Err(ApiError::new(ProblemCode::InvalidRequest, detail));
        }
        Ok(Question {
            column,
            columns,
            direction: direction.unwrap_or_default(),
            depth,
            limit: self.limit.unwrap_or(MeshLimit::MOST).items(),
        })
    }
}

/// Returns the neighborhood of a node, across projects: what it reads, and which readers a change of it would reach.
#[utoipa::path(
    get, path = "/v1/projects/{package_name}/nodes/{unique_id}/lineage", operation_id = "get_lineage", tag = "mesh",
    params(
        ("package_name" = String, Path, description = "The project"),
        ("unique_id" = String, Path, description = "The node, percent-encoded"),
        LineageQuery,
    ),
    responses(
        (status = 200, body = Lineage, description = "Nodes, readings between them, and how much is not shown"),
        (status = 304, description = "The client has the current version"),
        (status = 404, description = "No such project, node or column, or nothing deployed there"),
    )
)]
pub(crate) async fn get_lineage(
    State(state): State<AppState>,
    principal: Principal,
    path: NodePath,
    Query(query): Query<LineageQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Action::Read)?;
    let question = query.question()?;
    let place = EnvironmentQuery { environment: query.environment, fallback: query.fallback }.place()?;
    let surroundings = place.surroundings(&state).await?;
    let publication = place.publication(&state, &surroundings, &path.package_name).await?;
    known(&publication, &path.unique_id, question.column.as_deref())?;
    let asked = Arc::clone(&surroundings);
    let node = (path.package_name, path.unique_id);
    tagged(&surroundings.digest, &headers, || {
        let lineage = asked.mesh.lineage(&place.environment, &node, &question);
        lineage.ok_or_else(|| ApiError::internal(&"a mesh does not hold what its project does"))
    })
}
