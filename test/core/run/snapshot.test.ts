import assert from "node:assert/strict";
import { test } from "node:test";
import { sentence } from "../../../src/core/messages/messages.ts";
import type { Event } from "../../../src/core/report/event.ts";
import { afterSnapshot, wantsSnapshot } from "../../../src/core/run/snapshot.ts";
import type { State } from "../../../src/core/run/state.ts";
import { start, step } from "../../../src/core/run/step.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { treeOf } from "../inspect/snapshots.ts";
import { specOf } from "./transcript.ts";

const SECOND = 1_000_000;

function at(seconds: number): Instant {
  return (seconds * SECOND) as Instant;
}

const HOLDING = { mechanism: "subreaper", reasons: [], limits: [] } as const;

/** The state of a run that was spawned at 0 s, after some events. */
function stateAfter(line: string, ...events: readonly Event[]): State {
  const spec = specOf(line);
  const spawned: Event = { type: "spawned", at: at(0), holding: HOLDING };
  return [spawned, ...events].reduce<State>(
    (state, event) => step(spec, state, event).state,
    start(spec).state,
  );
}

const deadline = (seconds: number) => ({ type: "deadline", at: at(seconds) }) as const;
const excess: Event = { type: "output-limit", at: at(1) };
const term: Event = { type: "signal", at: at(1), signal: "SIGTERM" };
const exited: Event = {
  type: "exited",
  at: at(1),
  pid: 7,
  status: { kind: "exited", code: 0 },
  usage: undefined,
  proof: undefined,
  leftovers: [{ pid: 8, command: "sleep" }],
};

/** A command line, what has happened, what happens next, and whether the tree is looked at. */
const ROWS: readonly (readonly [
  line: string,
  before: readonly Event[],
  event: Event,
  is: boolean,
])[] = [
  ["run --timeout 5s cmd", [], deadline(6), true],
  ["run --timeout 5s -s KILL cmd", [], deadline(6), true],
  ["run --timeout 5s cmd", [], deadline(4), false],
  ["run --timeout 5s cmd", [], term, false],
  ["run --timeout 5s cmd", [], { type: "cancelled", at: at(6) }, false],
  ["run --timeout 5s cmd", [], { type: "caller-gone", at: at(6) }, false],
  ["run --idle-timeout 5s cmd", [], deadline(6), true],
  ["run --max-output 5 cmd", [], excess, true],
  ["run --timeout 5s cmd", [term], deadline(6), false],
  ["run --timeout 5s cmd", [deadline(6)], deadline(12), false],
  ["run --timeout 5s --leftovers wait cmd", [exited], deadline(6), true],
  ["run --max-output 5 --leftovers wait cmd", [exited], excess, true],
  ["run --timeout 5s cmd", [exited], deadline(6), false],
  ["run cmd", [], deadline(6), false],
  ["init --timeout 5s cmd", [], deadline(6), true],
  ["5s cmd", [], deadline(6), false],
  ["--report /r 5s cmd", [], deadline(6), true],
  ["--events /r 5s cmd", [], deadline(6), true],
];

for (const [line, before, event, is] of ROWS) {
  const words = [...before, event].map(({ type }) => type).join(", ");
  test(`${line}: ${words} at ${event.at / SECOND} s`, () => {
    assert.equal(wantsSnapshot(specOf(line), stateAfter(line, ...before), event), is);
  });
}

const TREE = treeOf([]);

test("the host looks only where that is wanted, and an event without a tree stays as it is", () => {
  const line = "run --timeout 5s cmd";
  const [spec, state] = [specOf(line), stateAfter(line)];
  const late = deadline(6);
  assert.deepEqual(
    afterSnapshot(spec, state, late, () => TREE),
    { ...late, tree: TREE },
  );
  assert.equal(
    afterSnapshot(spec, state, late, () => undefined),
    late,
  );
  assert.equal(afterSnapshot(spec, state, late, undefined), late);
  const early = deadline(4);
  assert.equal(
    afterSnapshot(spec, state, early, () => assert.fail("it was not asked for")),
    early,
  );
});

test("a tree stays with the run until its report", () => {
  const line = "run --timeout 5s --report /r cmd";
  const late: Event = { type: "deadline", at: at(6), tree: TREE };
  const state = stateAfter(line, late);
  assert.ok("run" in state && state.run.tree === TREE);
  const gone: Event = { ...exited, at: at(7), leftovers: [] };
  const last = step(specOf(line), state, { ...gone, proof: "echild" } as Event);
  const report = last.actions.find((action) => action.type === "report");
  assert.equal(report?.report.tree, TREE);
});

test("a look is interpreted after the signal that it precedes", () => {
  for (const line of ["run --timeout 5 cmd", "run --timeout 5 --events e cmd"]) {
    let isInterpreted = false;
    const { processes, ...tree } = treeOf([]);
    const event: Event = {
      ...deadline(5.1),
      tree: {
        ...tree,
        get processes() {
          isInterpreted = true;
          return processes;
        },
      },
    };
    const { actions } = step(specOf(line), stateAfter(line), event);
    const index = actions.findIndex(({ type }) => type === "kill");
    assert.ok(index >= 0 && !isInterpreted, line);
    const said = actions.slice(index).find((action) => action.type === "say");
    assert.ok(said?.type === "say" && sentence(said.message, true) !== "" && isInterpreted, line);
  }
});
