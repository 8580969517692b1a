//! What stands in a tarball's path so that it can be fetched without a token: dbt sends none for tarballs.
//!
//! A capability opens one file until it expires. It is signed by a key of the database, not by a token: whoever holds a URL
//! can guess at nothing, and a token can be replaced without breaking a URL.

use hmac::{Hmac, KeyInit as _, Mac as _};
use semver::Version;
use sha2::Sha256;
use time::OffsetDateTime;
use tokio::sync::OnceCell;
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    auth::{hex, random_bits, same},
    error::ApiError,
    store::{SigningKey, Store},
};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// How many days a capability holds at least. All that are given on one day are the same, so that the hub's answers are.
const DAYS: i64 = 7;

/// Makes capabilities, and knows them again.
#[derive(Default)]
pub(crate) struct Capabilities {
    keys: OnceCell<Vec<SigningKey>>,
}

/// A file of the hub.
#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) environment: &'a EnvironmentName,
    pub(crate) package_name: &'a PackageName,
    pub(crate) version: &'a Version,
}

/// The key that signs now.
pub(crate) struct Signer<'a> {
    key: &'a SigningKey,
    last_day: i64,
}

impl Capabilities {
    /// The key that signs, until the end of the last day that its capabilities hold.
    ///
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn signer(&self, store: &Store) -> Result<Signer<'_>, ApiError> {
        let keys = self.keys(store).await?;
        let key = keys.first().ok_or_else(|| ApiError::internal(&"the database has no signing key"))?;
        Ok(Signer { key, last_day: today() + DAYS })
    }

    /// Whether a capability opens a file now.
    ///
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn allows(&self, store: &Store, capability: &str, file: File<'_>) -> Result<bool, ApiError> {
        let mut parts = capability.split('.');
        let (Some(number), Some(last_day), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Ok(false);
        };
        let (Ok(number), Ok(last_day)) = (number.parse::<i64>(), last_day.parse::<i64>()) else { return Ok(false) };
        if last_day < today() {
            return Ok(false);
        }
        let keys = self.keys(store).await?;
        let right = keys.iter().find(|key| key.number == number).and_then(|key| sign(key, last_day, file));
        Ok(right.is_some_and(|right| same(&right, signature)))
    }

    async fn keys(&self, store: &Store) -> Result<&Vec<SigningKey>, ApiError> {
        let keys =
            self.keys.get_or_try_init(|| async { Ok::<_, ApiError>(store.signing_keys(&hex(&random_bits()?)).await?) });
        keys.await
    }
}

impl Signer<'_> {
    /// The capability of a file.
    pub(crate) fn capability(&self, file: File<'_>) -> Option<String> {
        let signature = sign(self.key, self.last_day, file)?;
        Some(format!("{}.{}.{signature}", self.key.number, self.last_day))
    }
}

fn today() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp().div_euclid(DAY)
}

fn sign(key: &SigningKey, last_day: i64, file: File<'_>) -> Option<String> {
    let File { environment, package_name, version } = file;
    let mut signer = Hmac::<Sha256>::new_from_slice(key.secret.as_bytes()).ok()?;
    signer.update(format!("tarball/{last_day}/{environment}/{package_name}/{version}").as_bytes());
    Some(hex(&signer.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_capability_opens_one_file_until_it_expires() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("registry.db").to_str().unwrap()).await.unwrap();
        let (prod, package_name) = (EnvironmentName::default(), "inventory".parse::<PackageName>().unwrap());
        let [one, other] = [Version::new(1, 0, 0), Version::new(1, 0, 1)];
        let file = File { environment: &prod, package_name: &package_name, version: &one };
        let capabilities = Capabilities::default();
        let signer = capabilities.signer(&store).await.unwrap();
        let capability = signer.capability(file).unwrap();
        assert_eq!(signer.capability(file).unwrap(), capability);
        // Another replica knows it too.
        let replica = Capabilities::default();
        assert!(replica.allows(&store, &capability, file).await.unwrap());
        assert!(!replica.allows(&store, &capability, File { version: &other, ..file }).await.unwrap());
        let expired = Signer { key: signer.key, last_day: today() - 1 }.capability(file).unwrap();
        let later = expired.replace(&(today() - 1).to_string(), &(today() + 1).to_string());
        for wrong in
            [&expired, &later, "", "1", "1.2.3", "1.x.y", &format!("2{}", &capability[1..]), "..", &"0".repeat(64)]
        {
            assert!(!replica.allows(&store, wrong, file).await.unwrap(), "{wrong}");
        }
    }
}
