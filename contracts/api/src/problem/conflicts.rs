//! Conflicts in words.

use std::fmt;

use semver::Version;
use weft_model::{name::PackageName, text::quoted};

use crate::{Conflict, RequiredBy};

impl Conflict {
    /// The upstream project that cannot be chosen.
    pub fn package_name(&self) -> &PackageName {
        match self {
            Self::NotPublished { package_name, .. }
            | Self::NotDeployed { package_name, .. }
            | Self::DeployedUnmet { package_name, .. }
            | Self::NoneMatches { package_name, .. } => package_name,
        }
    }

    /// Who requires it, in the order of their paths.
    pub fn required_by(&self) -> &[RequiredBy] {
        match self {
            Self::NotPublished { required_by, .. }
            | Self::NotDeployed { required_by, .. }
            | Self::DeployedUnmet { required_by, .. }
            | Self::NoneMatches { required_by, .. } => required_by,
        }
    }

    /// What is published of it and not yanked, highest first, at most ten.
    pub fn published(&self) -> &[Version] {
        match self {
            Self::NotPublished { .. } => &[],
            Self::NotDeployed { published, .. }
            | Self::DeployedUnmet { published, .. }
            | Self::NoneMatches { published, .. } => published,
        }
    }

    /// The highest of the published versions shown that meets every requirement.
    pub fn fitting(&self) -> Option<&Version> {
        self.published().iter().find(|version| self.required_by().iter().all(|by| by.requirement.matches(version)))
    }
}

impl RequiredBy {
    /// The project whose requirement it is, in backticks.
    pub fn requirer(&self) -> String {
        self.path.last().map_or_else(|| "this project".to_owned(), |step| format!("`{}`", step.package_name))
    }

    /// `` `finance` → `sales` 1.2.0 requires `inventory` ^1``.
    fn line(&self, package_name: &PackageName) -> String {
        let steps = self.path.iter().map(|step| match &step.version {
            Some(version) => format!("`{}` {version}", step.package_name),
            None => format!("`{}`", step.package_name),
        });
        let path = if self.path.is_empty() { self.requirer() } else { steps.collect::<Vec<_>>().join(" → ") };
        format!("  {path} requires `{package_name}` {}", self.requirement)
    }
}

impl fmt::Display for Conflict {
    /// Plain lines without an end: what is there, who requires what along which path, and what is published.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.package_name();
        match self {
            Self::NotPublished { .. } => write!(f, "`{name}` is not published, but")?,
            Self::NotDeployed { environments, .. } => {
                write!(f, "`{name}` is not deployed in {}, but", quoted(environments, " nor in "))?;
            }
            Self::DeployedUnmet { environment, deployed, .. } => {
                write!(f, "`{name}` {deployed} is deployed in `{environment}`, but")?;
            }
            Self::NoneMatches { .. } if self.fitting().is_some() => {
                write!(f, "the versions of `{name}` and of its requirements exclude each other:")?;
            }
            Self::NoneMatches { .. } => write!(f, "no published version of `{name}` meets every requirement:")?,
        }
        self.requirers(f)?;
        if let Self::NotDeployed { deployed_in, .. } = self
            && !deployed_in.is_empty()
        {
            write!(f, "\ndeployed in: {}", quoted(deployed_in, ", "))?;
        }
        if !matches!(self, Self::NotPublished { .. }) {
            match self.published() {
                [] => write!(f, "\npublished: only versions that are yanked")?,
                versions => write!(f, "\npublished: {}", plain(versions))?,
            }
        }
        if self.misses_a_pre_release() {
            write!(
                f,
                "\na pre-release meets only a requirement that names a pre-release of the same version, such as ^2.0.0-rc.1"
            )?;
        }
        Ok(())
    }
}

impl Conflict {
    /// The requirements, unmet ones first.
    fn requirers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (met, unmet): (Vec<_>, Vec<_>) = self.required_by().iter().partition(|by| by.met);
        let ending = |by: &RequiredBy| match self {
            Self::DeployedUnmet { .. } if by.met => ", which it meets",
            Self::NoneMatches { .. } if !by.met => ", which none meets",
            _ => "",
        };
        unmet.into_iter().chain(met).try_for_each(|by| write!(f, "\n{}{}", by.line(self.package_name()), ending(by)))
    }

    /// Whether a pre-release is refused that would do if it were the release.
    fn misses_a_pre_release(&self) -> bool {
        let candidates: &[Version] = match self {
            Self::DeployedUnmet { deployed, .. } => std::slice::from_ref(deployed),
            Self::NoneMatches { published, .. } => published,
            _ => &[],
        };
        candidates.iter().filter(|version| !version.pre.is_empty()).any(|version| {
            let release = Version::new(version.major, version.minor, version.patch);
            let refused = |by: &RequiredBy| !by.requirement.matches(version) && by.requirement.matches(&release);
            self.required_by().iter().any(refused)
        })
    }
}

fn plain(versions: &[Version]) -> String {
    versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
