import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fileKindOf,
  inodeOf,
  pidOfPidfd,
  readableInEpoll,
  readableInPoll,
  readableInSelect,
} from "../../../src/core/look/files.ts";
import { mutated, TIMES } from "./mutated.ts";

const TARGETS: readonly (readonly [target: string, kind: string])[] = [
  ["pipe:[123]", "pipe"],
  ["socket:[123]", "socket"],
  ["anon_inode:[eventpoll]", "epoll"],
  ["anon_inode:[eventfd]", "inner"],
  ["anon_inode:inotify", "inner"],
  ["pidfd:[4]", "inner"],
  ["/dev/pts/3", "terminal"],
  ["/dev/pts/3 (deleted)", "terminal"],
  ["/dev/tty", "terminal"],
  ["/dev/ttyS0", "terminal"],
  ["/dev/console", "terminal"],
  ["/dev/null", "path"],
  ["/srv/pipe:[123]", "path"],
  ["/dev/pts/ptmx", "path"],
  ["/tmp/dev/tty", "path"],
  ["", "path"],
];

for (const [target, kind] of TARGETS) {
  test(`${target} is a ${kind}`, () => assert.equal(fileKindOf(target), kind));
}

test("the numbers of pipes and sockets", () => {
  assert.deepEqual(["pipe:[12]", "socket:[7]", "/pipe:[1]"].map(inodeOf), [12, 7, undefined]);
});

test("the process of a pidfd", () => {
  assert.equal(pidOfPidfd("pos:\t0\nflags:\t02\nPid:\t4711\nNSpid:\t4711\n"), 4711);
  assert.equal(pidOfPidfd("pos:\t0\nPid:\t-1\n"), undefined);
});

const EPOLL = `pos:\t0
flags:\t02
tfd:        0 events: 40000019 data: 0  pos:0 ino:5 sdev:d
tfd:        9 events:        4 data: 9  pos:0 ino:6 sdev:d
tfd:       13 events:        1 data: d  pos:0 ino:7 sdev:d
`;

test("what an epoll instance waits for to be readable", () => {
  assert.deepEqual(readableInEpoll(EPOLL), [0, 13]);
  for (const text of mutated(EPOLL, TIMES)) {
    assert.ok(readableInEpoll(text).every((fd) => fd >= 0));
  }
});

test("an array of pollfd", () => {
  const bytes = [3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0, 5];
  assert.deepEqual(readableInPoll(bytes), [3]);
});

test("an fd_set", () => {
  assert.deepEqual(readableInSelect([0b1001, 0b10, 0, 0], 10), [0, 3, 9]);
  assert.deepEqual(readableInSelect([0b1001], 3), [0]);
  assert.deepEqual(readableInSelect([], 1024), []);
});
