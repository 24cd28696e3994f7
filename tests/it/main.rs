//! The one integration binary.

mod render_fake;
mod render_look;
