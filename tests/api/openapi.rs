//! GET /api/openapi.json and GET /api/docs. That every answer is as documented, `support::contract`
//! sees to in all tests.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use askit::http::ErrorCode;
use serde_json::{Value, json};

use crate::support::contract::{DOCUMENT, mismatch, resolve, with_parameters};
use crate::support::*;

/// A method and a path with its parameters in braces.
type Route = (String, String);

/// What `src/routes.rs` registers, read from its text: Actix does not tell.
fn routes() -> BTreeSet<Route> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes.rs");
    let text = fs::read_to_string(file).unwrap();
    let (text, _page) = text
        .split_once("/// Registers the URLs of the page")
        .unwrap();
    let (api, others) = text.split_once("    routes\n").unwrap();
    let mut routes = BTreeSet::new();
    for (prefix, text) in [("/api", api), ("", others)] {
        for resource in text.split("resource(\"").skip(1) {
            let (path, rest) = resource.split_once('"').unwrap();
            let path = path.replace(":.*}", "}");
            let rest: String = rest.split_whitespace().collect();
            for method in ["get", "post", "put", "patch", "delete"] {
                if rest.contains(&format!(".route({method}()")) {
                    routes.insert((method.to_uppercase(), format!("{prefix}{path}")));
                }
            }
        }
    }
    routes
}

fn operations() -> impl Iterator<Item = (Route, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(|(method, operation)| ((method.to_uppercase(), path.clone()), operation))
    })
}

#[test]
fn the_document_names_every_route_and_no_other() {
    let documented: BTreeSet<Route> = operations().map(|(route, _)| route).collect();
    assert!(documented.len() > 10, "{documented:?}");
    assert_eq!(routes(), documented);
}

#[test]
fn the_readme_names_every_route_and_every_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(file).unwrap();
    for ((method, path), _) in operations() {
        let is_detail = path.ends_with("{file}");
        let is_named = readme.contains(&format!("`{method} {path}`"));
        assert!(is_named || is_detail, "{method} {path}");
    }
    for code in ErrorCode::ALL {
        assert!(readme.contains(&format!("`{}`", code.as_str())), "{code:?}");
    }
}

#[test]
fn the_client_hears_every_event() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/client/types.d.ts");
    let types = fs::read_to_string(file).unwrap();
    let operation = &DOCUMENT["paths"]["/api/sessions/{sessionId}/events"]["get"];
    for name in operation["x-events"].as_object().unwrap().keys() {
        assert!(types.contains(&format!("\n  {name}?(data")), "{name}");
    }
}

#[test]
fn the_client_sends_a_key_with_what_takes_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/client/index.js");
    let client = fs::read_to_string(file).unwrap();
    let (_, rest) = client.split_once("const CREATING = [\n").unwrap();
    let (list, _) = rest.split_once("];").unwrap();
    let sent: BTreeSet<_> = list.split('"').skip(1).step_by(2).collect();
    let takes_one = |operation: &Value| {
        let parameters = operation["parameters"].as_array();
        let key = json!({ "$ref": "#/components/parameters/Idempotency-Key" });
        parameters.is_some_and(|all| all.contains(&key))
    };
    let taking = operations().filter(|(_, operation)| takes_one(operation));
    let taking: Vec<_> = taking.map(|((_, path), _)| path).collect();
    assert_eq!(sent, taking.iter().map(String::as_str).collect());
}

#[test]
fn a_body_is_required_unless_it_may_be_empty() {
    for (path, is_required) in [
        ("/api/users", true),
        ("/api/auth/login", true),
        ("/api/auth/token", false),
        ("/api/auth/logout", false),
    ] {
        let body = &DOCUMENT["paths"][path]["post"]["requestBody"];
        assert_eq!(body["required"], is_required, "{path}");
    }
}

#[test]
fn the_server_knows_the_documented_methods_and_no_other() {
    let app = App::start(Kind::Sqlite);
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        let mut known: BTreeSet<String> = item.as_object().unwrap().keys().cloned().collect();
        let path = with_parameters(path);
        let unknown = ["delete", "put", "patch", "get"]
            .into_iter()
            .find(|it| !known.contains(*it));
        let answer = app
            .anonymous()
            .send(&unknown.unwrap().to_uppercase(), &path, None);
        let allowed = answer.expect_problem(405, "method_not_allowed");
        let allowed = allowed.header("allow").unwrap().to_lowercase();
        let allowed: BTreeSet<String> = allowed.split(", ").map(str::to_owned).collect();
        if known.contains("get") {
            known.insert("head".into());
        }
        assert_eq!(allowed, known, "{path}");
    }
}

