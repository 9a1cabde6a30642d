import assert from "node:assert/strict";
import { test } from "node:test";
import { callOf, waitInFunction } from "../../../src/core/look/calls.ts";

test("the calls that people meet", () => {
  assert.deepEqual(callOf("read"), { on: "read", fd: 0 });
  assert.deepEqual(callOf("sendfile"), { on: "read", fd: 1 });
  assert.deepEqual(callOf("openat"), { on: "open", path: 1, folder: 0 });
  assert.deepEqual(callOf("select"), { on: "select", list: 1, count: 0 });
  assert.deepEqual(callOf("nanosleep"), { on: "itself", kind: "sleep" });
});

test("no other word is a call", () => {
  for (const name of [undefined, "", "getpid", "constructor", "toString", "__proto__"]) {
    assert.equal(callOf(name), undefined);
  }
});

/** Functions as kernels from 4.18 to 6.18 show them. */
const FUNCTIONS: readonly (readonly [name: string, kind: string | undefined])[] = [
  ["pipe_read", "pipe_read"],
  ["anon_pipe_read", "pipe_read"],
  ["pipe_wait_readable", "pipe_read"],
  ["pipe_read.isra.0", "pipe_read"],
  ["pipe_write", "pipe_write"],
  ["wait_for_partner", "fifo_open"],
  ["n_tty_read", "terminal_read"],
  ["flock_lock_inode_wait", "file_lock"],
  ["futex_wait_queue_me", "futex"],
  ["futex_do_wait", "futex"],
  ["do_wait", "child"],
  ["hrtimer_nanosleep", "sleep"],
  ["poll_schedule_timeout.constprop.0", "poll"],
  ["do_poll.constprop.0", "poll"],
  ["ep_poll", "poll"],
  ["inet_csk_accept", "accept"],
  ["unix_stream_read_generic", "socket_read"],
  ["sigsuspend", "signal"],
  ["0", undefined],
  ["", undefined],
  ["pipe_readers", undefined],
];

for (const [name, kind] of FUNCTIONS) {
  test(`the kernel's function ${name}`, () => assert.equal(waitInFunction(name), kind));
}
