// The counters of the shared page on a model of memory: whatever one side does between any two
// steps of the other, nothing is told twice, in another order, or never. Says nothing where that
// holds. The test puts the code beside this file, with the atomics of this model.
#![allow(dead_code)]

mod counters;

use counters::{Reaped, Stops};
use model::AtomicU32;
use std::cell::{Cell, RefCell};
use std::mem::zeroed;

/// Memory that lets the other side act before each step, or not, as a plan of bits says.
mod model {
    use std::cell::Cell;

    pub enum Ordering {
        Acquire,
        Relaxed,
        Release,
    }

    thread_local! {
        pub static PLAN: Cell<u32> = const { Cell::new(0) };
        pub static OTHER: Cell<Option<fn()>> = const { Cell::new(None) };
    }

    fn step() {
        let plan = PLAN.replace(PLAN.get() >> 1);
        if plan & 1 == 1 {
            // The other side comes to its end before this one goes on.
            let other = OTHER.take();
            other.iter().for_each(|act| act());
            OTHER.set(other);
        }
    }

    pub struct Atomic<T>(Cell<T>);
    pub type AtomicI32 = Atomic<i32>;
    pub type AtomicU32 = Atomic<u32>;
    pub type AtomicU64 = Atomic<u64>;

    impl<T: Copy> Atomic<T> {
        pub fn load(&self, _: Ordering) -> T {
            step();
            self.0.get()
        }

        pub fn store(&self, value: T, _: Ordering) {
            step();
            self.0.set(value);
        }

        pub fn swap(&self, value: T, _: Ordering) -> T {
            step();
            self.0.replace(value)
        }

        /// Asks without a step.
        pub fn peek(&self) -> T {
            self.0.get()
        }
    }
}

const ROOM: usize = 64;
/// Every plan of so many steps; after them the other side does nothing.
const STEPS: u32 = 16;
const ROUNDS: u32 = 4;

struct Scene {
    stops: Stops,
    reaped: Reaped<ROOM>,
    told: AtomicU32,
    noted: Cell<u32>,
    seen: RefCell<Vec<u32>>,
}

thread_local! {
    static SCENE: Cell<Option<&'static Scene>> = const { Cell::new(None) };
}

fn scene() -> &'static Scene {
    SCENE.get().expect("a scene has begun")
}

/// Odd ones are stops, even ones continuations, and the status says which one it is.
fn code_of(count: u32) -> i32 {
    if count % 2 == 1 { 5 } else { 6 }
}

fn next() -> i32 {
    scene().noted.set(scene().noted.get() + 1);
    scene().noted.get() as i32
}

fn note_stop() {
    let at = next();
    scene().stops.note(code_of(at as u32), at);
}

fn look_at_stops() {
    let scene = scene();
    let before = scene.seen.borrow().last().copied().unwrap_or(0);
    let Some(stop) = scene.stops.news(&scene.told) else {
        return;
    };
    assert!(stop.count > before, "{} after {before}", stop.count);
    let it = (stop.code, stop.status);
    assert_eq!(
        it,
        (code_of(stop.count), stop.count as i32),
        "kind and count"
    );
    assert_eq!(
        scene.told.peek(),
        stop.count,
        "what counts as told was told"
    );
    scene.seen.borrow_mut().push(stop.count);
}

fn note_orphan() {
    scene().reaped.note(next());
}

fn look_at_orphans() {
    let scene = scene();
    for pid in scene.reaped.news(&scene.told) {
        let before = scene.seen.borrow().last().copied().unwrap_or(0);
        assert_eq!(pid as u32, before + 1, "after {before}");
        scene.seen.borrow_mut().push(pid as u32);
    }
}

/// One side acts a few times, and the other one meanwhile, by every plan.
fn play(act: fn(), other: fn(), look: fn()) {
    for plan in 0..1 << STEPS {
        // SAFETY: the page is zeroed, too.
        let (stops, reaped, told) = unsafe { zeroed() };
        let (noted, seen) = (Cell::new(0), RefCell::default());
        SCENE.set(Some(Box::leak(Box::new(Scene {
            stops,
            reaped,
            told,
            noted,
            seen,
        }))));
        model::PLAN.set(plan);
        model::OTHER.set(Some(other));
        (0..ROUNDS).for_each(|_| act());
        model::OTHER.set(None);
        look();
        let scene = self::scene();
        let last = scene.seen.borrow().last().copied().unwrap_or(0);
        assert_eq!(
            last,
            scene.noted.get(),
            "the last one is told, plan {plan:b}"
        );
    }
}

fn main() {
    play(look_at_stops, note_stop, look_at_stops);
    play(note_stop, look_at_stops, look_at_stops);
    play(look_at_orphans, note_orphan, look_at_orphans);
    play(note_orphan, look_at_orphans, look_at_orphans);
}
