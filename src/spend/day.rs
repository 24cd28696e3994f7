//! The day of a published line, read in the styles of the files and against the month of its file.
//!
//! The month of its file, not the day, puts a line into a month: a day that is lost or impossible takes nothing out of
//! a figure, and is said. One that may be day-month or month-day is read by the month of the file where just one of
//! the two lies in it, and else left open.

use crate::model::Period;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What a day turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Day {
    /// Nothing is written.
    #[default]
    Absent,
    Read(Date),
    /// No day of the year, and why.
    Invalid(String),
    /// One of these; the first of the pair that lies in the month of the file, where just one does.
    Ambiguous([Date; 2], Option<Date>),
}

impl Day {
    /// The day, where it can be told.
    pub fn date(&self) -> Option<Date> {
        match self {
            Day::Read(day) | Day::Ambiguous(_, Some(day)) => Some(*day),
            _ => None,
        }
    }
}

/// `month` counts from April, as files are published.
pub(super) fn read(text: Option<&str>, forms: &[String], month: Option<u8>, year: Period) -> Day {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Day::Absent };
    if text.bytes().all(|b| b == b'#') {
        return Day::Invalid("was lost in a column too narrow to show it".to_owned());
    }
    let plausible = |day: &Date| (1990..2100).contains(&day.year());
    let read: BTreeSet<Date> =
        forms.iter().filter_map(|f| Date::strptime(f, text).ok()).filter(plausible).collect();
    let days: Vec<Date> = read.iter().copied().filter(|day| year.contains(*day)).collect();
    match days[..] {
        [] if read.is_empty() => Day::Invalid("is no date".to_owned()),
        [] => Day::Invalid(format!("is no day of {}", year.label())),
        // the other reading is of another year
        [day] => Day::Read(day),
        [first, second, ..] => {
            let of_file =
                |day: &Date| month.is_some_and(|m| (i16::from(day.month()) + 8) % 12 + 1 == i16::from(m));
            let told: Vec<Date> = days.iter().copied().filter(of_file).collect();
            Day::Ambiguous([first, second], if told.len() == 1 { Some(told[0]) } else { None })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Grain;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_in_any_style_told_by_the_month_of_its_file_or_left_open() {
        let forms: Vec<String> =
            ["%d/%m/%Y", "%m/%d/%Y", "%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d"].map(str::to_owned).into();
        let year = Period::containing(Grain::FinancialYear, date(2018, 6, 1));
        let day = |text: &str, month: u8| read(Some(text), &forms, Some(month), year);
        for text in ["31/07/2018", "7/31/2018", "31-Jul-18", "31-Jul-2018", "2018-07-31", "31-Jul-18\n"] {
            assert_eq!(day(text, 4), Day::Read(date(2018, 7, 31)), "{text}");
        }
        let pair = [date(2018, 4, 5), date(2018, 5, 4)];
        assert_eq!(day("04/05/2018", 2), Day::Ambiguous(pair, Some(date(2018, 5, 4))), "a file of May");
        assert_eq!(day("04/05/2018", 9), Day::Ambiguous(pair, None));
        assert_eq!(day("04/04/2018", 9), Day::Read(date(2018, 4, 4)));
        let why = |text: &str| match day(text, 4) {
            Day::Invalid(why) => why,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(
            (why("99/99/9999"), why("30/02/2019")),
            ("is no date".to_owned(), "is no date".to_owned())
        );
        assert!(why("######").contains("too narrow") && why("31/07/2017") == "is no day of 2018/19");
        assert_eq!(read(None, &forms, Some(1), year), Day::Absent);
    }
}