#[test]
fn the_server_gives_the_document_to_any_page() {
    let app = App::start(Kind::Sqlite);
    let answer = app.anonymous().get("/api/openapi.json").expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json(), *DOCUMENT);
    assert_eq!(answer.json()["openapi"], "3.1.0");
}

#[test]
fn under_https_the_document_names_the_cookies_that_are_read_there() {
    let app = Setup::default()
        .set("SERVER__PUBLIC_URL", "https://ask.example.com")
        .start(Kind::Sqlite);
    let document = app.anonymous().get("/api/openapi.json").expect(200).json();
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["cookie"]["name"], "__Host-Authentication");
    assert_eq!(schemes["refreshCookie"]["name"], "__Host-refreshToken");
}

#[test]
fn everything_in_the_document_is_described() {
    let mut ids = BTreeSet::new();
    for ((method, path), operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{id} is the name of two operations");
        for part in ["summary", "tags"] {
            assert!(!operation[part].is_null(), "{method} {path} without {part}");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let text = resolve(response)["description"].as_str().unwrap();
            assert!(!text.is_empty(), "{method} {path} {status} says nothing");
        }
    }
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        assert!(!schema["description"].is_null(), "{name} says nothing");
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let says =
                |it: &Value| !it["description"].is_null() || !resolve(it)["description"].is_null();
            let choices = schema["oneOf"].as_array();
            let is_said = says(schema) || choices.is_some_and(|it| it.iter().any(says));
            assert!(is_said, "{name}.{field} says nothing");
        }
    }
}

/// The codes of an answer: its text, its examples and its schema name the same.
fn codes(response: &Value) -> BTreeSet<&str> {
    let text = response["description"].as_str().unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("- `"));
    let described: BTreeSet<_> = lines.map(|line| line.split_once('`').unwrap().0).collect();
    let content = &response["content"]["application/problem+json"];
    let examples = content["examples"].as_object().unwrap().keys();
    let shown = examples.map(|name| name.split_once('.').unwrap().0);
    assert_eq!(described, shown.collect(), "{text}");
    let allowed = &content["schema"]["allOf"][1]["properties"]["code"]["enum"];
    let allowed = allowed.as_array().unwrap().iter();
    let allowed = allowed.map(|code| code.as_str().unwrap());
    assert_eq!(described, allowed.collect(), "{text}");
    described
}

#[test]
fn the_document_tells_which_codes_each_operation_answers_with_which_status() {
    let mut table = String::new();
    for ((method, path), operation) in operations() {
        let mut told = BTreeSet::new();
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.as_str() < "400" {
                continue;
            }
            let codes = codes(resolve(response));
            let list = codes.iter().copied().collect::<Vec<_>>().join(" ");
            writeln!(table, "{method} {path} {status} {list}").unwrap();
            told.extend(codes);
        }
        let listed = operation["x-error-codes"].as_array().unwrap();
        let listed = listed.iter().map(|code| code.as_str().unwrap());
        assert_eq!(told, listed.collect(), "{method} {path}");
    }
    insta::assert_snapshot!("codes", table);
}

#[test]
fn the_check_of_answers_knows_patterns_and_times() {
    for (rule, good, bad) in [
        (json!({ "pattern": "^[a-z]{2}$" }), "ab", "a1"),
        (
            json!({ "format": "date-time" }),
            "2026-01-02T03:04:05Z",
            "2026-01-02 03:04",
        ),
    ] {
        let mut schema = rule;
        schema["type"] = "string".into();
        assert_eq!(mismatch(&schema, &good.into()), None);
        assert!(mismatch(&schema, &bad.into()).is_some(), "{bad}");
    }
}

/// Those of requests may be written as RFC 3339 allows.
#[test]
fn the_times_of_answers_have_three_digits_of_a_second() {
    let schemas = &DOCUMENT["components"]["schemas"];
    let mut told = 0;
    for (name, schema) in schemas.as_object().unwrap() {
        told += times(schema, name.ends_with("Request"));
    }
    assert!(told >= 20, "{told} times in answers");
}

