// The sentences about restarts and held sockets, and when none is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generationSentence } from "../../../src/core/messages/generation-sentence.ts";
import type { ServiceAction } from "../../../src/core/reload/generations.ts";
import { serviceDeadlineOf } from "../../../src/core/reload/generations.ts";
import { startService, stepService } from "../../../src/core/reload/service.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import * as run from "../run/transcript.ts";
import { type Course, RESTARTS } from "./rows/restarts.ts";
import { timed } from "./transcript.ts";

/** Plays a course, with every deadline that comes due in between: the sentences. */
function sentencesOf({ call, course }: Course): readonly string[] {
  const spec = run.specOf(call);
  const first = startService(spec);
  let state = first.state;
  const said = textsOf(first.actions);
  for (const [seconds, { what }] of course) {
    const at = (run.ZERO + Math.round(seconds * 1e6)) as Instant;
    for (let due = serviceDeadlineOf(state); due !== undefined && due < at; ) {
      const woken = stepService(spec, state, { type: "deadline", at: (due + 1) as Instant });
      state = woken.state;
      said.push(...textsOf(woken.actions));
      due = serviceDeadlineOf(state);
    }
    const next = stepService(spec, state, timed(what, at));
    state = next.state;
    said.push(...textsOf(next.actions));
  }
  return said;
}

function textsOf(actions: readonly ServiceAction[]): string[] {
  return actions.flatMap((action) => {
    if (action.type !== "say") return [];
    const { message } = action;
    const isTold = message.kind === "restarted" || message.kind === "sockets-unused";
    return isTold ? [generationSentence(message, true)] : [];
  });
}

for (const course of RESTARTS) {
  test(`${course.call}: ${course.name}`, () => {
    assert.deepEqual(sentencesOf(course), course.says);
  });
}
