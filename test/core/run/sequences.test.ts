// Every event in every order, for many command lines. The promises are in promises.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../src/core/report/event.ts";
import { start, step } from "../../../src/core/run/step.ts";
import { isRelayed } from "../../../src/core/spec/relay.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { brokenPromise, meantBy, wayAfter } from "./promises.ts";
import * as happen from "./transcript.ts";
import type { Way } from "./way.ts";

/** An event, and how long after the event before it. */
type Next = readonly [seconds: number, input: happen.Input];

// Limits pass between two events, and at one. The last event is later than every deadline.
const EVENTS: readonly Next[] = [
  [1, happen.exited(7)],
  [1, happen.exited(0, "job")],
  [1, happen.backstop(0.5)],
  [1, happen.swept("SIGKILL")],
  [1, happen.swept(undefined, "job")],
  [1, happen.empty],
  [1, happen.guardianGone],
  [1, happen.stopped("SIGTSTP", "terminal", "shell")],
  [1, happen.resumed],
  [1, happen.signal("SIGTERM")],
  [0.1, happen.above("SIGTERM")],
  [1, happen.delivered("SIGINT")],
  [1, happen.signal("SIGALRM")],
  [1, happen.cancelled],
  [1, happen.woken],
  [20, happen.woken],
];
const SEQUENCE = 5;

/** Events that only a run makes whose output curfew passes on. */
const RELAYED: readonly Next[] = [
  [1, happen.wrote(2)],
  [0.5, happen.excess],
  [0.1, happen.drained()],
  [0.1, happen.drained({ isOverLimit: true })],
];

/** Events before the spawn is answered, and rare events. */
const EARLY_EVENTS: readonly Next[] = [
  ...EVENTS,
  [0, happen.spawned],
  [1, happen.spawnFailed("not_found", "ENOENT")],
  [1, happen.died("SIGKILL", "job")],
  [1, happen.continued],
  [1, happen.sweeping],
  [1, happen.stopped("SIGSTOP")],
  [1, happen.guardianKilled],
  [1, happen.orphaned],
  [1, happen.signal("SIGUSR1")],
  [1, happen.signal("SIGHUP")],
  [0.1, happen.signal("SIGQUIT")],
  [1, happen.relayed("SIGTERM")],
  [1, happen.unseen(happen.died("SIGTERM"))],
  [0, happen.spawnedIn("child")],
];
const EARLY_SEQUENCE = 4;

const CALLS = [
  "1.5 cmd",
  "0 cmd",
  "-k 2.5 1.5 cmd",
  "-k 1 2 cmd",
  "-f -p -k 2 3 cmd",
  "-f -v 2.5 cmd",
  "-s KILL -k 1 2 cmd",
  "-s 0 --report /r --on-stop kill 1 cmd",
  "run cmd",
  "run --timeout 2 -k 3 --events /e -v cmd",
  "run --leftovers wait --timeout 2.5 -s KILL --on-stop kill cmd",
  "run --leftovers wait --report /r -k inf cmd",
  "run --timeout 3 -k inf -s KILL --report /r cmd",
  "run --timeout 2.5 -k inf -s USR1 --report /r cmd",
  "run --leftovers fail --timeout 2 -s KILL cmd",
  "run --leftovers leave --new-session --on-stop continue --timeout 1 cmd",
  "run --idle-timeout 1.5 --timeout 4 --max-output 9 -k 2 cmd",
  "run --idle-timeout 2.5 --leftovers wait --events /e cmd",
  "--max-output 9 -k 1 --leftovers kill 2 cmd",
  "init cmd",
  "init --drain 1.5 --timeout 4 -v cmd",
  "init --drain 2 -k inf --rewrite ALRM:TERM --events /e cmd",
  "init --single-child --leftovers wait --stop-signals ALRM,USR1 -k 3 --expect-exit 7 cmd",
  "init --rewrite TERM:KILL --rewrite ALRM:0 --leftovers leave --report /r cmd",
  "init --drain 2 --leftovers fail -s KILL --timeout 3 cmd",
  "tini -p SIGUSR1 cmd",
  "tini -g -p SIGTERM --kill-after 3 cmd",
];

/** How many steps follow on a way, by what can still matter of it and the number of events left. */
type Known = Map<string, number>;

/** Follows every sequence of `left` more events. Returns how many steps there are. */
function walk(spec: Spec, way: Way, events: readonly Next[], left: number, known: Known): number {
  if (left === 0) return 0;
  // Many sequences lead to one state, and what follows is followed once.
  const key = left === 1 ? undefined : keyOf(way, left);
  const before = key === undefined ? undefined : known.get(key);
  if (before !== undefined) return before;
  let steps = 0;
  for (const [seconds, { event }] of events) {
    const at = (way.at + seconds * 1e6) as Instant;
    // The command wrote just now.
    const isWritten = event.type === "wrote";
    const next = follow(spec, way, isWritten ? { ...event, at, last: at } : { ...event, at });
    // No event changes a state after the end, so sequences that differ after it are one.
    const isOver = next.state.phase === "finished";
    steps += 1 + walk(spec, next, events, isOver ? Math.min(left - 1, 1) : left - 1, known);
  }
  if (key !== undefined) known.set(key, steps);
  return steps;
}

/** All of a way but how it was gone. A state is plain data, without null: its text is its own. */
function keyOf({ event: _, from: __, ...matters }: Way, left: number): string {
  return `${left} ${JSON.stringify(matters)}`;
}

function follow(spec: Spec, way: Way, event: Event): Way {
  const next = step(spec, way.state, event);
  const broken = brokenPromise(spec, way, { event, next });
  const meant = meantBy(spec, event);
  if (broken === undefined) {
    return wayAfter(way, { event: meant === "nothing" ? event : meant, next });
  }
  const events: Event[] = [event];
  for (let back: Way | undefined = way; back?.event; back = back.from) events.unshift(back.event);
  assert.fail(`${broken}: ${JSON.stringify({ command: spec.command, events, next }, null, 1)}`);
}

function beginning(spec: Spec): Way {
  const { state, actions } = start(spec);
  const [spawn] = actions;
  assert.ok(spawn?.type === "spawn");
  return {
    state,
    at: 0 as Instant,
    event: undefined,
    from: undefined,
    isSwept: false,
    isTakenOver: false,
    holds: spawn.will.staysForLeftovers,
    will: spawn.will,
  };
}

for (const call of CALLS) {
  const spec = happen.specOf(call);

  test(`${call}: ${SEQUENCE} events in every order`, () => {
    const way = follow(spec, beginning(spec), { ...happen.spawned.event, at: 0 as Instant });
    const events = isRelayed(spec) ? [...EVENTS, ...RELAYED] : EVENTS;
    assert.ok(walk(spec, way, events, SEQUENCE, new Map()) > 20_000);
  });

  test(`${call}: ${EARLY_SEQUENCE} events in every order, the spawn among them`, () => {
    walk(spec, beginning(spec), EARLY_EVENTS, EARLY_SEQUENCE, new Map());
  });
}
