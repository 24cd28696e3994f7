//! The `[spend]` section of a pipeline: which lines count, and over which people they are divided.

use crate::define::spend::Category;
use schemars::JsonSchema;
use serde::Deserialize;

/// Spend per head: the lines, their denominators and the rules.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendSection {
    /// Dataset of published spend lines.
    pub lines: String,
    /// Dataset of CCGs' own returns by line. Where a CCG has one for a year, its figure is made of it, and the published
    /// lines of the CCG are listed and not counted.
    pub returns: Option<String>,
    /// Dataset with the months of files held by each CCG (`ccg_code`, `months_of_files`).
    pub months: Option<String>,
    /// Registered patients by practice and CCG.
    pub patients: PatientsSource,
    /// Registered and weighted lists of one year by practice.
    pub weighted: Option<WeightedSource>,
    /// Residents of CCGs.
    pub residents: Option<ResidentsSource>,
    /// Dataset of CCG names.
    pub ccgs: Option<String>,
    /// A scope map: a file of `pipelines/spend/` without its ending.
    pub scope_map: Option<String>,
    /// A plausibility gate, likewise.
    pub plausibility: Option<String>,
    pub rules: SpendRules,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatientsSource {
    pub dataset: String,
    pub column: String,
    /// How many months before or after the end of the year of spend a list may lie.
    pub window_months: u32,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightedSource {
    pub dataset: String,
    pub registered: String,
    pub weighted: String,
    pub window_months: u32,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResidentsSource {
    pub dataset: String,
    pub window_months: u32,
}

/// What counts as spend on GP IT.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendRules {
    /// Expense areas that are GP IT, as the files write them.
    pub areas: Vec<String>,
    /// Regular expressions with a group `name`: a supplier that matches is a CCG of that name.
    pub recharge_suppliers: Vec<String>,
    /// A CCG is a host when so many other CCGs pay it: one payer may buy a single thing, several share a team.
    #[serde(default = "host_payers")]
    pub host_payers: usize,
    /// What is taken off a CCG's name before names are compared.
    #[serde(default)]
    pub ccg_name_prefix: String,
    #[serde(default)]
    pub ccg_name_suffix: String,
    /// Words in a line's note by which an earlier reader says that it has put exchanged columns right.
    #[serde(default)]
    pub swapped_notes: Vec<String>,
    /// Forms of the days of published lines (strptime), of which each line may have another.
    #[serde(default = "line_date_forms")]
    pub line_date_forms: Vec<String>,
    /// The scopes to work out, each on its own row.
    pub scopes: Vec<Scope>,
    /// The smallest share of a CCG's patients that must be at practices with a weighted list.
    pub least_linked_share: f64,
    /// The smallest share of a CCG's money that must be in a category before a scope of categories can be compared.
    #[serde(default = "least_mapped_share")]
    pub least_mapped_share: f64,
}

fn host_payers() -> usize {
    2
}

fn least_mapped_share() -> f64 {
    0.9
}

/// The styles found in the files of London CCGs of 2020/21, and the ISO one.
fn line_date_forms() -> Vec<String> {
    ["%d/%m/%Y", "%m/%d/%Y", "%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d"].map(str::to_owned).into()
}

/// One way of deciding which lines count.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// As it stands in the column `scope`.
    pub id: String,
    /// Whether payments to other CCGs count.
    pub recharges: bool,
    /// Whether what was bought for other CCGs counts, as far as the return sets it apart.
    #[serde(default = "yes")]
    pub for_others: bool,
    /// Only lines of these categories of the operating model; without it every line, mapped or not.
    pub categories: Option<Vec<Category>>,
}

fn yes() -> bool {
    true
}
