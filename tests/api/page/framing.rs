//! `server.frame_ancestors`: which pages may show a session in a frame.

use super::{OF_SESSIONS, PLAIN, POLICY};
use crate::commands::{Operator, text};
use crate::support::*;

#[test]
fn a_session_alone_is_framed_and_by_those_alone_that_are_named() {
    let origins = "http://localhost:5173, HTTP://LOCALHOST:80";
    let app = Setup::default()
        .set("SERVER__FRAME_ANCESTORS", origins)
        .start(Kind::Sqlite);
    let named = format!("{POLICY}'self' http://localhost:5173 http://localhost");
    for url in OF_SESSIONS {
        let answer = app.anonymous().get(url).expect(200);
        assert_eq!(answer.header("content-security-policy"), Some(&*named));
        assert_eq!(answer.header("x-frame-options"), None);
    }
    let nobody = format!("{POLICY}'none'");
    for url in ["/", "/app/index.html"].into_iter().chain(PLAIN) {
        let answer = app.anonymous().get(url).expect(200);
        assert_eq!(answer.header("content-security-policy"), Some(&*nobody));
    }
    let answer = app.anonymous().get("/api/docs/index.html").expect(200);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
}

/// A browser keeps the policy of a document that has not changed.
#[test]
fn another_policy_is_another_tag() {
    let tag = |origins: &str| {
        let setup = Setup::default().set("SERVER__FRAME_ANCESTORS", origins);
        let app = setup.start(Kind::Sqlite);
        let answer = app.anonymous().get("/s/A").expect(200);
        answer.header("etag").unwrap().to_owned()
    };
    let nobody = tag("");
    assert_eq!(tag(""), nobody);
    assert_ne!(tag("http://localhost:5173"), nobody);
}

fn refusal(profile: &str, public_url: &str, origins: &str) -> String {
    let operator = Operator::new()
        .set("ASKIT__PROFILE", profile)
        .set("ASKIT__SECRET", "0123456789abcdef0123456789abcdef")
        .set("ASKIT__SERVER__PUBLIC_URL", public_url)
        .set("ASKIT__SERVER__FRAME_ANCESTORS", origins);
    let output = operator.run(&["config"]);
    assert_eq!(output.status.success(), output.stderr.is_empty());
    text(&output.stderr)
}

#[test]
fn whoever_could_keep_no_cookies_is_refused_at_the_start() {
    let own = "https://ask.example.com";
    let key = "server.frame_ancestors (ASKIT__SERVER__FRAME_ANCESTORS): ";
    for (origin, sentence) in [
        ("https://example.com", ""),
        ("https://www.example.com:8443", ""),
        ("https://*.example.com", " is not an origin like https://"),
        ("*", " is not an origin like https://"),
        ("example.com", " is not an origin like https://"),
        (
            "https://example.com/live",
            " is not an origin like https://",
        ),
        ("https://me@example.com", " is not an origin like https://"),
        (
            "https://example.com;script-src",
            " is not an origin like https://",
        ),
        ("'self'", " is not an origin like https://"),
        (
            "http://www.example.com",
            "http://www.example.com must begin with https:// as server.public_url does",
        ),
        (
            "https://www.example.org",
            "https://www.example.org is of another site than server.public_url \
             (https://ask.example.com): browsers keep no cookie of a frame there",
        ),
    ] {
        for profile in ["production", "development"] {
            let told = refusal(profile, own, origin);
            let is_refused = told.contains(key) && told.contains(sentence);
            assert_eq!(told.is_empty(), sentence.is_empty(), "{origin}: {told}");
            assert!(told.is_empty() || is_refused, "{origin}: {told}");
        }
    }
    let told = refusal("development", own, "https://a.example, *, http://b.example");
    assert_eq!(told.matches(key).count(), 3, "all at once: {told}");
    let told = refusal("development", "nothing", "https://www.example.com");
    assert!(!told.contains(key), "one fault is told once: {told}");
}
