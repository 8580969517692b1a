//! Who sent a request, for the log and for limits of rate.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Who sent a request. The principal is known once a handler has asked for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    address: Option<IpAddr>,
    principal: Arc<OnceLock<String>>,
}

impl Caller {
    /// The caller behind a connection. A trusted proxy adds the address of its own client at the end of
    /// `X-Forwarded-For`; what is before that is the client's own word.
    pub(crate) fn new(peer: Option<Peer>, headers: &HeaderMap, trust_proxy: bool) -> Self {
        let forwarded = || {
            let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
            last.rsplit(',').next()?.trim().parse().ok()
        };
        let address = trust_proxy.then(forwarded).flatten().or(peer.map(|Peer(address)| address));
        Self { address, principal: Arc::default() }
    }

    /// The client's address; none within one process.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The principal's name, `-` if nobody asked for it.
    pub(crate) fn principal(&self) -> &str {
        self.principal.get().map_or("-", String::as_str)
    }

    /// Notes the principal's name. It is not a secret.
    pub(crate) fn identify(&self, name: String) {
        // The first name stays.
        let _ = self.principal.set(name);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_address_is_the_peers_or_the_one_that_a_trusted_proxy_added() {
        let peer = Some(Peer("10.0.0.1".parse().unwrap()));
        let of = |values: &[&'static str], trusted| {
            let headers = values.iter().map(|value| (FORWARDED_FOR, HeaderValue::from_static(value))).collect();
            Caller::new(peer, &headers, trusted).address().unwrap().to_string()
        };
        assert_eq!(of(&["1.1.1.1, 2.2.2.2"], false), "10.0.0.1");
        assert_eq!(of(&["1.1.1.1, 2.2.2.2"], true), "2.2.2.2");
        assert_eq!(of(&["1.1.1.1", "2001:db8::1"], true), "2001:db8::1");
        for bad in ["", "unknown", "1.1.1.1, evil\u{7f}"] {
            if HeaderValue::from_str(bad).is_ok() {
                assert_eq!(of(&[bad], true), "10.0.0.1", "{bad}");
            }
        }
        assert_eq!(of(&[], true), "10.0.0.1");
    }
}
