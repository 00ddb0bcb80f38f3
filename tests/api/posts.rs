//! GET and POST /api/posts, GET, PATCH and DELETE /api/posts/{postId}

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::*;

fn write(author: &Client, title: &str) -> Answer {
    author.post("/api/posts", json!({ "title": title, "content": "Hello." }))
}

/// The URL of a new post.
#[track_caller]
fn written(author: &Client, title: &str) -> String {
    let post = write(author, title).expect(201).json();
    format!("/api/posts/{}", post["postId"])
}

fn titles(page: &Value) -> Vec<String> {
    let posts = page["posts"].as_array().unwrap().iter();
    posts
        .map(|it| it["title"].as_str().unwrap().to_owned())
        .collect()
}

/// SQL that writes so many posts.
fn posts_of_the_only_account(count: u32) -> String {
    format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count}) \
         INSERT INTO posts (author_id, title, content, created_at, updated_at) \
         SELECT user_id, 'x', 'x', '2026-03-01 12:00:00', '2026-03-01 12:00:00' FROM number, users"
    )
}

#[apply(on_both_databases!)]
fn what_a_named_account_writes_everybody_reads(app: &App) {
    let mina = app.user("mina");
    let body = json!({ "title": " 강의실\t변경 ", "content": "<b>Zoe\u{308}</b>\n🙂" });
    let answer = mina.post("/api/posts", body).expect(201);
    insta::assert_snapshot!("written", answer.snapshot());
    let url = format!("/api/posts/{}", answer.json()["postId"]);
    assert_eq!(app.anonymous().get(&url).expect(200).json(), answer.json());
    let list = app.anonymous().get("/api/posts").expect(200).json();
    assert_eq!(
        list,
        json!({ "posts": [answer.json()], "nextCursor": null })
    );
}

#[apply(on_both_databases!)]
fn guests_read_and_do_not_write(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let url = written(&mina, "one");
    guest.get(&url).expect(200);
    write(&guest, "two").expect_problem(403, "login_required");
    guest
        .patch(&url, json!({ "title": "x" }))
        .expect_problem(403, "login_required");
    guest.delete(&url).expect_problem(403, "login_required");
    assert_eq!(app.database.count("posts"), 1);
}

#[apply(on_both_databases!)]
fn an_author_changes_a_post_and_nobody_else_does(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let url = written(&mina, "one");
    app.advance(TimeDelta::minutes(1));
    let changed = mina
        .patch(&url, json!({ "title": "two" }))
        .expect(200)
        .json();
    assert_eq!(
        (&changed["title"], &changed["content"]),
        (&json!("two"), &json!("Hello."))
    );
    assert_eq!(changed["createdAt"], "2026-03-01T12:00:00.000Z");
    assert_eq!(changed["updatedAt"], "2026-03-01T12:01:00.000Z");
    app.advance(TimeDelta::minutes(1));
    let same = mina.send("PATCH", &url, None).expect(200).json();
    assert_eq!(same, changed, "nothing was to be changed");
    noah.patch(&url, json!({ "title": "three" }))
        .expect_problem(403, "forbidden");
    noah.send("PATCH", &url, None)
        .expect_problem(403, "forbidden");
    noah.delete(&url).expect_problem(403, "forbidden");
    assert_eq!(noah.get(&url).expect(200).json(), changed);
}

#[apply(on_both_databases!)]
fn a_deleted_post_is_gone_and_its_number_is_not_used_again(app: &App) {
    let mina = app.user("mina");
    let url = written(&mina, "one");
    mina.delete(&url).expect(204);
    for answer in [
        mina.get(&url),
        mina.delete(&url),
        mina.patch(&url, json!({ "title": "x" })),
    ] {
        answer.expect_problem(404, "not_found");
    }
    assert_ne!(written(&mina, "two"), url);
}

#[apply(on_both_databases!)]
fn a_list_comes_in_pages_that_miss_and_repeat_nothing(app: &App) {
    let mina = app.user("mina");
    for number in 0..25 {
        write(&mina, &number.to_string()).expect(201);
    }
    let first = mina.get("/api/posts").expect(200).json();
    assert_eq!(titles(&first).len(), 20);
    let newest = written(&mina, "newest");
    mina.delete(&newest).expect(204);
    let mut seen = titles(&first);
    let mut cursor = first["nextCursor"].clone();
    while let Some(text) = cursor.as_str() {
        let page = mina
            .get(&format!("/api/posts?limit=3&cursor={text}"))
            .expect(200)
            .json();
        assert!(titles(&page).len() <= 3);
        seen.extend(titles(&page));
        cursor = page["nextCursor"].clone();
    }
    let expected: Vec<_> = (0..25).rev().map(|number| number.to_string()).collect();
    assert_eq!(seen, expected);
}

