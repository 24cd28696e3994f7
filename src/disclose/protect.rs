//! Withholding: the practices under the threshold, and as much besides as it takes that none can be worked out.
//!
//! A practice's figure is an addend of its CCG's, and that of its region's and England's. So where exactly one figure
//! of a CCG is withheld, the practice with the next shortest list goes too; where the CCG has no other, the CCG's
//! own figure goes, another CCG's with it, and the figures of regions. Done per period and per further key
//! (indicator), over the practices that have a figure there; a rule's first column is its leading figure. This is a method of this project; the rule that one
//! suppressed cell needs a second is that of the GP Patient Survey.

use super::{DiscloseError, Policy, Rule};
use crate::model::Absence;
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, PolarsError, Series};
use std::collections::{BTreeMap, BTreeSet};

/// How much one rule withheld from one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    pub table: String,
    pub column: String,
    pub cells: usize,
}

type Tables = BTreeMap<String, DataFrame>;
/// (period, unit type, unit)
type Unit = (String, String, String);
/// CCGs in which a single practice has a figure and it is withheld, by (period, further key).
type Exposed = BTreeMap<(String, String), BTreeSet<String>>;
/// Practices whose figures go: (period, further key, code).
type Hidden = BTreeSet<(String, String, String)>;
/// Practices with a figure (list size, code) by (period, further key, CCG).
type Members<'a> = BTreeMap<(&'a str, &'a str, &'a str), BTreeSet<(i64, &'a str)>>;
/// CCGs with a figure (not exposed, list size, code, row) by (period, further key).
type Siblings<'a> = BTreeMap<(&'a str, &'a str), Vec<(bool, i64, &'a str, usize)>>;

/// Whether this is the word for a withheld value in an absence column.
pub fn is_withheld(absence: Option<&str>) -> bool {
    absence == Some(Absence::Withheld.as_str())
}

pub(super) fn apply(policy: &Policy, mut tables: Tables) -> Result<(Tables, Vec<Withheld>), DiscloseError> {
    let mut withheld = Vec::new();
    if policy.small_list.withhold_below == 0 {
        return Ok((tables, withheld));
    }
    let lists = Lists::read(&tables)?;
    // First what practices show: whoever is hidden in one table is in all, or another table would give the figure back.
    let (mut hidden, mut exposed) = (Hidden::new(), Exposed::new());
    for rule in &policy.rules {
        let Some(frame) = tables.get(&rule.table).filter(|_| !rule.mixed) else { continue };
        hide_practices(policy, &lists, &Rows::read(rule, frame)?, &mut hidden, &mut exposed);
    }
    // What cannot be hidden inside a CCG is then hidden at the areas.
    for rule in &policy.rules {
        let Some(frame) = tables.get_mut(&rule.table) else { continue };
        let fail = |source| DiscloseError::Table { table: rule.table.clone(), source };
        let rows = Rows::read(rule, frame)?;
        let hide = if rule.mixed {
            (0..frame.height()).collect()
        } else {
            let mut hide = hide_areas(&lists, &rows, &exposed);
            hide.extend(rows.of(&hidden));
            hide
        };
        if hide.is_empty() {
            continue;
        }
        for column in &named(frame, &rule.columns) {
            let cells = blank(frame, column, rule.absence.as_deref(), &hide).map_err(fail)?;
            if cells > 0 {
                withheld.push(Withheld { table: rule.table.clone(), column: column.clone(), cells });
            }
        }
    }
    Ok((tables, withheld))
}

/// List sizes and CCGs of practices, list sizes of CCGs, per period.
struct Lists {
    practice: BTreeMap<(String, String), (i64, String)>,
    ccg: BTreeMap<(String, String), i64>,
}

