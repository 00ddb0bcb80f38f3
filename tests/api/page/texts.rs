//! The words of the page, in both languages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::files::{is_of_phones, own_texts, web};

/// What is the same in every language.
const NAMES: [&str; 2] = ["askit serve --lan", "Askit"];

type Texts = Map<String, Value>;

/// The words of the room, and those of all other views.
const FILES: [&str; 2] = ["", "views-"];

fn texts(file: &str, language: &str) -> Texts {
    let file = web().join(format!("app/texts/{file}{language}.json"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The forms of a text by their names; a text for all numbers is `other`.
fn forms(text: &Value) -> BTreeMap<&str, &str> {
    match text {
        Value::String(text) => [("other", text.as_str())].into(),
        Value::Object(forms) => {
            let form = |(name, text): (&'static str, _)| (name, text);
            let names = ["one", "other"].into_iter();
            let known: BTreeMap<_, _> = names
                .filter_map(|name| Some((name, forms.get(name)?.as_str()?)))
                .map(form)
                .collect();
            assert_eq!(known.len(), forms.len(), "{text}: forms are one and other");
            known
        }
        _ => panic!("{text} is neither a text nor forms of one"),
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    let name = Regex::new(r"\{(\w+)\}").unwrap();
    let found = name.captures_iter(text);
    found.map(|it| it.get(1).unwrap().as_str()).collect()
}

/// What is wrong with two sets of texts.
fn faults(korean: &Texts, english: &Texts) -> Vec<String> {
    let mut faults = Vec::new();
    let keys: BTreeSet<_> = korean.keys().chain(english.keys()).collect();
    for key in keys {
        let (Some(korean), Some(english)) = (korean.get(key), english.get(key)) else {
            faults.push(format!("{key} is there in one language alone"));
            continue;
        };
        let (korean, english) = (forms(korean), forms(english));
        if korean.contains_key("one") {
            faults.push(format!("{key}: Korean has one form for all numbers"));
        }
        let whole = |forms: &BTreeMap<&str, &'_ str>| forms.get("other").map(|it| it.to_string());
        let (Some(in_korean), Some(in_english)) = (whole(&korean), whole(&english)) else {
            faults.push(format!("{key}: without the form other"));
            continue;
        };
        if placeholders(&in_korean) != placeholders(&in_english) {
            faults.push(format!("{key}: {in_korean:?} and {in_english:?}"));
        }
        for text in korean.values().chain(english.values()) {
            if text.trim().is_empty() {
                faults.push(format!("{key}: a text that says nothing"));
            }
            // "One question" needs no number.
            if !placeholders(text).is_subset(&placeholders(&in_english)) {
                faults.push(format!("{key}: {text:?}"));
            }
            if text.replace(['{', '}'], "").len() + 2 * placeholders(text).len() > text.len() {
                faults.push(format!("{key}: a brace without its other one in {text:?}"));
            }
        }
    }
    faults
}

#[test]
fn both_languages_say_the_same() {
    for file in FILES {
        let (korean, english) = (texts(file, "ko"), texts(file, "en"));
        assert!(english.len() > 50, "{} texts", english.len());
        let faults = faults(&korean, &english);
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn what_a_phone_loads_says_nothing_that_only_other_views_have() {
    let [room, views] = FILES.map(|file| texts(file, "en"));
    let twice: Vec<_> = views.keys().filter(|it| room.contains_key(*it)).collect();
    assert!(twice.is_empty(), "in both files: {twice:?}");
    let said = Regex::new(r#"\bt\("(\w+)""#).unwrap();
    let mut found = 0;
    for (name, code) in own_texts(&[".js"]) {
        let is_of_phones = is_of_phones(&name);
        for key in said.captures_iter(&code).map(|it| it[1].to_owned()) {
            let is_there = room.contains_key(&key) || !is_of_phones && views.contains_key(&key);
            assert!(is_there, "{name} says {key}");
            found += usize::from(is_of_phones);
        }
    }
    assert!(found > 50, "{found}");
}

#[test]
fn every_fault_of_a_text_is_seen() {
    for (korean, english) in [
        (r#"{}"#, r#"{"a": "x"}"#),
        (r#"{"a": "x"}"#, r#"{}"#),
        (r#"{"a": " "}"#, r#"{"a": "x"}"#),
        (r#"{"a": "{n}"}"#, r#"{"a": "{m}"}"#),
        (
            r#"{"a": "{n}"}"#,
            r#"{"a": {"one": "{m}", "other": "{n}"}}"#,
        ),
        (r#"{"a": "{n}"}"#, r#"{"a": {"one": "one"}}"#),
        (
            r#"{"a": {"one": "{n}", "other": "{n}"}}"#,
            r#"{"a": "{n}"}"#,
        ),
    ] {
        let read = |text: &str| -> Texts { serde_json::from_str(text).unwrap() };
        let found = faults(&read(korean), &read(english));
        assert!(!found.is_empty(), "{korean} and {english}");
    }
}

/// Where the scanner is.
enum Place {
    /// In code, so many braces deep.
    Code(usize),
    /// In a template; one of tags has text between them.
    Template { has_tags: bool, tag: Option<String> },
}

/// The texts of `html` templates that stand between tags, or in an attribute that is read out.
fn texts_in_templates(code: &str) -> Vec<String> {
    let read_out = Regex::new(r#"\b(?:aria-label|title|alt|placeholder)="[^"]*[a-z가-힣][^"]*""#);
    let read_out = read_out.unwrap();
    let letters: Vec<char> = code.chars().collect();
    let (mut places, mut found, mut text) = (vec![Place::Code(0)], Vec::new(), String::new());
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let begins = |word: &str| word.chars().eq(rest.iter().copied().take(word.len()));
        match places.last_mut().unwrap() {
            Place::Code(_) if begins("//") => {
                at += rest.iter().take_while(|it| **it != '\n').count()
            }
            Place::Code(_) if begins("/*") => {
                let end = rest.windows(2).position(|it| it == ['*', '/']);
                at += end.unwrap() + 2;
                continue;
            }
            Place::Code(_) if begins("/") && begins_regex(&letters[..at]) => {
                at += literal(rest, '/')
            }
            Place::Code(_) if begins("\"") || begins("'") => at += literal(rest, rest[0]),
            Place::Code(depth) if begins("{") => *depth += 1,
            Place::Code(0) if begins("}") => drop(places.pop()),
            Place::Code(depth) if begins("}") => *depth -= 1,
            Place::Code(_) if begins("`") => {
                let before: String = letters[..at].iter().collect();
                let has_tags = before.ends_with("html");
                places.push(Place::Template {
                    has_tags,
                    tag: None,
                });
            }
            Place::Code(_) => {}
            Place::Template { .. } if begins("\\") => at += 1,
            Place::Template { .. } if begins("${") => {
                at += 1;
                places.push(Place::Code(0));
            }
            Place::Template { .. } if begins("`") => {
                places.pop();
                found.push(std::mem::take(&mut text));
            }
            Place::Template {
                has_tags: true,
                tag,
            } => match (tag.as_mut(), rest[0]) {
                (None, '<') => {
                    *tag = Some(String::new());
                    found.push(std::mem::take(&mut text));
                }
                (None, letter) => text.push(letter),
                (Some(inside), '>') if inside.matches('"').count() % 2 == 0 => {
                    found.extend(read_out.find_iter(inside).map(|it| it.as_str().to_owned()));
                    *tag = None;
                }
                (Some(inside), letter) => inside.push(letter),
            },
            Place::Template { .. } => {}
        }
        at += 1;
    }
    assert_eq!(places.len(), 1, "the scanner has lost its place");
    let unnamed = |text: &str| {
        NAMES
            .iter()
            .fold(text.to_owned(), |it, name| it.replace(name, ""))
    };
    found.retain(|it| unnamed(it).contains(char::is_alphabetic));
    found
}

/// How far it is to the end of a literal; `\` keeps the next character from ending it.
fn literal(rest: &[char], end: char) -> usize {
    let (mut at, mut is_class) = (1, false);
    while rest[at] != end || is_class {
        match rest[at] {
            '\\' => at += 1,
            '[' if end == '/' => is_class = true,
            ']' if end == '/' => is_class = false,
            '\n' => panic!(
                "a literal without its end: {}",
                rest[..at].iter().collect::<String>()
            ),
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether `/` begins a regular expression here, and divides nothing.
fn begins_regex(before: &[char]) -> bool {
    let before: String = before.iter().collect();
    let before = before.trim_end();
    before.is_empty()
        || before.ends_with("return")
        || before.ends_with(|it| "(,=:[!&|?{};+>".contains(it))
}

#[test]
fn every_word_of_the_page_is_in_the_texts() {
    for (name, code) in own_texts(&[".js"]) {
        let found = texts_in_templates(&code);
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn a_word_in_a_template_is_seen() {
    for bad in [
        "html`<p>Hello</p>`",
        "html`<p>${a} of</p>`",
        "html`<p>${a > b ? html`<b>Yes</b>` : \"\"}</p>`",
        "html`안녕`",
        "const a = b / 2; html`<p>x</p>`",
        "x = y.replace(/[`'/]/g, \"\"); html`<p>x</p>`",
        "html`<${Menu} label=${{ a: `b` }}>x<//>`",
        "html`<button aria-label=\"Close\">${x}</button>`",
    ] {
        assert_eq!(texts_in_templates(bad).len(), 1, "{bad}");
    }
    for good in [
        "html`<p class=\"a b\">${t(\"hello\")} · ${n}</p>`",
        "// html`<p>Hello</p>`\n/* html`<p>Hello</p>` */",
        "const words = `no tags: ${html`<i>${1}</i>`} here`;",
        "html`<b>Askit</b><${Who} name=${() => { return \"}`\"; }} />`",
        "html`<input placeholder=\"K7M 4QX\" title=\"${t(\"a\")}\" />`",
    ] {
        assert_eq!(texts_in_templates(good), [""; 0], "{good}");
    }
}
