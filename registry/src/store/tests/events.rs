//! The numbers of events, while several transactions are open; and the events of an older weft.

use std::time::Duration;

use serde_json::json;
use sqlx::Executor as _;
use weft_api::{Authentication, Event, EventKind};

use super::database::{Database, on_both_stores};
use crate::store::{
    Cause, EventFilter, EventSpan, Store,
    new_event::NewEvent,
    pool::{Pool, SqlitePools},
    write::Write,
};

async fn open(database: &Database) -> Store {
    Store::open(&database.url).await.unwrap()
}

/// What a reader sees that has read up to a number.
async fn after(store: &Store, after: u64) -> Vec<Event> {
    let filter = EventFilter { with_tokens: true, ..EventFilter::default() };
    store.events(&filter, EventSpan { after, before: None, newest_first: false, limit: 100 }).await.unwrap()
}

async fn named(store: &Store, last: u64) -> Vec<(u64, String)> {
    let name = |event: Event| (event.id, event.what["name"].as_str().unwrap().to_owned());
    after(store, last).await.into_iter().map(name).collect()
}

fn told(mut write: Write, name: &str) -> Write {
    write.record(NewEvent::new(EventKind::Published).what(json!({ "name": name })));
    write
}

async fn begun(store: &Store, name: &str) -> Write {
    told(store.begin(&Cause::NONE).await.unwrap(), name)
}

#[tokio::test]
#[ignore = "set TEST_DATABASE_URL"]
async fn of_two_transactions_the_one_that_commits_first_has_the_smaller_number() {
    let database = Database::postgres().await;
    let store = open(&database).await;
    let (first, second) = (begun(&store, "first").await, begun(&store, "second").await);
    second.finish(true).await.unwrap();
    assert_eq!(named(&store, 0).await, [(1, "second".to_owned())]);
    first.finish(true).await.unwrap();
    // Who has read the one that came first reads on, and sees the other.
    assert_eq!(named(&store, 1).await, [(2, "first".to_owned())]);
    database.remove().await;
}

#[tokio::test]
#[ignore = "set TEST_DATABASE_URL"]
async fn nobody_overtakes_a_transaction_that_has_a_number_and_is_not_committed() {
    let database = Database::postgres().await;
    let store = open(&database).await;
    for (is_kept, expected) in
        [(true, vec![(1, "slow".to_owned()), (2, "fast".to_owned())]), (false, vec![(3, "fast".to_owned())])]
    {
        let last = expected[0].0 - 1;
        let mut slow = begun(&store, "slow").await;
        slow.write_events().await.unwrap();
        let fast = tokio::spawn(begun(&store, "fast").await.finish(true));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!fast.is_finished(), "it waits for the number");
        assert_eq!(named(&store, last).await, []);
        slow.finish(is_kept).await.unwrap();
        fast.await.unwrap().unwrap();
        assert_eq!(named(&store, last).await, expected, "kept: {is_kept}");
    }
    database.remove().await;
}

on_both_stores! {
    async fn a_reader_who_reads_on_meanwhile_sees_every_event_once_and_in_order(database: &Database) {
        const WRITERS: usize = 8;
        const EACH: usize = 12;
        let store = open(database).await;
        let writers: Vec<_> = (0..WRITERS).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..EACH {
                    let mut write = begun(&store, &format!("{writer}.{turn}")).await;
                    if turn % 3 == 0 {
                        write = told(write, &format!("{writer}.{turn}b"));
                    }
                    if turn % 4 == 3 {
                        write.write_events().await.unwrap();
                        write.finish(false).await.unwrap();
                    } else {
                        write.finish(true).await.unwrap();
                    }
                }
            })
        }).collect();
        let expected = WRITERS * (EACH - EACH / 4 + 3);
        let mut seen = Vec::new();
        let whole = async {
            while seen.len() < expected {
                let last = seen.last().copied().unwrap_or_default();
                seen.extend(named(&store, last).await.into_iter().map(|(number, _)| number));
            }
        };
        tokio::time::timeout(Duration::from_mins(1), whole).await.unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(seen, (1..=expected as u64).collect::<Vec<_>>());
        assert_eq!(store.last_event().await.unwrap(), expected as u64);
    }

    async fn what_an_older_weft_recorded_is_taken_over_once_and_stays_readable(database: &Database) {
        let store = open(database).await;
        let older = "INSERT INTO event (package_name, revision, kind, payload, occurred_at) VALUES
            ('inventory', 2, 'deployed', '{\"environment\":\"prod\",\"version\":\"1.0.0\",\"forced\":\"it is known\"}', '2026-01-02T03:04:06Z'),
            ('inventory', 1, 'published', '{\"version\":\"1.0.0\",\"digest\":\"x\"}', '2026-01-02T03:04:05Z'),
            ('', 1, 'token_created', '{\"number\":1,\"name\":\"ci\",\"by\":\"admin\"}', '2026-01-02T03:04:07Z'),
            ('inventory', 3, 'vanished', 'not json', '2026-01-02T03:04:08Z')";
        match &store.pool {
            Pool::Sqlite(SqlitePools { writer, .. }) => drop(writer.execute(older).await.unwrap()),
            Pool::Postgres(pool) => drop(pool.execute(older).await.unwrap()),
        }
        // Two replicas start at once.
        let (one, other) = tokio::join!(open(database), open(database));
        let events = after(&one, 0).await;
        let sentences: Vec<String> = events.iter().map(|it| format!("{} {} {it}", it.id, it.occurred_at.second())).collect();
        assert_eq!(sentences, [
            "1 5 somebody published inventory 1.0.0",
            "2 6 somebody deployed inventory 1.0.0 to prod, forced: it is known",
            "3 7 admin created the token ci",
            "4 8 somebody did `vanished`",
        ]);
        assert_eq!((events[1].environment.as_ref().unwrap().as_str(), events[0].what["digest"].as_str()), ("prod", Some("x")));
        begun(&other, "next").await.finish(true).await.unwrap();
        assert_eq!(named(&open(database).await, 4).await, [(5, "next".to_owned())]);
    }

    async fn an_event_has_the_cause_of_its_transaction(database: &Database) {
        let store = open(database).await;
        let cause = Cause {
            principal: Some("token:ci".to_owned()),
            how: Some(Authentication::Token),
            token: Some(3),
            request_id: Some("r-1".to_owned()),
            client: Some("weft/1".to_owned()),
        };
        told(store.begin(&cause).await.unwrap(), "a").finish(true).await.unwrap();
        told(store.begin(&cause).await.unwrap(), "b").finish(false).await.unwrap();
        let events = after(&store, 0).await;
        let Event { principal, how, token, request_id, client, .. } = events[0].clone();
        assert_eq!(Cause { principal, how, token, request_id, client }, cause);
        assert_eq!(events.len(), 1);
    }
}
