//! What checks found.

use http::Method;
use weft_api::{CheckRun, RecordedRun};
use weft_model::name::{EnvironmentName, PackageName};

use crate::{
    client::{Client, body, call::Call},
    failure::Result,
};

impl Client {
    /// Records what a run of checks found in an environment.
    pub(crate) async fn record(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        run: &CheckRun,
    ) -> Result<RecordedRun> {
        let path = ["projects", package_name.as_str(), "environments", environment.as_str(), "results"];
        self.ask(Call::new(Method::POST, path).body(body(run)?)).await
    }
}
