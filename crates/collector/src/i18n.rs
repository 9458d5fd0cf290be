//! The portal's words: one Fluent file per language.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;
use urna_core::Lang;

const KY: &str = include_str!("../i18n/ky.ftl");
const RU: &str = include_str!("../i18n/ru.ftl");
const EN: &str = include_str!("../i18n/en.ftl");

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> =
    LazyLock::new(|| [bundle(Lang::Ky, KY), bundle(Lang::Ru, RU), bundle(Lang::En, EN)]);

/// The words of `key`. A missing key shows itself; a test sees to it that none is missing.
pub fn tr(lang: Lang, key: &str, args: &[(&'static str, &str)]) -> String {
    let mut fluent = FluentArgs::new();
    for &(name, value) in args {
        fluent.set(name, value.to_owned());
    }
    words(lang, key, &fluent)
}

/// The words of `key` for `count` things: `$count` chooses the plural, `$n` is the number as written.
pub fn tr_count(lang: Lang, key: &str, count: u64) -> String {
    let mut fluent = FluentArgs::new();
    // Plural rules of the three languages look at the last digits only.
    fluent.set("count", u32::try_from(count % 1_000_000).unwrap_or_default());
    fluent.set("n", crate::number::grouped(lang, count));
    words(lang, key, &fluent)
}

fn words(lang: Lang, key: &str, args: &FluentArgs<'_>) -> String {
    let bundle = match lang {
        Lang::Ky => &BUNDLES[0],
        Lang::Ru => &BUNDLES[1],
        Lang::En => &BUNDLES[2],
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
}

fn bundle(lang: Lang, source: &str) -> Bundle {
    // What can be read of a faulty file is used; a test refuses any fault.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(part, _)| part);
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks would end up in copied figures and file names.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// Keys with the variables that each uses.
    fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        assert!(FluentResource::try_new(source.to_owned()).is_ok(), "a file has a fault");
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut last = String::new();
        for line in source.lines() {
            if let Some((key, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                last = key.to_owned();
                assert!(
                    keys.insert(last.clone(), BTreeSet::new()).is_none(),
                    "{key} is there twice"
                );
            }
            let names = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>()
            });
            if let Some(used) = keys.get_mut(&last) {
                used.extend(names);
            }
        }
        keys
    }

    fn sources(dir: &Path, text: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_key_is_in_all_languages_with_the_same_variables() {
        assert_eq!(keys(KY), keys(EN));
        assert_eq!(keys(RU), keys(EN));
    }

    #[test]
    fn every_key_is_used_and_every_used_key_is_there() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
        let keys = keys(EN);
        for key in keys.keys() {
            let refusal = key.strip_prefix("refusal-").map(|code| code.replace('-', "_"));
            let used = refusal.unwrap_or_else(|| key.clone());
            assert!(text.contains(&format!("\"{used}\"")), "{key} is not used");
        }
        for call in ["t(\"", "tr(lang, \"", "count(\"", "tn(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                let looks_like_key = key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                if looks_like_key && key.contains('-') {
                    assert!(keys.contains_key(key), "{key} is missing");
                }
            }
        }
        for code in crate::intake::Code::ALL {
            let key = format!("refusal-{}", code.as_str().replace('_', "-"));
            assert!(keys.contains_key(&key), "{key} is missing");
        }
    }

    #[test]
    fn russian_has_its_plurals() {
        let counted = |count| tr_count(Lang::Ru, "count-precincts", count);
        assert_eq!(counted(1), "1 участок");
        assert_eq!(counted(2), "2 участка");
        assert_eq!(counted(2_405), "2\u{a0}405 участков");
        assert_eq!(counted(21), "21 участок");
    }
}
