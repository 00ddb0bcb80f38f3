//! The page: the files of `web/app` and the modules of `web/client`, inside the binary.

mod content;
pub mod handlers;
mod service;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use content::Content;
pub use service::Page;

macro_rules! files {
    ($($path:literal)*) => { &[$(($path, include_bytes!(concat!("../../web/", $path)))),*] };
}

/// Every file that a browser loads: its URL without the first slash, and what it holds. A test
/// compares them with the folders and says which lines differ.
pub const FILES: &[(&str, &[u8])] = files![
    "app/forms.js"
    "app/icon.svg"
    "app/icons.js"
    "app/index.html"
    "app/live.js"
    "app/main.js"
    "app/parts.js"
    "app/place.js"
    "app/server.js"
    "app/storage.js"
    "app/style.css"
    "app/texts/en.json"
    "app/texts/ko.json"
    "app/texts/views-en.json"
    "app/texts/views-ko.json"
    "app/vendor/preact.js"
    "app/views.css"
    "app/views/account.js"
    "app/views/acts.js"
    "app/views/composer.js"
    "app/views/export.js"
    "app/views/facts.js"
    "app/views/feed.js"
    "app/views/home.js"
    "app/views/host.js"
    "app/views/join.js"
    "app/views/looking.js"
    "app/views/muted.js"
    "app/views/own.js"
    "app/views/people.js"
    "app/views/question.js"
    "app/views/review.js"
    "app/views/room.js"
    "app/views/rules.js"
    "app/views/screen.js"
    "app/views/settings.js"
    "app/views/share.js"
    "app/views/sign-in.js"
    "app/views/stage.js"
    "app/views/toast.js"
    "app/views/toolbar.js"
    "app/views/tools.js"
    "app/views/unsent.js"
    "app/wall.css"
    "app/words.js"
    "app/writing.js"
    "client/follow.js"
    "client/hosting.js"
    "client/index.js"
    "client/login.js"
    "client/room.js"
    "client/send.js"
    "client/sending.js"
    "client/tabs.js"
];

/// The one document: its script shows what the URL says.
const INDEX: &str = include_str!("../../web/app/index.html");

/// What the page may load: this server's own, and nothing that stands in the document itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors ";

/// Made when one is asked for first, and once: they are the same for every server.
static CONTENTS: LazyLock<BTreeMap<&str, Content>> = LazyLock::new(|| {
    let files = FILES.iter();
    let made = files.map(|(path, bytes)| (*path, Content::of_file(path, bytes)));
    made.collect()
});

/// The file with this URL, without its first slash.
fn find(path: &str) -> Option<&'static Content> {
    CONTENTS.get(path)
}
