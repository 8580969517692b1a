//! The table of problem codes: one line of facts each, and nothing of them anywhere else.

use serde::{Deserialize, Serialize};

/// What is always true of a code.
#[derive(Debug, Clone, Copy)]
pub struct ProblemFacts {
    /// The code as it is written: `version_exists`.
    pub id: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// The HTTP status it is answered with; 0 for codes that only the command line has.
    pub status: u16,
    /// The command line's exit code: 1 the answer is no, 2 usage or input, 3 unreachable, 4 not authorized.
    pub exit_code: u8,
    /// Why it is a problem, in a sentence or two.
    pub why: &'static str,
    /// What to do about it, in full sentences.
    pub remedy: &'static str,
}

macro_rules! codes {
    ($($variant:ident $id:literal $status:literal $exit:literal $title:literal $why:literal $remedy:literal)*) => {
        /// The stable code of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $(#[doc = $title] #[serde(rename = $id)] $variant,)*
        }

        /// Every code, in the order of this table.
        pub const EVERY: &[ProblemCode] = &[$(ProblemCode::$variant),*];

        impl ProblemCode {
            /// What is always true of the code.
            pub fn facts(self) -> ProblemFacts {
                match self {
                    $(Self::$variant => ProblemFacts {
                        id: $id, title: $title, status: $status, exit_code: $exit, why: $why, remedy: $remedy,
                    },)*
                }
            }
        }
    };
}

