//! Spend on GP IT per head of a stated population.
//!
//! In: the lines of CCG "spend over £25,000" files and populations of practices. Out: `spend_per_head`, one row per
//! CCG and scope, and the lines with what was found out about each. Ratio of sums: whole pence over whole
//! patients, never a mean of ratios.
//!
//! **What such a figure is.** A lower bound: lines under the threshold and invoices through a commissioning support
//! unit are not there, months are missing. It is neither a year's total nor a place in a league, and spend has no
//! good direction. A line is in scope by its expense area. Scopes stand side by side, and where a figure cannot be
//! compared `status` says so and `question` is what to ask the CCG.
//!
//! **Host recharges.** When one CCG buys for its neighbours, the neighbours' payments to it and its own payments to
//! suppliers are the same money. A line whose supplier names another CCG is a recharge (M001, on the payer's lines
//! and on the host). The scope without recharges leaves the payers' lines out, so that nothing is counted twice in
//! a sum over CCGs; it understates the payers, and the host's own figure still holds what it bought for others.
//! Netting receipts off the host would go below zero, because its purchases are mostly not in the files.
//!
//! It is not the plausibility gate for CCG returns, nor the map from lines to categories of the operating model,
//! nor allocation: those come beside it. No files. Stage before: `store`; stage after: `report`.

mod column;
mod lines;
mod per_head;
mod population;
mod question;

pub use column::SpendError;
pub use per_head::{Spend, SpendInputs, SpendLines, spend_per_head, whole_pence};
pub use population::{Patients, WeightedLists, people_by_ccg};
