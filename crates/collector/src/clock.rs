//! The collector's own clock and calendar, which tests can set.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Time of receipt, the local day that tells past campaigns from coming ones, and local time.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    today: Option<Date>,
}

impl Clock {
    /// A clock in `zone`. With `today` the calendar stands still, and only the calendar.
    pub fn new(zone: TimeZone, today: Option<Date>) -> Self {
        Clock { zone, today }
    }

    /// Seconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        Timestamp::now().as_second()
    }

    /// The local date, ISO 8601, as it stands in a definition.
    pub fn today(&self) -> String {
        let local = || Timestamp::now().to_zoned_datetime(self.zone.clone()).date();
        self.today.unwrap_or_else(local).to_string()
    }

    /// `seconds` as local date and time; nothing for a number that is no time.
    pub fn local(&self, seconds: i64) -> String {
        self.zoned(seconds, "%Y-%m-%d %H:%M")
    }

    /// Minutes since local midnight.
    pub fn minute_of_day(&self, seconds: i64) -> Option<u16> {
        let time = Timestamp::from_second(seconds).ok()?.to_zoned_datetime(self.zone.clone());
        let (hour, minute) = (u16::try_from(time.hour()).ok()?, u16::try_from(time.minute()).ok()?);
        Some(hour * 60 + minute)
    }

    fn zoned(&self, seconds: i64, format: &str) -> String {
        let time = Timestamp::from_second(seconds);
        let local = |time: Timestamp| {
            time.to_zoned_datetime(self.zone.clone()).strftime(format).to_string()
        };
        time.map(local).unwrap_or_default()
    }
}
