//! Under which labels a question is.

use serde::{Serialize, Serializer};

use crate::sessions::{LabelId, Labels};

/// Labels of a question: their ids one behind the other, because each has as many characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelIds(pub(super) String);

/// Characters of the id of a label.
const LABEL_ID_LENGTH: usize = 22;

impl LabelIds {
    /// These, each once.
    pub fn new(ids: &[LabelId]) -> Self {
        let mut texts: Vec<String> = ids.iter().map(|it| it.to_text()).collect();
        texts.sort();
        texts.dedup();
        Self(texts.concat())
    }

    /// From a row.
    pub(super) fn from_column(text: &str) -> Option<Self> {
        let ids = text.as_bytes().chunks(LABEL_ID_LENGTH);
        let is_id = |id| str::from_utf8(id).is_ok_and(|id| LabelId::parse(id).is_some());
        let is_whole = ids.into_iter().all(is_id);
        is_whole.then(|| Self(text.into()))
    }

    /// All but this one.
    pub fn without(&self, label_id: LabelId) -> Self {
        Self(self.0.replace(&label_id.to_text(), ""))
    }

    /// How they are called, in the order of the session.
    pub fn names(&self, labels: &Labels) -> Vec<String> {
        let own = labels.0.iter().filter(|it| self.contains(it.label_id));
        own.map(|it| it.name.clone()).collect()
    }

    /// Whether this is one of them.
    pub fn contains(&self, label_id: LabelId) -> bool {
        let label_id = label_id.to_text();
        self.iter().any(|it| it == label_id)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let ids = self.0.as_bytes().chunks(LABEL_ID_LENGTH);
        ids.filter_map(|id| str::from_utf8(id).ok())
    }
}

impl Serialize for LabelIds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
