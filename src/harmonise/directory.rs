//! The directory: every practice and CCG that the ODS files know, for any date.

use super::column::{DatedFrame, HarmoniseError, from_days, to_days};
use super::history::{History, Known, Membership, Sighting, Source, Status, Stay};
use crate::define::framework::MembershipRules;
use crate::diag::{Diagnostic, Place};
use crate::model::{is_ccg_code, is_practice_code};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The stored ODS frames, in any order. Several files of one kind are several points in time.
#[derive(Clone, Debug, Default)]
pub struct OdsFrames<'a> {
    /// epraccur: `code name national_group health_geography open_date close_date status join_date left_date
    /// prescribing_setting` and the commissioner columns that the rules name.
    pub practices: Vec<DatedFrame<'a>>,
    /// eccg: `code name national_group health_geography subtype`.
    pub ccgs: Vec<DatedFrame<'a>>,
    /// epcmem: `code parent join_date left_date`. It holds the whole history: the latest file is used.
    pub membership: Vec<DatedFrame<'a>>,
}

/// What the ODS files say about practices and CCGs, indexed once and asked by date.
#[derive(Clone, Debug)]
pub struct Directory {
    rules: MembershipRules,
    practices: BTreeMap<String, History>,
    /// Per CCG code: the day of the file and the name in it, by day.
    names: BTreeMap<String, Vec<(i32, String)>>,
    /// The days of the practice files, sorted.
    files: Vec<i32>,
    /// The day of the membership history.
    written: Option<i32>,
    labels: BTreeMap<Option<i32>, String>,
}

impl Directory {
    /// Indexes the files. Notes every practice whose two commissioner columns differ (H004).
    pub fn read(
        ods: &OdsFrames<'_>,
        rules: &MembershipRules,
    ) -> Result<(Directory, Vec<Diagnostic>), HarmoniseError> {
        let mut diagnostics = Vec::new();
        let (names, no_ccg) = ccg_names(&ods.ccgs, rules)?;
        let is_ccg = |code: &str| is_ccg_code(code) && !no_ccg.contains(code);
        let mut practices: BTreeMap<String, History> = BTreeMap::new();
        let mut labels = BTreeMap::new();
        for file in &ods.practices {
            labels.insert(Some(file.day()), file.label());
            read_practices(file, rules, &is_ccg, &mut practices, &mut diagnostics)?;
        }
        for history in practices.values_mut() {
            history.sightings.sort_by_key(|s| s.on);
        }
        let latest = ods.membership.iter().max_by_key(|f| f.date);
        if let Some(file) = latest {
            labels.insert(None, file.label());
            read_stays(file, &is_ccg, &mut practices)?;
        }
        let files: BTreeSet<i32> = ods.practices.iter().map(DatedFrame::day).collect();
        let directory = Directory {
            rules: rules.clone(),
            practices,
            names,
            files: files.into_iter().collect(),
            written: latest.map(DatedFrame::day),
            labels,
        };
        Ok((directory, diagnostics))
    }

    pub fn rules(&self) -> &MembershipRules {
        &self.rules
    }

    /// The latest date that the files hold: the date of the basis `Current`.
    pub fn latest(&self) -> Option<Date> {
        self.files.last().copied().max(self.written).map(from_days)
    }

    /// The practice file nearest to a date: at or before it, else the earliest after it.
    pub fn nearest_file(&self, on: Date) -> Option<Date> {
        let day = to_days(on);
        let before = self.files.iter().rev().find(|f| **f <= day);
        before.or(self.files.first()).copied().map(from_days)
    }

    /// The CCG of a practice on a date.
    pub fn membership(&self, practice: &str, on: Date) -> Option<Membership<'_>> {
        self.practices.get(practice)?.membership(to_days(on), self.written)
    }

    /// The file that a membership comes from, and how far it reaches: `ods_membership 2019-08-30`,
    /// `ods_practices 2018-05-31 (last seen)`.
    pub fn source_of(&self, membership: &Membership<'_>) -> String {
        let key = match membership.source {
            Source::History => None,
            Source::Snapshot(day) => Some(day),
        };
        let label = self.labels.get(&key).map_or("", String::as_str);
        match membership.known {
            Known::Dated => label.to_owned(),
            Known::LastSeen => format!("{label} (last seen)"),
            Known::Nearest => format!("{label} (nearest)"),
        }
    }

    /// `Unknown` where no practice file lists the code.
    pub fn status(&self, practice: &str, on: Date) -> Status {
        self.practices.get(practice).map_or(Status::Unknown, |h| h.status(to_days(on)))
    }

    /// A GP practice of England that served patients on the date: one from which returns are expected.
    pub fn is_expected(&self, practice: &str, on: Date) -> bool {
        let Some(history) = self.practices.get(practice) else { return false };
        is_practice_code(practice)
            && history.nearest(to_days(on)).is_some_and(|row| row.in_scope)
            && history.status(to_days(on)) == Status::Active
    }

    /// Codes of the expected practices, sorted.
    pub fn expected(&self, on: Date) -> Vec<&str> {
        self.practices.keys().map(String::as_str).filter(|code| self.is_expected(code, on)).collect()
    }

    /// The CCGs of the expected practices on a date, with the number of their practices.
    pub fn ccgs(&self, on: Date) -> BTreeMap<&str, usize> {
        let mut count = BTreeMap::new();
        for practice in self.expected(on) {
            if let Some(found) = self.membership(practice, on) {
                *count.entry(found.ccg_code).or_insert(0) += 1;
            }
        }
        count
    }

    /// The name of a CCG in the latest file at or before the date.
    pub fn ccg_name_by(&self, ccg: &str, on: Date) -> Option<&str> {
        let day = to_days(on);
        let names = self.names.get(ccg)?;
        names.iter().rev().find(|(file, _)| *file <= day).map(|(_, name)| name.as_str())
    }

    /// The name of a CCG in the earliest file after the date: names change while codes stay.
    pub fn ccg_name_after(&self, ccg: &str, on: Date) -> Option<&str> {
        let day = to_days(on);
        self.names.get(ccg)?.iter().find(|(file, _)| *file > day).map(|(_, name)| name.as_str())
    }

    pub(super) fn history(&self, practice: &str) -> Option<&History> {
        self.practices.get(practice)
    }

    pub(super) fn disagreement(&self, practice: &str, on: Date) -> Option<(&str, &str)> {
        self.practices.get(practice)?.disagreement(to_days(on), self.written)
    }
}

