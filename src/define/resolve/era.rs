//! One layout of a dataset, resolved against the names of its fields.

use super::faults::Faults;
use crate::define::contract::{Column, EraFile, LookFile, PeriodFile, SkipFile};
use crate::define::resolved::*;
use crate::diag::codes;
use crate::model::Grain;
use std::collections::BTreeSet;

pub(super) fn period(
    written: &PeriodFile,
    names: &BTreeSet<&str>,
    f: &mut Faults<'_>,
) -> Option<PeriodSource> {
    match (&written.column, &written.file_name, &written.latest, &written.date) {
        (Some(column), None, None, None) => {
            f.known(column, names, "period");
            Some(PeriodSource::Column(column.clone()))
        }
        (None, Some(pattern), None, None) => {
            let source = PeriodSource::FileName {
                pattern: f.regex(pattern),
                example: written.example.clone().unwrap_or_default(),
            };
            if let PeriodSource::FileName { pattern: read, example } = &source
                && !read.is_match(example)
            {
                f.add("CONFIG_VALUE", pattern, format!("`{pattern}` needs an example that it reads"));
            }
            Some(source)
        }
        (None, None, Some(fields), None) => {
            for field in fields {
                f.known(field, names, "period");
            }
            Some(PeriodSource::Latest(fields.clone()))
        }
        (None, None, None, Some(text)) => match (text.parse(), &written.reason) {
            (Ok(date), Some(reason)) => Some(PeriodSource::Stated { date, reason: reason.clone() }),
            _ => {
                f.add("CONFIG_VALUE", text, "a stated period needs an ISO date and a reason".into());
                None
            }
        },
        _ => {
            f.add(
                "CONFIG_VALUE",
                "period",
                "a period has exactly one of column, file_name, latest, date".into(),
            );
            None
        }
    }
}

pub(super) fn skip(written: &SkipFile, names: &BTreeSet<&str>, f: &mut Faults<'_>) -> Option<Skip> {
    f.known(&written.field, names, "skip");
    let pattern = f.regex(&written.pattern);
    match codes::find(&written.code) {
        Some(code) => Some(Skip { field: written.field.clone(), pattern, code }),
        None => {
            f.add("CONFIG_REFERENCE", &written.code, format!("`{}` is not a diagnostic code", written.code));
            None
        }
    }
}

pub(super) fn look(written: &LookFile, era: &EraFile, f: &mut Faults<'_>) -> Option<Look> {
    let at = match (written.column, &written.field) {
        (Some(column), None) if era.headerless.is_some() => LookAt::Position(column.saturating_sub(1)),
        (None, Some(field)) if era.columns.contains_key(field) => LookAt::Field(field.clone()),
        _ => {
            f.add(
                "CONFIG_VALUE",
                &written.pattern,
                "a look has either the number of a column (headerless eras only) or a field of the era"
                    .into(),
            );
            return None;
        }
    };
    let share = written.share.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&share) {
        f.add("CONFIG_VALUE", &written.pattern, format!("a share of {share}: write a number from 0 to 1"));
    }
    Some(Look { at, pattern: f.regex(&written.pattern), share })
}

pub(super) fn era(
    written: &EraFile,
    grain: Grain,
    default_period: &[PeriodSource],
    names: &BTreeSet<&str>,
    f: &mut Faults<'_>,
) -> Era {
    let container = match written.container.as_str() {
        "workbook" => Container::Workbook,
        "text" => Container::Text,
        other => {
            f.add("CONFIG_VALUE", other, format!("container `{other}`: write text or workbook"));
            Container::Text
        }
    };
    let all = written.columns.keys().chain(written.constants.keys()).chain(written.prepend.keys());
    for name in all.chain(&written.optional) {
        f.known(name, names, "the era");
    }
    let columns = written
        .columns
        .iter()
        .map(|(name, column)| {
            let lookup = match column {
                Column::Position(n) => Lookup::Position(n.saturating_sub(1)),
                Column::Name(one) => Lookup::Names(vec![one.clone()]),
                Column::Names(many) => Lookup::Names(many.clone()),
            };
            if matches!(lookup, Lookup::Position(_)) != written.headerless.is_some() {
                f.add(
                    "CONFIG_VALUE",
                    &written.id,
                    format!("`{name}`: columns have numbers in a headerless era and names in others"),
                );
            }
            (name.clone(), lookup)
        })
        .collect();
    let unpivot = written.unpivot.as_ref().map(|u| {
        for name in u.names.iter().chain([&u.value]) {
            f.known(name, names, "unpivot");
        }
        for (header, words) in &u.columns {
            if words.len() != u.names.len() {
                f.add("CONFIG_VALUE", header, format!("`{header}` needs {} words", u.names.len()));
            }
        }
        Unpivot {
            names: u.names.clone(),
            value: u.value.clone(),
            columns: u.columns.iter().map(|(h, w)| (h.clone(), w.clone())).collect(),
        }
    });
    let grain = written.grain.as_deref().map_or(grain, |g| f.grain(g));
    let period = match &written.period {
        Some(list) => list.iter().filter_map(|p| period(p, names, f)).collect(),
        None => default_period.to_vec(),
    };
    Era {
        id: written.id.clone(),
        container,
        delimiter: written.delimiter.unwrap_or(','),
        quoted: written.quoted.unwrap_or(true),
        sheet: written.sheet.as_deref().map(|p| f.regex(p)),
        headerless: written.headerless,
        looks: written.looks.iter().filter_map(|l| look(l, written, f)).collect(),
        above: written.above.unwrap_or(0),
        below: written.below.unwrap_or(0),
        strip_header: written.strip_header.as_deref().map(|p| f.regex(p)),
        columns,
        ignore: written.ignore.iter().cloned().collect(),
        optional: written.optional.iter().cloned().collect(),
        rest: written.rest,
        constants: written.constants.clone(),
        prepend: written.prepend.clone(),
        unpivot,
        from_name: written
            .from_name
            .iter()
            .map(|v| {
                let cases = v.cases.iter().map(|(p, value)| (f.regex(p), value.clone())).collect();
                FromName { variable: v.variable.clone(), cases, otherwise: v.otherwise.clone() }
            })
            .collect(),
        grain,
        period,
    }
}