/// How many times stand in the answers that a schema describes.
fn times(schema: &Value, is_request: bool) -> usize {
    let inner = match schema {
        Value::Object(fields) => fields.values().map(|it| times(it, is_request)).sum(),
        Value::Array(items) => items.iter().map(|it| times(it, is_request)).sum(),
        _ => 0,
    };
    if schema["format"] != "date-time" {
        return inner;
    }
    for (time, is_told) in [
        ("2026-03-01T12:00:00.000Z", true),
        ("2026-03-01T12:00:00Z", is_request),
        ("2026-03-01T12:00:00.000000Z", is_request),
        ("2026-03-01T12:00:00.000+00:00", is_request),
    ] {
        let fits = mismatch(schema, &time.into()).is_none();
        assert_eq!(fits, is_told, "{time} in {schema}");
    }
    usize::from(!is_request)
}

#[test]
fn the_document_is_small() {
    let length = DOCUMENT.to_string().len();
    assert!(length <= 250_000, "{length} bytes");
}

#[test]
fn operations_refer_to_the_parameters_and_problems_that_they_share() {
    let mut inline = BTreeSet::new();
    for ((method, path), operation) in operations() {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let responses = operation["responses"].as_object().unwrap().iter();
        let problems = responses.filter(|(status, _)| status.as_str() >= "400");
        let parts = parameters.chain(problems.map(|(_, response)| response));
        for part in parts.filter(|it| it["$ref"].is_null()) {
            assert!(
                inline.insert(part.to_string()),
                "{method} {path} repeats {part}"
            );
        }
    }
}

/// Adds every reference within a part of the document.
fn add_references<'a>(part: &'a Value, found: &mut BTreeSet<&'a str>) {
    found.extend(part["$ref"].as_str());
    let fields = part.as_object().into_iter().flat_map(|it| it.values());
    for inner in fields.chain(part.as_array().into_iter().flatten()) {
        add_references(inner, found);
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_referred_to() {
    let mut references = BTreeSet::new();
    add_references(&DOCUMENT, &mut references);
    for reference in &references {
        let target = DOCUMENT.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference} leads nowhere");
    }
    for kind in ["schemas", "responses", "headers", "parameters"] {
        for name in DOCUMENT["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(references.contains(reference.as_str()), "{reference}");
        }
    }
}

#[test]
fn every_code_is_documented_with_an_example_in_each_language() {
    let mut seen: BTreeSet<String> = ["not_found", "method_not_allowed"]
        .map(str::to_owned)
        .into();
    for (_, operation) in operations() {
        for response in operation["responses"].as_object().unwrap().values() {
            let content = &resolve(response)["content"]["application/problem+json"];
            for (name, example) in content["examples"].as_object().into_iter().flatten() {
                let example = resolve(example);
                assert_eq!(mismatch(&content["schema"], &example["value"]), None);
                let detail = example["value"]["detail"].as_str().unwrap();
                let (code, language) = name.split_once('.').unwrap();
                assert_eq!(language == "en", detail.is_ascii(), "{name}: {detail}");
                seen.insert(code.to_owned());
            }
        }
    }
    let all = ErrorCode::ALL.iter().map(|code| code.as_str().to_owned());
    assert_eq!(seen, all.collect());
}

#[test]
fn the_page_shows_the_document_and_loads_nothing_from_elsewhere() {
    let app = App::start(Kind::Sqlite);
    let client = app.anonymous().with("accept-encoding", "gzip");
    assert_eq!(
        client.get("/api/docs").expect(302).header("location"),
        Some("docs/")
    );
    for file in ["", "index.html", "swagger-ui.css", "swagger-ui-bundle.js"] {
        let answer = client.get(&format!("/api/docs/{file}")).expect(200);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
    }
    let start = client
        .get("/api/docs/swagger-initializer.js")
        .expect(200)
        .text;
    assert!(start.contains("../openapi.json"), "{start}");
    for missing in ["nothing", "../openapi.json", "..%2fopenapi.json", "%00"] {
        client
            .get(&format!("/api/docs/{missing}"))
            .expect_problem(404, "not_found");
    }
}
