//! Transcripts of the command line, as a user could read them. `TRYCMD=overwrite cargo test` writes them again.

use std::path::Path;

/// Variables that are removed from the environment of the commands, so that the tester's own settings have no effect.
const SURROUNDINGS: [&str; 12] = [
    "CI_PROJECT_DIR",
    "CLICOLOR_FORCE",
    "DBT_TARGET_PATH",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "GITLAB_CI",
    "RUST_LOG",
    "WEFT_ADMIN_TOKEN",
    "WEFT_DBT",
    "WEFT_ENVIRONMENT",
    "WEFT_REGISTRY",
    "WEFT_TOKEN",
];

#[test]
fn transcripts_say_what_the_commands_do() {
    let cases = trycmd::TestCases::new();
    for name in SURROUNDINGS {
        // An empty variable counts as none.
        cases.env(name, "");
    }
    // For `env NAME=value weft ...`: what stands here wins over what a transcript sets itself.
    let weft = Path::new(env!("CARGO_BIN_EXE_weft")).parent().unwrap();
    cases.env("PATH", format!("{}:{}", weft.display(), std::env::var("PATH").unwrap()));
    cases.env("NO_COLOR", "1").env("LC_ALL", "C").env("COLUMNS", "100");
    for tool in ["cat", "env", "find", "git", "ls", "rm", "sed"] {
        cases.register_bin(tool, Path::new("/usr/bin").join(tool));
    }
    cases.case("tests/cmd/*.trycmd");
}
