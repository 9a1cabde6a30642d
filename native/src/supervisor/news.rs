//! Reads what the guardian has written to the page, and tells TypeScript piece by piece, each once.

use crate::guardian::link::Link;
use crate::kernel::{clock, process};
use crate::supervisor::{adoption, guardian, run, takeover};
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};

/// The kinds of news, as TypeScript numbers them (src/linux/run/guardian-news.ts).
const FAILED: u32 = 1;
const STOPPED: u32 = 2;
const ENDED: u32 = 3;
const EMPTY: u32 = 4;
const SWEPT: u32 = 5;
const LOST: u32 = 6;
const SIGNAL: u32 = 7;
const REAPED: u32 = 8;
const BACKSTOP: u32 = 9;
const EXECUTED: u32 = 10;

fn first_time(news: u32) -> bool {
    let before = run::current().told.fetch_or(1 << news, Relaxed);
    before & 1 << news == 0
}

/// Reads the line: signals that the guardian passes on, or SIGCHLD for "look at the page".
fn listen(line: i32) {
    let mut signal = 0u8;
    // SAFETY: one byte of ours; the line never blocks.
    while line >= 0 && unsafe { libc::recv(line, (&raw mut signal).cast(), 1, 0) } > 0 {
        if i32::from(signal) != libc::SIGCHLD && (1..=64).contains(&signal) {
            run::current().relayed.fetch_or(1 << (signal - 1), Relaxed);
        }
    }
}

/// Orphans that the guardian has reaped since the last call.
fn reaped(link: &Link) -> Option<Vec<i64>> {
    let pids = link.reaped.news(&run::current().reaped);
    (pids.len() > 0).then(|| {
        [i64::from(REAPED)]
            .into_iter()
            .chain(pids.map(i64::from))
            .collect()
    })
}

/// What the guardian tells next, if anything. Its death is looked at first: what it had said before
/// it died is said. With a margin its signal that is due within that time is held.
pub fn next(margin: f64) -> Option<Vec<i64>> {
    let link = run::link()?;
    if margin > 0.0 {
        link.hold_signal(clock::microseconds() + margin);
    }
    // Before the look: the guardian calls again if it writes something after this.
    if link.is_awaited.load(Relaxed) {
        link.is_awaited.store(false, SeqCst);
    }
    listen(run::current().line.load(Relaxed));
    let is_due = guardian::is_due(link);
    let has_died = is_due && guardian::has_died(guardian::pid(), guardian::pidfd());
    if is_due && !has_died {
        guardian::wake_up(guardian::pid());
    }
    next_on(link, has_died)
}

fn next_on(link: &Link, has_died: bool) -> Option<Vec<i64>> {
    adoption::look(run::current(), link);
    // Read first: news from before an exit is told before the exit.
    let (has_ended, has_swept) = (link.has_ended.is_set(), link.has_swept.is_set());
    if let Some(row) = failed(link) {
        return Some(row);
    }
    if link.has_executed.is_set() && first_time(EXECUTED) {
        let pid = link.command.load(Relaxed);
        return Some(vec![EXECUTED.into(), pid.into()]);
    }
    // Before all news that could make the supervisor send the first signal.
    if link.has_sent_backstop.is_set() && first_time(BACKSTOP) {
        return Some(backstop(link));
    }
    if let Some(row) = stopped(link) {
        return Some(row);
    }
    if let Some(row) = reaped(link) {
        return Some(row);
    }
    if has_swept && first_time(SWEPT) {
        return Some(swept(link));
    }
    if has_ended && !has_swept && first_time(ENDED) {
        return Some(ended(link));
    }
    if let Some(row) = empty(link) {
        return Some(row);
    }
    if has_died && !link.has_left.is_set() && first_time(LOST) {
        if adoption::begin(link) {
            return next_on(link, false);
        }
        let signal = guardian::death();
        guardian::reap();
        return Some(vec![LOST.into(), signal.into()]);
    }
    relayed()
}

