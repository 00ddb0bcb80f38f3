//! Who may do what in a session: every kind of participant × every action × one's own or another's
//! × before and after the end × what has become of the question.

mod table;

use askit::db::DbConn;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use self::table::{About, Question, Scene, Session};
use super::EVERYTHING;
use crate::support::*;

pub use self::table::{Place, ROLES, ROWS, Row};

/// Everybody, in one session with one question.
struct Walk<'a> {
    app: &'a App,
    conn: DbConn,
    /// In the order of [`ROLES`].
    people: [Client; 6],
    /// The accounts of `people` but the first.
    accounts: [i64; 5],
    place: Place,
}

/// Numbers that no other question or reply gets, and their ids.
const QUESTION: i64 = 1_000_000;
const OTHER_QUESTION: i64 = 1_000_001;
const REPLY: i64 = 2_000_000;
const MUTE: i64 = 3_000_000;
const QUESTION_ID: &[u8; 16] = b"one question id.";
const OTHER_QUESTION_ID: &[u8; 16] = b"other questionid";
const REPLY_ID: &[u8; 16] = b"another reply id";
const MUTE_ID: &[u8; 16] = b"the id of a mute";

impl<'a> Walk<'a> {
    fn new(app: &'a App) -> Self {
        let (noah, mina) = (app.user("noah"), app.user("mina"));
        let people = [
            app.anonymous(),
            app.guest(),
            app.guest(),
            app.user("zoe"),
            noah,
            mina,
        ];
        let accounts = [1, 2, 3, 4, 5].map(|role| people[role].user_id());
        let session = people[5].opens("Lecture 7");
        let place = Place {
            seen: people[5].get(&session).expect(200).field("change"),
            session,
            question: format!("/api/questions/{}", URL_SAFE_NO_PAD.encode(QUESTION_ID)),
            other_question: URL_SAFE_NO_PAD.encode(OTHER_QUESTION_ID),
            reply: format!("/api/replies/{}", URL_SAFE_NO_PAD.encode(REPLY_ID)),
            mute: URL_SAFE_NO_PAD.encode(MUTE_ID),
            participant: app.user("yuna").user_id(),
            sub_host: accounts[3],
            fan: app.user("fan").user_id(),
        };
        Self {
            app,
            conn: app.database.connect(),
            people,
            accounts,
            place,
        }
    }

