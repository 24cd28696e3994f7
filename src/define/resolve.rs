//! A written contract -> the one that is used: every fault of the written form reported, all together.

use super::contract::{Column, ContractFile, EraFile, FieldFile, FieldType, LookFile, PeriodFile, SkipFile};
use super::fault::{Source, did_you_mean};
use super::resolved::*;
use crate::diag::{Diagnostic, codes};
use crate::model::Grain;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// Collects faults while a contract is resolved.
struct Faults<'a> {
    source: &'a Source,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn add(&mut self, code: &str, needle: &str, message: String) {
        self.found.push(Diagnostic::new(code, self.source.place_of(needle), message));
    }

    fn regex(&mut self, pattern: &str) -> Regex {
        Regex::new(pattern).unwrap_or_else(|e| {
            self.add("CONFIG_VALUE", pattern, format!("`{pattern}` is not a pattern: {e}"));
            Regex::new("$^").unwrap_or_else(|_| unreachable!("a constant pattern compiles"))
        })
    }

    fn known(&mut self, name: &str, known: &BTreeSet<&str>, what: &str) {
        if known.contains(name) {
            return;
        }
        let all: Vec<&str> = known.iter().copied().collect();
        let mut d = Diagnostic::new(
            "CONFIG_REFERENCE",
            self.source.place_of(name),
            format!("{what} names the field `{name}`, which the contract does not define"),
        );
        if let Some(near) = did_you_mean(name, &all) {
            d = d.hint(format!("did you mean `{near}`?"));
        }
        self.found.push(d);
    }

    /// Rows without a part would be in no release, without an owner in no figure.
    fn whose(&mut self, what: &str, field: Option<&Field>) {
        let Some(field) = field else { return };
        let text =
            matches!(field.kind, FieldType::Text | FieldType::Practice | FieldType::Ccg | FieldType::Org);
        if !field.required || !text {
            let message =
                format!("{what} names `{}`, which must be required and a text or a code", field.name);
            self.add("CONFIG_VALUE", &format!("{what} = "), message);
        }
    }

    fn people(&mut self, field: Option<&Field>, in_rows: bool) {
        let counts = |f: &Field| f.kind == FieldType::Integer || (f.kind == FieldType::Text && !in_rows);
        if let Some(field) = field.filter(|f| !counts(f)) {
            let message =
                format!("people names `{}`, which must be an integer, or a text without `rows`", field.name);
            self.add("CONFIG_VALUE", "[[people]]", message);
        }
    }

    fn grain(&mut self, word: &str) -> Grain {
        Grain::parse(word).unwrap_or_else(|| {
            self.add(
                "CONFIG_VALUE",
                word,
                format!("`{word}` is not a grain: point, month, quarter, financial_year"),
            );
            Grain::Point
        })
    }
}

