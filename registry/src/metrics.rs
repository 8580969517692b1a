//! What an operator watches, in the text format of Prometheus and `OpenMetrics`.

use std::{sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};

use crate::store::StoreSample;

/// A number with a fraction.
type Ratio = Gauge<f64, AtomicU64>;

/// A route as it is declared, never a path: the number of series stays small.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CacheLabels {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConnectionLabels {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EnvironmentLabels {
    environment: String,
}

/// Counters of this process since it started.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    documents: Family<CacheLabels, Counter>,
    connections: Family<ConnectionLabels, Gauge>,
    body_bytes: Gauge,
    body_waits: Gauge,
    turn_waits: Gauge,
    is_up: Gauge,
    projects: Gauge,
    publications: Gauge,
    deployed: Family<EnvironmentLabels, Gauge>,
    uptime: Ratio,
    started: std::time::Instant,
}

/// From half a millisecond to a minute.
fn latencies() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 18))
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("weft");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", version);
        let metrics = Self {
            registry,
            requests: Family::default(),
            durations: Family::new_with_constructor(latencies),
            in_flight: Gauge::default(),
            documents: Family::default(),
            connections: Family::default(),
            body_bytes: Gauge::default(),
            body_waits: Gauge::default(),
            turn_waits: Gauge::default(),
            is_up: Gauge::default(),
            projects: Gauge::default(),
            publications: Gauge::default(),
            deployed: Family::default(),
            uptime: Ratio::default(),
            started: std::time::Instant::now(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("http_requests", "Answered requests, by route and status", self.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register("http_requests_in_flight", "Requests that are not answered yet", self.in_flight.clone());
        registry.register("documents", "Lookups in the memory of immutable documents", self.documents.clone());
        registry.register("database_connections", "Connections to the database", self.connections.clone());
        registry.register("body_bytes", "Memory that the bodies of requests have taken", self.body_bytes.clone());
        registry.register("body_waits", "Requests that wait for memory for their body", self.body_waits.clone());
        registry.register("turn_waits", "Writes that wait for their project or environment", self.turn_waits.clone());
        registry.register("database_up", "Whether the database answered this scrape", self.is_up.clone());
        registry.register("projects", "Projects in the registry", self.projects.clone());
        registry.register("publications", "Published versions in the registry", self.publications.clone());
        registry.register("deployed_projects", "Projects that are deployed, by environment", self.deployed.clone());
        registry.register_with_unit("uptime", "Time since the process started", Unit::Seconds, self.uptime.clone());
        self
    }

    /// A request begins. What is given back ends it when it is dropped, also if the client goes away.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered. Methods of clients' own invention count as one.
    pub(crate) fn answered(&self, method: &http::Method, route: Option<&str>, status: u16, took: Duration) {
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = if known.contains(&method.as_str()) { method.as_str() } else { "other" };
        let (method, route) = (method.to_owned(), route.unwrap_or("none").to_owned());
        self.durations
            .get_or_create(&RouteLabels { method: method.clone(), route: route.clone() })
            .observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    }

    /// An immutable document was looked up in memory.
    pub(crate) fn looked_up(&self, found: bool) {
        self.documents.get_or_create(&CacheLabels { result: if found { "hit" } else { "miss" } }).inc();
    }

    /// Everything, with what the database says now; without a sample it does not answer.
    pub(crate) fn text(&self, load: Load, sample: Option<StoreSample>) -> Result<String, std::fmt::Error> {
        for (state, number) in ["used", "idle"].into_iter().zip(load.connections) {
            self.connections.get_or_create(&ConnectionLabels { state }).set(number.into());
        }
        let (bytes, waiting) = load.bodies;
        self.body_bytes.set(bytes);
        self.body_waits.set(waiting);
        self.turn_waits.set(load.turn_waits);
        self.is_up.set(i64::from(sample.is_some()));
        self.uptime.set(self.started.elapsed().as_secs_f64());
        if let Some(StoreSample { projects, publications, deployed }) = sample {
            self.projects.set(projects);
            self.publications.set(publications);
            // An environment from which all was taken is none.
            self.deployed.clear();
            for (environment, number) in deployed {
                self.deployed.get_or_create(&EnvironmentLabels { environment }).set(number);
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What is used and waited for at the moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Load {
    /// Connections to the database: used ones and idle ones.
    pub(crate) connections: [u32; 2],
    /// The bytes that bodies have taken, and how many wait for some.
    pub(crate) bodies: (i64, i64),
    /// How many writes wait for their turn.
    pub(crate) turn_waits: i64,
}

/// A request that runs.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_a_method_of_no_standard_makes_no_series() {
        let metrics = Metrics::new();
        let running = metrics.begin();
        for method in ["GET", "GET", "FOO", "BAR"] {
            metrics.answered(&method.parse().unwrap(), Some("/v1/x"), 200, Duration::from_millis(3));
        }
        let sample = StoreSample { projects: 2, publications: 5, deployed: vec![("prod".to_owned(), 2)] };
        let text = metrics.text(Load { connections: [1, 3], bodies: (2048, 1), turn_waits: 7 }, Some(sample)).unwrap();
        for line in [
            r#"weft_http_requests_total{method="GET",route="/v1/x",status="200"} 2"#,
            r#"weft_http_requests_total{method="other",route="/v1/x",status="200"} 2"#,
            r#"weft_http_request_duration_seconds_count{method="GET",route="/v1/x"} 2"#,
            "weft_http_requests_in_flight 1",
            r#"weft_database_connections{state="idle"} 3"#,
            "weft_body_bytes 2048",
            "weft_body_waits 1",
            "weft_turn_waits 7",
            "weft_database_up 1",
            "weft_publications 5",
            r#"weft_deployed_projects{environment="prod"} 2"#,
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
        drop(running);
        let text = metrics.text(Load::default(), None).unwrap();
        assert!(text.contains("weft_http_requests_in_flight 0") && text.contains("weft_database_up 0"), "{text}");
    }
}
