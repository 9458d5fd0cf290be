//! When polls close, as a moment.

use super::ElectionDefinition;

/// Furthest that local time is from UTC anywhere, in minutes.
pub(super) const MAX_OFFSET: i16 = 14 * 60;

impl ElectionDefinition {
    /// When polls close, in seconds since 1970 UTC, where the definition says how local time stands to it.
    pub fn closes_at(&self) -> Option<u64> {
        let offset = i64::from(self.utc_offset_minutes?);
        let number = |text: &str, at: std::ops::Range<usize>| text.get(at)?.parse::<i64>().ok();
        let (year, month) = (number(&self.date, 0..4)?, number(&self.date, 5..7)?);
        let day = number(&self.date, 8..10)?;
        let (hour, minute) = (number(&self.closes, 0..2)?, number(&self.closes, 3..5)?);
        let minutes = days(year, month, day) * 24 * 60 + hour * 60 + minute - offset;
        u64::try_from(minutes * 60).ok()
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar (years begin in March, so that the leap day is
/// the last of its year).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn days_are_those_of_the_calendar() {
        let table = [
            ((1970, 1, 1), 0),
            ((1970, 3, 1), 59),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2027, 1, 24), 20_842),
            ((2100, 3, 1), 47_541),
        ];
        for ((year, month, day), expected) in table {
            assert_eq!(days(year, month, day), expected, "{year}-{month}-{day}");
        }
    }
}