impl Lists {
    fn read(tables: &Tables) -> Result<Lists, DiscloseError> {
        let mut lists = Lists { practice: BTreeMap::new(), ccg: BTreeMap::new() };
        let Some(frame) = tables.get("practices") else { return Ok(lists) };
        let text = |name: &str| strings(frame, "practices", name);
        let (period, code, ccg) = (text("period")?, text("practice_code")?, text("ccg_code")?);
        let sizes = frame
            .column("list_size")
            .and_then(|c| c.cast(&DataType::Int64))
            .and_then(|c| Ok(c.i64()?.iter().collect::<Vec<_>>()))
            .map_err(|source| DiscloseError::Table { table: "practices".to_owned(), source })?;
        for i in 0..frame.height() {
            // A practice whose list is not known is protected like an empty one.
            let size = sizes[i].unwrap_or(0);
            *lists.ccg.entry((period[i].clone(), ccg[i].clone())).or_default() += size;
            lists.practice.insert((period[i].clone(), code[i].clone()), (size, ccg[i].clone()));
        }
        Ok(lists)
    }
}

/// The keys of a table's rows.
struct Rows {
    unit: Vec<Unit>,
    within: Vec<String>,
    /// Whether the row has a leading figure.
    has: Vec<bool>,
}

impl Rows {
    fn read(rule: &Rule, frame: &DataFrame) -> Result<Rows, DiscloseError> {
        let n = frame.height();
        let period = strings(frame, &rule.table, "period")?;
        let code = strings(frame, &rule.table, &rule.unit)?;
        let level = match (&rule.unit_type, &rule.level) {
            (Some(column), _) => strings(frame, &rule.table, column)?,
            (None, level) => vec![level.clone().unwrap_or_default(); n],
        };
        let within = match &rule.within {
            Some(column) => strings(frame, &rule.table, column)?,
            None => vec![String::new(); n],
        };
        let unit = period.into_iter().zip(level).zip(code).map(|((p, l), c)| (p, l, c)).collect();
        let leads = named(frame, rule.columns.get(..1).unwrap_or_default());
        if leads.is_empty() {
            let column = rule.columns.first().cloned().unwrap_or_default();
            return Err(DiscloseError::NoKey { table: rule.table.clone(), column });
        }
        let mut has = vec![false; n];
        for lead in &leads {
            let fail = |source| DiscloseError::Table { table: rule.table.clone(), source };
            let known = frame.column(lead).map_err(fail)?.is_not_null();
            has.iter_mut().zip(known.iter()).for_each(|(has, known)| *has |= known == Some(true));
        }
        Ok(Rows { unit, within, has })
    }

    /// Rows of hidden practices.
    fn of<'r>(&'r self, hidden: &'r Hidden) -> impl Iterator<Item = usize> + 'r {
        (0..self.unit.len()).filter(|&i| {
            let (period, level, code) = &self.unit[i];
            level == "practice" && hidden.contains(&(period.clone(), self.within[i].clone(), code.clone()))
        })
    }
}

/// Adds the practices under the threshold, and a second one where there would be only one in its CCG.
fn hide_practices(policy: &Policy, lists: &Lists, rows: &Rows, hidden: &mut Hidden, exposed: &mut Exposed) {
    let mut groups = Members::new();
    for (i, (period, level, code)) in rows.unit.iter().enumerate() {
        if level == "practice" {
            let known = lists.practice.get(&(period.clone(), code.clone()));
            let (size, ccg) = known.map_or((0, ""), |(size, ccg)| (*size, ccg.as_str()));
            if size < policy.small_list.withhold_below {
                hidden.insert((period.clone(), rows.within[i].clone(), code.clone()));
            }
            if rows.has[i] {
                groups.entry((period, &rows.within[i], ccg)).or_default().insert((size, code));
            }
        }
    }
    for ((period, within, ccg), members) in groups {
        let key = |code: &str| (period.to_owned(), within.to_owned(), code.to_owned());
        if members.iter().filter(|m| hidden.contains(&key(m.1))).count() == 1 {
            // the shortest list of those that are not hidden
            match members.iter().find(|m| !hidden.contains(&key(m.1))) {
                Some(second) => _ = hidden.insert(key(second.1)),
                None => {
                    let key = (period.to_owned(), within.to_owned());
                    exposed.entry(key).or_default().insert(ccg.to_owned());
                }
            }
        }
    }
}

