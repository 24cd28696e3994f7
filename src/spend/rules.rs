//! What counts as spend on GP IT, as the pipeline's definition says it.

use schemars::JsonSchema;
use serde::Deserialize;

/// The `[spend]` section of a pipeline.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendRules {
    /// Expense areas that are GP IT, as the files write them.
    pub areas: Vec<String>,
    /// Regular expressions with a group `name`: a supplier that matches is a CCG of that name.
    pub recharge_suppliers: Vec<String>,
    /// What is taken off a CCG's name before names are compared.
    #[serde(default)]
    pub ccg_name_prefix: String,
    #[serde(default)]
    pub ccg_name_suffix: String,
    /// Words in a line's note by which an earlier reader says that it has put exchanged columns right.
    #[serde(default)]
    pub swapped_notes: Vec<String>,
    /// The scopes to work out, each on its own row.
    pub scopes: Vec<Scope>,
    /// The smallest share of a CCG's patients that must be at practices with a weighted list.
    pub least_linked_share: f64,
}

/// One way of deciding which lines count.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// As it stands in the column `scope`.
    pub id: String,
    /// Whether payments to other CCGs count.
    pub recharges: bool,
}
