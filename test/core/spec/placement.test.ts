// Where a command runs: what `auto`, `job` and `terminal` mean in which surroundings.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FORWARD_ALONE,
  INIT_DEFAULTS,
  RUN_DEFAULTS,
  TIMEOUT_DEFAULTS,
} from "../../../src/core/spec/defaults.ts";
import type { Surroundings } from "../../../src/core/spec/placement.ts";
import { needsTerminal, placed } from "../../../src/core/spec/placement.ts";
import type { Fields, Spec } from "../../../src/core/spec/spec.ts";

const PLAIN: Surroundings = { isInit: false, hasTerminal: false, leadsSession: false };
const AT_TERMINAL: Surroundings = { ...PLAIN, hasTerminal: true };
const INIT: Surroundings = { ...PLAIN, isInit: true };
const CONTAINER: Surroundings = { isInit: true, hasTerminal: true, leadsSession: true };
const JOINED: Surroundings = { ...CONTAINER, leadsSession: false };

const spec = (defaults: Fields, fields: Partial<Fields> = {}): Spec => ({
  ...defaults,
  ...fields,
  command: ["a"],
});

/** Surroundings, what was wished, and the group and what a stop means there. */
const PLACES: readonly (readonly [name: string, Surroundings, Spec, expected: string])[] = [
  ["timeout leads a group", AT_TERMINAL, spec(TIMEOUT_DEFAULTS), "own ignore"],
  ["run, without a terminal", PLAIN, spec(RUN_DEFAULTS), "alone auto"],
  ["run, at one", AT_TERMINAL, spec(RUN_DEFAULTS), "caller auto"],
  [
    "a group that shall hold the command is not the caller's",
    AT_TERMINAL,
    spec(RUN_DEFAULTS, { containment: "group" }),
    "own auto",
  ],
  [
    "nor where the caller's was asked for",
    PLAIN,
    spec(RUN_DEFAULTS, { containment: "group", group: "caller" }),
    "own auto",
  ],
  ["the caller's group", PLAIN, spec(RUN_DEFAULTS, { group: "caller" }), "caller auto"],
  ["a group of its own", AT_TERMINAL, spec(RUN_DEFAULTS, { group: "alone" }), "alone auto"],
  ["a session", AT_TERMINAL, spec(RUN_DEFAULTS, { group: "session" }), "session auto"],
  ["a session with the terminal", PLAIN, spec(RUN_DEFAULTS, { group: "terminal" }), "session auto"],
  [
    "a terminal of its own is that of a session of its own",
    AT_TERMINAL,
    spec(RUN_DEFAULTS, { pty: true, group: "caller" }),
    "session auto",
  ],
  [
    "under init, too",
    CONTAINER,
    spec(INIT_DEFAULTS, { pty: true, containment: "group" }),
    "session auto",
  ],
  ["init, without a terminal", PLAIN, spec(INIT_DEFAULTS), "command auto"],
  ["init, at one", AT_TERMINAL, spec(INIT_DEFAULTS), "caller auto"],
  ["init as PID 1, without a terminal", INIT, spec(INIT_DEFAULTS), "command auto"],
  ["init as PID 1, with one: it is handed over", CONTAINER, spec(INIT_DEFAULTS), "session auto"],
  ["PID 1 that leads no session cannot stop", JOINED, spec(INIT_DEFAULTS), "caller ignore"],
  [
    "nor can PID 1 that replaces its command",
    CONTAINER,
    spec(INIT_DEFAULTS, { reloadSignal: "SIGHUP" }),
    "caller ignore",
  ],
  ["run as PID 1, at a terminal", CONTAINER, spec(RUN_DEFAULTS), "caller ignore"],
  [
    "what a stop means stays where it was asked for",
    JOINED,
    spec(INIT_DEFAULTS, { onStop: "report" }),
    "caller report",
  ],
];

for (const [name, surroundings, given, expected] of PLACES) {
  test(name, () => {
    const { group, onStop } = placed(given, surroundings);
    assert.equal(`${group} ${onStop}`, expected);
  });
}

test("a command that is signalled alone gets CONT by curfew", () => {
  assert.equal(placed(spec(RUN_DEFAULTS), PLAIN).forward, FORWARD_ALONE);
  assert.equal(placed(spec(RUN_DEFAULTS, { group: "alone" }), PLAIN).forward, FORWARD_ALONE);
  assert.equal(placed(spec(RUN_DEFAULTS), AT_TERMINAL).forward, RUN_DEFAULTS.forward);
});

test("at a terminal of its own the command gets CONT by curfew, besides what it gets", () => {
  assert.equal(placed(spec(RUN_DEFAULTS, { pty: true }), PLAIN).forward, FORWARD_ALONE);
  const forward = new Set(["SIGTERM"] as const);
  const given = placed(spec(RUN_DEFAULTS, { pty: true, forward }), PLAIN).forward;
  assert.deepEqual([...given], ["SIGTERM", "SIGCONT"]);
});

test("PID 1 has a grace period of its own", () => {
  const { killAfterAsPid1 } = INIT_DEFAULTS;
  assert.equal(placed(spec(INIT_DEFAULTS), INIT).killAfterStopSignal, killAfterAsPid1);
  assert.equal(placed(spec(INIT_DEFAULTS), PLAIN).killAfterStopSignal, undefined);
});

test("what a run asks for is not copied, whatever changes", () => {
  for (const defaults of [TIMEOUT_DEFAULTS, RUN_DEFAULTS, INIT_DEFAULTS]) {
    const given = spec(defaults);
    assert.equal(placed(given, PLAIN), given);
  }
});

/** Whether the terminal is asked for. */
const TERMINALS: readonly (readonly [Fields, Partial<Fields>, expected: boolean])[] = [
  [TIMEOUT_DEFAULTS, {}, false],
  [TIMEOUT_DEFAULTS, { group: "caller" }, false],
  [RUN_DEFAULTS, {}, true],
  [RUN_DEFAULTS, { group: "alone" }, true],
  [RUN_DEFAULTS, { group: "caller" }, true],
  [RUN_DEFAULTS, { group: "caller", containment: "group" }, false],
  [RUN_DEFAULTS, { group: "caller", restoreTerminal: "never" }, false],
  [RUN_DEFAULTS, { group: "session" }, false],
  [RUN_DEFAULTS, { group: "session", pty: true }, true],
  [RUN_DEFAULTS, { group: "terminal", restoreTerminal: "never" }, true],
  [INIT_DEFAULTS, {}, true],
  [INIT_DEFAULTS, { group: "command" }, false],
];

test("the terminal is asked for where it matters", () => {
  const answers = TERMINALS.map(([defaults, fields]) => needsTerminal(spec(defaults, fields)));
  assert.deepEqual(
    answers,
    TERMINALS.map(([, , expected]) => expected),
  );
});
