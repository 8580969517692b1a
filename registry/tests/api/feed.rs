//! The feed of a project.

use insta::assert_snapshot;
use serde_json::json;

use crate::{
    client::{Answer, Registry},
    database::{Database, on_both_stores},
    events::Guarded,
    mesh::Sample,
};

const FEED: &str = "/v1/projects/inventory/feed.atom";
const ATOM: &str = "http://www.w3.org/2005/Atom";

fn text(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/atom+xml", "{answer:?}");
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

/// The texts of the elements of a name, after checking what RFC 4287 requires of a feed.
fn all(feed: &str, name: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(feed).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name((ATOM, "feed")));
    let entries = root.children().filter(|it| it.has_tag_name((ATOM, "entry")));
    for place in std::iter::once(root).chain(entries) {
        for required in ["id", "title", "updated"] {
            assert_eq!(place.children().filter(|it| it.has_tag_name((ATOM, required))).count(), 1, "{required}");
        }
    }
    let named = document.descendants().filter(|it| it.has_tag_name((ATOM, name)));
    named.map(|it| it.text().unwrap_or_default().to_owned()).collect()
}

/// Keeps times, ids and digests out of a snapshot, and checks their form.
fn still(feed: &str) -> String {
    let mut still = feed.to_owned();
    for (name, put) in [("id", "[id]"), ("updated", "[time]"), ("published", "[time]")] {
        for value in all(feed, name) {
            assert!(value.starts_with("urn:uuid:") && value.len() == 45 || value.ends_with('Z'), "{value}");
            still = still.replace(&value, put);
        }
    }
    still
}

on_both_stores! {
    async fn a_feed_has_the_newest_events_of_a_project(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample { columns: &["id", "b"], ..Sample::default() }).await;
        registry.publish(&Sample { package_name: "shop", reads: &["inventory"], ..Sample::default() }).await;
        let force = json!({"force": {"reason": "it's <b>\"old\"</b> & gone"}});
        registry.post("/v1/projects/inventory/environments/prod/undeploy", &force).await;
        let feed = text(&registry.get_with(FEED, &[("host", "weft.example.com")]).await);
        assert_snapshot!("feed", still(&feed));
        assert_eq!(all(&feed, "title")[1], "anonymous removed inventory 1.0.0 from prod, forced: it's <b>\"old\"</b> & gone");
        let ids = all(&feed, "id");
        assert_eq!(ids.len(), 4);
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), 4);
        // A later event leaves the others as they are, and so does another replica at another address.
        registry.put("/v1/policies?package_name=inventory", &json!({"rules": {"column_added": "off"}})).await;
        let later = text(&Registry::open(database).await.get_with(FEED, &[("host", "other.example.com")]).await);
        let later = all(&later, "id");
        assert_eq!((&later[0], &later[2..]), (&ids[0], &ids[1..]));
        assert_eq!(registry.get("/v1/projects/nobody/feed.atom").await.problem(), "project_not_found");
    }

    async fn a_feed_that_has_not_changed_is_not_sent_again(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&Sample::default()).await;
        let first = registry.get(FEED).await;
        let etag = first.header("etag").to_owned();
        let again = registry.get_with(FEED, &[("if-none-match", &etag)]).await;
        assert_eq!((again.status.as_u16(), again.header("etag"), again.bytes.len()), (304, etag.as_str(), 0));
        registry.publish(&Sample { package_name: "shop", ..Sample::default() }).await;
        assert_eq!(registry.get_with(FEED, &[("if-none-match", &etag)]).await.status, 304, "another project's events");
        registry.publish(&Sample { version: "1.0.1", ..Sample::default() }).await;
        assert_eq!(registry.get_with(FEED, &[("if-none-match", &etag)]).await.status, 200);
    }

    async fn a_reader_of_news_sends_its_token_as_a_password(database: &Database) {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        let guarded = Guarded::open(database).await;
        let secret = guarded.token("news", &["read"]).await;
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("news:{secret}")));
        let answer = guarded.registry.get_with(FEED, &[("authorization", &basic)]).await;
        assert_eq!(answer.problem(), "project_not_found");
        assert_eq!(guarded.registry.get(FEED).await.problem(), "not_authorized");
    }
}
