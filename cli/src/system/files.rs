//! Writes files so that a reader sees the old or the new one, never a half: written beside it, then renamed.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use weft_bindings::Files;

use crate::failure::{FileError, Result};

/// Writes a file as a whole, unless it has this content already. Returns whether it wrote. A symbolic link stays one:
/// its target is written. A device or a pipe gets the content as it is.
pub(crate) fn write(path: &Path, content: &str) -> Result<bool> {
    if path.metadata().is_ok_and(|standing| !standing.is_file() && !standing.is_dir()) {
        fs::write(path, content).map_err(FileError::on(path, "written"))?;
        return Ok(true);
    }
    if path.is_symlink() {
        let target = path.canonicalize().map_err(FileError::on(path, "followed"))?;
        return write(&target, content);
    }
    if fs::read(path).is_ok_and(|standing| standing == content.as_bytes()) {
        return Ok(false);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let staged = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        // Where there is a `.weft` beside it, what a killed run leaves lies in there, unseen by git.
        let hidden = folder.join(".weft");
        let mut file = builder.prefix(".staged-").tempfile_in(if hidden.is_dir() { &hidden } else { folder })?;
        file.write_all(content.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    staged().map_err(FileError::on(path, "written"))?;
    Ok(true)
}

/// Makes a folder's tree hold exactly these files, in one step. Says whether it changed anything.
///
/// Files whose content stays keep their time of change: dbt's partial parsing goes by it. `staging` is a folder on the
/// same file system; what an earlier run left there is removed.
pub(crate) fn swap_tree(folder: &Path, files: &Files, staging: &Path) -> Result<bool> {
    remove_tree(staging)?;
    let standing = read_tree(folder)?;
    if standing.as_ref().is_some_and(|standing| same(standing, files)) || (standing.is_none() && files.is_empty()) {
        return Ok(false);
    }
    let standing = standing.unwrap_or_default();
    for (name, content) in files {
        let path = staging.join(name);
        make_folder(path.parent().unwrap_or(staging))?;
        let kept = standing.get(name).is_some_and(|standing| standing == content.as_bytes());
        if !(kept && fs::hard_link(folder.join(name), &path).is_ok()) {
            fs::write(&path, content).map_err(FileError::on(&path, "written"))?;
        }
    }
    if files.is_empty() {
        make_folder(staging)?;
    }
    exchange(staging, folder).map_err(FileError::on(folder, "replaced"))?;
    remove_tree(staging)?;
    Ok(true)
}

/// Removes a folder and all in it, if it is there.
pub(crate) fn remove_tree(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::on(folder, "removed")(error).into()),
        _ => Ok(()),
    }
}

/// Removes a file, if it is there.
pub(crate) fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::on(path, "removed")(error).into()),
        _ => Ok(()),
    }
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    Ok(fs::create_dir_all(folder).map_err(FileError::on(folder, "made"))?)
}

fn same(standing: &BTreeMap<String, Vec<u8>>, files: &Files) -> bool {
    standing.len() == files.len()
        && standing.iter().zip(files).all(|(old, new)| old.0 == new.0 && old.1 == new.1.as_bytes())
}

/// Every file below a folder by its path, `/` between its parts; `None` where there is no folder.
fn read_tree(folder: &Path) -> Result<Option<BTreeMap<String, Vec<u8>>>> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let mut tree = BTreeMap::new();
    let mut folders: Vec<(PathBuf, String)> = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = folders.pop() {
        for entry in fs::read_dir(&path).map_err(FileError::on(&path, "read"))? {
            let entry = entry.map_err(FileError::on(&path, "read"))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push((entry.path(), name + "/"));
            } else {
                tree.insert(name, fs::read(entry.path()).map_err(FileError::on(&path, "read"))?);
            }
        }
    }
    Ok(Some(tree))
}