impl Contract {
    /// Checks and compiles a written contract; the faults come all together.
    pub fn resolve(file: ContractFile, source: &Source) -> Result<Contract, Vec<Diagnostic>> {
        let mut f = Faults { source, found: Vec::new() };
        if !is_id(&file.id) {
            f.add(
                "CONFIG_PATH_ESCAPE",
                &file.id,
                format!("`{}` cannot be an id: use a-z, 0-9 and _", file.id),
            );
        }
        let grain = f.grain(&file.grain);
        let mut fields = BTreeMap::new();
        let mut order = Vec::new();
        for written in &file.field {
            let field = field(written, &mut f);
            order.push(field.name.clone());
            if fields.insert(field.name.clone(), field).is_some() {
                f.add("CONFIG_DUPLICATE_ID", &written.name, format!("the field `{}` twice", written.name));
            }
        }
        let names: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
        for key in &file.key {
            f.known(key, &names, "key");
        }
        for (what, name) in [("part", &file.part), ("owner", &file.owner)] {
            if let Some(name) = name {
                f.known(name, &names, what);
                f.whose(what, fields.get(name));
            }
        }
        if file.owner.is_some() && file.era.iter().any(|e| e.unpivot.is_some()) {
            let message = "a record of a wide era is several rows: it has no owner".to_owned();
            f.add("CONFIG_VALUE", "owner = ", message);
        }
        for people in &file.people {
            f.known(&people.column, &names, "people");
            f.people(fields.get(&people.column), people.rows.is_some());
            if let Some(rows) = &people.rows {
                f.known(&rows.column, &names, "people");
            }
        }
        let default_period: Vec<_> = file.period.iter().filter_map(|p| period(p, &names, &mut f)).collect();
        let mut ids = BTreeSet::new();
        let mut eras = Vec::new();
        for written in &file.era {
            if !ids.insert(written.id.clone()) {
                f.add("CONFIG_DUPLICATE_ID", &written.id, format!("the era `{}` twice", written.id));
            }
            eras.push(era(written, grain, &default_period, &names, &mut f));
        }
        let skips = file.skip.iter().filter_map(|s| skip(s, &names, &mut f)).collect();
        if !f.found.is_empty() {
            return Err(f.found);
        }
        Ok(Contract {
            id: file.id,
            title: file.title,
            publisher: file.publisher,
            licence: file.licence,
            about: file.about,
            key: file.key,
            part: file.part,
            owner: file.owner,
            confidential: file.confidential,
            fields,
            order,
            eras,
            skips,
            rules: file.rule,
            people: file.people,
            hash: blake3::hash(source.text.as_bytes()).to_hex().to_string(),
        })
    }
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

fn field(written: &FieldFile, f: &mut Faults<'_>) -> Field {
    if !is_id(&written.name) {
        f.add("CONFIG_VALUE", &written.name, format!("`{}` cannot name a field", written.name));
    }
    for bound in [written.min, written.max].into_iter().flatten() {
        if !bound.is_finite() {
            f.add("CONFIG_NOT_FINITE", &written.name, format!("a bound of `{}` is not finite", written.name));
        }
    }
    let mut marks = BTreeMap::new();
    for (list, status) in [
        (&written.missing, "missing"),
        (&written.suppressed, "suppressed"),
        (&written.not_applicable, "not_applicable"),
        (&written.not_available, "not_available"),
    ] {
        marks.extend(list.iter().map(|m| (m.clone(), status)));
    }
    let empty = match written.empty.as_deref() {
        None | Some("missing") => "missing",
        Some("suppressed") => "suppressed",
        Some("not_applicable") => "not_applicable",
        Some("not_available") => "not_available",
        Some(other) => {
            let words = "missing, suppressed, not_applicable or not_available";
            f.add("CONFIG_VALUE", other, format!("empty = `{other}`: write {words}"));
            "missing"
        }
    };
    let keep_branches = match written.branch.as_deref() {
        None => None,
        Some("keep") => Some(true),
        Some("skip") => Some(false),
        Some(other) => {
            f.add("CONFIG_VALUE", other, format!("branch = `{other}`: write skip or keep"));
            None
        }
    };
    Field {
        name: written.name.clone(),
        kind: written.kind,
        title: written.title.clone(),
        required: written.required,
        status: written.status,
        min: written.min,
        max: written.max,
        values: written.values.iter().cloned().collect(),
        map: written.map.clone(),
        marks,
        empty,
        formats: written.formats.clone(),
        pattern: written.pattern.as_deref().map(|p| f.regex(p)),
        strip: written.strip.as_deref().map(|p| f.regex(p)),
        keep_branches,
    }
}

fn period(written: &PeriodFile, names: &BTreeSet<&str>, f: &mut Faults<'_>) -> Option<PeriodSource> {
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

fn skip(written: &SkipFile, names: &BTreeSet<&str>, f: &mut Faults<'_>) -> Option<Skip> {
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

fn look(written: &LookFile, era: &EraFile, f: &mut Faults<'_>) -> Option<Look> {
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

fn era(
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
