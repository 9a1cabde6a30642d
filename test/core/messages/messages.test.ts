import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Message } from "../../../src/core/messages/messages.ts";
import { formatMessage } from "../../../src/core/messages/messages.ts";
import type { Survivor } from "../../../src/core/spec/tree.ts";
import { MESSAGES } from "./rows/messages.ts";

const C = { name: "timeout", utf8: false };

for (const [cites, message, lines] of MESSAGES) {
  test(`${cites}: ${JSON.stringify(lines.split("\n")[0])}`, () => {
    assert.equal(formatMessage(C, message), lines);
  });
}

test("S7: messages begin with the name that curfew was called by, with the same quotes in every locale", () => {
  const name = "/usr/bin/timeout";
  const killing: Message = { kind: "killing", signal: "SIGTERM", command: "a" };
  assert.equal(
    formatMessage({ name, utf8: true }, killing),
    "/usr/bin/timeout: sending signal TERM to command 'a'\n",
  );
  const [, usage] = MESSAGES.find(([, { kind }]) => kind === "usage") ?? [];
  assert.ok(usage !== undefined);
  const [, second] = formatMessage({ name, utf8: true }, usage).split("\n");
  assert.equal(second, "Try '/usr/bin/timeout --help' for more information.");
});

/** All kinds of messages. The type demands a row for a new one. */
const KINDS: Readonly<Record<Message["kind"], true>> = {
  usage: true,
  spawn: true,
  killing: true,
  stopped: true,
  continued: true,
  idle: true,
  "output-limit": true,
  restarted: true,
  "sockets-unused": true,
  "output-lost": true,
  ending: true,
  ended: true,
  "ended-leftovers": true,
  "memory-limit": true,
  "cpu-limit": true,
  "guardian-late": true,
  "command-started": true,
  "command-ended": true,
  "signal-received": true,
  leaving: true,
  "dumped-core": true,
  draining: true,
  waiting: true,
  holding: true,
  reaped: true,
  generation: true,
  "limit-per-process": true,
  "call-refused": true,
  "cannot-print": true,
  "no-control": true,
  leftovers: true,
  leaked: true,
  survivors: true,
  "guardian-gone": true,
  dropped: true,
  "cannot-write": true,
  "cannot-listen": true,
  "beyond-limit": true,
  "cannot-watch": true,
  polling: true,
  "cannot-read": true,
  "config-flaw": true,
  "config-ignored": true,
  "config-unusable": true,
  "config-unread": true,
  "limit-passed": true,
  "no-stdin-end": true,
  heartbeat: true,
};

test("every kind of message has a row", () => {
  const kinds = new Set(MESSAGES.map(([, { kind }]) => kind));
  assert.deepEqual([...kinds].sort(), Object.keys(KINDS).sort());
});

test("every containment and every step of a generation has a row", () => {
  const holders = MESSAGES.flatMap(([, message]) => {
    return message.kind === "holding" ? [message.mechanism] : [];
  });
  assert.deepEqual(holders.sort(), ["cgroup", "child", "group", "pidns", "subreaper"]);
  const steps = MESSAGES.flatMap(([, message]) => {
    return message.kind === "generation" ? [message.step] : [];
  });
  const known = ["ended", "failed", "not-ready", "ready", "starting", "timed-out", "waiting"];
  assert.deepEqual(steps.sort(), known);
});

test("every reason to survive has a row", () => {
  const survivors = MESSAGES.flatMap(([, message]) => {
    return message.kind === "survivors" ? message.survivors : [];
  });
  const whys: Readonly<Record<Survivor["why"], true>> = {
    eperm: true,
    unkillable: true,
    still_forking: true,
    dying: true,
  };
  assert.deepEqual([...new Set(survivors.map(({ why }) => why))].sort(), Object.keys(whys).sort());
});

const VOICE = fc.record({ name: fc.constantFrom("timeout", "a b"), utf8: fc.boolean() });

test("S7: whatever the command is called, a message is one line; a usage error two", () => {
  fc.assert(
    fc.property(VOICE, fc.string({ unit: "binary" }), (voice, text) => {
      for (const [, message] of MESSAGES) {
        const said = formatMessage(voice, withText(message, text));
        assert.equal(said.split("\n").length, message.kind === "usage" ? 3 : 2);
        assert.ok(said.startsWith(`${voice.name}: `) && said.endsWith("\n"));
      }
    }),
  );
});

/** The same message about something that is called `text`. */
function withText(message: Message, text: string): Message {
  switch (message.kind) {
    case "usage":
      return { ...message, given: text };
    case "restarted":
      return { ...message, cause: { kind: "changed", path: text, hasOthers: false } };
    case "sockets-unused":
      return { ...message, addresses: [text], command: [text] };
    case "ending":
    case "ended":
    case "memory-limit":
    case "cpu-limit":
      return { ...message, command: text };
    case "ended-leftovers":
      return { ...message, command: text, processes: [{ pid: 1, command: text }] };
    case "leftovers":
    case "leaked":
    case "waiting":
      return { ...message, processes: [{ pid: 1, command: text }] };
    case "survivors":
      return {
        ...message,
        survivors: message.survivors.map((one) => ({ ...one, command: text })),
      };
    case "config-flaw":
    case "config-ignored":
    case "config-unusable":
    case "config-unread":
      return { ...message, file: text };
    case "dropped":
    case "cannot-write":
    case "cannot-listen":
    case "cannot-watch":
    case "cannot-read":
    case "no-control":
      return { ...message, given: text };
    case "beyond-limit":
    case "guardian-gone":
    case "limit-passed":
    case "no-stdin-end":
    case "guardian-late":
    case "dumped-core":
    case "limit-per-process":
    case "call-refused":
    case "cannot-print":
    case "idle":
    case "output-limit":
    case "output-lost":
    case "polling":
    case "draining":
    case "holding":
    case "reaped":
    case "generation":
    case "command-ended":
    case "signal-received":
    case "leaving":
      return message;
    case "heartbeat":
      return { ...message, leaf: { pid: 1, command: text } };
    case "command-started":
    case "spawn":
    case "killing":
    case "stopped":
    case "continued":
      return { ...message, command: text };
  }
}