/// The command could not be started: stage and errno.
fn failed(link: &Link) -> Option<Vec<i64>> {
    let stage = link.failed_stage.load(Acquire);
    let is_told = stage != 0 && link.has_left.is_set() && first_time(FAILED);
    let errno = link.failed_errno.load(Relaxed);
    is_told.then(|| vec![FAILED.into(), stage.into(), errno.into()])
}

/// The command was stopped or continued.
fn stopped(link: &Link) -> Option<Vec<i64>> {
    let stop = link.stops.news(&run::current().stops)?;
    Some(vec![STOPPED.into(), stop.code.into(), stop.status.into()])
}

/// The guardian has sent the first signal in our place: when, and whether to all of the tree.
fn backstop(link: &Link) -> Vec<i64> {
    let is_whole = link.signaled_born.load(Relaxed) != 0;
    let backstop_at = link.backstop_at.load(Relaxed);
    vec![BACKSTOP.into(), backstop_at, is_whole.into()]
}

/// The end of the tree by a sweep, with its survivors.
fn swept(link: &Link) -> Vec<i64> {
    takeover::await_namespace(link);
    let mut row = with_state(link, &end_of(link, SWEPT));
    for [pid, why] in &link.survivor[..link.survivors.load(Relaxed) as usize] {
        row.extend([pid, why].map(|value| i64::from(value.load(Relaxed))));
    }
    row
}

/// The end of the command.
fn ended(link: &Link) -> Vec<i64> {
    if link.has_left.is_set() && !link.is_gone.is_set() {
        // The guardian has left before the supervisor asked it to stay. Once it is reaped, its
        // children belong to the supervisor.
        guardian::reap();
        run::current().is_ours.store(true, Relaxed);
    }
    with_state(link, &end_of(link, ENDED))
}

/// Nothing of the tree is left.
fn empty(link: &Link) -> Option<Vec<i64>> {
    let run = run::current();
    let is_told = run.told.load(Relaxed) & (1 << ENDED) != 0;
    if is_told && run.is_ours.load(Relaxed) && process::has_no_children() {
        link.note_usage();
        link.is_gone.set();
    }
    let is_empty = is_told && link.is_gone.is_set() && first_time(EMPTY);
    is_empty.then(|| with_state(link, &[EMPTY.into()]))
}

/// A signal that the guardian passes on.
fn relayed() -> Option<Vec<i64>> {
    let signals = &run::current().relayed;
    let relayed = signals.load(Relaxed);
    if relayed == 0 {
        return None;
    }
    signals.fetch_and(relayed - 1, Relaxed);
    Some(vec![SIGNAL.into(), i64::from(relayed.trailing_zeros()) + 1])
}

/// A kind of news, and how the command exited.
fn end_of(link: &Link, news: u32) -> [i64; 4] {
    let pid = link.command.load(Relaxed);
    let (code, status) = (link.end_code.load(Relaxed), link.end_status.load(Relaxed));
    [news.into(), pid.into(), code.into(), status.into()]
}

/// A row, with what is known of the tree and what the tree used.
fn with_state(link: &Link, row: &[i64]) -> Vec<i64> {
    let is_gone = i64::from(link.is_gone.is_set());
    let usage = [&link.usage.user, &link.usage.system, &link.usage.max_rss];
    let usage = usage.map(|value| value.load(Relaxed));
    [row, &[is_gone], &usage].concat()
}

/// What a guardian is doing, as TypeScript numbers it (src/linux/run/host.ts).
const NONE: i64 = 0;
const ALIVE: i64 = 1;
const SWEEPING: i64 = 2;
const DEAD: i64 = 3;

/// What the guardian of the current run is doing.
pub fn state() -> i64 {
    let has_begun = run::link().is_some_and(|link| link.has_begun.is_set());
    match guardian::pid() {
        ..=0 => NONE,
        pid if guardian::has_died(pid, guardian::pidfd()) => DEAD,
        _ if has_begun => SWEEPING,
        _ => ALIVE,
    }
}
