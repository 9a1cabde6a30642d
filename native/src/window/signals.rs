//! Signals to this process.

use crate::kernel::signals;
use crate::supervisor::{command, takeover};
use crate::window::call::{Call, answer};
use rquickjs_sys::{JS_UNDEFINED, JSValue};

/// `openSignals(low, high, reset)`: two halves of a mask; see `signals::open`.
pub fn open(call: &Call) -> JSValue {
    let listed = call.number(0) as u64 | (call.number(1) as u64) << 32;
    answer(signals::open(listed, call.int(2)))
}

/// The next signal from a signalfd: number, si_code, sender's pid and user, and the halves of the
/// value that came with it; undefined when there is none.
pub fn next(call: &Call) -> JSValue {
    let Some(info) = signals::next(call.int(0)) else {
        return JS_UNDEFINED;
    };
    let (number, code) = (i64::from(info.ssi_signo), i64::from(info.ssi_code));
    let (sender, user) = (i64::from(info.ssi_pid), i64::from(info.ssi_uid));
    if code >= 0 {
        return call.answer_numbers(&[number, code, sender]);
    }
    let (low, high) = (info.ssi_ptr & 0xFFFF_FFFF, info.ssi_ptr >> 32);
    call.answer_numbers(&[number, code, sender, user, low as i64, high as i64])
}

/// Whether a signal was ignored when this process was started.
pub fn is_ignored(call: &Call) -> JSValue {
    answer(i64::from(signals::is_ignored(call.int(0))))
}

/// `dieBy(signal, group)`
pub fn die_by(call: &Call) -> JSValue {
    takeover::let_go_of_helpers();
    signals::die_by(call.int(0), call.int(1));
    JS_UNDEFINED
}

/// `stopSelf(signal)`: stops this process because the command is stopped. Comes back when it is
/// continued: 1; 0 where the kernel threw the stop away. 1 also where the command went on before we
/// could stop.
pub fn stop_self(call: &Call) -> JSValue {
    answer(i64::from(signals::stop_self(call.int(0), command::mirror)))
}
