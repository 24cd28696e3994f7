//! What the ODS files know of one practice, and what that says about a date.
//!
//! All days count from 1970-01-01 and both ends of an interval belong to it: the ODS gives the last day of the
//! old commissioner and the first day of the new one (left 2013-03-31, joined 2013-04-01).

/// A practice by the ODS as at a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Active,
    /// Listed, and serving nobody.
    Dormant,
    Closed,
    /// Announced, or opened only later.
    Proposed,
    /// Not in any ODS file held.
    Unknown,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Dormant => "dormant",
            Status::Closed => "closed",
            Status::Proposed => "proposed",
            Status::Unknown => "unknown",
        }
    }
}

/// How a membership is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// A dated interval covers the day.
    Dated,
    /// The last that was known before the day; nothing held covers the day itself.
    LastSeen,
    /// Only a later state is known.
    Nearest,
}

/// The commissioner of a practice on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership<'a> {
    pub ccg_code: &'a str,
    pub known: Known,
    pub(super) source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The membership history.
    History,
    /// The practice file of this day.
    Snapshot(i32),
}

/// A row of a practice file.
#[derive(Clone, Debug)]
pub(super) struct Sighting {
    /// The day of the file.
    pub on: i32,
    pub name: Option<String>,
    pub group: Option<String>,
    pub status: Status,
    /// A GP practice of England by the rules (setting, group).
    pub in_scope: bool,
    /// Left out by its national group or geography.
    pub foreign: bool,
    pub open: Option<i32>,
    pub close: Option<i32>,
    /// Only where it is a CCG.
    pub commissioner: Option<String>,
    pub joined: Option<i32>,
    pub left: Option<i32>,
}

/// An interval of the membership history.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stay {
    pub from: i32,
    pub to: Option<i32>,
    pub commissioner: String,
}

impl Stay {
    fn covers(&self, day: i32) -> bool {
        self.from <= day && self.to.is_none_or(|to| to >= day)
    }
}

/// All that is known of one practice. Sightings and stays are sorted by day.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub sightings: Vec<Sighting>,
    pub stays: Vec<Stay>,
}

impl History {
    /// The row at or before the day, else the earliest after it.
    pub fn nearest(&self, day: i32) -> Option<&Sighting> {
        self.sightings.iter().rev().find(|s| s.on <= day).or_else(|| self.sightings.first())
    }

    /// Status on the day: the nearest file's, corrected by the opening and closing dates that the latest file
    /// gives. A file before the day cannot know a closure since; one after it can.
    pub fn status(&self, day: i32) -> Status {
        let (Some(row), Some(last)) = (self.nearest(day), self.sightings.last()) else {
            return Status::Unknown;
        };
        let open = last.open.or(row.open);
        if open.is_some_and(|open| open > day) {
            return Status::Proposed;
        }
        if last.close.is_some_and(|close| close < day) {
            return Status::Closed;
        }
        match row.status {
            // A proposal whose opening date has passed: `Y05212` opened on the day it was to.
            Status::Proposed if open.is_some() => Status::Active,
            // Closed in a file after the day, but not yet on it.
            Status::Closed if row.close.is_some_and(|close| close >= day) => Status::Active,
            other => other,
        }
    }

    /// The last closing date known, if the latest file holds one.
    pub fn closed_on(&self) -> Option<i32> {
        self.sightings.last().and_then(|s| s.close)
    }

