//! A written contract -> the one that is used: every fault of the written form reported, all together.

mod era;
mod faults;

use era::{era, period, skip};
use faults::Faults;

use super::contract::{ContractFile, FieldFile};
use super::fault::Source;
use super::resolved::*;
use crate::diag::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

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
            guarded: file.guarded,
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
