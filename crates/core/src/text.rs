//! Text in the three languages of the polling station.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A language that the kiosk, the reports and the portal speak.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Kyrgyz, the state language.
    #[default]
    Ky,
    /// Russian, the official language.
    Ru,
    /// English, for observers from abroad.
    En,
}

impl Lang {
    /// All languages, in the order in which screens offer them.
    pub const ALL: [Lang; 3] = [Lang::Ky, Lang::Ru, Lang::En];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Ky => "ky",
            Lang::Ru => "ru",
            Lang::En => "en",
        }
    }

    /// The language of a BCP 47 tag, by its first part.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Lang::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }
}

/// One text in all three languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Text {
    /// Kyrgyz.
    #[n(0)]
    pub ky: String,
    /// Russian.
    #[n(1)]
    pub ru: String,
    /// English.
    #[n(2)]
    pub en: String,
}

impl Text {
    /// The same words in each language (numbers, names of parties that are not translated).
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Text { ky: text.clone(), ru: text.clone(), en: text }
    }

    /// The text in `lang`.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ky => &self.ky,
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }

    /// Whether each language has something to show.
    pub fn is_complete(&self) -> bool {
        Lang::ALL.iter().all(|&lang| !self.in_lang(lang).trim().is_empty())
    }
}
