//! What is not approved is in no answer to anybody but hosts and its author.

use serde_json::{Value, json};

use crate::auth::claim_room::registers_claiming;
use crate::support::contract::DOCUMENT;
use crate::support::moderation::{Hall, id_of};
use crate::support::stream::EventStream;
use crate::support::*;

/// Words, or an id, that these people may read beside hosts.
struct Hidden {
    text: String,
    readers: Vec<&'static str>,
}

/// A hall in which much is hidden, and what that is.
struct Scene {
    hall: Hall,
    /// Everything that has an id, hidden or not.
    questions: Vec<String>,
    label: String,
    hidden: Vec<Hidden>,
    /// Where the session began, and where it was before anything was hidden.
    places: [String; 2],
    /// Whoever may read nothing but their own.
    readers: Vec<(&'static str, Client)>,
    /// Opened before anything was hidden: a stranger's, of who takes part, and of authors.
    streams: Vec<EventStream>,
}

fn ask(author: &Client, session: &str, words: &str) -> String {
    author.asks(session, &format!("{words}?"))
}

fn scene(app: &App) -> Scene {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        guest,
        ..
    } = &hall;
    let first = mina.change_of(session).replace("-h", "-");
    let label = mina.labels(session, &["Budget"]).remove(0);
    let shown = mina.asks(session, "Shown to everybody");
    let [edited, dismissed, beside] = [
        ask(noah, session, "wordsbeforetheedit"),
        ask(noah, session, "wordsdismissed"),
        ask(zoe, session, "Beside"),
    ];
    zoe.replies(&dismissed, "wordsunderdismissed");
    let edited_reply = noah.replies(&shown, "wordsofareplybefore");
    let dismissed_reply = guest.replies(&shown, "wordsofadismissedreply");
    mina.puts_under(&dismissed, &[&label]);
    mina.put(&format!("{dismissed}/pin")).expect(200);
    mina.chooses(session, &dismissed);
    let merged = ask(guest, session, "Merged");
    mina.merges(&merged, &beside);
    let before = hall.stranger.change_of(session);
    let events = format!("{session}/events");
    let followers = [&hall.stranger, &app.guest(), zoe, noah, guest];
    let mut streams = followers.map(|it| it.follow(&events));
    streams
        .iter_mut()
        .for_each(|it| drop(it.event_named("ready")));

    let review = json!({ "questions": "review", "replies": "review" });
    mina.sets(session, review);
    let [ella_as_guest, lena] = [app.guest(), app.user("lena")];
    let of_claimed = ask(&ella_as_guest, session, "wordsofaclaimedguest");
    let waiting = ask(noah, session, "wordspendingofnoah");
    let of_guest = ask(guest, session, "wordspendingofaguest");
    let named = noah.post(
        &format!("{session}/questions"),
        json!({ "body": "wordspendinganonymous?", "anonymous": true }),
    );
    let anonymous = format!("/api/questions/{}", named.expect(201).field("questionId"));
    let reply = noah.replies(&shown, "wordsofapendingreply");
    mina.puts_under(&waiting, &[&label]);
    for (entry, words) in [
        (&edited, "wordsaftertheedit"),
        (&edited_reply, "wordsofareplyafter"),
    ] {
        noah.patch(entry, json!({ "body": words })).expect(200);
    }
    mina.dismisses(&dismissed);
    mina.dismisses(&dismissed_reply);
    let ella = registers_claiming(&app.stranger("ella"), &ella_as_guest);