    /// Sets everything as it is at the beginning of a scene.
    fn set(&mut self, scene: Scene, about: About) {
        let id = self.place.session.rsplit('/').next().unwrap();
        let [outsider, guest, zoe, noah, mina] = self.accounts;
        let yuna = self.place.participant;
        // A sub host meets what the super host wrote.
        let other = if ROLES[scene.role] == "sub host" {
            mina
        } else {
            yuna
        };
        let author = if scene.is_own {
            self.accounts[scene.role - 1]
        } else {
            other
        };
        let is_anonymous = if author == guest { "TRUE" } else { "FALSE" };
        let (asks, replies) = match about {
            About::Reply => ((mina, "FALSE"), (author, is_anonymous)),
            _ => ((author, is_anonymous), (yuna, "FALSE")),
        };
        let has_reply = about == About::Reply || scene.question == Question::Answered;
        let is_closed = if scene.question == Question::Closed {
            "TRUE"
        } else {
            "FALSE"
        };
        let (ended_at, expires_at) = match scene.session {
            Session::Runs => ("NULL", "2026-03-08 12:00:00"),
            Session::Ended => ("'2026-03-01 11:30:00'", "2026-03-08 12:00:00"),
            Session::Expired => ("NULL", "2026-03-01 11:30:00"),
        };
        let is_reply = about == About::Reply;
        let of_question = |is: bool| if is && !is_reply { "TRUE" } else { "FALSE" };
        let is_pinned = of_question(scene.question == Question::Pinned);
        let is_liked = scene.question == Question::Liked;
        let is_reply_pinned = is_reply && scene.question == Question::Pinned;
        let (likes, reply_likes) = (
            i64::from(is_liked && !is_reply),
            i64::from(is_liked && is_reply),
        );
        // By somebody who is neither the author nor any of those who ask.
        let fan = self.place.fan;
        let like = match (is_liked, is_reply) {
            (false, _) => String::new(),
            (true, false) => format!("INSERT INTO question_likes VALUES ({QUESTION}, {fan});"),
            (true, true) => format!("INSERT INTO reply_likes VALUES ({REPLY}, {fan});"),
        };
        let question_id = self.app.database.literal(QUESTION_ID);
        let reply_id = self.app.database.literal(REPLY_ID);
        let other_question_id = self.app.database.literal(OTHER_QUESTION_ID);
        let mute_id = self.app.database.literal(MUTE_ID);
        let given = if self.app.database.is_postgres() {
            "OVERRIDING SYSTEM VALUE"
        } else {
            ""
        };
        let person = |user_id: i64, role: &str, is_listed: &str, is_anonymous: &str| {
            let time = "'2026-03-01 11:00:00'";
            let since = if role == "participant" { "NULL" } else { time };
            format!("('{id}', {user_id}, '{role}', {is_listed}, {is_anonymous}, {time}, {since})")
        };
        let participants = [
            person(mina, "super_host", "TRUE", "FALSE"),
            person(noah, "sub_host", "TRUE", "FALSE"),
            person(zoe, "participant", "TRUE", "FALSE"),
            person(yuna, "participant", "TRUE", "FALSE"),
            person(guest, "participant", "FALSE", "TRUE"),
        ];
        let sql = format!(
            "BEGIN; DELETE FROM audit_events; DELETE FROM reply_likes; DELETE FROM question_likes; \
             DELETE FROM mutes; DELETE FROM replies; DELETE FROM questions; DELETE FROM participants; \
             UPDATE users SET contributed = FALSE; \
             UPDATE refresh_tokens SET brief = user_id IN ({outsider}, {guest}); \
             UPDATE sessions SET title = 'Lecture 7', ended_at = {ended_at}, expires_at = '{expires_at}', \
             deleted_at = NULL, delete_at = NULL, slow_mode = 0, labels = '[]', current_question = NULL, \
             listed_count = 4, anonymous_count = 1, question_count = 2, shown_count = 2, pending_count = 0; \
             INSERT INTO participants (session_id, user_id, role, listed, anonymous, session_created_at, \
             host_since) VALUES {}; \
             INSERT INTO questions (public_id, question_id, session_id, author_id, anonymous, body, pinned, closed, \
             likes_count, replies_count, created_at, updated_at) {given} \
             VALUES ({question_id}, {QUESTION}, '{id}', {}, {}, 'Why?', {is_pinned}, {is_closed}, {likes}, {}, \
             '2026-03-01 11:00:00', \
             '2026-03-01 11:00:00'), \
             ({other_question_id}, {OTHER_QUESTION}, '{id}', {yuna}, FALSE, 'When?', FALSE, FALSE, 0, 0, \
             '2026-03-01 11:00:00', '2026-03-01 11:00:00'); \
             INSERT INTO mutes (public_id, mute_id, session_id, anonymous, muted_at) {given} \
             VALUES ({mute_id}, {MUTE}, '{id}', TRUE, '2026-03-01 11:00:00'); \
             INSERT INTO replies (public_id, reply_id, question_id, session_id, author_id, anonymous, body, \
             pinned, likes_count, created_at, updated_at) {given} \
             SELECT {reply_id}, {REPLY}, {QUESTION}, '{id}', {}, {}, 'Because.', {is_reply_pinned}, {reply_likes}, \
             '2026-03-01 11:00:00', '2026-03-01 11:00:00' FROM sessions WHERE {has_reply}; {like} COMMIT",
            participants.join(", "),
            asks.0,
            asks.1,
            i64::from(has_reply),
            replies.0,
            replies.1,
        );
        self.conn.batch_execute(&sql).unwrap();
    }

