// `curfew kill` of a process that answers its signal by starting another one, and ends: what it has
// started ends, too. Where it was too quick for any look, what lives is named.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { alone, endNamed, kill, marked, publicFolder, standing } from "./kill-command.ts";
import { endOfRun } from "./run.ts";

const TIMES = 5;
const NOWHERE = "</dev/null >/dev/null 2>&1";
const FOLDER = publicFolder();
const SHELL = alone(FOLDER, "sh", "/bin/sh");
const IDLES = alone(FOLDER, "idles", child("idles"));

/** What a handler starts. */
const STARTS: readonly (readonly [name: string, line: string])[] = [
  ["a child", `${IDLES} &`],
  ["one that writes elsewhere", `nohup ${IDLES} ${NOWHERE} &`],
  ["one that leaves the session", `setsid ${IDLES} ${NOWHERE} &`],
  ["one whose parent ends first", `(${IDLES} ${NOWHERE} &);`],
  ["a daemon", `(setsid ${IDLES} ${NOWHERE} &);`],
];

/** Obeys SIGTERM after what it does first. */
function handler(line: string, end: string): readonly string[] {
  return [SHELL, "-c", `trap '${line} ${end}' TERM; ${IDLES} & echo ready $$; wait; wait`];
}

function handlers(binary: Binary): void {
  const markOf = (name: string) => `${process.pid}-${binary.name}-${name.replaceAll(" ", "-")}`;
  for (const [name, line] of STARTS) {
    // A process that starts it in between may be too quick for any look.
    const isInBetween = line.startsWith("(");
    const slowly = isInBetween ? () => undefined : test;
    slowly(`its handler starts ${name}, and takes its time: it ends with it`, async () => {
      const mark = markOf(name);
      const [running, pid] = await standing(handler(line, "sleep 0.3; exit 3"), mark);
      const end = await kill(binary, ["--kill-after", "20s", pid]);
      assert.deepEqual([end.stdout, endOfRun(end)], [`${pid} graceful_exit\n`, "0"]);
      assert.deepEqual(marked(mark), []);
      assert.equal(endOfRun(await running.ended), "3");
    });

    test(`its handler starts ${name} and ends at once: that ends, or is named`, async () => {
      for (let times = 0; times < TIMES; times++) {
        const mark = markOf(`${name} at once ${times}`);
        const [running, pid] = await standing(handler(line, "exit 3"), mark);
        const end = await kill(binary, ["--kill-after", "1s", pid]);
        if (endOfRun(end) === "0") assert.deepEqual(marked(mark), []);
        else endNamed(end, mark);
        assert.equal(endOfRun(await running.ended), "3");
      }
    });
  }
}

describe("kill: a process that starts others when it is told to end", () => {
  for (const binary of BINARIES) describe(binary.name, () => handlers(binary));
});
