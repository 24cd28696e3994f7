//! Disclosure control: what may leave.
//!
//! Everything that is published passes one gate, [`release`]: it applies a [`Policy`] to the computed tables and
//! returns them as [`Published`]. Views derive from `Published` values only ([`Published::view`] takes a plain
//! function, which cannot carry anything in from outside), and `render` takes nothing else. So a value that the
//! policy withholds is gone from tables, charts, alternative texts and pages alike.
//!
//! Comes after `index` and `spend`, before `report`. It changes no value; it withholds or lets pass.

pub mod door;
mod few;
mod people;
mod policy;
mod protect;

pub use policy::{Counts, Few, People, Policy, Rule, SmallList};
pub use protect::{Withheld, is_withheld};

use polars::prelude::{DataFrame, PolarsError};
use std::collections::{BTreeMap, BTreeSet};

/// What has passed the gate. Only this module makes one.
#[derive(Clone, Debug)]
pub struct Published<T>(T);

impl<T> Published<T> {
    pub fn get(&self) -> &T {
        &self.0
    }

    /// Another form of the same published content. `make` is a function pointer on purpose: a closure could bring
    /// unpublished values along.
    pub fn view<U>(&self, make: fn(&T) -> U) -> Published<U> {
        Published(make(&self.0))
    }

    /// As [`Published::view`], for a form that may fail and follows definitions (never data).
    pub fn try_view<U, D, E>(
        &self,
        make: fn(&T, &D) -> Result<U, E>,
        definitions: &D,
    ) -> Result<Published<U>, E> {
        make(&self.0, definitions).map(Published)
    }
}

/// Tables after disclosure control, with what is said about them.
#[derive(Clone, Debug)]
pub struct Disclosed<C> {
    /// What the release says about itself (titles, framework, sources).
    pub about: C,
    /// By table name. A withheld cell is null and its companion `<column>_absence` says `withheld`.
    pub tables: BTreeMap<String, DataFrame>,
    pub policy: Policy,
    /// How many cells each rule withheld; empty when it withheld nothing.
    pub withheld: Vec<Withheld>,
}

/// Why nothing can be published.
#[derive(Debug, thiserror::Error)]
pub enum DiscloseError {
    #[error("disclosure: table `{table}`: {source}")]
    Table { table: String, source: PolarsError },
    #[error(
        "disclosure: the policy names column `{column}` of table `{table}`, which the rule needs to find its practices"
    )]
    NoKey { table: String, column: String },
}

/// The gate. `about` passes it too, so that views need no second channel. `counting` names the indicators that count people
/// by a rounded count.
pub fn release<C>(
    policy: &Policy,
    counting: &BTreeSet<String>,
    tables: BTreeMap<String, DataFrame>,
    about: C,
) -> Result<Published<Disclosed<C>>, DiscloseError> {
    let (mut tables, mut withheld) = protect::apply(policy, tables)?;
    withheld.extend(people::apply(policy, &mut tables)?);
    withheld.extend(few::apply(policy, counting, &mut tables)?);
    withheld.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    Ok(Published(Disclosed { about, tables, policy: policy.clone(), withheld }))
}
