//! The `package` binding straight from the registry: dbt's package-hub protocol, and tarballs by URL.

use std::path::Path;

use crate::harness::{Mesh, Server, dbt};

/// Packages of finance from the hub, as a range each.
pub(crate) const FROM_HUB: &str = "packages:\n\
    \x20 - {package: prod/inventory, version: [\">=1.0.0\", \"<2.0.0\"]}\n\
    \x20 - {package: prod/sales, version: [\">=1.0.0\", \"<2.0.0\"]}\n";

/// finance without what `weft resolve` wrote.
pub(crate) fn bare_finance(mesh: &Mesh, packages: &str) {
    for path in [".weft", "dbt_packages", "target"] {
        let _ = std::fs::remove_dir_all(mesh.project("finance").join(path));
    }
    for path in ["weft.lock", "package-lock.yml"] {
        let _ = std::fs::remove_file(mesh.project("finance").join(path));
    }
    mesh.write("finance", "packages.yml", packages);
}

/// Installs finance's packages from the hub of a server with any engine.
pub(crate) fn install_from_hub(mesh: &Mesh, engine: &Path, server: &Server) {
    bare_finance(mesh, FROM_HUB);
    let hub = format!("{}/hub/", server.url);
    mesh.engine(engine, "finance", &["deps"], &[("DBT_PACKAGE_HUB_URL", hub.as_str())]).ok();
}

/// The packages of finance as tarballs of a server.
pub(crate) fn tarballs(server: &Server) -> String {
    let python = dbt().with_file_name("python");
    let url = |project: &str| {
        let script = "import json, sys, urllib.request\n\
            print(json.load(urllib.request.urlopen(sys.argv[1]))['downloads']['tarball'])";
        let version = format!("{}/hub/api/v1/prod/{project}/1.0.0.json", server.url);
        let mut command = std::process::Command::new(&python);
        crate::harness::run(command.args(["-c", script, &version])).ok().stdout.trim().to_owned()
    };
    let line = |project: &str| format!("  - {{tarball: \"{}\", name: {project}}}\n", url(project));
    format!("packages:\n{}{}", line("inventory"), line("sales"))
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_installs_from_the_hub_and_builds_finance() {
    let mesh = Mesh::built();
    let server = Server::start(&mesh.registry().display().to_string());
    install_from_hub(&mesh, &dbt(), &server);
    let lock = mesh.read("finance", "package-lock.yml");
    assert!(lock.contains("prod/inventory") && lock.contains("1.0.0"), "{lock}");
    mesh.dbt("finance", &["build"]).ok();
    assert_eq!(mesh.rows("select sum(profit) from finance.order_profit_and_loss"), ["339.00"]);
    let manifest = mesh.read_json("finance", "target/manifest.json");
    assert!(manifest["nodes"]["model.inventory.products"].is_object(), "the hub's package has every model");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_installs_tarballs_and_parses_finance() {
    let mesh = Mesh::built();
    let server = Server::start(&mesh.registry().display().to_string());
    bare_finance(&mesh, &tarballs(&server));
    mesh.dbt("finance", &["deps"]).ok();
    mesh.dbt("finance", &["parse"]).ok();
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_locked_install_works_after_the_version_is_yanked() {
    let mesh = Mesh::built();
    let server = Server::start(&mesh.registry().display().to_string());
    install_from_hub(&mesh, &dbt(), &server);
    mesh.weft_at("inventory", &server.url, &["yank", "inventory", "1.0.0"]).ok();
    std::fs::remove_dir_all(mesh.project("finance").join("dbt_packages")).unwrap();
    let hub = format!("{}/hub/", server.url);
    mesh.engine(&dbt(), "finance", &["deps"], &[("DBT_PACKAGE_HUB_URL", hub.as_str())]).ok();
    mesh.dbt("finance", &["parse"]).ok();
}
