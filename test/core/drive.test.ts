import assert from "node:assert/strict";
import { test } from "node:test";
import type { Host, Leaving, Tell } from "../../src/core/drive.ts";
import { driveBy } from "../../src/core/drive.ts";
import type { Event } from "../../src/core/report/event.ts";
import type { Action } from "../../src/core/run/action.ts";
import type { Spec } from "../../src/core/spec/spec.ts";
import type { Instant } from "../../src/core/values/duration.ts";
import { simulate } from "../sim/runs.ts";
import { RECIPIENTS, TRANSCRIPTS, WILLS } from "./run/rows/step.ts";
import { exitText, play, specOf, type Transcript, textOf, ZERO } from "./run/transcript.ts";

/** Each deadline that has passed makes the clock a microsecond late, as in `play`. */
const LATE = 5;

/** Plays a transcript on a host that cannot block: the actions at each row. */
function playBy([, call, ...rows]: Transcript): string[] {
  let actions: Action[] = [];
  let deadline: Instant | undefined;
  let exit: string | undefined;
  let tell: Tell = () => assert.fail("an event before the host");
  driveBy(specOf(call), (to) => {
    tell = to;
    return {
      perform: (action) => actions.push(action),
      wakeAfter: (at) => {
        deadline = at;
      },
      leave: (leaving: Leaving) => {
        exit = exitText(leaving.exit);
      },
    };
  });
  let now = 0;
  return rows.map(([seconds, { event, due }]) => {
    actions = [];
    const at = Math.max(now, ZERO + Math.round(seconds * 1e6));
    if (due && deadline === undefined) return "not asked for";
    const isAsked = deadline !== undefined && deadline >= at && deadline <= at + LATE;
    if (due && !isAsked) return `due at ${((deadline ?? 0) - ZERO) / 1e6}`;
    now = due ? (deadline ?? 0) + 1 : at;
    const wasOver = exit !== undefined;
    tell({ ...event, at: now as Instant } as Event);
    const does = textOf(actions);
    return exit === undefined || wasOver ? does : [does, exit].filter(Boolean).join(", ");
  });
}

test("a host that cannot block gets the actions of every transcript", () => {
  for (const transcript of [...TRANSCRIPTS, ...WILLS, ...RECIPIENTS]) {
    assert.deepEqual(playBy(transcript), play(transcript), `${transcript[1]}: ${transcript[0]}`);
  }
});

/** Runs the simulated kernel by a host that cannot block. */
function driveByEvents(spec: Spec, kernel: Host): Leaving {
  let left: Leaving | undefined;
  let deadline: Instant | undefined;
  let tell: Tell = () => undefined;
  driveBy(spec, (to) => {
    tell = to;
    return {
      perform: kernel.perform,
      wakeAfter: (at) => {
        deadline = at;
      },
      leave: (leaving) => {
        left = leaving;
      },
    };
  });
  while (left === undefined) tell(kernel.wait(deadline));
  return left;
}

test("2000 simulated runs go the same way on a host that cannot block", () => {
  for (let seed = 0; seed < 2000; seed++) {
    const run = simulate(seed, driveByEvents);
    assert.equal(run.broken, undefined, `CURFEW_SEED=${seed}`);
    assert.deepEqual(run, simulate(seed), `CURFEW_SEED=${seed}`);
  }
});

test("what is told while an action is performed comes after the other actions, in its order", () => {
  const happened: string[] = [];
  driveBy(specOf("run --timeout 5s cmd"), (tell) => ({
    perform: (action) => {
      happened.push(action.type);
      if (action.type !== "spawn") return;
      const holding = { mechanism: "subreaper", reasons: [], limits: [] } as const;
      tell({ type: "spawned", at: 1 as Instant, holding });
      tell({ type: "cancelled", at: 2 as Instant });
      happened.push("spawn performed");
    },
    wakeAfter: (at) => happened.push(`wake after ${at}`),
    leave: () => assert.fail("the run is not over"),
  }));
  const [spawn, performed, ...then] = happened;
  assert.deepEqual([spawn, performed], ["spawn", "spawn performed"]);
  assert.ok(then.includes("kill"));
  assert.equal(happened.filter((one) => one.startsWith("wake after")).length, 1);
});

test("after the end no event has an effect", () => {
  let isOver = false;
  let tell: Tell = () => undefined;
  driveBy(specOf("run cmd"), (to) => {
    tell = to;
    return {
      perform: () => assert.equal(isOver, false),
      wakeAfter: () => assert.equal(isOver, false),
      leave: () => {
        assert.equal(isOver, false);
        isOver = true;
      },
    };
  });
  const error = { kind: "spawn", code: "not_found", command: "cmd", errno: "ENOENT" } as const;
  tell({ type: "spawn-failed", at: 1 as Instant, error });
  assert.equal(isOver, true);
  tell({ type: "cancelled", at: 2 as Instant });
  tell({ type: "spawn-failed", at: 3 as Instant, error });
});
