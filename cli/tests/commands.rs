//! Transcripts of the command line, as a user could read them. `TRYCMD=overwrite cargo test` writes them anew.

use std::path::Path;

/// The commands run without what the tester's own surroundings would tell them.
const SURROUNDINGS: [&str; 7] = [
    "CLICOLOR_FORCE",
    "DBT_TARGET_PATH",
    "RUST_LOG",
    "WEFT_ADMIN_TOKEN",
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
    cases.env("NO_COLOR", "1").env("LC_ALL", "C").env("COLUMNS", "100");
    for tool in ["find", "ls", "rm", "sed"] {
        cases.register_bin(tool, Path::new("/usr/bin").join(tool));
    }
    cases.case("tests/cmd/*.trycmd");
}
