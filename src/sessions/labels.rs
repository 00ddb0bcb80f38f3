//! Labels, under which hosts put questions.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::random_id;
use crate::normalize::fold;
use crate::random::Random;
use crate::text;

/// Labels of one session.
pub const MAX_LABELS: u32 = 15;

random_id! {
    /// The random id of a label.
    LabelId
}

impl PartialSchema for LabelId {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]{21}[AQgw]$"))
            .description(Some("The random id of a label."));
        text.into()
    }
}

impl ToSchema for LabelId {}

text::bounded! {
    /// The name of a label: 1 to 30 characters.
    LabelName, 30
}

/// The colour of a label.
#[expect(missing_docs, reason = "colours are their names")]
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum LabelColor {
    Gray,
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
}

/// A label of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LabelResponse)]
pub struct Label {
    /// Cannot be guessed.
    pub label_id: LabelId,
    /// As it was typed, in NFC.
    #[schema(value_type = LabelName)]
    pub name: String,
    /// In which colour it is shown.
    pub color: LabelColor,
}

/// The labels of a session, in the order of its hosts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Labels(pub Vec<Label>);

/// A label that is wanted: a new one where it has no id.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = LabelRequest, rename_all = "camelCase")]
pub struct WantedLabel {
    /// Of a label that the session has; a new one where it is left out.
    pub label_id: Option<LabelId>,
    /// How it is called.
    pub name: LabelName,
    /// In which colour it is shown.
    pub color: LabelColor,
}

impl Labels {
    /// These in place of those that there were. `None` where one is wanted that there is no more.
    pub fn replaced(&self, wanted: &[WantedLabel], random: &Random) -> Option<Self> {
        let replaced = wanted.iter().map(|label| {
            let label_id = match label.label_id {
                Some(known) => self.contains(known).then_some(known)?,
                None => LabelId::generate(random),
            };
            Some(Label {
                label_id,
                name: label.name.0.clone(),
                color: label.color,
            })
        });
        replaced.collect::<Option<_>>().map(Self)
    }

    /// Whether there is such a label.
    pub fn contains(&self, label_id: LabelId) -> bool {
        self.0.iter().any(|it| it.label_id == label_id)
    }
}

impl LabelName {
    /// Under what it is unique: as nicknames are.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_the_document_have_the_same_words() {
        text::assert_documented::<LabelColor>();
    }
}
