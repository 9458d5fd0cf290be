//! What a page knows of its reader: the language, the address, and what they hold already.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::header::{ACCEPT_LANGUAGE, IF_NONE_MATCH};
use axum::http::request::Parts;
use urna_core::Lang;

use super::App;
use crate::board::Snapshot;
use crate::i18n::{tr, tr_count};
use crate::number;

/// A reader's request. There are no cookies: the language is in the address or in the browser.
pub(crate) struct View {
    /// Language of the page.
    pub lang: Lang,
    /// Whether the address names the language.
    pub lang_in_address: bool,
    /// Path of the page.
    pub path: String,
    /// Query without the language.
    pub query: Vec<(String, String)>,
    /// The figures as they were when the request came.
    pub snapshot: Arc<Snapshot>,
    /// Today's date.
    pub today: String,
    /// What all requests share.
    pub app: Arc<App>,
    pub(super) if_none_match: Option<String>,
}

impl FromRequestParts<Arc<App>> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let mut query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map(|Query(pairs)| pairs)
            .unwrap_or_default();
        let chosen = query.iter().rev().find(|(name, _)| name == "lang");
        let chosen = chosen.and_then(|(_, tag)| Lang::from_tag(tag));
        query.retain(|(name, _)| name != "lang");
        Ok(View {
            lang: chosen.or_else(|| accepted(header(ACCEPT_LANGUAGE)?)).unwrap_or_default(),
            lang_in_address: chosen.is_some(),
            path: parts.uri.path().to_owned(),
            query,
            snapshot: app.board.snapshot(),
            today: app.board.clock().today(),
            if_none_match: header(IF_NONE_MATCH).map(str::to_owned),
            app: Arc::clone(app),
        })
    }
}

impl View {
    /// The words of `key`.
    pub fn t(&self, key: &str) -> String {
        tr(self.lang, key, &[])
    }

    /// The words of `key` with values in them.
    pub fn t_with(&self, key: &str, args: &[(&'static str, &str)]) -> String {
        tr(self.lang, key, args)
    }

    /// The words of `key` for a number of things.
    pub fn count(&self, key: &str, count: u64) -> String {
        tr_count(self.lang, key, count)
    }

    /// A number as written.
    pub fn n(&self, number: impl Into<u64>) -> String {
        number::grouped(self.lang, number.into())
    }

    /// A share as written.
    pub fn percent(&self, part: u64, whole: u64) -> String {
        number::percent(self.lang, part, whole)
    }

    /// Seconds since 1970 UTC as local time.
    pub fn time(&self, seconds: i64) -> String {
        self.app.board.clock().local(seconds)
    }

    /// An address on this portal, which keeps the language that the reader chose.
    pub fn link(&self, path: &str) -> String {
        if !self.lang_in_address {
            return path.to_owned();
        }
        let sign = if path.contains('?') { '&' } else { '?' };
        format!("{path}{sign}lang={}", self.lang.tag())
    }

    /// This page in another language.
    pub fn link_in(&self, lang: Lang) -> String {
        let kept = self.query.iter().map(|(name, value)| format!("{}={}&", url(name), url(value)));
        format!("{}?{}lang={}", self.path, kept.collect::<String>(), lang.tag())
    }

    /// A value of the query.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Encodes a query part.
pub(crate) fn url(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The first of our languages that the browser likes best.
fn accepted(header: &str) -> Option<Lang> {
    let mut best: Option<(u16, Lang)> = None;
    for item in header.split(',').take(20) {
        let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = permille(weight.trim().strip_prefix("q=").unwrap_or("0"));
        let lang = Lang::from_tag(tag.trim()).filter(|_| weight > 0);
        if let Some(lang) = lang
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// A quality value of at most three digits (RFC 9110, section 12.4.2) in thousandths.
fn permille(weight: &str) -> u16 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u16 = whole.parse().ok().filter(|&whole| whole <= 1).unwrap_or(0);
    (whole * 1_000 + part.parse().unwrap_or(0)).min(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_which_language_it_likes_best() {
        assert_eq!(accepted("de,en;q=0.5,ru-KG;q=0.8"), Some(Lang::Ru));
        assert_eq!(accepted("ky-KG,ru;q=0.9"), Some(Lang::Ky));
        assert_eq!(accepted("ru;q=0, en;q=0.1"), Some(Lang::En));
        assert_eq!(accepted("de,*;q=x"), None);
    }
}
