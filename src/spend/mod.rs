//! Spend on GP IT per head of a stated population.
//!
//! In: CCGs' own returns by line, the lines of "spend over £25,000" files, and populations. Out: `spend_per_head`, one
//! row per CCG and scope, the lines with what was found out about each, every test of the plausibility gate, and the
//! spread between CCGs. Ratio of sums: whole pence over whole patients, never a mean of ratios.
//!
//! **Two sources.** A return is meant to be a whole year; published lines are a lower bound: lines under the threshold
//! and invoices through a commissioning support unit are not there, months are missing. A CCG's own return speaks for
//! it; without one its published lines do, and `source` says which. Spend has no good direction.
//!
//! **Scope before comparison.** Every line gets a category of the operating model's edition from the scope map, or is
//! counted as unmapped. Scopes stand side by side; where a figure cannot be compared `status` and `comparison` say so,
//! and `question` is what to ask the CCG.
//!
//! **Host recharges.** When one CCG buys for its neighbours, the neighbours' payments to it and its own payments to
//! suppliers are the same money. A line whose supplier names another CCG is a recharge (M001); a CCG that several
//! others pay is a host. The scope without recharges leaves the payers' lines out, so that nothing is counted twice in
//! a sum over CCGs; it understates the payers, and the host's own figure still holds what it bought for others.
//! Netting receipts off the host would go below zero, because its purchases are mostly not in the files. In a return
//! the host sets apart what it bought for others, and the scope like for like leaves that out.
//!
//! **What intake set aside.** Lines in quarantine and returns that were refused are in no figure, and the figure that
//! lacks them says so: it is no whole year, has no place, is no yardstick for others, and its CCG is asked for the lines
//! and not why it is low.
//!
//! It is not allocation: that comes beside it. No files. Stage before: `store`; stage after: `report`.

mod about;
mod aside;
mod classify;
mod column;
mod day;
mod facts;
mod gate;
mod layout;
mod line;
mod lines;
mod payees;
mod per_head;
mod place;
mod population;
mod price;
mod question;
mod returns;
mod spread;
mod stated;
mod table;

pub use column::SpendError;
pub use per_head::{Spend, SpendInputs, SpendLines, spend_per_head, whole_pence};
pub use population::{Patients, Residents, WeightedLists, people_by_ccg};
pub use returns::SpendReturns;
pub use spread::spend_spread;
