//! GET `/` and the other URLs of the page, with the files that it loads.

mod files;
mod first_start;
mod framing;
mod texts;

use std::collections::BTreeMap;
use std::io::Read;

use askit::page::FILES;
use flate2::read::GzDecoder;

use crate::support::*;

/// The URLs of documents that nobody frames, but the first one.
const PLAIN: [&str; 4] = ["/join/K7M4QX", "/account", "/sign-in", "/register"];
/// Those of sessions. That there is none such, the page says.
const OF_SESSIONS: [&str; 4] = [
    "/s/AAAAAAAAAAAAAAAAAAAAAA",
    "/s/AAAAAAAAAAAAAAAAAAAAAA/screen",
    "/s/nothing",
    "/s/%3Cscript%3E/screen",
];
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ";

fn documents() -> impl Iterator<Item = &'static str> {
    ["/"].into_iter().chain(PLAIN).chain(OF_SESSIONS)
}

/// Every URL that is answered with something.
fn urls() -> impl Iterator<Item = String> {
    let files = FILES.iter().map(|(path, _)| format!("/{path}"));
    documents().map(str::to_owned).chain(files)
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// The document of every URL: it says which one others use.
fn document() -> String {
    let index = include_str!("../../../web/app/index.html");
    let tag = "<html lang=\"en\" data-public-url=\"http://localhost:3000\">";
    index.replace("<html lang=\"en\">", tag)
}

#[test]
fn every_url_of_the_page_gives_the_document_under_a_strict_policy() {
    let app = App::start(Kind::Sqlite);
    app.registered("mina");
    let index = document();
    for url in documents() {
        let answer = app.anonymous().get(url).expect(200);
        assert_eq!(answer.text, index, "{url}");
        let policy = format!("{POLICY}'none'");
        assert_eq!(answer.header("content-security-policy"), Some(&*policy));
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(answer.header("x-frame-options"), None);
    }
}

#[test]
fn every_file_bears_its_type_and_is_asked_for_again_each_time() {
    let app = App::start(Kind::Sqlite);
    let mut tags = BTreeMap::new();
    for (path, bytes) in FILES {
        let answer = app.anonymous().get(&format!("/{path}")).expect(200);
        assert_eq!(answer.bytes, *bytes, "{path}");
        let expected = match path.rsplit_once('.').unwrap().1 {
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "json" => "application/json",
            "svg" => "image/svg+xml",
            other => panic!("{path}: which type has .{other}?"),
        };
        assert_eq!(answer.header("content-type"), Some(expected), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        assert_eq!(answer.header("content-encoding"), None, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        let tag = answer.header("etag").unwrap().to_owned();
        assert_eq!(
            tags.insert(tag, path),
            None,
            "a tag tells what a file holds"
        );
    }
}

#[test]
fn what_is_sent_compressed_is_the_same_under_another_tag() {
    let app = App::start(Kind::Sqlite);
    for url in urls() {
        let plain = app.anonymous().get(&url).expect(200);
        let client = app.anonymous().with("accept-encoding", "br, gzip, deflate");
        let packed = client.get(&url).expect(200);
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{url}");
        assert!(unpacked(&packed.bytes) == plain.bytes, "{url}");
        assert_ne!(packed.header("etag"), plain.header("etag"), "{url}");
        for answer in [plain, packed] {
            let varies = answer.header("vary").unwrap().to_lowercase();
            assert!(varies.contains("accept-encoding"), "{url}: {varies}");
        }
    }
}

#[test]
fn nobody_is_sent_what_they_do_not_take() {
    let app = App::start(Kind::Sqlite);
    for (taken, encoding) in [
        ("gzip", Some("gzip")),
        ("gzip;q=0.5", Some("gzip")),
        ("br;q=1.0, gzip;q=0.2", Some("gzip")),
        ("GZIP", Some("gzip")),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("gzip;q=0.1, identity", None),
        ("identity", None),
        ("br", None),
        ("*", None),
        ("*;q=0", None),
        ("", None),
        (";;", None),
    ] {
        let client = app.anonymous().with("accept-encoding", taken);
        let answer = client.get("/app/main.js").expect(200);
        assert_eq!(answer.header("content-encoding"), encoding, "{taken:?}");
    }
}

#[test]
fn a_browser_that_has_a_file_is_told_so() {
    let app = App::start(Kind::Sqlite);
    for url in urls() {
        for encoding in ["gzip", "identity"] {
            let client = app.anonymous().with("accept-encoding", encoding);
            let before = client.get(&url).expect(200);
            let tag = before.header("etag").unwrap();
            let known = [
                tag.to_owned(),
                format!("W/{tag}"),
                format!("\"other\", W/\"more\",{tag}"),
                "*".to_owned(),
            ];
            for known in known {
                let answer = client.with("if-none-match", &known).get(&url).expect(304);
                assert_eq!(answer.text, "", "{url}");
                for name in ["etag", "cache-control", "content-security-policy", "vary"] {
                    assert_eq!(answer.header(name), before.header(name), "{url}: {name}");
                }
                assert_eq!(answer.header("content-encoding"), None, "{url}");
            }
        }
    }
    let packed = app.anonymous().with("accept-encoding", "gzip");
    let packed = packed.get("/app/main.js").expect(200);
    let packed = packed.header("etag").unwrap();
    for unknown in [packed, "\"other\"", "junk", "", "W/"] {
        let client = app.anonymous().with("if-none-match", unknown);
        client.get("/app/main.js").expect(200);
    }
}

#[test]
fn other_paths_and_methods_are_refused_as_everywhere() {
    let app = App::start(Kind::Sqlite);
    for path in [
        "/join",
        "/join/",
        "/join/K7M4QX/more",
        "/s",
        "/s/",
        "/s/AAAA/",
        "/s/AAAA/export",
        "/account/",
        "/Account",
        "/admin",
        "/index.html",
        "/app",
        "/app/",
        "/app/nothing.js",
        "/app/main.js/",
        "/app/../main.js",
        "/app/%2e%2e/client/index.js",
        "/app//main.js",
        "/app/%ff.js",
        "/app/main.js%00",
        "/client/api.d.ts",
        "/client/package.json",
        "/client/README.md",
        "/client/tests/server.js",
        "/favicon.ico",
    ] {
        let answer = app.anonymous().get(path);
        answer.expect_problem(404, "not_found");
    }
    for url in urls() {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = app.anonymous().send(method, &url, None);
            let answer = answer.expect_problem(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {url}");
        }
        let head = app.anonymous().send("HEAD", &url, None).expect(200);
        let get = app.anonymous().get(&url);
        assert_eq!(head.text, "", "{url}");
        for name in ["content-length", "content-type", "etag"] {
            assert_eq!(head.header(name), get.header(name), "HEAD {url}: {name}");
        }
    }
}

#[test]
fn a_link_on_any_page_leads_in() {
    let app = App::start(Kind::Sqlite);
    for origin in ["null", "https://elsewhere.example"] {
        for site in ["cross-site", "none"] {
            let page = app.anonymous().with("origin", origin);
            let page = page.with("sec-fetch-site", site);
            for url in documents() {
                let answer = page.get(url).expect(200);
                assert_eq!(answer.header("access-control-allow-origin"), None);
            }
        }
    }
}

#[test]
fn all_phones_of_a_hall_load_the_page_from_behind_one_address() {
    let app = Setup::default()
        .usual_limits()
        .set("LIMITS__EVERYTHING_BURST", "40")
        .set("LIMITS__EVERYTHING_PER_SECOND", "1")
        .start(Kind::Sqlite);
    let urls: Vec<_> = urls().filter(|url| url != "/").collect();
    race(4, |_| {
        for url in urls.iter().cycle().take(300) {
            app.anonymous().get(url).expect(200);
        }
    });
    for _ in 0..40 {
        app.anonymous().send("POST", "/account", None).expect(405);
    }
    let answer = app.anonymous().send("POST", "/account", None);
    answer.expect_problem(429, "too_many_requests");
    app.anonymous().get("/account").expect(200);
}

#[test]
fn without_the_page_its_urls_are_nothing() {
    let app = Setup::default()
        .set("SERVER__PAGE", "false")
        .start(Kind::Sqlite);
    for url in urls() {
        app.anonymous().get(&url).expect_problem(404, "not_found");
    }
    app.anonymous().get("/health/ready").expect(200);
}