    fn everything(&mut self) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        diesel::sql_query(EVERYTHING)
            .get_result::<Row>(&mut self.conn)
            .unwrap()
            .text
    }

    /// What `canEdit` and `canDelete` say wrongly before such a request.
    fn told(&self, row: &Row, scene: Scene, may: bool) -> Option<String> {
        let field = match row.request.split_once(' ').unwrap() {
            ("PATCH", "{question}" | "{reply}") => "canEdit",
            ("DELETE", "{question}" | "{reply}") => "canDelete",
            _ => return None,
        };
        let seen = self.people[scene.role].get(&self.place.question);
        let seen = seen.expect(200).json();
        let entry = match row.about() {
            About::Reply => &seen["replies"][0],
            _ => &seen,
        };
        let is_wrong = entry[field] != may;
        is_wrong.then(|| format!("{field} is {} in {scene:?}", entry[field]))
    }

    /// Sends each request about this in a scene, and tells what was not as expected.
    fn play(&mut self, scene: Scene, about: About) -> (usize, Vec<String>) {
        // The bucket of this one address fills again.
        self.app.advance(TimeDelta::milliseconds(250));
        self.set(scene, about);
        let before = self.everything();
        let rows: Vec<_> = ROWS.iter().filter(|row| row.about() == about).collect();
        let mut wrong = Vec::new();
        for row in &rows {
            let expected = row.expected(scene);
            wrong.extend(self.told(row, scene, expected.starts_with('2')));
            let answer = row.send(&self.people[scene.role], &self.place);
            let seen = match answer.status {
                400.. => format!("{} {}", answer.status, answer.code()),
                status => status.to_string(),
            };
            let what = format!("{} of {} in {scene:?}", row.request, ROLES[scene.role]);
            if seen != expected {
                wrong.push(format!("{what} is {seen}, not {expected}"));
            }
            if expected.starts_with('4') {
                let after = self.everything();
                if after != before {
                    wrong.push(format!(
                        "{what} is refused, and of {before} there is {after}"
                    ));
                    self.set(scene, about);
                }
            } else {
                if row.request == "DELETE {session}" {
                    // Before the purge, which was asked to, finds the session of the next scene.
                    self.app.purge().unwrap();
                }
                self.set(scene, about);
            }
        }
        (rows.len(), wrong)
    }
}

fn scenes() -> Vec<(Scene, About)> {
    let mut scenes = Vec::new();
    let questions = [
        Question::Open,
        Question::Closed,
        Question::Answered,
        Question::Pinned,
        Question::Liked,
    ];
    for (role, name) in ROLES.iter().enumerate() {
        for session in [Session::Runs, Session::Ended, Session::Expired] {
            for (about, is_own) in [
                (About::Session, false),
                (About::Question, false),
                (About::Question, true),
                (About::Reply, false),
                (About::Reply, true),
            ] {
                // Who has not come in has written nothing.
                let is_outside = ["nobody", "guest outside"].contains(name);
                for question in questions {
                    let differs = match about {
                        About::Session => question == Question::Open,
                        About::Question => true,
                        About::Reply => !matches!(question, Question::Closed | Question::Answered),
                    };
                    if differs && !(is_own && is_outside) {
                        scenes.push((
                            Scene {
                                role,
                                is_own,
                                session,
                                question,
                            },
                            about,
                        ));
                    }
                }
            }
        }
    }
    scenes
}

#[apply(on_both_databases!)]
fn each_participant_may_do_what_the_table_says(app: &App) {
    let mut walk = Walk::new(app);
    let mut wrong = Vec::new();
    let mut count = 0;
    for (scene, about) in scenes() {
        let (sent, found) = walk.play(scene, about);
        count += sent;
        wrong.extend(found);
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 2_000, "only {count} requests were sent");
}