    let (noahs, guests, ellas) = (vec!["noah"], vec!["guest"], vec!["ella"]);
    let hidden = [
        ("wordsbeforetheedit", vec![]),
        ("wordsofareplybefore", vec![]),
        ("wordsaftertheedit", noahs.clone()),
        ("wordsofareplyafter", noahs.clone()),
        ("wordsdismissed", noahs.clone()),
        // Who sees the question sees its replies, and everybody their own.
        ("wordsunderdismissed", vec!["noah", "zoe"]),
        ("wordsofadismissedreply", guests.clone()),
        ("wordsofaclaimedguest", ellas.clone()),
        ("wordspendingofnoah", noahs.clone()),
        ("wordspendingofaguest", guests.clone()),
        ("wordspendinganonymous", noahs.clone()),
        ("wordsofapendingreply", noahs.clone()),
        // Ids of what nobody else has ever seen.
        (id_of(&of_claimed), ellas),
        (id_of(&waiting), noahs.clone()),
        (id_of(&of_guest), guests),
        (id_of(&anonymous), noahs.clone()),
        (id_of(&reply), noahs),
    ];
    let hidden = hidden.map(|(text, readers)| Hidden {
        text: text.into(),
        readers,
    });
    let readers = vec![
        ("stranger", app.anonymous()),
        ("another guest", app.guest()),
        ("lena", lena),
        ("zoe", zoe.clone()),
        ("noah", noah.clone()),
        ("guest", guest.clone()),
        ("ella", ella),
    ];
    let questions = vec![
        shown, edited, dismissed, beside, merged, of_claimed, waiting, of_guest, anonymous,
    ];
    Scene {
        questions,
        label,
        hidden: hidden.into(),
        places: [first, before],
        readers,
        hall,
        streams: streams.into(),
    }
}

/// What a parameter of a query can be.
fn values(scene: &Scene, name: &str) -> Vec<String> {
    let values: &[&str] = match name {
        "sort" => &["top", "new", "old"],
        "state" => &["open", "closed", "all"],
        "review" => &["approved", "pending", "dismissed"],
        "mine" => &["true", "false"],
        "format" => &["json", "csv", "xlsx"],
        "limit" => &["100"],
        "label" => return vec![scene.label.clone()],
        "search" => {
            let words = scene.hidden.iter().map(|it| it.text.clone());
            return words.chain(["words".into()]).collect();
        }
        // Of the pages that lead on there is nothing: all of it is on one.
        "cursor" | "after" => &[],
        name => panic!("{name} may show what is hidden"),
    };
    values.iter().map(|it| (*it).to_owned()).collect()
}

/// Each parameter with each value; in lists with those of whom they are beside it.
fn queries(scene: &Scene, operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let names: Vec<_> = parameters
        .filter(|it| it["in"] == "query")
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let limit = if names.contains(&"limit") {
        "limit=100"
    } else {
        ""
    };
    let mut queries = vec![limit.to_owned()];
    for name in &names {
        for value in values(scene, name) {
            queries.push(format!("{limit}&{name}={value}"));
            for beside in [
                "mine=true",
                "review=pending",
                "review=dismissed",
                "sort=old",
            ] {
                let other = beside.split('=').next().unwrap();
                if names.contains(&other) && other != *name && *name != "limit" {
                    queries.push(format!("{limit}&{name}={value}&{beside}"));
                }
            }
        }
    }
    queries
}

/// Every URL of the document that can be read, in every way.
fn readable(scene: &Scene) -> Vec<String> {
    let session = scene.hall.mina.get(&scene.hall.session).expect(200);
    let (code, id) = (session.field("joinCode"), session.field("sessionId"));
    let mut urls = Vec::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        let operation = &item["get"];
        if operation.is_null() || path.ends_with("/events") {
            continue;
        }
        let path = path
            .replace("{sessionId}", &id)
            .replace("{joinCode}", &code)
            .replace("{nickname}", "noah")
            .replace("{file}", "index.html")
            .replace("{postId}", "1");
        let paths: Vec<String> = if path.contains("{questionId}") {
            let ids = scene.questions.iter().map(|it| id_of(it));
            ids.map(|it| path.replace("{questionId}", it)).collect()
        } else {
            vec![path]
        };
        for path in paths {
            assert!(!path.contains('{'), "{path} may show what is hidden");
            let queries = queries(scene, operation).into_iter();
            urls.extend(queries.map(|it| match it.as_str() {
                "" => path.clone(),
                query => format!("{path}?{query}"),
            }));
        }
    }
    urls
}

