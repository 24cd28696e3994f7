//! Which suppliers are CCGs: a payment to one is a recharge.

use super::column::{SpendError, Table};
use super::line::Payee;
use crate::define::framework::SpendRules;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// Suppliers that are CCGs.
pub(super) struct Payees<'a> {
    patterns: Vec<Regex>,
    rules: &'a SpendRules,
    codes: BTreeMap<String, String>,
}

impl<'a> Payees<'a> {
    /// Names come from the ODS, and before it from the lines themselves (`seen`: code and name), whose year's CCGs they
    /// are.
    pub fn new(
        rules: &'a SpendRules,
        seen: &[(&str, &str)],
        ccgs: Option<&Table<'_>>,
    ) -> Result<Payees<'a>, SpendError> {
        let compile = |pattern: &String| {
            let bad = |why: String| SpendError::Pattern { pattern: pattern.clone(), why };
            let regex = Regex::new(pattern).map_err(|e| bad(e.to_string()))?;
            let named = regex.capture_names().flatten().any(|n| n == "name");
            if named { Ok(regex) } else { Err(bad("there is no such group".to_owned())) }
        };
        let patterns = rules.recharge_suppliers.iter().map(compile).collect::<Result<_, _>>()?;
        let mut payees = Payees { patterns, rules, codes: BTreeMap::new() };
        let known = seen.iter().map(|(code, name)| (payees.plain(name), *code)).collect();
        payees.add(known);
        if let Some(ccgs) = ccgs {
            let (codes, names) = (ccgs.texts("code")?, ccgs.texts("name")?);
            let pairs =
                codes.iter().zip(names).filter_map(|(c, n)| Some((payees.plain(n?), (*c)?))).collect();
            payees.add(pairs);
        }
        Ok(payees)
    }

    fn add(&mut self, known: BTreeSet<(String, &str)>) {
        for (name, code) in known {
            self.codes.entry(name).or_insert_with(|| code.to_owned());
        }
    }

    /// `NHS BRENT CCG` and `Brent` are the same name.
    fn plain(&self, name: &str) -> String {
        let upper = name.to_uppercase();
        let upper = upper.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut = upper.strip_prefix(self.rules.ccg_name_prefix.as_str()).unwrap_or(&upper);
        cut.strip_suffix(self.rules.ccg_name_suffix.as_str()).unwrap_or(cut).to_owned()
    }

    pub fn payee(&self, supplier: &str) -> Option<Payee> {
        let name = self.patterns.iter().find_map(|p| p.captures(supplier)?.name("name"))?;
        let code = self.codes.get(&self.plain(name.as_str())).cloned();
        Some(Payee { name: supplier.to_owned(), code })
    }
}