#[apply(on_both_databases!)]
fn a_page_ends_where_its_posts_are_long(app: &App) {
    let mina = app.user("mina");
    let long = "x".repeat(20_000);
    for number in 0..20 {
        let body = json!({ "title": number.to_string(), "content": long });
        mina.post("/api/posts", body).expect(201);
    }
    let first = mina.get("/api/posts").expect(200).json();
    assert_eq!(
        titles(&first).len(),
        14,
        "the first to reach 256 KiB is the last"
    );
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = mina
        .get(&format!("/api/posts?cursor={cursor}"))
        .expect(200)
        .json();
    assert_eq!(titles(&second).len(), 6);
    assert!(second["nextCursor"].is_null());
}

#[apply(on_both_databases!)]
fn of_eight_posts_at_once_the_thousandth_is_the_last(app: &App) {
    let mina = app.user("mina");
    app.database.execute(&posts_of_the_only_account(999));
    let answers = race(8, |_| write(&mina, "one more"));
    assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
    assert_eq!(
        answers.iter().filter(|it| it.code() == "conflict").count(),
        7
    );
    let first = answers.iter().find(|it| it.status == 201).unwrap().json();
    mina.delete(&format!("/api/posts/{}", first["postId"]))
        .expect(204);
    write(&mina, "in its place").expect(201);
}

#[apply(on_both_databases!)]
fn a_post_that_waited_for_the_thousandth_is_refused(app: &App) {
    let mina = app.user("mina");
    app.database.execute(&posts_of_the_only_account(999));
    // Like the server, it locks the account; a new row that refers to it does not.
    let last = format!(
        "UPDATE users SET active = active; {}",
        posts_of_the_only_account(1)
    );
    let answer = app
        .database
        .change_during(&last, || write(&mina, "one more"));
    answer.expect_problem(409, "conflict");
}

#[apply(on_both_databases!)]
fn a_post_stays_when_its_author_goes_and_names_nobody(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let url = written(&mina, "one");
    mina.delete_account().expect(204);
    app.purge().unwrap();
    let post = noah.get(&url).expect(200).json();
    assert_eq!(
        (&post["author"], &post["title"]),
        (&json!(null), &json!("one"))
    );
    noah.delete(&url).expect_problem(403, "forbidden");
}

#[apply(on_both_databases!)]
fn a_post_bears_the_present_name_of_its_author(app: &App) {
    let mina = app.user("mina");
    let url = written(&mina, "one");
    mina.patch("/api/users/me", json!({ "nickname": "minari" }))
        .expect(200);
    assert_eq!(
        mina.get(&url).expect(200).json()["author"]["nickname"],
        "minari"
    );
}

#[apply(on_both_databases!)]
fn an_export_has_ones_own_posts(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    write(&mina, "one").expect(201);
    write(&noah, "two").expect(201);
    let export = mina.get("/api/users/me/export").expect(200).json();
    let posts = &export["contributions"]["posts"];
    assert_eq!(titles(&json!({ "posts": posts })), ["one"]);
    assert_eq!(posts[0]["createdAt"], "2026-03-01T12:00:00.000Z");
}

#[apply(on_both_databases!)]
fn a_post_against_the_deletion_of_its_author_is_refused_or_nobodys(app: &App) {
    for round in 0..8 {
        let mina = app.user(&format!("mina-{round}"));
        let url = written(&mina, "one");
        let answers = race(4, |number| match number {
            0 => mina.delete_account(),
            1 => mina.patch(&url, json!({ "title": "two" })),
            _ => write(&mina, "three"),
        });
        for answer in answers {
            let fine = answer.status < 300;
            assert!(fine || answer.code() == "login_ended", "{}", answer.text);
        }
    }
    let list = app
        .anonymous()
        .get("/api/posts?limit=100")
        .expect(200)
        .json();
    let posts = list["posts"].as_array().unwrap();
    assert!(
        posts.iter().all(|post| post["author"].is_null()),
        "{posts:?}"
    );
}