/// Replaces `folder` by `staged`. If the system can, both change places at one moment.
fn exchange(staged: &Path, folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return fs::rename(staged, folder);
    }
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, staged, CWD, folder, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let aside = staged.with_extension("old");
    let _ = fs::remove_dir_all(&aside);
    fs::rename(folder, &aside)?;
    fs::rename(staged, folder)?;
    fs::remove_dir_all(&aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
    }

    fn changed_at(path: &Path) -> std::time::SystemTime {
        fs::metadata(path).unwrap().modified().unwrap()
    }

    #[test]
    fn a_file_that_stays_the_same_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/weft.lock");
        assert!(write(&path, "x").unwrap());
        let before = changed_at(&path);
        assert!(!write(&path, "x").unwrap());
        assert_eq!(changed_at(&path), before);
        assert!(write(&path, "y").unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "y");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_what_it_points_at_is_written() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("packages.yml"), folder.path().join("shared/packages.yml"));
        write(&target, "old").unwrap();
        symlink("shared/packages.yml", &link).unwrap();
        assert!(write(&link, "new").unwrap());
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        fs::remove_file(&target).unwrap();
        assert!(write(&link, "newer").unwrap_err().detail.contains("packages.yml"));
        assert!(link.is_symlink() && !target.exists(), "where it points at nothing, nothing is written");
    }

    #[test]
    fn a_tree_holds_exactly_what_was_written_last() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, staging) = (folder.path().join("packages"), folder.path().join(".staging"));
        assert!(swap_tree(&tree, &files(&[("a/x.sql", "1"), ("b/y.sql", "2")]), &staging).unwrap());
        let before = changed_at(&tree.join("a/x.sql"));
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(swap_tree(&tree, &files(&[("a/x.sql", "1"), ("c/z.sql", "3")]), &staging).unwrap());
        let standing = read_tree(&tree).unwrap().unwrap();
        assert_eq!(standing.keys().collect::<Vec<_>>(), ["a/x.sql", "c/z.sql"]);
        assert_eq!(changed_at(&tree.join("a/x.sql")), before, "an unchanged file keeps its time");
        assert!(!staging.exists());
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_takes_what_is_written_and_stays_a_pipe() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        write(&pipe, "x").unwrap();
        assert_eq!(reader.join().unwrap(), "x");
        assert!(pipe.metadata().unwrap().file_type().is_fifo());
    }

    #[test]
    fn a_tree_that_stays_the_same_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, staging) = (folder.path().join("packages"), folder.path().join(".staging"));
        swap_tree(&tree, &files(&[("a/x.sql", "1")]), &staging).unwrap();
        let before = changed_at(&tree);
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(!swap_tree(&tree, &files(&[("a/x.sql", "1")]), &staging).unwrap());
        assert_eq!(changed_at(&tree), before);
    }

    #[test]
    fn what_a_killed_run_left_behind_is_mended_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, staging) = (folder.path().join("packages"), folder.path().join(".staging"));
        swap_tree(&tree, &files(&[("a/x.sql", "old")]), &staging).unwrap();
        fs::create_dir_all(staging.join("a")).unwrap();
        fs::write(staging.join("a/x.sql"), "ha").unwrap();
        fs::write(staging.join("stray"), "").unwrap();
        assert_eq!(read_tree(&tree).unwrap().unwrap()["a/x.sql"], b"old", "killed while staging: the old stands");
        swap_tree(&tree, &files(&[("a/x.sql", "new")]), &staging).unwrap();
        assert_eq!(read_tree(&tree).unwrap().unwrap().keys().collect::<Vec<_>>(), ["a/x.sql"]);
        assert_eq!(fs::read_to_string(tree.join("a/x.sql")).unwrap(), "new");
    }

    #[test]
    fn whoever_reads_while_trees_are_swapped_always_finds_one_whole_tree() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, staging) = (folder.path().join("packages"), folder.path().join(".staging"));
        let version = |n: usize| files(&[("a", &n.to_string()), ("b", &n.to_string())]);
        swap_tree(&tree, &version(0), &staging).unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 1..200 {
                    swap_tree(&tree, &version(n), &staging).unwrap();
                }
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            });
            while cfg!(target_os = "linux") && !stop.load(std::sync::atomic::Ordering::Relaxed) {
                assert!(tree.exists(), "there is always a tree");
            }
        });
        assert_eq!(fs::read_to_string(tree.join("b")).unwrap(), "199");
    }
}
