//! A build's digest as words that two people can compare, by eye or by voice, in any of the three languages.
//!
//! The list is made for this program: 256 words that Kyrgyz and Russian share with most of the world, spelled with
//! letters that have one Latin letter each, so that each word is the same word in both scripts. No two words have
//! their first four letters in common, nor differ in one letter only.

use crate::Lang;
use crate::seal::Digest;

/// Words for a digest: its first 12 bytes, a word each. To make another program with the same words takes some 2⁹⁶
/// tries; where that is not enough, the whole digest stands in the QR code.
pub const BUILD_WORDS: usize = 12;

/// The words of a build's digest, in the script of `lang`.
pub fn build_words(build: &Digest, lang: Lang) -> Vec<String> {
    let bytes = build.0.iter().take(BUILD_WORDS);
    // Every byte has its word.
    let words = bytes.filter_map(|byte| WORDS.get(usize::from(*byte)));
    match lang {
        Lang::Ky | Lang::Ru => words.map(|word| (*word).to_owned()).collect(),
        Lang::En => words.map(|word| word.chars().map(latin).collect()).collect(),
    }
}

/// The text of a build's QR code: letters and digits of the dense QR mode.
pub fn build_code(build: &Digest) -> String {
    format!("URNA-B1:{}", build.to_string().to_ascii_uppercase())
}

fn latin(letter: char) -> char {
    LETTERS.iter().find(|(cyrillic, _)| *cyrillic == letter).map_or(letter, |(_, latin)| *latin)
}

const LETTERS: [(char, char); 19] = [
    ('а', 'a'),
    ('б', 'b'),
    ('в', 'v'),
    ('г', 'g'),
    ('д', 'd'),
    ('е', 'e'),
    ('з', 'z'),
    ('и', 'i'),
    ('к', 'k'),
    ('л', 'l'),
    ('м', 'm'),
    ('н', 'n'),
    ('о', 'o'),
    ('п', 'p'),
    ('р', 'r'),
    ('с', 's'),
    ('т', 't'),
    ('у', 'u'),
    ('ф', 'f'),
];

#[rustfmt::skip]
const WORDS: [&str; 256] = [
    "агат", "адрес", "алмаз", "алфавит", "арбуз", "арка", "армада", "аромат", "атлас", "атом",
    "багет", "базар", "балкон", "бамбук", "банан", "банк", "баобаб", "барабан", "барбарис",
    "барометр", "батон", "бидон", "билет", "бонус", "ботаник", "бронза", "букет", "вагон", "ваза",
    "ватман", "вектор", "веранда", "видео", "визит", "витамин", "вулкан", "газета", "гамак",
    "гектар", "гепард", "герб", "гитара", "глобус", "горизонт", "градус", "гранит", "графика",
    "дата", "десерт", "диван", "динамо", "диплом", "диск", "зебра", "зенит", "зонт", "зубр",
    "изумруд", "индиго", "ирис", "кабинет", "кактус", "канал", "караван", "каркас", "карта",
    "каскад", "кафе", "квадрат", "квартет", "кегли", "кедр", "кенгуру", "керамика", "кино",
    "клавир", "климат", "клуб", "кокос", "колба", "комета", "комод", "компас", "конверт", "контур",
    "корсет", "космос", "кран", "кредит", "курорт", "лабиринт", "лаванда", "лавр", "лагуна", "лама",
    "легенда", "лента", "леопард", "лиана", "лидер", "лимон", "литр", "лобби", "лотос", "луна",
    "магазин", "магнит", "макет", "манго", "мандарин", "манекен", "марафон", "мармелад", "маска",
    "мастер", "матрос", "металл", "метеор", "метро", "минерал", "минута", "мода", "модем",
    "мозаика", "монета", "монитор", "мотив", "мотор", "мускат", "нарзан", "натура", "неон",
    "новатор", "номер", "нота", "оазис", "обелиск", "океан", "октава", "оливка", "опал", "опера",
    "орбита", "орден", "оркестр", "орнамент", "палитра", "панда", "панорама", "папирус", "парад",
    "парк", "паром", "парус", "паспорт", "патент", "пеликан", "пенал", "персик", "пианист",
    "пигмент", "пикник", "пилот", "пингвин", "пирамида", "план", "платан", "плафон", "плеер",
    "плов", "понтон", "порт", "приз", "принтер", "проект", "пудра", "пункт", "радар", "радио",
    "ракета", "редис", "рекорд", "ремонт", "ресурс", "ритм", "робот", "роза", "роман", "рубин",
    "рупор", "салат", "салон", "самовар", "сандал", "сапфир", "сатурн", "секрет", "секунда",
    "сервиз", "сигнал", "символ", "соната", "спектр", "стадион", "старт", "страус", "табло",
    "табурет", "талант", "талисман", "тамбур", "танкер", "тариф", "театр", "текст", "телефон",
    "тембр", "терраса", "тигр", "титан", "топаз", "трактор", "трап", "триумф", "тромбон", "тропик",
    "трос", "тундра", "турбина", "турист", "турнир", "фазан", "факел", "фанера", "фара", "фарватер",
    "фасад", "фауна", "ферма", "фиалка", "фигура", "физик", "финал", "флаг", "флора", "флот",
    "фокус", "фонтан", "формат", "форум", "фосфор", "фото", "фрегат", "фрукт", "фургон", "футбол",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_is_one_word_in_both_scripts_and_hard_to_mistake() {
        let beginnings: BTreeSet<String> =
            WORDS.iter().map(|word| word.chars().take(4).collect()).collect();
        assert_eq!(beginnings.len(), 256);
        for (at, word) in WORDS.iter().enumerate() {
            assert!((4..=8).contains(&word.chars().count()), "{word}");
            assert!(word.chars().all(|letter| latin(letter).is_ascii_lowercase()), "{word}");
            assert!(WORDS[at + 1..].iter().all(|other| differ(word, other) >= 2), "{word}");
        }
    }

    #[test]
    fn the_words_are_those_of_the_digest() {
        let mut bytes = [0; 32];
        (bytes[0], bytes[1], bytes[11], bytes[12]) = (0, 255, 1, 7);
        let words = build_words(&Digest(bytes), Lang::En);
        assert_eq!(words.len(), BUILD_WORDS);
        assert_eq!(
            (words[0].as_str(), words[1].as_str(), words[11].as_str()),
            ("agat", "futbol", "adres")
        );
        assert_eq!(build_words(&Digest(bytes), Lang::Ky)[1], "футбол");
        let code = build_code(&Digest(bytes));
        assert_eq!((code.len(), &code[..12]), (72, "URNA-B1:00FF"));
    }

    /// Letters to change, add or leave out to get from one word to the other.
    fn differ(one: &str, other: &str) -> usize {
        let other: Vec<char> = other.chars().collect();
        let mut row: Vec<usize> = (0..=other.len()).collect();
        for (at, letter) in one.chars().enumerate() {
            let mut next = vec![at + 1];
            for (to, with) in other.iter().enumerate() {
                let change = row[to] + usize::from(letter != *with);
                next.push(change.min(row[to + 1] + 1).min(next[to] + 1));
            }
            row = next;
        }
        row.last().copied().unwrap_or_default()
    }
}
