

mod index_england;
mod index_frameworks;
mod index_golden;
mod index_laws;
mod index_naive;
