//! What hosts do to keep a crowd civil, in the walk through every write of the contract.

use serde_json::json;

use super::walker::{Seen, Walk};
use crate::support::moderation::id_of;
use crate::support::*;

/// Each of these is told to hosts, and to the others as far as they can see it.
pub fn walk_moderation(walk: &mut Walk, mina: &Client, sora: &Client) {
    let session = walk.session.clone();
    let [first, second] = ["First?", "Second?"].map(|it| sora.asks(&session, it));
    walk_labels(walk, mina, &first);
    walk_review(walk, mina, sora, &first);
    let guest = walk.app.guest();
    sora.replies(&first, "One.");
    guest.replies(&second, "Two.");
    guest.likes(&first);
    mina.likes(&second);
    walk.step("choose_question", || mina.chooses(&session, &first));
    walk.step("merge_question", || mina.merges(&first, &second));
    walk.step("dismiss_question", || mina.dismisses(&second));
    walk.step("approve_question", || mina.approves(&second));
    let third = walk.step("ask_question", || sora.asks(&session, "Third?"));
    walk.step("merge_question", || mina.merges(&second, &third));
    // It was in no list any more.
    mina.delete(&second).expect(204);
    walk.step("choose_question", || mina.chooses(&session, &third));
    walk.step("clear_current_question", || {
        mina.delete(&format!("{session}/current")).expect(200)
    });
    walk_mutes(walk, mina);
    walk.step("delete_question", || mina.delete(&third).expect(204));
}

fn walk_labels(walk: &mut Walk, mina: &Client, question: &str) {
    let session = walk.session.clone();
    let ids = walk.step("change_labels", || mina.labels(&session, &["One", "Two"]));
    walk.step("label_question", || {
        mina.puts_under(question, &[&ids[0], &ids[1]])
    });
    walk.step("change_labels", || {
        let left = json!([{ "labelId": ids[1], "name": "Two!", "color": "red" }]);
        let body = json!({ "labels": left });
        mina.put_json(&format!("{session}/labels"), body)
            .expect(200)
    });
    walk.step("label_question", || mina.puts_under(question, &[&ids[1]]));
    walk.step("choose_question", || mina.chooses(&session, question));
    walk.step("choose_question", || mina.chooses(&session, question));
    walk.step("dismiss_question", || mina.dismisses(question));
    walk.step("label_question", || mina.puts_under(question, &[]));
    walk.step("dismiss_question", || mina.dismisses(question));
    walk.step("approve_question", || mina.approves(question));
    walk.step("approve_question", || mina.approves(question));
}

fn walk_review(walk: &mut Walk, mina: &Client, sora: &Client, question: &str) {
    let session = walk.session.clone();
    let review = json!({ "questions": "review", "replies": "review" });
    walk.step("update_session", || mina.sets(&session, review));
    let waiting = walk.step("ask_question", || sora.asks(&session, "Waiting?"));
    let reply = walk.step("reply_to_question", || sora.replies(question, "Waiting."));
    walk.step("edit_question", || {
        let body = json!({ "body": "Waiting for you?" });
        sora.patch(&waiting, body).expect(200)
    });
    walk.step("label_question", || mina.puts_under(&waiting, &[]));
    walk.step("close_question", || {
        mina.put(&format!("{waiting}/close")).expect(200)
    });
    walk.step("reopen_question", || {
        mina.delete(&format!("{waiting}/close")).expect(200)
    });
    walk.step("approve_question", || mina.approve(&waiting, 1).expect(200));
    walk.step("approve_reply", || mina.approves(&reply));
    walk.step("pin_reply", || {
        mina.put(&format!("{reply}/pin")).expect(200)
    });
    walk.step("dismiss_reply", || mina.dismisses(&reply));
    walk.step("approve_reply", || mina.approves(&reply));
    // While its question is dismissed, hosts alone are told of it.
    walk.step("dismiss_question", || mina.dismisses(question));
    walk.step("dismiss_reply", || mina.dismisses(&reply));
    walk.step("approve_reply", || mina.approves(&reply));
    walk.step("edit_reply", || {
        let body = json!({ "body": "Edited." });
        sora.patch(&reply, body).expect(200)
    });
    walk.step("approve_question", || mina.approves(question));
    walk.step("approve_reply", || mina.approve(&reply, 1).expect(200));
    walk.step("delete_reply", || sora.delete(&reply).expect(204));
    walk.step("edit_question", || {
        let body = json!({ "body": "Waiting again?" });
        sora.patch(&waiting, body).expect(200)
    });
    for verdict in ["approve", "dismiss"] {
        sora.asks(&session, "Another?");
        sora.replies(question, "Another.");
        let operation = if verdict == "approve" {
            "approve_all"
        } else {
            "dismiss_all"
        };
        let now = mina.change_of(&session);
        walk.step(operation, || {
            mina.judge_all(&session, verdict, &now).expect(200)
        });
    }
    walk.step("delete_question", || mina.delete(&waiting).expect(204));
    let open = json!({ "questions": "open", "replies": "open", "blockedWords": ["x"] });
    walk.step("update_session", || mina.sets(&session, open));
}

