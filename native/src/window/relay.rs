//! The relay of the command's outputs, for TypeScript.

use crate::kernel::terminal;
use crate::relay::pump::{self, Limits};
use crate::relay::stream::Stream;
use crate::supervisor::command;
use crate::window::call::{Call, answer};
use crate::window::fields::RelayField;
use rquickjs_sys::{JS_UNDEFINED, JSValue};

/// `openRelay(numbers)`: the numbers of `RelayField`. A size below 0: without end. Columns below 0:
/// the command gets no terminal; 0: one of the size of ours. Pairs of descriptors for the command,
/// or minus errno.
pub fn open(call: &Call) -> JSValue {
    let numbers = call.numbers(0);
    let number = |field: RelayField| numbers.get(field as usize).copied().unwrap_or(-1.0);
    let size = |number: f64| {
        if number < 0.0 {
            u64::MAX
        } else {
            number as u64
        }
    };
    let columns = number(RelayField::Columns);
    let given = [columns as u16, number(RelayField::Rows) as u16];
    let limits = Limits {
        pty: (columns >= 0.0).then_some((columns > 0.0).then_some(given)),
        hang_up: || {
            command::kill(libc::SIGHUP);
            command::kill(libc::SIGCONT);
        },
        controlling: number(RelayField::Terminal) as i32,
        total: size(number(RelayField::Total)),
        head: size(number(RelayField::Head)),
        tail: size(number(RelayField::Tail)),
    };
    match pump::open(&limits) {
        Ok(pairs) => call.answer_numbers(&pairs),
        Err(errno) => answer(-i64::from(errno)),
    }
}

/// `lookAtRelay()`: when bytes came last; whether more was written than may be passed on; whether
/// all is over; then of each stream: whether there is one, its bytes, those that were omitted,
/// whether its pipe was held, and errno.
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

/// `keptOutput(index, most)`: the newest bytes of what is kept of an output until the end, and how
/// many are kept.
pub fn kept(call: &Call) -> JSValue {
    let streams = pump::current().map(|relay| &relay.streams);
    let Some(Some(stream)) = streams.and_then(|streams| streams.get(call.int(0) as usize)) else {
        return JS_UNDEFINED;
    };
    let tail = call.answer_text(&stream.newest(call.number(1) as u64));
    call.answer_list([tail, answer(stream.kept() as i64)])
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

/// `resizeTerminal(columns, rows)`: the size of the command's terminal. 0 or minus errno.
pub fn resize(call: &Call) -> JSValue {
    let pty = pump::current().and_then(|relay| relay.pty.as_mut());
    answer(pty.map_or(-i64::from(libc::ENOTTY), |pty| {
        pty.fix_size([call.int(0) as u16, call.int(1) as u16])
    }))
}

/// `wasSuspended()`: 1 if the key that suspends was typed since the last call.
pub fn was_suspended(_: &Call) -> JSValue {
    let pty = pump::current().and_then(|relay| relay.pty.as_mut());
    let typed = pty.is_some_and(|pty| std::mem::take(&mut pty.input.has_suspended));
    answer(typed.into())
}

/// `giveTerminalBack()`: our terminal gets the settings that it had, until the next wait.
pub fn give_terminal_back(_: &Call) -> JSValue {
    terminal::give_back();
    JS_UNDEFINED
}
