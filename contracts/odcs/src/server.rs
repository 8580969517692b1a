//! Where the data is.

use serde_json::Value;

use crate::{CustomProperty, Role, record::records};

records! {
    /// A place where the data is: a database, a bucket, a broker. What only its type has (`host`, `database`,
    /// `location`, ...) is in `extra`.
    pub struct Server {
        /// Stable, for references. Since 3.1.
        pub id: Option<String>,
        /// What the contract calls it.
        pub server: String,
        /// `postgres`, `duckdb`, `snowflake`, `kafka`, `s3`, ...
        pub r#type: String,
        /// A description of the server.
        pub description: Option<String>,
        /// The environment of the server: `prod`, `staging`, ...
        pub environment: Option<String>,
        /// Who may use the data there, and how.
        pub roles: Vec<Role>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }
}

impl Server {
    /// What a key of its type says, where that is a text.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.extra.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Its port, which 3.2 also takes as a text.
    pub fn port(&self) -> Option<u16> {
        match self.extra.get("port")? {
            Value::Number(port) => port.as_u64().and_then(|port| u16::try_from(port).ok()),
            Value::String(port) => port.trim().parse().ok(),
            _ => None,
        }
    }
}
