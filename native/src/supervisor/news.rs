//! What the guardian has put on the page, told to TypeScript piece by piece, each once.

use crate::guardian::link::{self, Link, MAX_REAPED};
use crate::kernel::process;
use crate::supervisor::{adoption, guardian, run, takeover};
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

/// News, as TypeScript is told.
const FAILED: u32 = 1;
const STOPPED: u32 = 2;
const ENDED: u32 = 3;
const EMPTY: u32 = 4;
const SWEPT: u32 = 5;
const LOST: u32 = 6;
const SIGNAL: u32 = 7;
const REAPED: u32 = 8;

fn first_time(news: u32) -> bool {
    let before = run::here().told.fetch_or(1 << news, Relaxed);
    before & 1 << news == 0
}

/// Takes what stands on the line: signals that are passed on, or SIGCHLD for "look at the page".
pub fn listen(line: i32) {
    let mut signal = 0u8;
    // SAFETY: one byte of ours; the line never blocks.
    while line >= 0 && unsafe { libc::recv(line, (&raw mut signal).cast(), 1, 0) } > 0 {
        if i32::from(signal) != libc::SIGCHLD && (1..=64).contains(&signal) {
            run::here().relayed.fetch_or(1 << (signal - 1), Relaxed);
        }
    }
}

/// Orphans that were reaped since we asked.
fn reaped(link: &Link) -> Option<Vec<i64>> {
    let count = link.reaped.load(Acquire);
    let told = run::here().reaped.swap(count, Relaxed);
    let new = count.wrapping_sub(told).min(MAX_REAPED as u32);
    let first = count.wrapping_sub(new);
    let places = (0..new).map(|at| first.wrapping_add(at) as usize % MAX_REAPED);
    let pids = places.map(|at| i64::from(link.reaped_pid[at].load(Relaxed)));
    (new > 0).then(|| [i64::from(REAPED)].into_iter().chain(pids).collect())
}

/// The next of them, if there is one.
pub fn next(link: &Link, has_died: bool) -> Option<Vec<i64>> {
    let told = |row: &[i64]| {
        let usage = [&link.usage.user, &link.usage.system, &link.usage.max_rss];
        let usage = usage.map(|value| value.load(Relaxed));
        let gone = i64::from(link.is_gone.is_set());
        let acted = i64::from(link.has_acted.is_set());
        let left = i64::from(link.has_left.is_set());
        Some([row, &[gone, acted, left], &usage[..]].concat())
    };
    adoption::look(run::here(), link);
    let stage = link.failed_stage.load(Acquire);
    if stage != 0 && link.has_left.is_set() && first_time(FAILED) {
        let errno = link.failed_errno.load(Relaxed);
        return Some(vec![i64::from(FAILED), stage.into(), errno.into()]);
    }
    let stop = link.last_stop();
    if stop.count != run::here().stops.swap(stop.count, Relaxed) {
        return Some(vec![STOPPED.into(), stop.code.into(), stop.status.into()]);
    }
    // Looked at first: what came before an end is told before it.
    let (has_ended, has_swept) = (link.has_ended.is_set(), link.has_swept.is_set());
    if let Some(row) = reaped(link) {
        return Some(row);
    }
    let end = || {
        let (code, status) = (link.end_code.load(Relaxed), link.end_status.load(Relaxed));
        [
            i64::from(link.command.load(Relaxed)),
            code.into(),
            status.into(),
        ]
    };
    if has_swept && first_time(SWEPT) {
        takeover::await_namespace(link);
        let [pid, code, status] = end();
        let mut row = told(&[SWEPT.into(), pid, code, status])?;
        for [pid, why] in &link.survivor[..link.survivors.load(Relaxed) as usize] {
            row.extend([pid, why].map(|value| i64::from(value.load(Relaxed))));
        }
        return Some(row);
    }
    if has_ended && !has_swept && first_time(ENDED) {
        if link.has_left.is_set() && !link.is_gone.is_set() {
            // It has left before we asked it to stay. What it held is ours when it is gone.
            guardian::farewell();
            run::here().is_ours.store(true, Relaxed);
        }
        let [pid, code, status] = end();
        return told(&[ENDED.into(), pid, code, status]);
    }
    let is_told = run::here().told.load(Relaxed) & (1 << ENDED) != 0;
    if is_told && run::here().is_ours.load(Relaxed) && process::has_no_children() {
        link.note_usage();
        link.is_gone.set();
    }
    if is_told && link.is_gone.is_set() && first_time(EMPTY) {
        return told(&[EMPTY.into()]);
    }
    if has_died && !link.has_left.is_set() && first_time(LOST) {
        if adoption::begin(link) {
            return next(link, false);
        }
        let signal = guardian::guardian_death();
        guardian::farewell();
        return Some(vec![LOST.into(), signal.into()]);
    }
    let relayed = run::here().relayed.load(Relaxed);
    if relayed != 0 {
        run::here().relayed.fetch_and(relayed - 1, Relaxed);
        let signal = i64::from(relayed.trailing_zeros()) + 1;
        return Some(vec![SIGNAL.into(), signal]);
    }
    None
}

/// What the guardian is doing, as TypeScript is told.
const NONE: i64 = 0;
const ALIVE: i64 = 1;
const SWEEPING: i64 = 2;
const DEAD: i64 = 3;

/// `guardianState()`
pub fn guardian_state(_: &Call) -> JSValue {
    let has_begun = link::get().is_some_and(|link| link.has_begun.is_set());
    answer(match guardian::guardian() {
        ..=0 => NONE,
        pid if guardian::has_died(pid, run::here().pidfd.load(Relaxed)) => DEAD,
        _ if has_begun => SWEEPING,
        _ => ALIVE,
    })
}
