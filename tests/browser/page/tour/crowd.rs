//! A session of strangers, with what hosts do to keep it civil.

use serde_json::json;

use super::{Sights, Tour};
use crate::page::{Person, code_of, path_of};
use crate::support::Client;

impl<V: AsyncFn(&Person<'_>, &str)> Tour<'_, V> {
    pub(super) fn crowd(&self, mina: &Client) -> String {
        let guest = || self.scene.app.guest();
        let crowd = mina.opens("2026 ⅲ");
        let labels = json!({ "labels": [{ "name": "2026", "color": "teal" }] });
        mina.put_json(&format!("{crowd}/labels"), labels)
            .expect(200);
        guest().asks(&crowd, "1 + 1?");
        let current = guest().asks(&crowd, "2 + 2?");
        let (_, question_id) = current.rsplit_once('/').unwrap();
        let current_question = json!({ "questionId": question_id });
        mina.put_json(&format!("{crowd}/current"), current_question)
            .expect(200);
        let (hidden, muted) = (guest().asks(&crowd, "8?"), guest().asks(&crowd, "9?"));
        mina.send("POST", &format!("{hidden}/dismiss"), None)
            .expect(200);
        mina.post(&format!("{muted}/author/mute"), json!({}))
            .expect(204);
        let review = json!({ "settings": { "questions": "review", "replies": "review" } });
        mina.patch(&crowd, review).expect(200);
        guest().asks(&crowd, "3 + 3?");
        guest().replies(&current, "4");
        crowd
    }

    pub(super) async fn crowd_of_a_host(&self, sights: &Sights) {
        let mina = self.host(sights).await;
        let path = path_of(&sights.crowd);
        for (tab, shown) in [
            ("questions", "answering"),
            ("review", "waiting_for_review"),
            ("muted", "unmute"),
            ("settings", "set_words"),
        ] {
            mina.opens(&format!("{path}?tab={tab}")).await;
            mina.sees(&self.word(shown)).await;
            self.stop(&mina, &format!("the tab {tab} of a crowd")).await;
        }
        mina.opens(&format!("{path}?tab=review")).await;
        self.clicks(&mina, "open_hidden").await;
        mina.clicks_at("3 + 3?", &self.word("approve")).await;
        mina.sees(&self.word("is_approved")).await;
        self.stop(&mina, "the tab review with what is hidden").await;
        mina.opens(&path).await;
        mina.sees("1 + 1?").await;
        for (entry, asks) in [
            ("put_labels", "edit_labels"),
            ("merge", "merge_ask"),
            ("mute", "mute_ask"),
        ] {
            mina.clicks_at("1 + 1?", &self.word("more_acts")).await;
            mina.clicks_at("1 + 1?", &self.word(entry)).await;
            mina.sees(&self.word(asks)).await;
            self.stop(&mina, &format!("the dialog of {entry}")).await;
            self.clicks(&mina, "cancel").await;
        }
    }

    pub(super) async fn crowd_of_a_guest(&self, sights: &Sights) {
        let jun = self
            .guest("jun", &code_of(&sights.mina, &sights.crowd))
            .await;
        jun.sees(&self.word("answering")).await;
        jun.types(&self.word("ask"), "5 + 5?").await;
        self.clicks(&jun, "ask").await;
        jun.sees(&self.word("in_review")).await;
        self.clicks(&jun, "filter").await;
        jun.sees(&self.word("all_labels")).await;
        self.stop(&jun, "a room where one's own waits").await;
        for (settings, shown) in [
            (json!({ "names": "required" }), "names_required"),
            (json!({ "questions": "closed" }), "questions_closed"),
            (
                json!({ "names": "hidden", "questions": "open", "slowMode": 60 }),
                "names_hidden",
            ),
        ] {
            let settings = json!({ "settings": settings });
            sights.mina.patch(&sights.crowd, settings).expect(200);
            jun.sees(&self.word(shown)).await;
            self.stop(&jun, &format!("a room that says {shown}")).await;
        }
    }
}
