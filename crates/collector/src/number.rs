//! Numbers as each language writes them, and percentages without floating point.

use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::locale;
use urna_core::Lang;

thread_local! {
    // ICU's formatters can't be shared between threads.
    static FORMATTERS: [Option<DecimalFormatter>; 3] =
        [locale!("ky"), locale!("ru"), locale!("en")]
            .map(|locale| DecimalFormatter::try_new(locale.into(), Default::default()).ok());
}

/// A whole number, grouped: `1 234 567` with no-break spaces in Kyrgyz and Russian.
pub fn grouped(lang: Lang, number: u64) -> String {
    written(lang, Decimal::from(number))
}

/// `part` of `whole` in per cent with two digits, rounded half up; nothing of nothing is a dash.
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    let Some(hundredths) = hundredths_of_percent(part, whole) else {
        return "–".to_owned();
    };
    let mut decimal = Decimal::from(hundredths);
    decimal.multiply_pow10(-2);
    let number = written(lang, decimal);
    match lang {
        Lang::En => format!("{number}%"),
        Lang::Ky | Lang::Ru => format!("{number}\u{a0}%"),
    }
}

/// Hundredths of a per cent, rounded half up.
pub fn hundredths_of_percent(part: u64, whole: u64) -> Option<u64> {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let hundredths = (part * 20_000 + whole).checked_div(2 * whole)?;
    u64::try_from(hundredths).ok()
}

fn written(lang: Lang, decimal: Decimal) -> String {
    let at = match lang {
        Lang::Ky => 0,
        Lang::Ru => 1,
        Lang::En => 2,
    };
    FORMATTERS.with(|formatters| match &formatters[at] {
        Some(formatter) => formatter.format(&decimal).to_string(),
        None => decimal.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_language() {
        assert_eq!(grouped(Lang::Ky, 1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(grouped(Lang::Ru, 1_234), "1\u{a0}234");
        assert_eq!(grouped(Lang::En, 1_234_567), "1,234,567");
    }

    #[test]
    fn percentages_round_half_up_and_never_divide_by_zero() {
        assert_eq!(percent(Lang::Ru, 1, 3), "33,33\u{a0}%");
        assert_eq!(percent(Lang::En, 2, 3), "66.67%");
        assert_eq!(percent(Lang::En, 1, 20_000), "0.01%");
        assert_eq!(percent(Lang::En, 1, 1), "100.00%");
        assert_eq!(percent(Lang::Ky, 5, 0), "–");
        assert_eq!(hundredths_of_percent(u64::MAX, u64::MAX), Some(10_000));
    }
}