    /// The CCG on the day. `written` is the day of the membership history, which knows nothing after it.
    pub fn membership(&self, day: i32, written: Option<i32>) -> Option<Membership<'_>> {
        let found = |ccg_code, known, source| Some(Membership { ccg_code, known, source });
        if written.is_some_and(|w| day <= w)
            && let Some(stay) = self.stays.iter().rev().find(|s| s.covers(day))
        {
            return found(stay.commissioner.as_str(), Known::Dated, Source::History);
        }
        let named = || self.sightings.iter().filter_map(|s| Some((s, s.commissioner.as_deref()?)));
        let proves = |s: &Sighting| {
            s.on == day || (s.joined.is_some_and(|j| j <= day) && s.left.is_none_or(|l| l >= day))
        };
        if let Some((s, ccg)) = named().find(|(s, _)| s.on >= day && proves(s)) {
            return found(ccg, Known::Dated, Source::Snapshot(s.on));
        }
        let seen = named().rfind(|(s, _)| s.on < day);
        if let Some((s, ccg)) = seen.filter(|(s, _)| written.is_none_or(|w| s.on >= w.min(day))) {
            return found(ccg, Known::LastSeen, Source::Snapshot(s.on));
        }
        let started = |s: &&Stay| s.from <= day;
        if let Some(stay) = self.stays.iter().rev().find(started) {
            return found(stay.commissioner.as_str(), Known::LastSeen, Source::History);
        }
        if let Some((s, ccg)) = seen {
            return found(ccg, Known::LastSeen, Source::Snapshot(s.on));
        }
        if let Some(stay) = self.stays.first() {
            return found(stay.commissioner.as_str(), Known::Nearest, Source::History);
        }
        named().next().and_then(|(s, ccg)| found(ccg, Known::Nearest, Source::Snapshot(s.on)))
    }

    /// Where the membership history and the nearest practice file name different CCGs for the day of that file.
    pub fn disagreement(&self, day: i32, written: Option<i32>) -> Option<(&str, &str)> {
        let row = self.nearest(day)?;
        let snapshot = row.commissioner.as_deref()?;
        if written.is_none_or(|w| row.on > w) {
            return None;
        }
        let stay = self.stays.iter().rev().find(|s| s.covers(row.on))?;
        (stay.commissioner != snapshot).then_some((stay.commissioner.as_str(), snapshot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(on: i32, status: Status, ccg: &str, joined: i32) -> Sighting {
        Sighting {
            on,
            name: None,
            group: None,
            status,
            in_scope: true,
            foreign: false,
            open: Some(0),
            close: None,
            commissioner: Some(ccg.into()),
            joined: Some(joined),
            left: None,
        }
    }

    fn stay(from: i32, to: Option<i32>, ccg: &str) -> Stay {
        Stay { from, to, commissioner: ccg.into() }
    }

    #[test]
    fn a_later_file_proves_an_earlier_membership_by_its_joining_date() {
        let history = History {
            sightings: vec![seen(100, Status::Active, "00K", 1), seen(200, Status::Active, "16C", 150)],
            stays: vec![],
        };
        let at = |day| history.membership(day, None).map(|m| (m.ccg_code.to_owned(), m.known));
        assert_eq!(at(50), Some(("00K".into(), Known::Dated)));
        assert_eq!(at(149), Some(("00K".into(), Known::LastSeen)), "joined only on day 150");
        assert_eq!(at(150), Some(("16C".into(), Known::Dated)));
        assert_eq!(at(999), Some(("16C".into(), Known::LastSeen)));
        assert_eq!(at(0), Some(("00K".into(), Known::Nearest)));
    }

    #[test]
    fn the_membership_history_knows_nothing_after_the_day_it_was_written() {
        let history = History {
            sightings: vec![seen(300, Status::Active, "16C", 250)],
            stays: vec![stay(0, Some(99), "00K"), stay(100, None, "00M")],
        };
        let at = |day| history.membership(day, Some(200)).map(|m| (m.ccg_code.to_owned(), m.known));
        assert_eq!(at(99), Some(("00K".into(), Known::Dated)), "the last day belongs to the old CCG");
        assert_eq!(at(100), Some(("00M".into(), Known::Dated)));
        assert_eq!(at(220), Some(("00M".into(), Known::LastSeen)));
        assert_eq!(at(260), Some(("16C".into(), Known::Dated)));
    }

    #[test]
    fn a_closure_counts_from_the_day_after_its_date_even_if_the_nearest_file_is_older() {
        let mut closed = seen(200, Status::Closed, "00K", 0);
        closed.close = Some(150);
        let history = History { sightings: vec![seen(100, Status::Active, "00K", 0), closed], stays: vec![] };
        assert_eq!(history.status(150), Status::Active, "the closing date is the last day open");
        assert_eq!(history.status(151), Status::Closed);
        let only_after = History { sightings: history.sightings[1..].to_vec(), stays: vec![] };
        assert_eq!(only_after.status(120), Status::Active);
    }

    #[test]
    fn a_proposal_opens_on_its_opening_date_and_dormancy_is_respected() {
        let mut proposed = seen(100, Status::Proposed, "00K", 0);
        proposed.open = Some(120);
        let history =
            History { sightings: vec![proposed, seen(200, Status::Dormant, "00K", 0)], stays: vec![] };
        let mut history = history;
        history.sightings[1].open = Some(120);
        assert_eq!(history.status(119), Status::Proposed);
        assert_eq!(history.status(130), Status::Active);
        assert_eq!(history.status(200), Status::Dormant);
        assert_eq!(History::default().status(1), Status::Unknown);
    }
}
