//! The part of the program that few runs need.

use crate::engine::runtime;
use crate::window::call::Call;
use rquickjs_sys::JSValue;

/// Runs its top level. An exception where there is no memory for it.
pub fn load(call: &Call) -> JSValue {
    runtime::load_on_demand(call.ctx)
}
