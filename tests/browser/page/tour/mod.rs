//! A tour of every view in each of its main states.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{Person, code_of, path_of};
use crate::browser::Browser;
use crate::scene::Scene;
use crate::support::Client;

mod crowd;

/// The words of the page in English and Korean.
static WORDS: LazyLock<[Value; 2]> = LazyLock::new(|| {
    let files = [
        [
            include_str!("../../../../web/app/texts/en.json"),
            include_str!("../../../../web/app/texts/views-en.json"),
        ],
        [
            include_str!("../../../../web/app/texts/ko.json"),
            include_str!("../../../../web/app/texts/views-ko.json"),
        ],
    ];
    files.map(|both| {
        let texts = both.map(|it| serde_json::from_str::<Map<_, _>>(it).unwrap());
        Value::Object(texts.into_iter().flatten().collect())
    })
});

/// Where one stands, and how that is called.
pub struct Tour<'a, V> {
    pub scene: &'a Scene,
    pub browser: &'a Browser,
    pub language: &'static str,
    /// Looks at each stop: who is there, and how it is called.
    pub visit: V,
}

/// What there is to be seen: a session without a question, and others with some.
struct Sights {
    mina: Client,
    empty: String,
    full: String,
    /// Of strangers, with what hosts do to keep it civil.
    crowd: String,
}

