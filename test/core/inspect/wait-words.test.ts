import assert from "node:assert/strict";
import { test } from "node:test";
import { listeningWords, unreadWords, waitWords } from "../../../src/core/inspect/wait-words.ts";
import type { ProcessSnapshot, Wait } from "../../../src/core/spec/process-snapshot.ts";
import { WAIT_MEANINGS } from "../../../src/core/spec/process-snapshot.ts";
import { processOf } from "./snapshots.ts";

const peers = [{ pid: 7, command: "a" }];
const three = [...peers, { pid: 8, command: "b" }, { pid: 9, command: "c" }];
const address = "10.0.0.1:80";

const ROWS: readonly [wait: Wait, words: string][] = [
  [
    { kind: "fifo_open", path: "/tmp/x" },
    "waits to open the FIFO '/tmp/x' (its other end is not open)",
  ],
  [
    { kind: "fifo_open", path: "/tmp/x", peers },
    "waits to open the FIFO '/tmp/x' (7 'a' has the other end)",
  ],
  [{ kind: "fifo_open" }, "waits to open the FIFO (its other end is not open)"],
  [{ kind: "pipe_read", path: "pipe:[5]", peers }, "reads a pipe that 7 'a' can write to"],
  [{ kind: "pipe_read", peers: three }, "reads a pipe that 7 'a', 8 'b' and 1 more can write to"],
  [{ kind: "pipe_read", path: "/tmp/x", peers }, "reads the FIFO '/tmp/x' that 7 'a' can write to"],
  [{ kind: "pipe_read" }, "waits for data from a pipe"],
  [
    { kind: "pipe_write", path: "pipe:[5]", peers },
    "writes to a full pipe that 7 'a' does not read",
  ],
  [{ kind: "pipe_write", path: "/tmp/x" }, "writes to the full FIFO '/tmp/x'"],
  [{ kind: "terminal_read", path: "/dev/pts/1" }, "waits for input from the terminal '/dev/pts/1'"],
  [{ kind: "terminal_read" }, "waits for input from the terminal"],
  [{ kind: "terminal_write" }, "writes to the terminal, which takes nothing"],
  [{ kind: "file_lock", path: "/a", peers }, "waits for a lock of the file '/a', held by 7 'a'"],
  [{ kind: "file_lock" }, "waits for a lock of a file"],
  [{ kind: "futex" }, "waits for another thread or process (futex)"],
  [{ kind: "futex", peers }, "waits for 7 'a' (futex)"],
  [{ kind: "connect", address }, "waits for the connection to 10.0.0.1:80"],
  [{ kind: "accept", address }, "listens on 10.0.0.1:80 and waits for a client"],
  [{ kind: "accept" }, "listens on a socket and waits for a client"],
  [{ kind: "socket_read", address }, "waits for data from 10.0.0.1:80"],
  [{ kind: "socket_read", address, peers }, "waits for data from 10.0.0.1:80, 7 'a'"],
  [{ kind: "socket_read", peers }, "waits for data from 7 'a'"],
  [{ kind: "socket_read" }, "waits for data from a socket"],
  [{ kind: "socket_write", address }, "writes to 10.0.0.1:80, which takes nothing"],
  [{ kind: "child", peers }, "waits for its child 7 'a'"],
  [{ kind: "child", peers: three.slice(0, 2) }, "waits for its children 7 'a', 8 'b'"],
  [{ kind: "child" }, "waits for a child"],
  [{ kind: "sleep" }, "sleeps"],
  [{ kind: "poll" }, "waits for events (poll)"],
  [{ kind: "disk" }, "waits for a disk or a file system"],
  [{ kind: "disk", path: "/mnt/x" }, "waits for a disk or a file system at '/mnt/x'"],
  [{ kind: "frozen" }, "is frozen by its cgroup"],
  [{ kind: "stopped" }, "is stopped by a signal"],
  [{ kind: "traced", peers }, "is stopped by a debugger, 7 'a'"],
  [{ kind: "zombie" }, "has exited; its parent has not waited for it"],
  [{ kind: "signal" }, "waits for a signal"],
  [{ kind: "running" }, "runs"],
];

for (const [waitsFor, words] of ROWS) {
  test(`waiting: ${words}`, () => {
    assert.equal(waitWords(processOf({ waitsFor }), true), words);
  });
}

test("each kind of waiting has a row", () => {
  const kinds = new Set(ROWS.map(([{ kind }]) => kind));
  assert.deepEqual([...kinds].sort(), Object.keys(WAIT_MEANINGS).sort());
});

test("input that the run was not given is told", () => {
  const words = (waitsFor: Wait) =>
    waitWords(processOf({ waitsFor, isWaitingForInput: true }), true);
  assert.equal(words({ kind: "terminal_read" }), "waits for input from the terminal");
  assert.equal(
    words({ kind: "pipe_read" }),
    "waits for data from a pipe (standard input of the run)",
  );
});

test("where no cause was seen, the system call and the state are told", () => {
  const words = (given: Partial<ProcessSnapshot>) => waitWords(processOf(given), true);
  assert.equal(words({ systemCall: "ioctl" }), "is in the system call ioctl");
  assert.equal(words({ state: "D" }), "waits for a disk or a file system");
  assert.equal(words({ state: "T" }), "is stopped by a signal");
  assert.equal(words({ state: "Z" }), "has exited; its parent has not waited for it");
  assert.equal(words({ state: "S" }), "");
  assert.equal(words({ state: "\n" }), "");
});

test("what a process has chosen is quoted and bounded", () => {
  const evil = [{ pid: 7, command: "\u001b[2J\n\u202e" }];
  const words = waitWords(processOf({ waitsFor: { kind: "child", peers: evil } }), true);
  assert.equal(words, "waits for its child 7 '\\033[2J\\n'...");
  const path = `/${"x".repeat(100)}\n`;
  const opened = waitWords(processOf({ waitsFor: { kind: "fifo_open", path } }), true);
  assert.match(opened, /^waits to open the FIFO \.\.\.'x{37}\\n' \(its/);
});

test("addresses that a process listens on, at most two, and not twice", () => {
  const words = (...listening: string[]) => listeningWords(processOf({ listening }), true);
  assert.equal(words(), "");
  assert.equal(words("[::]:80"), "listens on [::]:80");
  assert.equal(words("a:1", "b:2"), "listens on a:1, b:2");
  assert.equal(words("a:1", "b:2", "c:3", "d:4"), "listens on a:1, b:2 and 2 more");
  assert.equal(words("unix:\n"), "listens on unix:\\n");
  const waitsFor = { kind: "accept", address } as const;
  assert.equal(listeningWords(processOf({ waitsFor, listening: [address] }), true), "");
});

test("what could not be read is told with the reason", () => {
  const unread = [
    { what: "waits_for", why: "EACCES" },
    { what: "listening", why: "EACCES" },
    { what: "uid", why: "slow" },
  ] as const;
  const words = unreadWords(processOf({ unread }), true);
  assert.equal(words, "not known (EACCES): what it waits for, what it listens on");
  assert.equal(unreadWords(processOf(), true), "");
});
