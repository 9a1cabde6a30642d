import assert from "node:assert/strict";
import { test } from "node:test";
import type { Part } from "../../../src/core/look/parts.ts";
import { formatPart, parseParts, snapshotsOf } from "../../../src/core/look/parts.ts";
import type { Duration } from "../../../src/core/values/duration.ts";

const STAT = "7 (sh) S 5 6 7 0 -1 4194560 98 0 0 0 11 12 0 0 20 0 1 0 300 2514944 231 1\n";
const CLOCK = { sinceBoot: 5_000_000, tick: 10_000 };

const PARTS: readonly Part[] = [
  { part: "words", cmdline: "sh\0-c\0é\udcff\0", unread: [] },
  {
    part: "wait",
    systemCall: "read",
    waitsFor: { kind: "pipe_read", path: "pipe:[1]" },
    isWaitingForInput: true,
    unread: [],
  },
  {
    part: "files",
    listening: ["[::]:80"],
    waitsFor: { kind: "pipe_read", path: "pipe:[1]", peers: [{ pid: 8, command: "cat" }] },
    unread: [],
  },
  { part: "user", uid: 1000, unread: [] },
  { part: "time", waitTime: 1_500_000 as Duration, unread: [] },
];

const TOLD = PARTS.map((part) => formatPart(7, part)).join("");

test("a process of which all was told", () => {
  assert.deepEqual(snapshotsOf([STAT], TOLD, CLOCK, "slow"), [
    {
      pid: 7,
      command: "sh",
      parent: 5,
      startTime: 300,
      uid: 1000,
      commandLine: ["sh", "-c", "é\udcff"],
      isCommandLineCut: false,
      state: "S",
      cpuTime: 230_000,
      age: 2_000_000,
      waitTime: 1_500_000,
      systemCall: "read",
      waitsFor: { kind: "pipe_read", path: "pipe:[1]", peers: [{ pid: 8, command: "cat" }] },
      isWaitingForInput: true,
      listening: ["[::]:80"],
      unread: [],
    },
  ]);
});

test("what there was no time for is said, wherever the text ends", () => {
  for (let end = 0; end <= TOLD.length; end += 1) {
    const [process] = snapshotsOf([STAT], TOLD.slice(0, end), CLOCK, "slow");
    const known = TOLD.slice(0, end).split("\n").length - 1;
    const missing = ["command_line", "syscall", "waits_for", "listening", "uid"];
    // No kernel has to tell the last part.
    const skipped = [0, 1, 3, 4, 5, 5][known] ?? 0;
    const expected = missing.slice(skipped).map((what) => ({ what, why: "slow" }));
    assert.deepEqual(process?.unread, expected);
  }
});

test("a reason that was told stands beside the rest", () => {
  const part: Part = { part: "words", unread: [{ what: "command_line", why: "EACCES" }] };
  const [process] = snapshotsOf([STAT], formatPart(7, part), CLOCK, "EAGAIN");
  assert.deepEqual(process?.unread[0], { what: "command_line", why: "EACCES" });
  assert.deepEqual(new Set(process?.unread.slice(1).map(({ why }) => why)), new Set(["EAGAIN"]));
});

test("a first thread that has ended is no process that has, as long as there are others", () => {
  const seen = (threads: number) => {
    const stat = STAT.replace(" S ", " Z ").replace(" 20 0 1 0 ", ` 20 0 ${threads} 0 `);
    return snapshotsOf([stat], TOLD, CLOCK, "slow")[0]?.isThreadLeft;
  };
  assert.deepEqual([seen(1), seen(2)], [undefined, true]);
});

test("parts of other processes, and stats that are none", () => {
  assert.deepEqual(snapshotsOf(["", STAT.slice(0, 20)], TOLD, CLOCK, "slow"), []);
  assert.deepEqual([...parseParts(TOLD).keys()], [7]);
});

test("a process has not waited for longer than it has existed", () => {
  const seen = (waitTime: number) => {
    const part: Part = { part: "time", waitTime: waitTime as Duration, unread: [] };
    return snapshotsOf([STAT], formatPart(7, part), CLOCK, "slow")[0]?.waitTime;
  };
  assert.deepEqual([0, 2_100_000, 2_100_001].map(seen), [0, 2_000_000, undefined]);
});