type Names = BTreeMap<String, Vec<(i32, String)>>;

/// Names of CCGs by file, and the CCG-shaped codes that are none in any file.
fn ccg_names(
    files: &[DatedFrame<'_>],
    rules: &MembershipRules,
) -> Result<(Names, BTreeSet<String>), HarmoniseError> {
    let mut names: Names = BTreeMap::new();
    let mut no_ccg = BTreeSet::new();
    for file in files {
        let (codes, titles) = (file.texts("code")?, file.texts("name")?);
        let (groups, areas) = (file.texts("national_group")?, file.texts("health_geography")?);
        let subtypes = file.texts("subtype")?;
        for (i, code) in codes.iter().enumerate() {
            let Some(code) = code else { continue };
            let title = titles[i].unwrap_or_default();
            let excluded = listed(&rules.excluded_subtypes, subtypes[i])
                || listed(&rules.excluded_groups, groups[i])
                || listed(&rules.excluded_geographies, areas[i])
                || rules.excluded_name_endings.iter().any(|end| title.ends_with(end.as_str()));
            if excluded {
                no_ccg.insert((*code).to_owned());
            } else if !title.is_empty() {
                names.entry((*code).to_owned()).or_default().push((file.day(), title.to_owned()));
            }
        }
    }
    for versions in names.values_mut() {
        versions.sort();
    }
    Ok((names, no_ccg))
}

fn listed(values: &[String], value: Option<&str>) -> bool {
    value.is_some_and(|v| values.iter().any(|w| w == v))
}

fn status_of(rules: &MembershipRules, letter: Option<&str>) -> Status {
    let of = &rules.statuses;
    [
        (&of.active, Status::Active),
        (&of.dormant, Status::Dormant),
        (&of.closed, Status::Closed),
        (&of.proposed, Status::Proposed),
    ]
    .into_iter()
    .find(|(letters, _)| listed(letters, letter))
    .map_or(Status::Unknown, |(_, status)| status)
}

fn read_practices(
    file: &DatedFrame<'_>,
    rules: &MembershipRules,
    is_ccg: &dyn Fn(&str) -> bool,
    practices: &mut BTreeMap<String, History>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(), HarmoniseError> {
    let (codes, names) = (file.texts("code")?, file.texts("name")?);
    let (groups, areas) = (file.texts("national_group")?, file.texts("health_geography")?);
    let (open, close) = (file.days("open_date")?, file.days("close_date")?);
    let (joined, left) = (file.days("join_date")?, file.days("left_date")?);
    let (letters, settings) = (file.texts("status")?, file.texts("prescribing_setting")?);
    let commissioners = file.texts(&rules.commissioner_column)?;
    let checks = rules.check_column.as_deref().map(|c| file.texts(c)).transpose()?;
    for (i, code) in codes.iter().enumerate() {
        let Some(code) = code else { continue };
        let status = status_of(rules, letters[i]);
        let foreign = listed(&rules.excluded_groups, groups[i])
            || listed(&rules.excluded_geographies, areas[i])
            || (rules.exclude_without_group && groups[i].is_none());
        let in_scope = !foreign && listed(&rules.prescribing_settings, settings[i]);
        let check = checks.as_ref().and_then(|c| c[i]);
        if in_scope
            && status == Status::Active
            && let (Some(one), Some(other)) = (commissioners[i], check)
            && one != other
        {
            let place = Place::Key { dataset: file.dataset.to_owned(), key: format!("{} {code}", file.date) };
            let message = format!("{one} in {}, another in the second column", rules.commissioner_column);
            diagnostics.push(Diagnostic::new("COMMISSIONER_DISAGREES", place, message).found(other));
        }
        practices.entry((*code).to_owned()).or_default().sightings.push(Sighting {
            on: file.day(),
            name: names[i].map(str::to_owned),
            group: groups[i].map(str::to_owned),
            status,
            in_scope,
            foreign,
            open: open[i],
            close: close[i],
            commissioner: commissioners[i].filter(|c| is_ccg(c)).map(str::to_owned),
            joined: joined[i],
            left: left[i],
        });
    }
    Ok(())
}

fn read_stays(
    file: &DatedFrame<'_>,
    is_ccg: &dyn Fn(&str) -> bool,
    practices: &mut BTreeMap<String, History>,
) -> Result<(), HarmoniseError> {
    let (codes, parents) = (file.texts("code")?, file.texts("parent")?);
    let (joined, left) = (file.days("join_date")?, file.days("left_date")?);
    for (i, (code, parent)) in codes.iter().zip(&parents).enumerate() {
        let (Some(code), Some(parent), Some(from)) = (code, parent, joined[i]) else { continue };
        if is_ccg(parent) {
            let stay = Stay { from, to: left[i], commissioner: (*parent).to_owned() };
            practices.entry((*code).to_owned()).or_default().stays.push(stay);
        }
    }
    for history in practices.values_mut() {
        history.stays.sort();
    }
    Ok(())
}