fn walk_mutes(walk: &mut Walk, mina: &Client) {
    let session = walk.session.clone();
    let somebody = walk.app.guest();
    let question = walk.step("ask_question", || somebody.asks(&session, "Spam?"));
    let reply = walk.step("reply_to_question", || somebody.replies(&question, "Spam."));
    let more = somebody.asks(&session, "More spam?");
    walk.step("mute_replier", || {
        let body = json!({ "removeAll": false });
        mina.post(&format!("{reply}/author/mute"), body).expect(204)
    });
    let mutes = mina.get(&format!("{session}/mutes")).expect(200).json();
    let mute = mutes["mutes"][0]["muteId"].as_str().unwrap().to_owned();
    walk.step("unmute", || {
        mina.delete(&format!("{session}/mutes/{mute}")).expect(204)
    });
    walk.step("mute_asker", || {
        let body = json!({ "removeAll": true });
        mina.post(&format!("{question}/author/mute"), body)
            .expect(204)
    });
    mina.get(&more).expect_problem(404, "not_found");
}

/// What the viewers of a walk were told, each as the names of the events.
fn names(seen: &[Seen]) -> Vec<Vec<&str>> {
    let names = seen.iter().map(|it| {
        let mut names: Vec<_> = it.events.iter().map(|it| it.name.as_str()).collect();
        names.sort_unstable();
        names
    });
    names.collect()
}

/// A stranger, a guest and a host: what is hidden is told to each as they can see it.
#[apply(on_both_databases!)]
fn what_is_hidden_is_gone_for_all_but_hosts(kind: Kind) {
    let app = App::start(kind);
    let [mina, noah] = ["mina", "noah"].map(|name| app.user(name));
    let session = mina.opens("Hall");
    let walk = Walk::new(&app, &mina, &session);
    let [question, other] = ["Why?", "Else?"].map(|it| noah.asks(&session, it));
    let reply = noah.replies(&question, "So.");
    mina.sets(&session, json!({ "questions": "review" }));
    let (waiting, seen) = walk.around("ask", || noah.asks(&session, "Waiting?"));
    assert_eq!(
        names(&seen),
        [vec![], vec![], vec!["pending", "question"]],
        "hosts alone are told what waits"
    );
    let hosts = &seen[2].events;
    let pending = hosts.iter().find(|it| it.name == "pending").unwrap();
    assert_eq!(pending.data, json!({ "pendingCount": 1 }));
    let told = hosts.iter().find(|it| it.name == "question").unwrap();
    assert_eq!(told.data["review"], "pending");

    let (_, seen) = walk.around("approve", || mina.approves(&waiting));
    for (viewer, it) in seen.iter().enumerate() {
        let told = it.events.iter().find(|it| it.name == "question").unwrap();
        assert_eq!(told.data["review"], "approved");
        let is_pending_told = it.events.iter().any(|it| it.name == "pending");
        assert_eq!(is_pending_told, viewer == 2);
    }

    let (_, seen) = walk.around("dismiss a reply", || mina.dismisses(&reply));
    for it in &seen[..2] {
        let told = it.events.iter().find(|it| it.name == "reply_removed");
        let expected = json!({ "replyId": id_of(&reply), "questionId": id_of(&question) });
        assert_eq!(told.unwrap().data, expected);
    }
    let told = seen[2].events.iter().find(|it| it.name == "reply").unwrap();
    assert_eq!(told.data["review"], "dismissed");
    mina.approves(&reply);

    let (_, seen) = walk.around("dismiss", || mina.dismisses(&question));
    expect_hidden(&seen, &question, "review", "dismissed");
    let (_, seen) = walk.around("approve", || mina.approves(&question));
    for it in &seen {
        let told = it.events.iter().find(|it| it.name == "question").unwrap();
        assert_eq!(told.data["repliesChanged"], true, "they became visible");
    }
    let (_, seen) = walk.around("merge", || mina.merges(&question, &other));
    expect_hidden(&seen, &question, "mergedInto", id_of(&other));
    for it in &seen {
        let is_other = |it: &&stream::Event| it.data["questionId"] == id_of(&other);
        let told = it.events.iter().find(is_other).unwrap();
        assert_eq!(told.data["repliesChanged"], true, "they moved");
    }
    let (_, seen) = walk.around("pin", || mina.put(&format!("{other}/pin")).expect(200));
    for it in &seen {
        let told = &it.events[0].data;
        assert_eq!(told["repliesChanged"], serde_json::Value::Null, "left out");
    }
    // Gone for all who could see it.
    let (_, seen) = walk.around("delete", || mina.delete(&question).expect(204));
    let told = names(&seen);
    assert_eq!(told[..2], [vec![""; 0], vec![]], "it was gone already");
    assert!(told[2].contains(&"question_removed"));
    let (_, seen) = walk.around("delete", || mina.delete(&other).expect(204));
    assert!(
        names(&seen)
            .iter()
            .all(|it| it.contains(&"question_removed"))
    );
}

/// All but the host are told that it is gone, and the host how it is.
#[track_caller]
fn expect_hidden(seen: &[Seen], question: &str, field: &str, value: &str) {
    let of_it = |it: &&stream::Event| it.data["questionId"] == id_of(question);
    for (viewer, it) in seen.iter().enumerate() {
        let told: Vec<_> = it.events.iter().filter(of_it).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        if viewer < 2 {
            assert_eq!(told[0].name, "question_removed");
        } else {
            assert_eq!(told[0].name, "question");
            assert_eq!(told[0].data[field], value);
        }
    }
}
