//! Holds every answer that a test receives against the API document.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};

use askit::auth::cookies::Cookies;
use askit::config::{Settings, Sources};
use askit::openapi::document;
use chrono::DateTime;
use regex_lite::Regex;
use serde_json::{Value, json};

use super::{Answer, numbers};

/// The document of a server with the default URL.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let settings = Settings::load(&Sources::default()).settings.unwrap();
    let cookies = Cookies::new(&settings.server.public_url);
    serde_json::to_value(document(cookies)).unwrap()
});

/// Headers that not every answer of a documented status bears.
const SOMETIMES: [&str; 3] = ["Set-Cookie", "Content-Encoding", "Idempotent-Replayed"];

/// Headers that no answer bears unless it is documented.
const TELLING: [&str; 6] = [
    "Set-Cookie",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "Content-Encoding",
    "Idempotent-Replayed",
];

/// The keywords of schemas that answers are held against.
const CHECKED: [&str; 13] = [
    "type",
    "oneOf",
    "enum",
    "properties",
    "additionalProperties",
    "required",
    "items",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "format",
];

/// The keywords that only tell something.
const TELLS: [&str; 5] = [
    "title",
    "description",
    "examples",
    "default",
    // That names are texts.
    "propertyNames",
];

/// Strings and cells that begin like a time.
static TIME_LIKE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d[^"]*)""#).unwrap());

/// How answers write times.
static TIME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").unwrap());

/// What any URL may answer, whether or not the document knows it.
const ANYWHERE: [&str; 6] = [
    "not_found",
    "method_not_allowed",
    "csrf_rejected",
    "uri_too_long",
    "headers_too_large",
    "too_many_requests",
];

/// The URLs of the page begin so; the document has none of them.
const PAGE: [&str; 7] = [
    "/join/",
    "/s/",
    "/account",
    "/sign-in",
    "/register",
    "/app/",
    "/client/",
];

/// Stops the test if the document does not say that this may be answered.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    // Preflights are no operations, and what the parser refuses has no request's id.
    expect_no_numbers(method, path, answer);
    if method == "OPTIONS" || answer.header("x-request-id").is_none() {
        return;
    }
    let what = format!(
        "{method} {path} answered {}: {}",
        answer.status, answer.text
    );
    check_times(&answer.text, &what);
    // The code is in the body, which HEAD has not.
    let is_head = method == "HEAD";
    let Some(operation) = operation(if is_head { "GET" } else { method }, path) else {
        let is_home = path.split('?').next() == Some("/");
        let is_page = is_home || PAGE.iter().any(|it| path.starts_with(it));
        if is_page && matches!(answer.status, 200 | 304) {
            return;
        }
        let is_known = is_head || ANYWHERE.contains(&answer.code().as_str());
        assert!(is_known && answer.status >= 400, "{what}");
        return;
    };
    let response = resolve(&operation["responses"][answer.status.to_string()]);
    assert!(
        response.is_object(),
        "{what}: a status that is not documented"
    );
    for (name, header) in response["headers"].as_object().unwrap() {
        let is_there = answer.headers.contains_key(name) || SOMETIMES.contains(&name.as_str());
        assert!(is_there, "{what}: without the header {name}");
        if let Some(value) = answer.header(name) {
            let wrong = mismatch(&resolve(header)["schema"], &value.into());
            assert_eq!(wrong, None, "{what}: the header {name}");
        }
    }
    for name in TELLING {
        let is_documented = !response["headers"][name].is_null();
        let is_there = answer.headers.contains_key(name);
        assert!(
            is_documented || !is_there,
            "{what}: {name} is not documented"
        );
    }
    if answer.status >= 400 && !is_head {
        let codes = operation["x-error-codes"].as_array().unwrap();
        assert!(
            codes.contains(&answer.code().into()),
            "{what}: undocumented"
        );
        check_reasons(&answer.json(), &what);
    }
    let Some(contents) = response["content"].as_object().filter(|_| !is_head) else {
        assert_eq!(answer.text, "", "{what}: a body that is not documented");
        return;
    };
    let media_type = answer.header("content-type").unwrap();
    match contents.get(media_type) {
        // The document itself is described elsewhere: by OpenAPI.
        Some(_) if path == "/api/openapi.json" => {}
        Some(content) if media_type.ends_with("json") => {
            let wrong = mismatch(&content["schema"], &answer.json());
            assert_eq!(wrong, None, "{what}");
        }
        Some(_) => {}
        None => assert!(path.starts_with("/api/docs"), "{what}: {media_type}"),
    }
}

