//! The relay of the command's outputs, for TypeScript.

use crate::relay::pump::{self, Limits};
use crate::relay::stream::Stream;
use crate::window::call::{Call, answer};
use rquickjs_sys::{JS_UNDEFINED, JSValue};

/// A size of TypeScript's; below 0: without end.
fn size(call: &Call, at: usize) -> u64 {
    match call.number(at) {
        size @ 0.0.. => size as u64,
        _ => u64::MAX,
    }
}

/// `openRelay(total, head, tail)`: pairs of descriptors for the command, or minus errno.
pub fn open(call: &Call) -> JSValue {
    let limits = Limits {
        total: size(call, 0),
        head: size(call, 1),
        tail: size(call, 2),
    };
    match pump::open(&limits) {
        Ok(pairs) => call.answer_numbers(&pairs),
        Err(errno) => answer(-i64::from(errno)),
    }
}

/// `lookAtRelay()`: when bytes came last; whether more was written than may be passed on; whether all
/// is over; then of each stream: whether there is one, its bytes, those that were omitted, whether its
/// pipe was held, and errno.
pub fn look(call: &Call) -> JSValue {
    let Some(relay) = pump::current() else {
        return JS_UNDEFINED;
    };
    let (last, news) = relay.look();
    let mut row = vec![last as i64, news[0].into(), news[1].into()];
    for stream in &relay.streams {
        row.extend(stream.as_ref().map_or([0; 5], totals));
    }
    call.answer_numbers(&row)
}

fn totals(stream: &Stream) -> [i64; 5] {
    [
        1,
        stream.bytes as i64,
        stream.omitted as i64,
        stream.is_held.into(),
        stream.failure.into(),
    ]
}

/// `drainRelay(until)`: the run is over; below 0: what was not passed on is given up.
pub fn drain(call: &Call) -> JSValue {
    if let Some(relay) = pump::current() {
        match call.number(0) {
            until @ 0.0.. => relay.drain(until),
            _ => relay.cut(),
        }
    }
    JS_UNDEFINED
}
