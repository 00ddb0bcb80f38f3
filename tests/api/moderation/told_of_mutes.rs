//! What a host is told of people who are muted, and of two items of one person: nothing.

use regex_lite::Regex;
use serde_json::{Value, json};

use super::mute_attack::{ITS_OWN, told};
use crate::auth::claim_room::log_in_claiming;
use crate::questions::counts::expect_true_counts;
use crate::support::moderation::id_of;
use crate::support::*;

/// One of mina's lists has two items of one person in it, another one of two people's.
#[apply(on_both_databases!)]
fn no_list_joins_two_items_of_one_person(app: &App) {
    let mina = app.user("mina");
    let [guest, other] = [app.guest(), app.guest()];
    let lists = [[&guest, &guest], [&guest, &other]].map(|authors| {
        let session = mina.opens("Lecture 7");
        for question in authors.map(|it| it.asks(&session, "anonymous words")) {
            mina.mutes(&question);
        }
        let mut told = vec![mina.get(&format!("{session}/mutes")).expect(200).text];
        let newest = mina.lists_mutes(&session).remove(0);
        let unmuted = mina.unmute(&session, &newest);
        told.push(format!("{}{}", unmuted.status, unmuted.text));
        told.push(mina.get(&format!("{session}/mutes")).expect(200).text);
        told.push(mina.get(&session).expect(200).text);
        told.push(mina.get(&format!("{session}/questions")).expect(200).text);
        told.push(mina.get(&format!("{session}/export")).expect(200).text);
        told.iter().map(|it| without_own(it)).collect::<Vec<_>>()
    });
    // That two people came in is counted for everybody, once, and tells not which words are whose.
    let counted = |text: &String| {
        let text = text.replace("\"anonymousCount\":2", "\"anonymousCount\":1");
        text.replace("\"participantCount\":3", "\"participantCount\":2")
    };
    let [one, two] = lists.map(|it| it.iter().map(counted).collect::<Vec<_>>());
    assert_eq!(one, two);
}

/// A text without what is its own.
fn without_own(text: &str) -> String {
    let code = Regex::new(r#""joinCode":"[A-Z0-9]{6}"|/[A-Za-z0-9_-]{22}"#).unwrap();
    let text = ITS_OWN.replace_all(text, "…");
    code.replace_all(&text, "…").into_owned()
}

/// Neither a grant nor a hand-over nor a revoke tells whether somebody is muted.
#[apply(on_both_databases!)]
fn no_role_that_is_given_tells_who_is_muted(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let names = ["anna", "bert", "cora", "dirk"];
    let people = names.map(|it| app.user(it));
    for person in &people {
        person.enters(&session);
        let [hidden, named] = [true, false].map(|is_anonymous| {
            let asked = person.ask(&session, "Why?", is_anonymous);
            mutes::url_of(&asked.expect(201))
        });
        match person.nickname.as_str() {
            "anna" => mina.mutes(&hidden),
            "bert" => mina.mutes(&named),
            "cora" => [&hidden, &named]
                .map(|it| mina.mutes(it))
                .into_iter()
                .collect(),
            _ => {}
        }
    }
    let stories = people.each_ref().map(|person| {
        let user_id = person.user_id();
        let role = format!("{session}/hosts/{user_id}");
        let back = json!({ "userId": mina.user_id() });
        let over = format!("{session}/super-host");
        let answers = [
            mina.put(&role),
            mina.put_json(&over, json!({ "userId": user_id })),
            mina.get(&format!("{session}/participants")),
            person.put_json(&over, back),
            mina.delete(&role),
            mina.delete(&role),
        ];
        answers.map(|it| {
            let told = told("", &it).replace(&person.nickname, "somebody");
            let number = Regex::new(r#""userId":\d+|content-length: \d+"#).unwrap();
            number.replace_all(&told, "…").into_owned()
        })
    });
    for (name, story) in names.iter().zip(&stories) {
        for (step, (line, expected)) in story.iter().zip(&stories[3]).enumerate() {
            // Of the list, that it says nothing of mutes.
            let (line, expected) = match step {
                2 => (line.contains("mute"), expected.contains("mute")),
                _ => (line == expected, true),
            };
            assert_eq!(line, expected, "{name} at {step}: {story:#?}");
        }
    }
}

/// What a host and a stranger see of a claim is the same whether or not one of the two was muted.
#[apply(on_both_databases!)]
fn no_claim_tells_who_is_muted(app: &App) {
    let mina = app.user("mina");
    let stories = [[false, false], [true, false], [false, true]].map(|[guest_is, account_is]| {
        let session = mina.opens("Lecture 7");
        let (guest, noah) = (
            app.guest(),
            app.registered(&format!("noah-{guest_is}-{account_is}")),
        );
        noah.signed_in().enters(&session);
        let of_guest = guest.asks(&session, "anonymous words");
        let of_account = noah
            .signed_in()
            .asks_anonymously(&session, "anonymous words");
        if guest_is {
            mina.mutes(&of_guest);
        }
        if account_is {
            mina.mutes(&of_account);
        }
        let look = || {
            let urls = [
                session.clone(),
                format!("{session}/mutes"),
                format!("{session}/questions"),
                format!("{session}/participants"),
            ];
            urls.map(|it| mina.get(&it).expect(200).text)
        };
        let before = look();
        let claimed = log_in_claiming(&noah, &guest);
        assert_eq!(look(), before, "what the host sees does not change");
        let mut answer = claimed.expect(200).json();
        for field in ["accessToken", "refreshToken", "userId", "nickname"] {
            assert_ne!(answer[field].take(), Value::Null);
        }
        assert!(before[2].contains(id_of(&of_guest)));
        answer
    });
    assert!(stories.iter().all(|it| *it == stories[0]), "{stories:?}");
    expect_true_counts(app);
}
