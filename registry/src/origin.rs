//! The origin of a project: the repository and folder that its name belongs to.

use weft_publication::Source;

/// The origin of a publication: `host/path#folder`; without a remote `commit ID#folder`, by the repository's first
/// commit; without git `folder NAME`. `None` if it has none of these.
///
/// One repository has one origin for every way to clone it: scheme, user, credentials, port, `.git` and the case of the
/// host do not count.
pub(crate) fn of(source: &Source) -> Option<String> {
    let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    let in_git = source.git.as_ref().and_then(|git| {
        let remote = given(&git.remote).map(|remote| repository(&remote));
        let repository = remote.or_else(|| given(&git.first_commit).map(|commit| format!("commit {commit}")))?;
        Some(format!("{repository}#{}", git.folder.trim_matches('/')))
    });
    in_git.or_else(|| given(&source.folder).map(|folder| format!("folder {folder}")))
}

fn repository(remote: &str) -> String {
    let (host, path) = match remote.split_once("://") {
        Some(("file", path)) => ("", path),
        Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
        None => scp_form(remote).unwrap_or(("", remote)),
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.rsplit_once(':').map_or(host, |(name, port)| if is_port(port) { name } else { host });
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    if host.is_empty() {
        path.to_owned()
    } else {
        format!("{}/{}", host.to_ascii_lowercase(), path.trim_start_matches('/'))
    }
}

/// `git@host:path`, git's short form of ssh; not `C:\path` nor `/path:with:colons`.
fn scp_form(remote: &str) -> Option<(&str, &str)> {
    let (host, path) = remote.split_once(':')?;
    (host.len() > 1 && !host.contains(['/', '\\'])).then_some((host, path))
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use weft_publication::Git;

    use super::*;

    fn of_git(git: Git) -> Option<String> {
        of(&Source { git: Some(git), folder: Some("sales".to_owned()), ..Source::default() })
    }

    fn origin(remote: &str) -> String {
        of_git(Git { remote: Some(remote.to_owned()), folder: "dbt/sales".to_owned(), ..Git::default() }).unwrap()
    }

    #[test]
    fn without_a_remote_the_first_commit_tells_and_without_git_the_folder() {
        let first_commit = Some("c0ffee".to_owned());
        let local = Git { first_commit: first_commit.clone(), folder: "dbt/sales".to_owned(), ..Git::default() };
        assert_eq!(of_git(local.clone()).as_deref(), Some("commit c0ffee#dbt/sales"));
        let pushed = Git { remote: Some("git@github.com:acme/mesh".to_owned()), ..local };
        assert_eq!(of_git(pushed).as_deref(), Some("github.com/acme/mesh#dbt/sales"));
        assert_eq!(of_git(Git::default()).as_deref(), Some("folder sales"), "before the first commit");
        assert_eq!(of(&Source { folder: Some(" ".to_owned()), ..Source::default() }), None);
    }

    #[test]
    fn one_repository_has_one_origin_however_it_was_cloned() {
        for remote in [
            "https://github.com/acme/mesh",
            "https://github.com/acme/mesh.git",
            "https://token:x-oauth@GitHub.com/acme/mesh.git/",
            "git@github.com:acme/mesh.git",
            "ssh://git@github.com/acme/mesh.git",
            "ssh://git@github.com:22/acme/mesh",
            "git://github.com:9418/acme/mesh.git",
        ] {
            assert_eq!(origin(remote), "github.com/acme/mesh#dbt/sales", "{remote}");
        }
    }

    #[test]
    fn no_credential_stands_in_an_origin() {
        for remote in ["https://user:secret@host/acme/mesh.git", "https://host/acme/mesh.git?token=secret"] {
            assert!(!origin(remote).contains("secret"), "{remote}");
        }
    }

    #[test]
    fn a_repository_on_disk_is_its_path() {
        for remote in ["/srv/git/mesh.git", "file:///srv/git/mesh.git"] {
            assert_eq!(origin(remote), "/srv/git/mesh#dbt/sales", "{remote}");
        }
    }

    #[test]
    fn other_repositories_and_folders_are_other_origins() {
        assert_ne!(origin("https://github.com/acme/mesh"), origin("https://github.com/other/mesh"));
        assert_ne!(origin("https://github.com/acme/mesh"), origin("https://gitlab.com/acme/mesh"));
        assert_eq!(of(&Source::default()), None);
    }
}
