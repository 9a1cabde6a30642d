import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { errnoName, strerrorText } from "../../../src/core/values/errno.ts";
import { SIGNALS } from "../../../src/core/values/signal.ts";
import { signalText } from "../../../src/core/values/signal-text.ts";

test("a signal has the words of strsignal(3)", () => {
  assert.equal(signalText("SIGTERM"), "Terminated");
  assert.equal(signalText("SIGSYS"), "Bad system call");
  assert.equal(signalText("SIGRTMIN"), "Real-time signal 0");
  assert.equal(signalText("SIGRTMAX"), "Real-time signal 30");
  assert.equal(signalText("SIG32"), "32");
});

const SCRIPT = `
import os, platform, signal
if platform.libc_ver()[0] == "glibc":
    for n in range(140): print(os.strerror(n))
    for n in range(1, 65): print(signal.strsignal(n))
`;
const { stdout } = spawnSync("python3", ["-c", SCRIPT], {
  encoding: "utf8",
  env: { ...process.env, LC_ALL: "C" },
});
const theirs = (stdout ?? "").trim().split("\n");

test("the C library says the same of every error and every signal that has a name", {
  skip: theirs.length < 200 && "no Python with the GNU C library here",
}, () => {
  for (const [errno, text] of theirs.slice(0, 140).entries()) {
    const name = errnoName(errno);
    if (name !== `E${errno}`) assert.equal(strerrorText(name), text);
  }
  for (const [number, signal] of SIGNALS.entries()) {
    const hasName = number > 0 && number !== 32 && number !== 33;
    if (hasName) assert.equal(signalText(signal), theirs[140 + number - 1]);
  }
});

test("an error without a name has its number", () => {
  assert.equal(strerrorText("E115"), "Unknown error 115");
});