/// Stops the test if a text has what this one may not read. A word that is searched for may stand
/// in a URL, and in no answer.
#[track_caller]
fn expect_none(scene: &Scene, reader: &str, what: &str, text: &str) {
    for Hidden {
        text: hidden,
        readers,
    } in &scene.hidden
    {
        let is_told = text.contains(hidden.as_str());
        let may = readers.contains(&reader);
        assert!(
            may || !is_told,
            "{reader} is told {hidden} by {what}: {text}"
        );
    }
}

/// What a stream tells up to where the session is now.
fn stream_until(reader: &Client, session: &str, after: &str) -> String {
    let now = reader.change_of(session);
    let mut stream = reader.follow(&format!("{session}/events?after={after}"));
    if after != now {
        while stream.event().id.is_none_or(|it| it.text != now) {}
    }
    stream.text()
}

#[apply(on_both_databases!)]
fn no_answer_has_words_that_are_not_approved(app: &App) {
    let mut scene = scene(app);
    let streams = std::mem::take(&mut scene.streams);
    let Hall { session, mina, .. } = &scene.hall;
    let urls = readable(&scene);
    assert!(urls.len() > 100, "{}", urls.len());
    for (name, reader) in &scene.readers {
        let mut read = String::new();
        for url in &urls {
            let answer = reader.get(url);
            assert!(answer.status < 500, "{url}: {}", answer.text);
            expect_none(&scene, name, url, &answer.text);
            read.push_str(&answer.text);
        }
        let own = scene.hidden.iter().filter(|it| it.readers.contains(name));
        for Hidden { text, .. } in own {
            assert!(read.contains(text), "{name} does not find {text}");
        }
        for after in &scene.places {
            // Streams tell nobody's own.
            let told = stream_until(reader, session, after);
            expect_none(&scene, "", "a stream from before", &told);
        }
    }
    // What is told last; the words of before an edit were told before.
    mina.put(&format!("{}/pin", scene.questions[0])).expect(200);
    let now = scene.hall.stranger.change_of(session);
    for mut stream in streams {
        while stream.event().id.is_none_or(|it| it.text != now) {}
        expect_none(&scene, "", "a stream of all the time", &stream.text());
    }
    // Hosts read all of it but the words of before.
    let by_host: String = urls.iter().map(|url| mina.get(url).text).collect();
    for Hidden { text, readers } in &scene.hidden {
        assert_eq!(
            by_host.contains(text),
            !readers.is_empty(),
            "{text} for a host"
        );
    }
}

/// As if it were not there, in every word of the answer.
#[apply(on_both_databases!)]
fn what_is_not_approved_answers_others_as_what_is_not_there(app: &App) {
    let scene = scene(app);
    let zoe = &scene.hall.zoe;
    let nowhere = format!("/api/questions/{}", "A".repeat(22));
    let other = &scene.questions[0];
    let tries: [&dyn Fn(&str) -> Answer; 9] = [
        &|it| zoe.get(it),
        &|it| zoe.patch(it, json!({ "body": "x" })),
        &|it| zoe.delete(it),
        &|it| zoe.put(&format!("{it}/like")),
        &|it| zoe.delete(&format!("{it}/like")),
        &|it| zoe.post(&format!("{it}/replies"), json!({ "body": "x" })),
        &|it| zoe.put(&format!("{it}/pin")),
        &|it| zoe.act(&format!("{it}/dismiss")),
        &|it| zoe.merge(it, other),
    ];
    let told = |answer: Answer| {
        let mut json = answer.expect_problem(404, "not_found").json();
        json.as_object_mut().unwrap().remove("requestId");
        json
    };
    for question in scene.questions[1..3].iter().chain(&scene.questions[5..]) {
        for act in tries {
            assert_eq!(told(act(question)), told(act(&nowhere)), "{question}");
        }
    }
}
