//! The Python of the project's dbt: the one whose `duckdb` wrote the file.

use std::{
    env,
    path::{Path, PathBuf},
};

/// `WEFT_PYTHON`, else that of the project's or the active virtual environment, else that of the `dbt` on the path, else
/// `python3`.
pub(super) fn find(project: &Path) -> PathBuf {
    if let Some(said) = env::var_os("WEFT_PYTHON").filter(|path| !path.is_empty()) {
        return said.into();
    }
    let active = env::var_os("VIRTUAL_ENV").filter(|path| !path.is_empty()).map(PathBuf::from);
    let folders = [Some(project.join(".venv")), active].into_iter().flatten().map(|folder| folder.join(PROGRAMS));
    let beside_dbt = || {
        let folders = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
        let dbt = folders.into_iter().map(|folder| folder.join(DBT)).find(|dbt| dbt.is_file())?;
        // A tool that was installed for itself is a link into its own environment.
        dbt.canonicalize().ok()?.parent().map(Path::to_owned)
    };
    let python = |folder: PathBuf| Some(folder.join(PYTHON)).filter(|python| python.is_file());
    folders.chain(std::iter::once_with(beside_dbt).flatten()).find_map(python).unwrap_or_else(|| PYTHON3.into())
}

const PROGRAMS: &str = if cfg!(windows) { "Scripts" } else { "bin" };
const DBT: &str = if cfg!(windows) { "dbt.exe" } else { "dbt" };
const PYTHON: &str = if cfg!(windows) { "python.exe" } else { "python" };
const PYTHON3: &str = if cfg!(windows) { "python" } else { "python3" };