impl<'a, V: AsyncFn(&Person<'_>, &str)> Tour<'a, V> {
    /// Goes everywhere.
    pub async fn walk(&self) {
        let stranger = Person::other(self.scene, self.browser, "stranger").await;
        stranger.speaks(self.language).await;
        stranger.opens("/").await;
        stranger.sees(&self.word("start")).await;
        self.stop(&stranger, "the home page of a new server").await;
        let sights = self.sights();
        self.strangers(&stranger).await;
        self.rooms_of_a_guest(&sights).await;
        self.dialogs_of_a_guest(&sights).await;
        self.people_with_accounts(&sights).await;
        self.hosts(&sights).await;
        self.crowd_of_a_host(&sights).await;
        self.crowd_of_a_guest(&sights).await;
        self.walls(&sights).await;
        self.ends(&sights).await;
    }

    async fn stop(&self, person: &Person<'_>, name: &str) {
        (self.visit)(person, name).await;
    }

    /// A word of the page in the language of the tour; of one thing, where that matters.
    fn word(&self, key: &str) -> String {
        let words = &WORDS[usize::from(self.language == "ko")];
        let forms = [&words[key]["one"], &words[key]["other"], &words[key]];
        let found = forms.into_iter().find_map(|it| it.as_str());
        found.unwrap_or_else(|| panic!("no text {key}")).to_owned()
    }

    async fn clicks(&self, person: &Person<'_>, key: &str) {
        person.clicks(&self.word(key)).await;
    }

    fn sights(&self) -> Sights {
        let app = &self.scene.app;
        let (mina, sora) = (app.user("mina"), app.user("sora"));
        let (empty, full) = (mina.opens("2026 ⅰ"), mina.opens("2026 ⅱ"));
        let about = json!({ "description": "1 + 1 = 2 …\nhttps://example.com/" });
        mina.patch(&full, about).expect(200);
        sora.enters(&full);
        let question = sora.asks(&full, "1 + 1?");
        mina.replies(&question, "2");
        app.guest().likes(&question);
        let closed = sora.asks_anonymously(&full, "2 + 2?");
        mina.put(&format!("{closed}/close")).expect(200);
        let pinned = app.guest().asks(&full, &"3 + 3? ".repeat(70));
        mina.put(&format!("{pinned}/pin")).expect(200);
        let crowd = self.crowd(&mina);
        Sights {
            mina,
            empty,
            full,
            crowd,
        }
    }

    async fn strangers(&self, it: &Person<'_>) {
        it.opens("/").await;
        it.sees(&self.word("enter_code")).await;
        self.stop(it, "the home page").await;
        it.types(&self.word("code_label"), "ABC").await;
        self.clicks(it, "enter").await;
        it.sees(&self.word("code_length")).await;
        self.stop(it, "the home page with a wrong code").await;

        it.opens("/sign-in").await;
        self.stop(it, "signing in").await;
        self.clicks(it, "sign_in").await;
        it.sees(&self.word("needed")).await;
        self.stop(it, "signing in without having typed").await;
        it.types(&self.word("email"), "mina@example.com").await;
        it.types(&self.word("password"), "something else").await;
        self.clicks(it, "sign_in").await;
        it.expects("be refused", "document.querySelector('.sum')")
            .await;
        self.stop(it, "signing in with a wrong password").await;
        it.opens("/register").await;
        self.stop(it, "registering").await;
        it.types(&self.word("nickname"), "mina").await;
        self.clicks(it, "register").await;
        it.sees(&self.word("nickname_taken")).await;
        self.stop(it, "registering with faults").await;

        it.opens("/join/AAAAAA").await;
        it.sees(&self.word("look_again")).await;
        self.stop(it, "a code that nobody has").await;
        it.opens("/s/AAAAAAAAAAAAAAAAAAAAAA").await;
        it.sees(&self.word("session_gone")).await;
        self.stop(it, "a session that is not there").await;
    }

    async fn guest(&self, name: &str, code: &str) -> Person<'a> {
        let jun = Person::other(self.scene, self.browser, name).await;
        jun.speaks(self.language).await;
        jun.opens(&format!("/join/{code}")).await;
        jun.finds(&self.word("code_and_qr")).await;
        jun
    }

    async fn rooms_of_a_guest(&self, sights: &Sights) {
        let jun = self
            .guest("jun", &code_of(&sights.mina, &sights.empty))
            .await;
        jun.sees(&self.word("first_question")).await;
        self.stop(&jun, "an empty room").await;
        jun.opens(&path_of(&sights.full)).await;
        jun.sees("1 + 1?").await;
        self.stop(&jun, "a room").await;
        self.clicks(&jun, "menu").await;
        self.stop(&jun, "a room with its menu").await;
        jun.presses(&['\u{e00c}']).await;
        let open = self.word("replies").replace("{n}", "1");
        jun.clicks_at("1 + 1?", &open).await;
        jun.expects("see the reply", "document.querySelector('.reply .said')")
            .await;
        jun.types_at("1 + 1?", &self.word("reply"), &"3 ".repeat(210))
            .await;
        self.stop(&jun, "a room with replies").await;
        self.clicks(&jun, "filter").await;
        self.clicks(&jun, "search").await;
        jun.types(&self.word("search"), "9").await;
        jun.sees(&self.word("none_found")).await;
        self.stop(&jun, "a room where nothing is found").await;
    }

    async fn dialogs_of_a_guest(&self, sights: &Sights) {
        let jun = self
            .guest("jun", &code_of(&sights.mina, &sights.full))
            .await;
        jun.types(&self.word("ask"), "4 + 4?").await;
        self.clicks(&jun, "ask").await;
        jun.sees(&self.word("sent")).await;
        self.stop(&jun, "a room where something was sent").await;
        jun.clicks_at("4 + 4?", &self.word("more_acts")).await;
        self.stop(&jun, "the menu of a question").await;
        self.clicks(&jun, "edit").await;
        self.stop(&jun, "a question that is edited").await;
        self.clicks(&jun, "cancel").await;
        jun.clicks_at("4 + 4?", &self.word("more_acts")).await;
        self.clicks(&jun, "delete").await;
        jun.sees(&self.word("delete_question")).await;
        self.stop(&jun, "the dialog before deleting").await;
        self.clicks(&jun, "cancel").await;
        self.clicks(&jun, "code_and_qr").await;
        jun.sees(&self.word("share_title")).await;
        self.stop(&jun, "the dialog with the code").await;
        self.clicks(&jun, "close").await;
        self.clicks(&jun, "menu").await;
        self.clicks(&jun, "participants").await;
        jun.sees(&self.word("leave")).await;
        self.stop(&jun, "the dialog of participants").await;
        jun.opens("/account").await;
        jun.sees(&self.word("guest")).await;
        self.stop(&jun, "the account of a guest").await;
        self.clicks(&jun, "delete_guest").await;
        jun.sees(&self.word("delete_guest_ask")).await;
        self.stop(&jun, "the dialog before a guest goes").await;
        jun.opens("/register").await;
        jun.sees(&self.word("keep_guest")).await;
        self.stop(&jun, "registering as a guest").await;
    }

    async fn people_with_accounts(&self, sights: &Sights) {
        let sora = Person::other(self.scene, self.browser, "sora").await;
        sora.speaks(self.language).await;
        sora.holds_login_of(&self.scene.app.stranger("sora")).await;
        sora.opens("/").await;
        sora.sees(&self.word("my_sessions")).await;
        self.stop(&sora, "the home page with sessions").await;
        sora.opens(&path_of(&sights.full)).await;
        sora.clicks("sora").await;
        sora.sees(&self.word("name_is_shown")).await;
        self.stop(&sora, "a room under a name").await;
        sora.opens("/account").await;
        sora.sees(&self.word("this_device")).await;
        self.stop(&sora, "an account").await;
        self.clicks(&sora, "password_change").await;
        self.clicks(&sora, "change").await;
        sora.sees(&self.word("needed")).await;
        self.stop(&sora, "the dialog of a new password").await;
        self.clicks(&sora, "cancel").await;
        self.clicks(&sora, "delete_account").await;
        sora.sees(&self.word("delete_account_ask")).await;
        self.stop(&sora, "the dialog before an account goes").await;
    }

    async fn host(&self, sights: &Sights) -> Person<'a> {
        let mina = Person::host(self.scene, self.browser, "mina").await;
        mina.speaks(self.language).await;
        mina.holds_login_of(&sights.mina).await;
        mina
    }

    async fn hosts(&self, sights: &Sights) {
        let mina = self.host(sights).await;
        mina.opens(&path_of(&sights.empty)).await;
        mina.sees(&self.word("no_questions")).await;
        self.stop(&mina, "the empty room of a host").await;
        mina.opens(&path_of(&sights.full)).await;
        mina.sees("1 + 1?").await;
        self.stop(&mina, "the room of a host").await;
        for (tab, shown) in [
            ("people", "make_host"),
            ("settings", "end_session"),
            ("export", "export_lead"),
        ] {
            mina.opens(&format!("{}?tab={tab}", path_of(&sights.full)))
                .await;
            mina.sees(&self.word(shown)).await;
            self.stop(&mina, &format!("the tab {tab} of a host")).await;
        }
        mina.opens(&format!("{}?tab=people", path_of(&sights.full)))
            .await;
        mina.clicks(&format!("{}: sora", self.word("make_host")))
            .await;
        mina.sees(&self.word("make_host_1")).await;
        self.stop(&mina, "the dialog of a new host").await;
        for (button, asks) in [("end_session", "end_ask"), ("delete_session", "delete_ask")] {
            mina.opens(&format!("{}?tab=settings", path_of(&sights.full)))
                .await;
            self.clicks(&mina, button).await;
            mina.sees(&self.word(asks)).await;
            self.stop(&mina, &format!("the dialog of {button}")).await;
        }
    }

    async fn walls(&self, sights: &Sights) {
        let screen = Person::other(self.scene, self.browser, "screen").await;
        screen.speaks(self.language).await;
        for (session, name) in [
            (&sights.empty, "the lobby"),
            (&sights.full, "the hall"),
            (&sights.crowd, "the question that is being answered"),
        ] {
            screen.opens(&format!("{}/screen", path_of(session))).await;
            screen
                .expects("see the code", "document.querySelector('.bigcode')")
                .await;
            self.stop(&screen, &format!("the screen: {name}")).await;
        }
    }

    async fn ends(&self, sights: &Sights) {
        let jun = self
            .guest("jun", &code_of(&sights.mina, &sights.full))
            .await;
        self.scene.cut();
        jun.sees(&self.word("offline")).await;
        jun.types(&self.word("ask"), "5 + 5?").await;
        self.clicks(&jun, "ask").await;
        jun.sees(&self.word("not_sent")).await;
        self.stop(&jun, "a room without a network").await;
        self.scene.mend();
        jun.sees_no_more(&self.word("not_sent")).await;
        let end = format!("{}/terminate", sights.full);
        sights.mina.post(&end, json!({})).expect(200);
        jun.sees(&self.word("session_over")).await;
        self.stop(&jun, "a room that is over").await;
        let mina = self.host(sights).await;
        mina.opens(&format!("{}?tab=settings", path_of(&sights.full)))
            .await;
        mina.sees(&self.word("reopen")).await;
        self.stop(&mina, "the settings of a session that is over")
            .await;
        let screen = Person::other(self.scene, self.browser, "screen").await;
        screen
            .opens(&format!("{}/screen", path_of(&sights.full)))
            .await;
        screen.sees(&self.word("session_over")).await;
        self.stop(&screen, "the screen: over").await;
    }
}