/// Events that were found to be as documented: a hundred listeners are told the same.
static FINE: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Stops the test if the document does not say that an event of a stream may hold this.
#[track_caller]
pub fn check_event(name: &str, data: &Value) {
    let what = format!("the event {name}: {data}");
    if FINE.lock().unwrap().contains(&what) {
        return;
    }
    numbers::expect_none(&what, &data.to_string());
    check_times(&data.to_string(), &what);
    let schema = &DOCUMENT["paths"]["/api/sessions/{sessionId}/events"]["get"]["x-events"][name];
    assert!(schema.is_object(), "{what}: not documented");
    assert_eq!(mismatch(schema, data), None, "{what}");
    FINE.lock().unwrap().insert(what);
}

/// No answer tells the number of a row that counts what others have.
#[track_caller]
fn expect_no_numbers(method: &str, path: &str, answer: &Answer) {
    let headers = answer.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    for (place, text) in headers.chain([("the body", answer.text.as_str())]) {
        let what = format!("{method} {path}: {place}");
        numbers::expect_none(&what, text);
        numbers::expect_none_hidden(&what, text);
    }
}

/// A string or cell that is a time has three digits of a second.
fn check_times(text: &str, what: &str) {
    for found in TIME_LIKE.captures_iter(text) {
        let time = &found[1];
        let is_time = DateTime::parse_from_rfc3339(time).is_ok();
        assert!(TIME.is_match(time) || !is_time, "{what}: the time {time}");
    }
}

/// A reason has words, and the document lists its code.
fn check_reasons(problem: &Value, what: &str) {
    let reasons = &DOCUMENT["components"]["schemas"]["FieldProblem"]["properties"]["code"];
    let listed = reasons["description"].as_str().unwrap();
    for error in problem["errors"].as_array().into_iter().flatten() {
        let code = error["code"].as_str().unwrap();
        assert!(
            listed.contains(&format!("`{code}`")),
            "{what}: {code} is not documented"
        );
        assert_ne!(
            error["detail"],
            format!("field_{code}"),
            "{what}: {code} has no words"
        );
    }
}

/// The documented operation of a path.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fits = |pattern: &str| {
        let is_page = pattern.ends_with("{file}");
        let same = |(pattern, part): (&str, &str)| {
            pattern == part || (pattern.starts_with('{') && (is_page || !part.is_empty()))
        };
        let is_long_enough = pattern.split('/').count() == path.split('/').count();
        is_long_enough && pattern.split('/').zip(path.split('/')).all(same)
    };
    let (_, item) = paths.iter().find(|(pattern, _)| fits(pattern))?;
    item.get(method.to_lowercase())
}

