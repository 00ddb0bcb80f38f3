//! GET, PATCH and DELETE /api/questions/{questionId}

use crate::support::*;

on_both_databases! {
    fn a_question_is_read_with_its_replies(app: &App) {
        let (mina, guest) = (app.user("mina"), app.guest());
        let session = mina.opens("Lecture 7");
        let question = guest.asks(&session, "Why?");
        mina.replies(&question, "Because.");
        mina.likes(&question);
        let seen = mina.get(&question).expect(200).json();
        assert_eq!(seen["author"]["userId"], serde_json::Value::Null);
        assert_eq!(seen["replies"][0]["author"]["nickname"], "mina");
        assert_eq!((&seen["liked"], &seen["repliesCount"]), (&true.into(), &1.into()));
        let listed = guest.get(&format!("{session}/questions")).expect(200).json();
        assert_eq!(listed["questions"][0]["isOwner"], true);
    }
}
