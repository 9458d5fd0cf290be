//! Texts for people, in three languages. The words are in `assets/i18n`.

use std::rc::Rc;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;
use urna_core::{Lang, Text};

const KY: &str = include_str!("../assets/i18n/ky.ftl");
const RU: &str = include_str!("../assets/i18n/ru.ftl");
const EN: &str = include_str!("../assets/i18n/en.ftl");

/// The texts of one language.
#[derive(Clone)]
pub struct Texts {
    lang: Lang,
    bundle: Rc<FluentBundle<FluentResource>>,
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.lang == other.lang
    }
}

impl Texts {
    /// The texts of `lang`.
    pub fn new(lang: Lang) -> Self {
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        // The marks that Fluent puts around values would reach selectors of tests and printed paper.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(source(lang).to_owned());
        // A test reads all three files, so that neither can be faulty here; the sound part is used.
        let resource = resource.unwrap_or_else(|(sound, _)| sound);
        bundle.add_resource_overriding(resource);
        Texts { lang, bundle: Rc::new(bundle) }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A text of the election in this language.
    pub fn of<'a>(&self, text: &'a Text) -> &'a str {
        text.in_lang(self.lang)
    }

    /// The text with this key.
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text with this key and its values.
    pub fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.format(key, Some(&args))
    }

    /// The text with this key, or with another where there is none: for codes from outside.
    pub fn get_or(&self, key: &str, otherwise: &str) -> String {
        self.get(if self.bundle.has_message(key) { key } else { otherwise })
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.to_owned() };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::Ky => KY,
        Lang::Ru => RU,
        Lang::En => EN,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// Keys and the variables that each text uses.
    fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let text = source(lang);
        FluentResource::try_new(text.to_owned()).expect("a sound translation file");
        let mut keys = BTreeMap::new();
        let mut current = String::new();
        for line in text.lines() {
            if let Some((key, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                current = key.to_owned();
                assert!(
                    keys.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{current} is there twice"
                );
            }
            for part in line.split('$').skip(1) {
                let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
                keys.entry(current.clone()).or_default().insert(part[..end].to_owned());
            }
        }
        keys
    }

    fn sources(folder: &Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
            if entry.path().is_dir() {
                sources(&entry.path(), all);
            } else {
                all.push_str(&std::fs::read_to_string(entry.path()).expect("a source"));
            }
        }
    }

    #[test]
    fn all_languages_have_the_same_texts_with_the_same_values() {
        let ky = keys(Lang::Ky);
        assert_eq!(ky, keys(Lang::Ru));
        assert_eq!(ky, keys(Lang::En));
    }

    #[test]
    fn every_text_that_the_code_asks_for_exists_and_none_is_unused() {
        let mut code = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
        let keys = keys(Lang::En);
        let asked: BTreeSet<&str> = [".get(\"", ".with(\"", ".with(\n", ".get_or(", "key: \""]
            .iter()
            .flat_map(|call| code.split(call).skip(1))
            .filter_map(|rest| rest.trim_start().trim_start_matches('"').split('"').next())
            .filter(|key| key.contains('-') && !key.contains('{'))
            .filter(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
            .collect();
        for key in &asked {
            assert!(keys.contains_key(*key), "{key} has no text");
        }
        // Keys that are put together from codes: each code must be somewhere in the code below src or core.
        let families =
            ["place-", "refusal-", "state-", "fault-", "event-", "reason-", "collector-"];
        for key in keys.keys() {
            let known = code.contains(&format!("\"{key}\""))
                || families.iter().any(|family| key.starts_with(family));
            assert!(known, "{key} is used nowhere");
        }
    }

    #[test]
    fn numbers_take_the_right_form_of_the_word() {
        let ru = Texts::new(Lang::Ru);
        let sheets = |n: u32| ru.with("sheets-counted", &[("n", n.into())]);
        assert_ne!(sheets(1).replace('1', ""), sheets(2).replace('2', ""));
        assert_ne!(sheets(2).replace('2', ""), sheets(5).replace('5', ""));
        assert_eq!(sheets(1).replace('1', ""), sheets(21).replace("21", ""));
    }
}