/// A documented path with something in place of each parameter that could be there, and is not.
pub fn with_parameters(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part {
        "{sessionId}" | "{loginId}" | "{questionId}" | "{replyId}" | "{muteId}" => {
            "AAAAAAAAAAAAAAAAAAAAAA"
        }
        "{joinCode}" => "CCCCCC",
        "{nickname}" => "mina",
        id if id.starts_with('{') => "1000",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A schema, answer, header or example itself, wherever it stands.
pub fn resolve(part: &Value) -> &Value {
    match part["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap(),
        None => part,
    }
}

/// One object instead of several that a value is all of.
fn merged(schema: &Value) -> Value {
    let schema = resolve(schema);
    let Some(parts) = schema["allOf"].as_array() else {
        return schema.clone();
    };
    let mut whole = json!({ "type": "object", "properties": {}, "required": [] });
    for part in parts.iter().map(merged) {
        let properties = part["properties"].as_object().unwrap().clone();
        whole["properties"]
            .as_object_mut()
            .unwrap()
            .extend(properties);
        let required = part["required"].as_array().unwrap().clone();
        whole["required"].as_array_mut().unwrap().extend(required);
    }
    whole
}

/// Where a value is not what its schema says. A schema with a keyword that is not checked stops the
/// test.
pub fn mismatch(schema: &Value, value: &Value) -> Option<String> {
    let schema = &merged(schema);
    for keyword in schema.as_object().unwrap().keys() {
        assert!(
            CHECKED.contains(&keyword.as_str()) || TELLS.contains(&keyword.as_str()),
            "{keyword} is not checked: {schema}"
        );
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let none_fits = choices.iter().all(|it| mismatch(it, value).is_some());
        return none_fits.then(|| format!("{value} is none of {choices:?}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.contains(&is) {
        return Some(format!("{value} is no {types:?}"));
    }
    match value {
        Value::Object(fields) if schema["additionalProperties"].is_object() => {
            let each = &schema["additionalProperties"];
            fields.values().find_map(|it| mismatch(each, it))
        }
        Value::Object(fields) if schema["additionalProperties"] == false && fields.is_empty() => {
            None
        }
        Value::Object(fields) => {
            let Some(properties) = schema["properties"].as_object() else {
                return Some(format!("{value} is documented as any object"));
            };
            let required = schema["required"].as_array().into_iter().flatten();
            let missing = required
                .map(|it| it.as_str().unwrap())
                .find(|it| !fields.contains_key(*it));
            let unknown = fields.keys().find(|it| !properties.contains_key(*it));
            let wrong = missing.map(|it| format!("{it} is missing"));
            let wrong = wrong.or_else(|| unknown.map(|it| format!("{it} is not documented")));
            let inner = || {
                let known = fields
                    .iter()
                    .filter(|(name, _)| properties.contains_key(*name));
                let mut inner = known.filter_map(|(name, it)| mismatch(&properties[name], it));
                inner.next()
            };
            wrong.or_else(inner)
        }
        Value::Array(items) => items.iter().find_map(|it| mismatch(&schema["items"], it)),
        Value::String(text) => {
            let length = text.chars().count() as u64;
            let too_short = schema["minLength"].as_u64().is_some_and(|min| length < min);
            let too_long = schema["maxLength"].as_u64().is_some_and(|max| length > max);
            let choices = schema["enum"].as_array();
            let no_choice = choices.is_some_and(|choices| !choices.contains(value));
            let out_of_bounds = too_short || too_long || no_choice;
            let wrong = out_of_bounds || !has_pattern(schema, text) || !has_format(schema, text);
            wrong.then(|| format!("{text:?} is not as {schema}"))
        }
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            let too_small = schema["minimum"].as_i64().is_some_and(|min| number < min);
            let too_large = schema["maximum"].as_i64().is_some_and(|max| number > max);
            (too_small || too_large).then(|| format!("{number} is out of bounds"))
        }
        Value::Null | Value::Bool(_) => None,
    }
}

fn has_pattern(schema: &Value, text: &str) -> bool {
    let pattern = schema["pattern"].as_str();
    pattern.is_none_or(|pattern| Regex::new(pattern).unwrap().is_match(text))
}

fn has_format(schema: &Value, text: &str) -> bool {
    match schema["format"].as_str() {
        None => true,
        Some("date-time") => DateTime::parse_from_rfc3339(text).is_ok(),
        Some(format) => panic!("the format {format} is not checked"),
    }
}
