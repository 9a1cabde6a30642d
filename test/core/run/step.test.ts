import assert from "node:assert/strict";
import { test } from "node:test";
import { deadlineOf } from "../../../src/core/run/state.ts";
import { start } from "../../../src/core/run/step.ts";
import { SIGNALS } from "../../../src/core/values/signal.ts";
import { RECIPIENTS, TRANSCRIPTS, WILLS } from "./rows/step.ts";
import {
  died,
  exited,
  play,
  type Shows,
  signal,
  spawned,
  specOf,
  stopped,
  type Transcript,
  textOf,
} from "./transcript.ts";

/** Times and events stand beside the actions, so that a failure reads as a transcript. */
function check(transcript: Transcript, shows: Shows): void {
  const [name, call, ...rows] = transcript;
  test(`${call}: ${name}`, () => {
    const done = play(transcript, shows);
    const shown = (does: (index: number) => string | undefined) =>
      rows.map(([seconds, { event }], index) => [seconds, event, does(index)]);
    assert.deepEqual(
      shown((index) => done[index]),
      shown((index) => rows[index]?.[2]),
    );
  });
}

for (const transcript of TRANSCRIPTS) check(transcript, "acts");
for (const transcript of WILLS) check(transcript, "wills");
for (const transcript of RECIPIENTS) check(transcript, "recipients");

test("no two courses are the same", () => {
  const texts = [...TRANSCRIPTS, ...WILLS].map(([, ...course]) => JSON.stringify(course));
  assert.deepEqual(
    texts.filter((text, index) => texts.indexOf(text) !== index),
    [],
  );
});

test("a report lists the first hundred stops; a later one still counts as a stop", () => {
  const stops = Array.from({ length: 150 }, (_, n) => [n + 1, stopped("SIGTSTP"), ""] as const);
  const rows = [[0, spawned, ""] as const, ...stops];
  const end = [151, signal("SIGTERM"), ""] as const;
  const done = play(["", "-f --report /r 0 cmd", ...rows, end, [152, exited(0), ""]]);
  // Under -f only a command that is known to be stopped is continued.
  assert.equal(done.at(-2), "kill child SIGTERM, kill child SIGCONT");
  const listed = done
    .at(-1)
    ?.split(" ")
    .filter((word) => word.startsWith("stop:"));
  assert.deepEqual(
    listed,
    stops.slice(0, 100).map(([seconds]) => `stop:SIGTSTP@${seconds}`),
  );
});

/** SIGKILL and SIGSTOP cannot be caught, SIGCHLD is the end of a child, and 0 is none. */
const UNFORWARDED = ["SIG0", "SIGKILL", "SIGSTOP", "SIGCHLD"];
const CLOCKED = ["SIGTERM", "SIGINT"];

test("init forwards every signal that can be caught, at any time, to the right processes", () => {
  for (const [call, target] of [
    ["init cmd", "group"],
    ["init --single-child cmd", "child"],
    ["init -v cmd", "group"],
  ] as const) {
    for (const one of SIGNALS) {
      const said = call === "init -v cmd" ? `, say killing ${one}` : "";
      const wake = CLOCKED.includes(one) ? `, wake ${target}` : "";
      const does = UNFORWARDED.includes(one) ? "" : `kill ${target} ${one}${wake}${said}`;
      const sends = [1, 2, 3].map((at) => [at, signal(one), does] as const);
      const [, ...done] = play(["", call, [0, spawned, ""], ...sends]);
      assert.deepEqual(done, [does, does, does], `${call}, ${one}`);
    }
  }
});

test("init exits with every code as the command did, and with 128 + N for every death", () => {
  for (let code = 0; code < 256; code++) {
    const done = play(["", "init cmd", [0, spawned, ""], [1, exited(code), ""]]);
    assert.equal(done[1], `exit ${code}`);
  }
  for (const [number, one] of SIGNALS.entries()) {
    const done = play(["", "init cmd", [0, spawned, ""], [1, died(one), ""]]);
    assert.equal(done[1], `exit ${128 + number}`);
  }
});

test("a run begins with the spawn, and waits for the answer without a deadline", () => {
  const { state, actions } = start(specOf("5 cmd"));
  assert.deepEqual(
    actions.map(({ type }) => type),
    ["spawn"],
  );
  assert.equal(deadlineOf(state), undefined);
  assert.equal(textOf(actions), "spawn SIGTERM sweep 5 signal@7 sweep@10.5");
});