/// CCGs whose figure is that of one withheld practice, a second CCG beside a single one, and then all regions.
fn hide_areas(lists: &Lists, rows: &Rows, exposed: &Exposed) -> BTreeSet<usize> {
    let mut hide = BTreeSet::new();
    let mut groups = Siblings::new();
    for (i, (period, level, code)) in rows.unit.iter().enumerate() {
        let Some(single) = exposed.get(&(period.clone(), rows.within[i].clone())) else { continue };
        match level.as_str() {
            "region" => _ = hide.insert(i),
            "ccg" if rows.has[i] => {
                let size = lists.ccg.get(&(period.clone(), code.clone())).copied().unwrap_or(0);
                let other = !single.contains(code);
                groups.entry((period, &rows.within[i])).or_default().push((other, size, code, i));
            }
            _ => {}
        }
    }
    for ((period, within), mut members) in groups {
        let single = exposed[&(period.to_owned(), within.to_owned())].len();
        members.sort_unstable();
        hide.extend(members.iter().take(single.max(2)).map(|m| m.3));
    }
    hide
}

/// The columns of the table that a rule names; companions that say why a value is missing are not values.
pub(super) fn named(frame: &DataFrame, patterns: &[String]) -> Vec<String> {
    let wanted = |name: &str| {
        patterns.iter().any(|p| match p.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => p == name,
        })
    };
    let names = frame.get_column_names();
    names
        .iter()
        .map(|n| n.as_str())
        .filter(|n| wanted(n) && !n.ends_with("_absence"))
        .map(str::to_owned)
        .collect()
}

/// Sets cells to null and says `withheld` in the absence column (that of the row, or a companion of the column). A cell
/// that held nothing keeps its own reason.
pub(super) fn blank(
    frame: &mut DataFrame,
    column: &str,
    absence: Option<&str>,
    hide: &BTreeSet<usize>,
) -> Result<usize, PolarsError> {
    let old = frame.column(column)?;
    let had = old.is_not_null();
    let gone: BTreeSet<usize> = hide.iter().copied().filter(|i| had.get(*i) == Some(true)).collect();
    let keep = Series::new("keep".into(), (0..old.len()).map(|i| !gone.contains(&i)).collect::<Vec<bool>>());
    let null = Series::full_null(column.into(), 1, old.dtype());
    let new = old.as_materialized_series().zip_with(keep.bool()?, &null)?;
    frame.with_column(new.into_column())?;
    let reason = absence.map_or_else(|| format!("{column}_absence"), str::to_owned);
    let before: Vec<Option<String>> = match frame.column(&reason) {
        Ok(c) => c.str()?.iter().map(|v| v.map(str::to_owned)).collect(),
        Err(_) => vec![None; frame.height()],
    };
    let mut words = before;
    for i in &gone {
        words[*i] = Some(Absence::Withheld.as_str().to_owned());
    }
    frame.with_column(Column::new(reason.as_str().into(), words))?;
    Ok(gone.len())
}

/// A key column as text (dates as ISO), nulls as empty text.
fn strings(frame: &DataFrame, table: &str, name: &str) -> Result<Vec<String>, DiscloseError> {
    let missing = || DiscloseError::NoKey { table: table.to_owned(), column: name.to_owned() };
    let column = frame.column(name).map_err(|_| missing())?;
    let fail = |source| DiscloseError::Table { table: table.to_owned(), source };
    let text = column.cast(&DataType::String).map_err(fail)?;
    Ok(text.str().map_err(fail)?.iter().map(|v| v.unwrap_or_default().to_owned()).collect())
}
