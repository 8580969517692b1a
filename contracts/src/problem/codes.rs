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
    /// What to do about it.
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
        "A parameter, header or path of the request is not what the service takes."
        "Compare the request with the API's documentation at /docs."
    InvalidJson "invalid_json" 400 2 "The body is not JSON"
        "The body is not JSON, or ends too early."
        "Send one JSON document; check what lies between you and the registry if it arrives cut off."
    NotAuthorized "not_authorized" 401 4 "Not authorized"
        "The registry asks for a token, and the request has none or one that does not allow this."
        "Set WEFT_TOKEN to a token that may do this. What you may not know of looks as if it were not there."
    RouteNotFound "route_not_found" 404 2 "No such route"
        "Nothing is served at this path."
        "See /docs for what is; check the registry's URL."
    ProjectNotFound "project_not_found" 404 2 "No such project"
        "Nothing has been published under this name."
        "`weft list` shows what is; check the spelling, or publish the project first."
    PublicationNotFound "publication_not_found" 404 2 "No such publication"
        "The project has no publication of this version."
        "`weft show PROJECT` lists its versions."
    DeploymentNotFound "deployment_not_found" 404 2 "Not deployed there"
        "Nothing of this project is deployed in this environment."
        "`weft show PROJECT` lists its environments; `weft deploy` puts a publication into one."
    NodeNotFound "node_not_found" 404 2 "No such node or column"
        "The project's publication has no node of this id, or the node has no such column."
        "`weft show PROJECT` lists its nodes, `weft show PROJECT VERSION` their columns."
    ConsumerNotFound "consumer_not_found" 404 2 "No such consumer"
        "Nothing is registered under this name as a consumer in this environment."
        "`weft consumers list` shows what is."
    RelationsNotFound "relations_not_found" 404 2 "No such relations"
        "The registry holds no relations of this digest for the project."
        "Resolve again without --locked to take what is deployed now."
    WaiverNotFound "waiver_not_found" 404 2 "No such waiver"
        "The project has no waiver of this number."
        "`weft waive --list` shows them."
    MethodNotAllowed "method_not_allowed" 405 2 "Method not allowed"
        "The path exists, but not with this HTTP method."
        "See /docs for the methods of the path."
    RequestTimeout "request_timeout" 408 3 "The request took too long"
        "The body did not arrive, or the answer was not ready, within the time the registry gives a request."
        "Try again; on a slow line, let the registry's operator raise the limit."
    VersionExists "version_exists" 409 1 "The version is taken by other content"
        "A published version is immutable: whoever depends on it must get the same content tomorrow."
        "Publish under a new version, or leave the version to `--version auto`."
    VersionTooSmall "version_too_small" 409 1 "The version is too small for the changes"
        "Readers take a new version by the range that they ask for: one that is too small brings them changes that the range was to keep away. The registry runs the rules of the check itself."
        "Take the version that is named or a later one, or leave it to `--version auto`. `weft waive` for the project lets it through."
    NameTaken "name_taken" 409 1 "The name belongs to another project"
        "A name belongs to the origin that published it first, so two teams cannot overwrite each other: the git remote and folder; without a remote the repository's first commit and the folder; without git the folder's name."
        "Publish under another name with `--as NAME`. If the project itself has moved, say so with `--moved`."
    NodeCycle "node_cycle" 409 1 "The projects' nodes form a cycle"
        "A node that reads itself through other projects can never be built in order."
        "Break one of the edges on the path that is named."
    DeploymentRefused "deployment_refused" 409 1 "The deployment would break what works there"
        "In that environment, this version lacks what it needs itself, or others read what it no longer has, ask for another version, or stand in the place of its nodes. What others need and lack there already stands in nobody's way. A reader of which it is not known what it reads counts as one that reads every column."
        "Each need names who has it, and what is missing: deploy first what no longer needs it, or what has it, or projects that need each other in one step: `weft deploy a@1.2.0 b@2.0.0`. `weft can-deploy` asks without deploying; `--force REASON` deploys all the same, and the reason is kept."
    ResolutionConflict "resolution_conflict" 409 1 "The requirements cannot be met"
        "What the projects ask of each other and what is published or deployed do not go together."
        "Each conflict names who requires what, and what is there: relax a requirement, or deploy a publication that meets it."
    ResolutionUndecided "resolution_undecided" 422 2 "It cannot be told whether the requirements can be met"
        "So many versions exclude each other that the search for some that go together was given up. That is neither yes nor no."
        "Pin some of the projects in `requires:`, yank versions that nobody is to take, or resolve what is deployed, without --latest."
    DeploymentChanged "deployment_changed" 412 1 "The deployment has changed meanwhile"
        "If-Match named a revision that is no longer the current one."
        "Read the deployment again and decide anew."
    PolicyChanged "policy_changed" 412 1 "The policy has changed meanwhile"
        "If-Match named a revision that is no longer the current one."
        "Read the policy again and decide anew."
    PayloadTooLarge "payload_too_large" 413 2 "The body is too large"
        "The body, after decompression, is larger than the registry takes."
        "Publish fewer nodes (`expose:` in weft.yml), or let the registry's operator raise --max-body."
    UnsupportedEncoding "unsupported_encoding" 415 2 "Content type or encoding not understood"
        "The registry reads application/json, plain or compressed with gzip or zstd."
        "Send one of those."
    InvalidPublication "invalid_publication" 422 2 "The publication is not valid"
        "The document does not follow the publication's schema, contradicts itself, or has a name or type that could become more than that in the SQL of a reader."
        "Each error has a JSON pointer to its place. Names hold no quotes, backslashes, semicolons, braces or hidden characters; spaces, dots, accents and emoji are fine. A registry older than the client does not know newer fields: update it."
    InvalidName "invalid_name" 422 2 "The name is outside the grammar"
        "Project, environment and node names have a grammar, so that they are safe in paths, files and SQL."
        "Project names: letters, digits and `_` of ASCII. Environments: lower-case letters, digits, `-` and `_`."
    InvalidVersion "invalid_version" 422 2 "The version is not semver"
        "Versions follow semver.org: MAJOR.MINOR.PATCH, each a number without leading zeros."
        "Write it as 1.4.0, or leave the version to `--version auto`."
    InvalidRequirement "invalid_requirement" 422 2 "The requirement cannot be read"
        "Requirements are in Cargo's notation."
        "Write `^1.2`, `>=2, <4`, `~1.4`, `=1.0.3` or `*`."
    InvalidPolicy "invalid_policy" 422 2 "The policy is not valid"
        "A policy names rules of the check, and for each a level: error, warning, info or off."
        "`weft explain` lists the rules."
    InvalidWaiver "invalid_waiver" 422 2 "The waiver is not valid"
        "A waiver names a rule and a node of the project, an author, a reason, and a last day that is not past."
        "`weft waive --help` shows what it takes."
    InvalidConsumer "invalid_consumer" 422 2 "The consumer is not valid"
        "A consumer has a kind, an owner, and reads nodes that are public in what is deployed in its environment: columns that they have, of types that they have."
        "Each error has a JSON pointer to its place; `weft show PROJECT VERSION` lists nodes and columns."
    InvalidRun "invalid_run" 422 2 "The run of checks is not valid"
        "A run says when it was made and by what, and of each node what each of its checks came to; all of it is bounded."
        "Each error has a JSON pointer to its place."
    DigestMismatch "digest_mismatch" 422 2 "The content does not have the digest that was named"
        "A digest is over the content, so content of another digest is other content: changed on the way, or by hand."
        "If it is a lock or a cache, run `weft resolve` to write it anew."
    Internal "internal" 500 3 "The registry failed"
        "A fault of the registry, not of the request."
        "Try again; if it stays, look the request_id up in the registry's log and report it."
    StoreUnavailable "store_unavailable" 503 3 "The registry's database cannot be used"
        "The database does not answer, is locked for too long, or is not the one the registry expects."
        "Try again; if it stays, check the database that --registry or --database names."

    Usage "usage" 0 2 "The command line cannot be understood"
        "A flag or argument is missing, unknown, or contradicts another."
        "`weft COMMAND --help` shows what the command takes."
    InvalidContract "invalid_contract" 0 2 "The data contracts cannot be published"
        "Two of them have one id, or speak of one node, or one says nothing that can be published."
        "`weft contract lint` tells of each contract by itself; the message names those that do not go together."
    FileUnreadable "file_unreadable" 0 2 "A file cannot be read or written"
        "The file is not there, is a folder, or may not be read or written."
        "Check the path and its permissions."
    ConfigInvalid "config_invalid" 0 2 "weft.yml is not valid"
        "weft.yml has a key or value that weft does not know."
        "The message names the line; `weft init` writes a valid file to compare with."
    ManifestNotFound "manifest_not_found" 0 2 "No manifest"
        "weft reads what dbt wrote: target/manifest.json."
        "Run `dbt build` or `dbt compile` first, or name the file with --manifest."
    ManifestInvalid "manifest_invalid" 0 2 "The manifest cannot be read"
        "The file is not JSON, is cut off, or lacks what every manifest has."
        "Run `dbt compile` again; if a file was copied, copy it whole."
    ManifestUnsupported "manifest_unsupported" 0 2 "The manifest's version is not supported"
        "weft reads manifests v7 (dbt 1.3) to v12 (dbt 1.12 and 2.0), and v20 (previews of Fusion)."
        "Write the manifest with dbt 1.3 or later; update weft if the manifest is of a newer version than it knows."
    BuildFailed "build_failed" 0 1 "dbt did not build what would be deployed"
        "What is said to be deployed must be there. `run_results.json` beside the manifest says that dbt failed to build, or skipped, a public node that is new or changed: its table is as it was before."
        "Mend the model and run `dbt build` again. `--no-deploy` publishes without deploying; `--force REASON` deploys all the same, and the reason is kept."
    ManifestStale "manifest_stale" 0 2 "The manifest does not match the work tree"
        "weft compares the project's files with the manifest that dbt made from them. An answer about files that dbt has not read yet would be wrong."
        "Run `dbt compile`, or let --compile run it; --stale goes on with what the manifest says, and says so."
    WrongArtifact "wrong_artifact" 0 2 "Another of dbt's files was given"
        "dbt writes several JSON files; this is not the one asked for."
        "Give manifest.json to --manifest, catalog.json to --catalog, run_results.json to --run-results and sources.json to --sources."
    CatalogInvalid "catalog_invalid" 0 2 "The catalog cannot be read"
        "The file is not a dbt catalog v1."
        "Run `dbt docs generate` again, or leave the catalog out."
    ResultsNotFound "results_not_found" 0 2 "No results"
        "weft reads what dbt found: target/run_results.json and target/sources.json."
        "Run `dbt build`, `dbt test` or `dbt source freshness` first, or name the files with --run-results and --sources."
    ResultsInvalid "results_invalid" 0 2 "The results cannot be used"
        "weft reads run results v4 (dbt 1.0) to v6 and source freshness v3, of a run that looked at the data."
        "Run `dbt build`, `dbt test` or `dbt source freshness` again; if a file was copied, copy it whole."
    ResultsOfOther "results_of_other" 0 2 "The results are of another project"
        "What was found is told of nodes by their ids, and the manifest knows none of those in the file."
        "Give the manifest and the results of one project: --manifest, --run-results, --sources."
    ProjectNameMissing "project_name_missing" 0 2 "The manifest does not tell its project"
        "Manifests before v10 do not name their project, and several packages are in this one."
        "Name the project with --as NAME."
    SelectionInvalid "selection_invalid" 0 2 "expose: cannot be understood"
        "A selector is of a method that weft does not know, or selects nothing that may be published."
        "Use access:, tag:, path:, or a node's name."
    GitFailed "git_failed" 0 2 "The git work tree cannot be read"
        "The folder is in a git work tree, but git's data cannot be read."
        "Run `git status` there; publish from outside a work tree to go without provenance."
    DirtyWorkTree "dirty_work_tree" 0 2 "The work tree has uncommitted changes"
        "A publication names the commit it came from; with uncommitted changes that would not be true."
        "Commit first, or publish with --allow-dirty; the publication then says so."
    RevisionNotFound "revision_not_found" 0 2 "No such revision to compare with"
        "The revision is not in this clone, or shares no history with the work tree."
        "Fetch it first; in CI, check out with the whole history."
    ParseFailed "parse_failed" 0 2 "The baseline cannot be parsed"
        "A baseline from git is compiled in a checkout of its own, by `dbt compile` (or `dbt parse`, where that fails), or the command that weft.yml names."
        "Run the command in a clean clone of that revision; set it with `parse:` in weft.yml."
    CompileFailed "compile_failed" 0 2 "The project cannot be compiled"
        "--compile lets dbt compile the project, so that the manifest matches the work tree and holds its SQL."
        "Run the command yourself; set it with `compile:` in weft.yml, or leave --compile out."
    LockInvalid "lock_invalid" 0 2 "weft.lock cannot be read"
        "The file is not what `weft resolve` writes, or of a newer weft."
        "Run `weft resolve` to write it anew."
    LockOutdated "lock_outdated" 0 2 "weft.lock does not fit weft.yml"
        "--locked changes nothing, and the lock does not answer what weft.yml asks."
        "Run `weft resolve` without --locked, and commit the lock."
    OfflineMissing "offline_missing" 0 2 "Not there while offline"
        "--offline takes everything from the lock and the cache under .weft/, and something is missing there."
        "Run `weft resolve` once with the registry at hand."
    BaselineOfOther "baseline_of_other" 0 2 "The baseline is of another project"
        "Only two states of one project can be compared: of two projects every node would be gone, and every node new."
        "Name two states of one project."
    ContractUnreadable "contract_unreadable" 0 2 "A contract cannot be read"
        "The file is no document of the Open Data Contract Standard 3, or a value in it is of another kind than the standard has."
        "The message names the place; `weft contract lint` tells every fault."
    ServerUnknown "server_unknown" 0 2 "Which server is not clear"
        "A contract is verified on one of its servers, of a type that weft can read; or, where it names none, where dbt's profile leads."
        "Name one of the contract's servers with --server."
    CredentialsMissing "credentials_missing" 0 2 "No way into the database"
        "Contracts tell where data is, and never a password: it comes from a variable or from dbt's profile."
        "Set WEFT_DSN_<CONTRACT>_<SERVER> or WEFT_DSN_<SERVER> to the database's URL, or run where dbt's profile names the same database."
    DatabaseOther "database_other" 0 2 "The URL leads to another database"
        "What another database holds says nothing of whether a contract is kept."
        "Set the variable of that contract and server to the URL of its database, or correct the contract's server."
    ProfileInvalid "profile_invalid" 0 2 "dbt's profile cannot be used"
        "profiles.yml lacks what is needed, or uses Jinja beyond `env_var`."
        "Mend the profile, or set WEFT_DSN_<SERVER> to the database's URL."
    DatabaseUnreachable "database_unreachable" 0 3 "The database cannot be reached"
        "No connection, no answer in time, or the database refused whoever asked."
        "Check the server's address and the credentials, and that the database runs."
    RegistryUnreachable "registry_unreachable" 0 3 "The registry cannot be reached"
        "No connection, or no answer in time."
        "Check --registry, WEFT_REGISTRY or `registry:` in weft.yml, and that `weft serve` runs there."
    RegistryUnknown "registry_unknown" 0 3 "What answered is not a weft registry"
        "The answer is not what a weft registry of this version gives."
        "Check the URL; a proxy or login page may stand before the registry."
}

/// By hand: utoipa's derive does not see the renames that the macro writes.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ProblemCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("The stable code of a problem; `weft explain CODE` tells more."))
            .enum_values(Some(EVERY.iter().map(|code| code.facts().id)))
            .into()
    }
}

#[cfg(feature = "openapi")]
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
