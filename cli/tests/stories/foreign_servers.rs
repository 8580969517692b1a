//! Servers that are not a registry, or a sick one: the command ends in time, and reports what it found.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::stories::world::{Run, World, fixture};

/// A server that answers every request with what `answer` makes of its number, and counts them.
fn serve(answer: impl Fn(usize) -> Option<String> + Send + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut held: Vec<TcpStream> = Vec::new();
        for mut stream in listener.incoming().map(Result::unwrap) {
            let number = count.fetch_add(1, Ordering::SeqCst);
            match answer(number) {
                Some(answer) => {
                    let _ = stream.read(&mut [0; 8192]);
                    let _ = stream.write_all(answer.as_bytes());
                }
                None => held.push(stream),
            }
        }
    });
    (url, asked)
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

fn list(url: &str) -> Run {
    World::with(&fixture("mesh")).run_with("inventory", &format!("list --registry {url}"), &[("WEFT_TIMEOUT", "1")])
}

#[test]
fn a_silent_server_is_given_up_in_time() {
    let (url, _) = serve(|_| None);
    let start = Instant::now();
    let run = list(&url);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("error[registry_unreachable]") && run.stderr.contains("did not answer in 1 s"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_login_page_is_no_registry() {
    let (url, _) = serve(|_| Some(http("200 OK", "content-type: text/html\r\n", "<html>Sign in</html>")));
    let run = list(&url);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("error[registry_unknown]") && run.stderr.contains("text/html"), "{}", run.stderr);
}

#[test]
fn another_services_json_is_no_registry() {
    let (url, _) = serve(|_| Some(http("200 OK", "content-type: application/json\r\n", "[1,2,3]")));
    assert!(list(&url).stderr.contains("error[registry_unknown]"));
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let (url, asked) = serve(|_| Some(http("302 Found", "location: https://elsewhere.example/login\r\n", "")));
    let run = list(&url);
    assert_eq!((run.code, asked.load(Ordering::SeqCst)), (3, 1));
    assert!(run.stderr.contains("https://elsewhere.example/login`"), "{}", run.stderr);
}

#[test]
fn a_busy_registry_is_asked_again_and_a_failing_one_not_for_ever() {
    let page = r#"{"items":[]}"#;
    let (url, asked) = serve(move |number| match number {
        0 => Some(http("429 Too Many Requests", "retry-after: 0\r\n", "")),
        1 => Some(http("503 Service Unavailable", "retry-after: 0\r\n", "")),
        _ => Some(http("200 OK", "content-type: application/json\r\n", page)),
    });
    let run = list(&url);
    assert_eq!((run.code, asked.load(Ordering::SeqCst)), (0, 3), "{}", run.stderr);
    let (url, asked) = serve(|_| Some(http("503 Service Unavailable", "retry-after: 0\r\n", "")));
    let run = list(&url);
    assert_eq!((run.code, asked.load(Ordering::SeqCst)), (3, 4), "{}", run.stderr);
}

#[test]
fn a_problem_of_a_newer_registry_is_told_without_driving_the_terminal() {
    let body = "{\"code\":\"brand_new\",\"status\":403,\"detail\":\"no\\u001b[2J\\nhint: rm\",\"hint\":\"ask\"}";
    let (url, _) = serve(move |_| Some(http("403 Forbidden", "content-type: application/problem+json\r\n", body)));
    let run = list(&url);
    assert_eq!(run.code, 4);
    assert_eq!(run.stderr, "error[not_authorized]: no\\u{1b}[2J\n  hint: rm\n\nhint: ask\n");
}

#[test]
fn an_answer_that_breaks_off_is_told() {
    let (url, _) =
        serve(|_| Some("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{".to_owned()));
    let run = list(&url);
    assert_eq!(run.code, 3, "{}", run.stderr);
}

#[test]
fn nothing_is_written_when_the_registry_fails() {
    let (url, _) = serve(|_| Some(http("200 OK", "content-type: text/html\r\n", "<html>")));
    let world = World::with(&fixture("mesh"));
    let run = world.run("sales", &format!("resolve --write --registry {url}"));
    assert_eq!(run.code, 3);
    for path in ["weft.lock", "packages.yml", ".weft"] {
        assert!(!world.path("sales").join(path).exists(), "{path}");
    }
}