#[apply(on_both_databases!)]
fn two_tabs_that_change_one_post_both_have_their_field(app: &App) {
    let mina = app.user("mina");
    let url = written(&mina, "one");
    let title = "UPDATE posts SET title = 'two'";
    let content = || mina.patch(&url, json!({ "content": "three" }));
    let post = app
        .database
        .change_during(title, content)
        .expect(200)
        .json();
    assert_eq!(mina.get(&url).expect(200).json(), post);
    assert_eq!(
        (&post["title"], &post["content"]),
        (&json!("two"), &json!("three"))
    );
}

#[apply(on_both_databases!)]
fn of_eight_deletions_one_succeeds(app: &App) {
    let mina = app.user("mina");
    let url = written(&mina, "one");
    let answers = race(8, |_| mina.delete(&url));
    assert_eq!(answers.iter().filter(|it| it.status == 204).count(), 1);
    assert_eq!(answers.iter().filter(|it| it.status == 404).count(), 7);
}

#[apply(on_both_databases!)]
fn a_deletion_that_waited_for_another_finds_nothing(app: &App) {
    let mina = app.user("mina");
    let url = written(&mina, "one");
    let answer = app
        .database
        .change_during("DELETE FROM posts", || mina.delete(&url));
    answer.expect_problem(404, "not_found");
}

#[apply(on_both_databases!)]
fn a_disabled_author_writes_nothing(app: &App) {
    let mina = app.user("mina");
    let url = written(&mina, "one");
    app.database.execute("UPDATE users SET active = FALSE");
    write(&mina, "two").expect_problem(401, "login_ended");
    mina.patch(&url, json!({ "title": "two" }))
        .expect_problem(401, "login_ended");
    mina.delete(&url).expect_problem(401, "login_ended");
    assert_eq!(
        titles(&app.anonymous().get("/api/posts").expect(200).json()),
        ["one"]
    );
}

#[test]
fn the_longest_post_is_taken_however_it_is_escaped() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina").with("content-type", "application/json");
    let escaped = |count: usize| r"\ud83d\ude42".repeat(count);
    let body = |title, content| {
        let (title, content) = (escaped(title), escaped(content));
        format!(r#"{{"title":"{title}","content":"{content}"}}"#).into_bytes()
    };
    let post = |body| mina.send("POST", "/api/posts", Some(body));
    let answer = post(body(200, 20_000)).expect(201);
    assert_eq!(answer.field("content"), "🙂".repeat(20_000));
    for (title, content, field) in [(201, 1, "title"), (1, 20_001, "content")] {
        let answer = post(body(title, content)).expect_problem(400, "validation_failed");
        assert_eq!(answer.json()["errors"][0]["field"], field);
        assert_eq!(answer.json()["errors"][0]["code"], "too_long");
    }
    post(vec![b' '; 256 * 1024 + 1]).expect_problem(413, "body_too_large");
}

#[test]
fn a_text_that_says_nothing_is_refused() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let answer = mina.post(
        "/api/posts",
        json!({ "title": " ", "content": "\n\u{3000}" }),
    );
    let errors = answer.expect_problem(400, "validation_failed").json()["errors"].clone();
    let codes: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["code"])
        .collect();
    assert_eq!(codes, ["blank", "blank"]);
    let url = written(&mina, "one");
    let answer = mina.patch(&url, json!({ "title": "" }));
    answer.expect_problem(400, "validation_failed");
}

#[test]
fn what_is_no_page_is_refused() {
    let app = App::start(Kind::Sqlite);
    let get = |query: &str| app.anonymous().get(&format!("/api/posts?{query}"));
    for query in ["limit=0", "limit=101", "limit=x", "offset=1"] {
        get(query).expect_problem(400, "validation_failed");
    }
    let answer = get("limit=0").json();
    let detail = &answer["errors"][0]["detail"];
    assert_eq!(detail, "This must be a whole number from 1 to 100.");
    // The last four are 0, -7, 007 and [true,7].
    for cursor in [
        "x",
        "",
        "AAAAAAAAAAA",
        "7",
        "MA",
        "LTc",
        "MDA3",
        "W3RydWUsN10",
    ] {
        get(&format!("cursor={cursor}")).expect_problem(400, "invalid_cursor");
    }
}

#[test]
fn what_can_be_no_number_of_a_post_is_not_found() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    written(&mina, "one");
    for id in [
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e0",
        "%31%20",
        "9223372036854775808",
        "x",
        "1/",
    ] {
        let answer = mina.get(&format!("/api/posts/{id}"));
        answer.expect_problem(404, "not_found");
    }
    mina.get("/api/posts/9223372036854775807")
        .expect_problem(404, "not_found");
    mina.get("/api/posts/%31").expect(200);
}