codes! {
    InvalidRequest "invalid_request" 400 2 "The request cannot be read"
        "A parameter, header or path of the request is not what the service accepts."
        "Compare the request with the API's documentation at /docs."
    InvalidJson "invalid_json" 400 2 "The body is not JSON"
        "The body is not JSON, or ends too early."
        "Send one JSON document. If it arrives cut off, check the proxies between you and the registry."
    NotAuthorized "not_authorized" 401 4 "Not authorized"
        "The registry requires a token, and the request has none, or one that does not allow this."
        "Set WEFT_TOKEN to a token that allows this. Resources that you are not allowed to see are reported as not found."
    RouteNotFound "route_not_found" 404 2 "No such route"
        "Nothing is served at this path."
        "See /docs for the paths that exist, and check the registry's URL."
    ProjectNotFound "project_not_found" 404 2 "No such project"
        "Nothing has been published under this name."
        "`weft list` shows the published projects. Check the spelling, or publish the project first."
    PublicationNotFound "publication_not_found" 404 2 "No such publication"
        "The project has no publication of this version."
        "`weft show PROJECT` lists its versions."
    DeploymentNotFound "deployment_not_found" 404 2 "Not deployed there"
        "No version of this project is deployed in this environment."
        "`weft show PROJECT` lists its environments; `weft deploy` deploys a publication to one."
    NodeNotFound "node_not_found" 404 2 "No such node or column"
        "The project's publication has no node with this id, or the node has no such column."
        "`weft show PROJECT` lists its nodes, `weft show PROJECT VERSION` their columns."
    ConsumerNotFound "consumer_not_found" 404 2 "No such consumer"
        "No consumer is registered under this name in this environment."
        "`weft consumers list` shows the consumers."
    RelationsNotFound "relations_not_found" 404 2 "No such relations"
        "The registry has no relations with this digest for the project."
        "Run `weft resolve` without --locked to use what is deployed now."
    WaiverNotFound "waiver_not_found" 404 2 "No such waiver"
        "The project has no waiver with this number."
        "`weft waive --list` shows them."
    TokenNotFound "token_not_found" 404 2 "No such token"
        "The registry has no token with this number or name."
        "`weft token list` shows them."
    MethodNotAllowed "method_not_allowed" 405 2 "Method not allowed"
        "The path exists, but not with this HTTP method."
        "See /docs for the methods of the path."
    RequestTimeout "request_timeout" 408 3 "The request took too long"
        "The body did not arrive, or the answer was not ready, within the registry's time limit for a request."
        "Try again. On a slow connection, ask the registry's operator to raise the limit."
    TokenNameTaken "token_name_taken" 409 2 "The name of the token is taken"
        "A valid token has this name. Names of tokens are unique, so that the records say which one was used."
        "Choose another name, or revoke the other token with `weft token revoke`."
    VersionExists "version_exists" 409 1 "The version exists with other content"
        "A published version is immutable: its consumers must get the same content tomorrow."
        "Publish under a new version, or use `--version auto`."
    VersionTooSmall "version_too_small" 409 1 "The version is too small for the changes"
        "Consumers pick up new versions by semver range; a bump that is too small delivers changes that the range should keep out. The registry runs the check rules itself."
        "Use the version that the message names or a later one, or use `--version auto`. A waiver for the project (`weft waive`) lets this version through."
    VersionYanked "version_yanked" 409 1 "The version is yanked"
        "This content is published already, under a version that its owner has withdrawn: new resolutions skip it. To publish it again does not bring it back."
        "If the version may be used again, run `weft yank PROJECT VERSION --undo`. Else publish under another version. `--force REASON` deploys the yanked version, and the reason is recorded."
    NameTaken "name_taken" 409 1 "The name belongs to another project"
        "A name belongs to the origin that published it first, so two teams cannot overwrite each other. The origin is the git remote and folder; without a remote, the repository's first commit and the folder; without git, the name of the folder."
        "Publish under another name with `--as NAME`. If the project itself has moved, add `--moved`."
    NodeCycle "node_cycle" 409 1 "The projects' nodes form a cycle"
        "A node that reads itself through other projects cannot be built in any order."
        "Remove one of the edges on the path that the message shows."
    DeploymentRefused "deployment_refused" 409 1 "The deployment would break the environment"
        "In that environment, this version lacks something that it needs, or other projects read something that it no longer has, require another version, or use the relations of its nodes. Needs of other projects that are already unmet there do not block a deployment. A reader whose columns are unknown counts as one that reads every column."
        "Each need names the project that has it, and what is missing. First deploy a version of the reader that no longer needs it, or of the producer that provides it; deploy projects that need each other in one step: `weft deploy a@1.2.0 b@2.0.0`. `weft can-deploy` checks without deploying. `--force REASON` deploys anyway, and the reason is recorded."
    ResolutionConflict "resolution_conflict" 409 1 "The requirements cannot be met"
        "The versions that the projects require of each other do not match what is published or deployed."
        "Each conflict names the project, its requirement and the available versions: relax the requirement, or deploy a publication that meets it."
    ResolutionUndecided "resolution_undecided" 422 2 "It is unknown whether the requirements can be met"
        "So many versions exclude each other that the search for compatible ones stopped. The answer is neither yes nor no."
        "Pin some of the projects in `requires:`, yank versions that nobody should use, or resolve against what is deployed, without --latest."
    DeploymentChanged "deployment_changed" 412 1 "The deployment has changed in the meantime"
        "If-Match named a revision that is no longer the current one."
        "Read the deployment again, then decide again."
    PolicyChanged "policy_changed" 412 1 "The policy has changed in the meantime"
        "If-Match named a revision that is no longer the current one."
        "Read the policy again, then decide again."
    PayloadTooLarge "payload_too_large" 413 2 "The body is too large"
        "The body, after decompression, is larger than the registry accepts, has too many values, or needs more memory than all requests together may have."
        "Publish fewer nodes (`expose:` in weft.yml), or ask the registry's operator to raise --max-body or --body-memory."
    UnsupportedEncoding "unsupported_encoding" 415 2 "Content type or encoding not understood"
        "The registry reads application/json, plain or compressed with gzip or zstd."
        "Send one of those."
    InvalidPublication "invalid_publication" 422 2 "The publication is not valid"
        "The document does not follow the publication's schema, contradicts itself, or has a name or type that is unsafe in the SQL of a reader."
        "Each error has a JSON pointer to its place. Names must not contain quotes, backslashes, semicolons, braces or hidden characters; spaces, dots, accents and emoji are fine. A registry older than the client does not know newer fields: update it."
    InvalidName "invalid_name" 422 2 "The name is not valid"
        "The names of projects, environments and nodes follow a grammar, so that they are safe in paths, files and SQL."
        "Project names: ASCII letters, digits and `_`. Environments: lower-case letters, digits, `-` and `_`."
    InvalidVersion "invalid_version" 422 2 "The version is not semver"
        "Versions follow semver.org: MAJOR.MINOR.PATCH, each a number without leading zeros."
        "Write it as 1.4.0, or use `--version auto`."
    InvalidRequirement "invalid_requirement" 422 2 "The requirement cannot be read"
        "Requirements use Cargo's notation."
        "Write `^1.2`, `>=2, <4`, `~1.4`, `=1.0.3` or `*`."
    InvalidPolicy "invalid_policy" 422 2 "The policy is not valid"
        "A policy sets a level for each rule that it names: error, warning, info or off."
        "`weft explain` lists the rules."
    HostNotAllowed "host_not_allowed" 421 2 "The request names another host"
        "A registry without a token answers only requests for this machine: else any web page could use a browser here to read and write it."
        "Use `localhost` or 127.0.0.1 in the URL, or start the registry with WEFT_ADMIN_TOKEN, or with --public-url."
    InvalidToken "invalid_token" 422 2 "The token is not valid"
        "A token has a name, 1 to 100 scopes, and an end in at most 3650 days if it has one."
        "Correct it. `weft token create --help` lists the scopes."
    InvalidWaiver "invalid_waiver" 422 2 "The waiver is not valid"
        "A waiver needs a rule, a node of the project, an author, a reason, and a last day that is not in the past."
        "`weft waive --help` shows its arguments."
    InvalidConsumer "invalid_consumer" 422 2 "The consumer is not valid"
        "A consumer has a kind and an owner. It can read only public nodes of what is deployed in its environment, and only columns and types that these nodes have."
        "Each error has a JSON pointer to its place; `weft show PROJECT VERSION` lists nodes and columns."
    InvalidRun "invalid_run" 422 2 "The check run is not valid"
        "A run records when and by what tool it ran, and the result of each check per node; all fields have size limits."
        "Each error has a JSON pointer to its place."
    DigestMismatch "digest_mismatch" 422 2 "The content does not match the digest"
        "A digest identifies the content. This content has a different digest, so it was changed in transit or by hand."
        "If it is a lock or a cache, run `weft resolve` to write it again."
    Internal "internal" 500 3 "The registry failed"
        "The fault is in the registry, not in the request."
        "Try again. If it happens again, look up the request_id in the registry's log and report it."
    TooManyStreams "too_many_streams" 503 3 "Too many streams of events"
        "Each stream of events keeps a connection open, and the registry serves a limited number of them."
        "Try again later, read `/v1/events` page by page, or ask the registry's operator to add a replica."
    StoreUnavailable "store_unavailable" 503 3 "The registry's database cannot be used"
        "The database does not answer, is locked for too long, or is not the one that the registry expects."
        "Try again. If it happens again, check the database that --registry or --database names."
    TooManyRequests "too_many_requests" 429 3 "Too many requests"
        "The registry limits how many requests a second each token may send, and each address without a valid token."
        "Try again after the seconds in Retry-After. The registry's operator sets the limit with --rate-limit."
    RegistryBusy "registry_busy" 503 3 "The registry is busy"
        "Other requests have all the memory that the registry has for bodies, and none was free in time."
        "Try again. If it happens often, the registry's operator can raise --body-memory."

    Usage "usage" 0 2 "The command line cannot be understood"
        "A flag or argument is missing, unknown, or contradicts another."
        "`weft COMMAND --help` shows the arguments of the command."
    InvalidContract "invalid_contract" 0 2 "The data contracts cannot be published"
        "Two of them have the same id or describe the same node, or one of them has nothing to publish."
        "`weft contract lint` checks each contract on its own; the message names the contracts that conflict."
    FileUnreadable "file_unreadable" 0 2 "A file cannot be read or written"
        "The file does not exist, is a folder, or its permissions do not allow this."
        "Check the path and its permissions."
    ConfigInvalid "config_invalid" 0 2 "weft.yml is not valid"
        "weft.yml has a key or value that weft does not know."
        "The message names the line. `weft init` writes a valid file to compare with."
    ManifestNotFound "manifest_not_found" 0 2 "No manifest"
        "weft reads what dbt wrote: target/manifest.json."
        "Run `dbt build` or `dbt compile` first, or name the file with --manifest."
    ManifestInvalid "manifest_invalid" 0 2 "The manifest cannot be read"
        "The file is not JSON, is cut off, or lacks a key that every manifest has."
        "Run `dbt compile` again. If you copied the file, copy all of it."
    ManifestUnsupported "manifest_unsupported" 0 2 "The manifest's version is not supported"
        "weft reads manifests v7 (dbt 1.3) to v12 (dbt 1.12 and 2.0), and v20 (previews of Fusion)."
        "Write the manifest with dbt 1.3 or later; update weft if the manifest's version is newer than weft supports."
    BuildFailed "build_failed" 0 1 "dbt did not build what you want to deploy"
        "A deployment must match the tables in the warehouse. `run_results.json` next to the manifest shows that dbt failed to build, or skipped, a public node that is new or changed: its table is still the old one."
        "Fix the model and run `dbt build` again. `--no-deploy` publishes without deploying. `--force REASON` deploys anyway, and the reason is recorded."
    ManifestStale "manifest_stale" 0 2 "The manifest does not match the work tree"
        "weft compares the project's files with the manifest that dbt made from them. dbt has not read some of the files yet, so an answer would be wrong."
        "Run `dbt compile`, or add --compile to run it. --stale continues with the manifest as it is, and adds a note."
    WrongArtifact "wrong_artifact" 0 2 "The wrong dbt file was given"
        "dbt writes several JSON files; this is not the one that is needed."
        "Give manifest.json to --manifest, catalog.json to --catalog, run_results.json to --run-results and sources.json to --sources."
    CatalogInvalid "catalog_invalid" 0 2 "The catalog cannot be read"
        "The file is not a dbt catalog v1."
        "Run `dbt docs generate` again, or leave the catalog out."
    ResultsNotFound "results_not_found" 0 2 "No results"
        "weft reads the results that dbt wrote: target/run_results.json and target/sources.json."
        "Run `dbt build`, `dbt test` or `dbt source freshness` first, or name the files with --run-results and --sources."
    ResultsInvalid "results_invalid" 0 2 "The results cannot be used"
        "weft reads run results v4 (dbt 1.0) to v6 and source freshness v3, from a run that looked at the data."
        "Run `dbt build`, `dbt test` or `dbt source freshness` again. If you copied the file, copy all of it."
    ResultsOfOther "results_of_other" 0 2 "The results are of another project"
        "Results refer to nodes by id, and the manifest has none of the ids in the file."
        "Give the manifest and the results of the same project: --manifest, --run-results, --sources."
    ProjectNameMissing "project_name_missing" 0 2 "The manifest does not name its project"
        "Manifests before v10 do not name their project, and this one contains several packages."
        "Name the project with --as NAME."
    SelectionInvalid "selection_invalid" 0 2 "expose: is not valid"
        "A selector uses a method that weft does not know, or selects nothing that can be published."
        "Use access:, tag:, path:, or a node's name."
    GitFailed "git_failed" 0 2 "The git work tree cannot be read"
        "The folder is in a git work tree, but git's data cannot be read."
        "Run `git status` there; to publish without provenance, publish from outside a work tree."
    DirtyWorkTree "dirty_work_tree" 0 2 "The work tree has uncommitted changes"
        "A publication names the commit that it was made from; with uncommitted changes that would be wrong."
        "Commit first, or publish with --allow-dirty, which is recorded in the publication."
    RevisionNotFound "revision_not_found" 0 2 "No such revision to compare with"
        "The revision is not in this clone, or shares no history with the work tree."
        "Fetch it first. In CI, check out the full history."
    ParseFailed "parse_failed" 0 2 "The baseline cannot be parsed"
        "A baseline from git is compiled in a separate checkout, by `dbt compile` (or `dbt parse`, where that fails), or the command that weft.yml names."
        "Run the command in a clean clone of that revision; set it with `parse:` in weft.yml."
    CompileFailed "compile_failed" 0 2 "The project cannot be compiled"
        "--compile runs `dbt compile`, so that the manifest matches the work tree and contains the compiled SQL."
        "Run the command yourself; set the command with `compile:` in weft.yml, or leave out --compile."
    LockInvalid "lock_invalid" 0 2 "weft.lock cannot be read"
        "The file is not one that `weft resolve` wrote, or a newer weft wrote it."
        "Run `weft resolve` to write it again."
    LockOutdated "lock_outdated" 0 2 "weft.lock does not match weft.yml"
        "--locked does not change the lock, and the lock does not cover what weft.yml requires."
        "Run `weft resolve` without --locked, and commit the lock."
    OfflineMissing "offline_missing" 0 2 "Missing while offline"
        "--offline takes everything from the lock and the cache under .weft/, but something is missing there."
        "Run `weft resolve` once with access to the registry."
    BaselineOfOther "baseline_of_other" 0 2 "The baseline is of another project"
        "Only two states of the same project can be compared: between two projects, every node would be removed and every node added."
        "Name two states of the same project."
    ContractUnreadable "contract_unreadable" 0 2 "A contract cannot be read"
        "The file is not a document of the Open Data Contract Standard 3, or a value in it has a different kind than the standard allows."
        "The message names the place; `weft contract lint` lists every fault."
    ServerUnknown "server_unknown" 0 2 "The server is not clear"
        "A contract is verified on one of its servers, of a type that weft can read. A contract without servers is verified on the database of dbt's profile."
        "Name one of the contract's servers with --server."
    CredentialsMissing "credentials_missing" 0 2 "Missing credentials"
        "A contract says where the data is, but has no password: that comes from a variable or from dbt's profile."
        "Set WEFT_DSN_<CONTRACT>_<SERVER> or WEFT_DSN_<SERVER> to the database's URL, or run weft where dbt's profile names the same database."
    DatabaseOther "database_other" 0 2 "The URL points to another database"
        "The data in another database does not show whether the contract is kept."
        "Set the variable of that contract and server to the URL of its database, or correct the contract's server."
    ProfileInvalid "profile_invalid" 0 2 "dbt's profile cannot be used"
        "profiles.yml lacks what is needed, or uses Jinja beyond `env_var`."
        "Fix the profile, or set WEFT_DSN_<SERVER> to the database's URL."
    DatabaseUnreachable "database_unreachable" 0 3 "The database cannot be reached"
        "There was no connection or no answer in time, or the database refused the login."
        "Check the server's address and the credentials, and that the database is running."
    RegistryUnreachable "registry_unreachable" 0 3 "The registry cannot be reached"
        "There was no connection, or no answer in time."
        "Check --registry, WEFT_REGISTRY or `registry:` in weft.yml, and that `weft serve` is running there."
    RegistryUnknown "registry_unknown" 0 3 "What answered is not a weft registry"
        "The answer does not match what a weft registry of this version sends."
        "Check the URL; a proxy or login page may be in front of the registry."
}

/// By hand: utoipa's derive does not see the renames that the macro writes.
impl utoipa::PartialSchema for ProblemCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("The stable code of a problem; `weft explain CODE` describes it."))
            .enum_values(Some(EVERY.iter().map(|code| code.facts().id)))
            .into()
    }
}
impl utoipa::ToSchema for ProblemCode {}

impl std::fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.facts().id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_snake_case_word_that_stands_once_and_reads_back() {
        let mut ids: Vec<_> = EVERY.iter().map(|code| code.facts().id).collect();
        for (id, code) in ids.iter().zip(EVERY) {
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{id}");
            assert_eq!(serde_json::from_value::<ProblemCode>((*id).into()).unwrap(), *code);
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), EVERY.len());
    }

    #[test]
    fn every_code_says_why_and_what_to_do() {
        for facts in EVERY.iter().map(|code| code.facts()) {
            assert!(facts.why.ends_with('.') && facts.remedy.ends_with('.'), "{}", facts.id);
            assert!((1..=4).contains(&facts.exit_code), "{}", facts.id);
        }
    }
}
