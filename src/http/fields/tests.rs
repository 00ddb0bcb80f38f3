use super::*;

/// A text, a flag and a number, each of which may be missing.
fn take(fields: &mut Fields) -> Option<(Option<String>, Option<bool>, Option<i64>)> {
    let text = fields.optional("text", |it| Ok(it.to_owned()));
    let flag = fields.optional_flag("flag");
    let number = fields.optional_integer("number", Ok);
    Some((text?, flag?, number?))
}

fn told(outcome: Result<impl Sized, ApiError>) -> String {
    let told = outcome.err().map_or(Vec::new(), |error| error.fields);
    let told = told
        .iter()
        .map(|it| format!("{} {}", it.field, it.invalid.code()));
    told.collect::<Vec<_>>().join(", ")
}

fn of_body(body: &str) -> String {
    told(
        serde_json::from_str::<Fields>(body)
            .expect("an object")
            .read(take),
    )
}

fn number(json: &str) -> Option<i64> {
    let body = format!(r#"{{"number":{json}}}"#);
    let fields: Fields = serde_json::from_str(&body).expect("an object");
    fields.read(take).ok()?.2
}

#[test]
fn a_name_that_is_sent_twice_is_refused_whatever_its_values() {
    for (body, expected) in [
        (r#"{"text":"a","text":"a"}"#, "text duplicate"),
        (r#"{"text":null,"text":"a"}"#, "text duplicate"),
        (r#"{"text":"a","\u0074ext":"b"}"#, "text duplicate"),
        (r#"{"flag":true,"flag":true}"#, "flag duplicate"),
        (r#"{"number":1,"number":1,"number":1}"#, "number duplicate"),
        (r#"{"x":1,"x":1}"#, "x unknown_field"),
        (r#"{"text":"a","Text":"a"}"#, "Text unknown_field"),
    ] {
        assert_eq!(of_body(body), expected, "{body}");
    }
    let query = told(Fields::parse_query("text=a&%74ext=a&flag=", take));
    assert_eq!(query, "text duplicate, flag not_a_boolean");
}

#[test]
fn half_a_pair_of_surrogates_is_a_fault_of_its_field() {
    for (body, expected) in [
        (r#"{"text":"\ud800"}"#, "text lone_surrogate"),
        (r#"{"text":"a\uDFFFb"}"#, "text lone_surrogate"),
        (r#"{"text":"\ude42\ud83d"}"#, "text lone_surrogate"),
        (r#"{"text":"\ud83d\ude42"}"#, ""),
        (r#"{"text":["\ud800"]}"#, "text wrong_type"),
        (r#"{"text":{"\ud800":"\ud800"}}"#, "text wrong_type"),
        (r#"{"flag":"\ud800"}"#, "flag not_a_boolean"),
        (r#"{"x":"\ud800"}"#, "x unknown_field"),
        (r#"{"\ud800":1}"#, r"\ud800 unknown_field"),
        (
            r#"{"text":"a","te\ud800xt":"b"}"#,
            r"te\ud800xt unknown_field",
        ),
    ] {
        assert_eq!(of_body(body), expected, "{body}");
    }
}

#[test]
fn a_number_is_whole_exact_and_within_bounds() {
    for (json, whole) in [
        ("7", 7),
        ("7.0", 7),
        ("70e-1", 7),
        ("-0", 0),
        ("-0.0", 0),
        ("9007199254740991", 9_007_199_254_740_991),
        ("9223372036854775807", i64::MAX),
    ] {
        assert_eq!(number(json), Some(whole), "{json}");
    }
    for json in [
        "7.5",
        "1e400",
        "-1e400",
        "1e16",
        "9223372036854775808",
        "\"7\"",
        "[7]",
        "true",
    ] {
        let refused = of_body(&format!(r#"{{"number":{json}}}"#));
        assert_eq!(refused, "number not_an_integer", "{json}");
    }
    let digits = "9".repeat(10_000);
    assert_eq!(
        of_body(&format!(r#"{{"number":{digits}}}"#)),
        "number not_an_integer"
    );
}

#[test]
fn what_is_nested_deeply_is_refused_without_looking_into_it() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for (field, reason) in [
        ("text", "wrong_type"),
        ("flag", "not_a_boolean"),
        ("number", "not_an_integer"),
        ("x", "unknown_field"),
    ] {
        let refused = of_body(&format!(r#"{{"{field}":{deep}}}"#));
        assert_eq!(refused, format!("{field} {reason}"));
    }
}

/// What is in an object and in lists of both kinds, some of them in others.
type Nested = (
    Option<(Option<bool>, Option<Option<i64>>)>,
    Vec<String>,
    Option<Vec<String>>,
    Vec<(String, Vec<String>)>,
);

fn word(typed: &str) -> Result<String, Invalid> {
    text::parse(typed, 3)
}

fn take_nested(fields: &mut Fields) -> Option<Nested> {
    let object = fields.optional_object("object", |fields| {
        let flag = fields.optional_flag("flag");
        let number = |fields: &mut Fields| fields.required_integer("number", Ok);
        let inner = fields.optional_object("inner", number);
        Some((flag?, Some(inner?)))
    });
    let words = fields.required_texts("words", 3, word);
    let more = fields.optional_texts("more", 30, word);
    let labels = fields.required_objects("labels", 3, |fields| {
        let name = fields.required("name", word);
        let words = fields.required_texts("words", 2, word);
        Some((name?, words?))
    });
    Some((object?, words?, more?, labels?))
}

fn nested(body: &str) -> Result<Nested, ApiError> {
    let fields: Fields = serde_json::from_str(body).expect("an object");
    fields.read(take_nested)
}

/// What is told of a body with these fields besides those that must be there.
fn of_nested(fields: &str) -> String {
    let required = [("words", "[]"), ("labels", "[]")];
    let left_out = required.iter().filter(|(name, _)| {
        let named = format!(r#""{name}":"#);
        !fields.starts_with(&named)
    });
    let mut all: Vec<_> = left_out
        .map(|(name, value)| format!(r#""{name}":{value}"#))
        .collect();
    all.push(fields.to_owned());
    told(nested(&format!("{{{}}}", all.join(","))))
}

#[test]
fn objects_and_lists_are_read_in_their_order() {
    let body = r#"{ "object": { "flag": true, "inner": { "number": 7 } },
        "words": ["a", "\u0062", "c"], "more": [],
        "labels": [ { "name": "d", "words": ["e"] }, { "words": [], "name": "f" } ] }"#;
    let texts = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect();
    let labels = vec![("d".into(), texts(&["e"])), ("f".into(), texts(&[]))];
    let expected = (
        Some((Some(true), Some(Some(7)))),
        texts(&["a", "b", "c"]),
        Some(texts(&[])),
        labels,
    );
    assert_eq!(nested(body).expect("right"), expected);
    for object in ["", r#""object":null,"more":null,"#] {
        let body = format!(r#"{{{object}"words":[],"labels":[]}}"#);
        let expected = (None, Vec::new(), None, Vec::new());
        assert_eq!(nested(&body).expect("right"), expected);
    }
    let empty = nested(r#"{"object":{},"words":[],"labels":[]}"#).expect("right");
    assert_eq!(empty.0, Some((None, Some(None))));
}

#[test]
fn what_is_wrong_in_an_object_is_told_by_its_place() {
    for (fields, expected) in [
        (r#""object":[]"#, "object not_an_object"),
        (r#""object":"{}""#, "object not_an_object"),
        (r#""object":7"#, "object not_an_object"),
        (r#""object":{},"object":{}"#, "object duplicate"),
        (r#""object":{"flag":1}"#, "object.flag not_a_boolean"),
        (
            r#""object":{"flag":true,"fl\u0061g":true}"#,
            "object.flag duplicate",
        ),
        (r#""object":{"x":1}"#, "object.x unknown_field"),
        (r#""object":{"\ud800":1}"#, r"object.\ud800 unknown_field"),
        (r#""object":{"words":[]}"#, "object.words unknown_field"),
        (r#""object":{"inner":{}}"#, "object.inner.number missing"),
        (
            r#""object":{"flag":2,"y":1,"inner":{"x":1,"number":"a"}},"z":1"#,
            "object.flag not_a_boolean, object.inner.number not_an_integer, \
             object.inner.x unknown_field, object.y unknown_field, z unknown_field",
        ),
    ] {
        assert_eq!(of_nested(fields), expected, "{fields}");
    }
}

#[test]
fn what_is_wrong_in_a_list_is_told_by_its_place() {
    for (fields, expected) in [
        (r#""words":null"#, "words not_a_list"),
        (r#""words":{}"#, "words not_a_list"),
        (r#""words":"[]""#, "words not_a_list"),
        (r#""words":[],"words":[]"#, "words duplicate"),
        (r#""words":["a","b","c","d"]"#, "words too_many"),
        (r#""more":7"#, "more not_a_list"),
        (
            r#""words":["a",null,["b"]]"#,
            "words[1] wrong_type, words[2] wrong_type",
        ),
        (
            r#""words":["\ud800","a\u0000","  "]"#,
            "words[0] lone_surrogate, words[1] null_character, words[2] blank",
        ),
        (
            r#""more":["a","b","c","d","e","f","g","h","i","j","long"]"#,
            "more[10] too_long",
        ),
        (r#""labels":[null]"#, "labels[0] not_an_object"),
        (
            r#""labels":[{"name":"a","words":[]},"b",{"x":1}]"#,
            "labels[1] not_an_object, labels[2].name missing, labels[2].words missing, \
             labels[2].x unknown_field",
        ),
        (
            r#""labels":[{"name":"a","words":["b",1]}]"#,
            "labels[0].words[1] wrong_type",
        ),
        (r#""labels":[{},{},{},{}]"#, "labels too_many"),
    ] {
        assert_eq!(of_nested(fields), expected, "{fields}");
    }
    assert_eq!(told(nested("{}")), "words missing, labels missing");
}

#[test]
fn a_query_has_neither_objects_nor_lists() {
    let query = "object={}&words=[]&more=&labels=a&labels=b";
    let refused = told(Fields::parse_query(query, take_nested));
    assert_eq!(
        refused,
        "object not_an_object, words not_a_list, more not_a_list, labels duplicate"
    );
}

#[test]
fn of_the_unknown_fields_of_objects_no_more_are_told_than_of_a_body() {
    let many: Vec<_> = (0..1_000).map(|it| format!(r#""x{it}":{it}"#)).collect();
    let many = many.join(",");
    let label = format!(r#"{{"name":"a","words":[],{many}}}"#);
    let body =
        format!(r#"{{"object":{{{many}}},"words":[],"labels":[{label},{label}],{many},"more":1}}"#);
    let told = told(nested(&body));
    assert_eq!(told.matches("unknown_field").count(), MAX_UNKNOWN);
    assert!(told.contains("more not_a_list"), "{told}");
    let few = of_nested(r#""object":{"x":1},"y":1"#);
    assert_eq!(few, "object.x unknown_field, y unknown_field");
}

#[test]
fn nothing_is_read_deeper_than_it_is_asked_for() {
    let lists = "[".repeat(100_000) + &"]".repeat(100_000);
    let objects = r#"{"inner":"#.repeat(50_000) + "0" + &"}".repeat(50_000);
    for (fields, expected) in [
        (format!(r#""object":{lists}"#), "object not_an_object"),
        (
            format!(r#""object":{objects}"#),
            "object.inner.number missing, object.inner.inner unknown_field",
        ),
        (
            format!(r#""object":{{"x":{lists}}}"#),
            "object.x unknown_field",
        ),
        (format!(r#""words":{objects}"#), "words not_a_list"),
        (format!(r#""words":{lists}"#), "words[0] wrong_type"),
        (format!(r#""labels":{lists}"#), "labels[0] not_an_object"),
    ] {
        assert_eq!(of_nested(&fields), expected);
    }
}
