//! The runs of commands: their guardians, and the commands themselves.

use crate::kernel::paths::path_of;
use crate::kernel::pidfd;
use crate::supervisor::takeover::{self, Request};
use crate::supervisor::{command, guardian, news, run};
use crate::tree::cgroup::Leaf;
use crate::tree::scope::Scope;
use crate::window::call::{Call, answer};
use crate::window::fields::WillField;
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::sync::atomic::Ordering::{Relaxed, Release};

/// `chooseRun(place)`: selects the run that all calls are about from now on.
pub fn choose(call: &Call) -> JSValue {
    run::select(call.int(0) as usize);
    JS_UNDEFINED
}

/// `endRun()`: ends the current run. Its place is free for another.
pub fn end(_: &Call) -> JSValue {
    guardian::reap();
    takeover::restore_priority();
    run::clear();
    answer(0)
}

/// `guardianNews(margin)`: what the guardian tells next, if anything. With a margin we are about to
/// act on a limit: a signal of the guardian's that is due within that time is ours to send.
pub fn guardian_news(call: &Call) -> JSValue {
    news::next(call.number(0)).map_or(JS_UNDEFINED, |row| call.answer_numbers(&row))
}

/// `guardianState()`
pub fn guardian_state(_: &Call) -> JSValue {
    answer(news::state())
}

/// `isGuardian(pid)`: whether a process is the guardian of any run.
pub fn is_guardian(call: &Call) -> JSValue {
    answer(i64::from(guardian::is_one(call.int(0))))
}

pub fn guardian_pid(_: &Call) -> JSValue {
    answer(i64::from(guardian::pid()))
}

/// The descriptor by which a guardian tells what it cannot tell by signals; -1: none.
pub fn guardian_line(_: &Call) -> JSValue {
    answer(i64::from(run::current().line.load(Relaxed)))
}

/// The descriptor that stands for the guardian; -1: none, or it is done with.
pub fn guardian_pidfd(_: &Call) -> JSValue {
    answer(i64::from(guardian::open_pidfd()))
}

/// `guardianOrder(orders, sweepLimit)`
pub fn guardian_order(call: &Call) -> JSValue {
    guardian::order(call.int(0) as u32, call.number(1) as i64);
    JS_UNDEFINED
}

/// `guardianWill(fields)`: 0, or minus errno.
pub fn guardian_will(call: &Call) -> JSValue {
    let numbers = call.numbers(0);
    let number = |field: WillField| numbers.get(field as usize).copied().unwrap_or(0.0) as i64;
    let link = match run::open_link() {
        Ok(link) => link,
        Err(errno) => return answer(-i64::from(errno)),
    };
    let will = &link.will;
    will.signal.store(number(WillField::Signal) as i32, Relaxed);
    will.grace.store(number(WillField::Grace), Relaxed);
    will.sweep_limit
        .store(number(WillField::SweepLimit), Relaxed);
    will.stays_for_leftovers
        .store(number(WillField::StaysForLeftovers) != 0, Relaxed);
    will.settle_quiet
        .store(number(WillField::SettleQuiet), Relaxed);
    will.settle_limit
        .store(number(WillField::SettleLimit), Relaxed);
    // The instants come last: a guardian that sees an instant sees what is to be done then.
    link.leave_signal(number(WillField::SignalAt));
    will.sweep_at.store(number(WillField::SweepAt), Release);
    // The guardian looks at its clock anew.
    guardian::wake();
    answer(0)
}

/// `guardianRecipients(recipients)`: which processes have had the will's signal; see `Will`.
pub fn guardian_recipients(call: &Call) -> JSValue {
    if let Some(link) = run::link() {
        link.will.recipients.store(call.int(0), Release);
    }
    JS_UNDEFINED
}

/// `guardianKill(signal, group)`: has the guardian send a signal to its descendants that are not in
/// a process group (0: none), where only the guardian can find them.
pub fn guardian_kill(call: &Call) -> JSValue {
    guardian::send_to_rest(call.int(0), call.int(1));
    JS_UNDEFINED
}

/// `endGuardian()`: waits until the guardian exits.
pub fn end_guardian(_: &Call) -> JSValue {
    guardian::reap();
    JS_UNDEFINED
}

/// The command's number while it has one in our PID namespace; 0: none.
pub fn command_pid(_: &Call) -> JSValue {
    answer(i64::from(command::pid().unwrap_or(0)))
}

/// The same, as soon as there is one.
pub fn await_command(call: &Call) -> JSValue {
    command::await_start();
    command_pid(call)
}

/// `commandKill(signal)`
pub fn command_kill(call: &Call) -> JSValue {
    answer(command::kill(call.int(0)))
}

/// `commandQueue(signal, queued, group)`: a queued signal to the command, or to the process group
/// that it leads, with what came with it.
pub fn command_queue(call: &Call) -> JSValue {
    let (signal, to_group) = (call.int(0), call.int(2) != 0);
    let info = pidfd::queued(signal, &call.numbers(1));
    answer(command::queue(signal, &info, to_group))
}

/// `sweep(group, sweepLimit, except, cgroup, stuck, scope)`
pub fn sweep(call: &Call) -> JSValue {
    let path = call.text(3).filter(|path| !path.is_empty());
    let leaf = path.map(|path| Leaf {
        path: path_of(&path),
    });
    takeover::sweep(Request {
        group: call.int(0),
        sweep_limit: call.number(1),
        except: call.ints(2),
        cgroup: leaf.as_ref(),
        stuck_limit: call.number(4),
        scope: Scope::of(call.int(5)),
    });
    JS_UNDEFINED
}

/// `raisePriority()`
pub fn raise_priority(_: &Call) -> JSValue {
    takeover::raise_priorities();
    JS_UNDEFINED
}
