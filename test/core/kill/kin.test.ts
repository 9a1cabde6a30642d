// Who may come from a member that has ended, and who may not: nobody else is suspected.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Environ, Kin, Life, Outputs, Stranger } from "../../../src/core/kill/kin.ts";
import {
  ancestorOf,
  isLikeMember,
  isYoungOrphan,
  mayComeFrom,
  mayHaveLeft,
} from "../../../src/core/kill/kin.ts";

/** We are 500, started at 1000; 300 has ended, in session 200; its parent was 250. */
function kinWith(life: Life, more: Partial<Kin> = {}): Kin {
  const member = { id: 0, pid: 300, startTime: 900, command: "server", session: 200, life };
  const heirs = new Set([1, 250, 200]);
  const kin = { members: [member], heirs, parents: new Set([250]), since: 1000, own: 500 };
  return { ...kin, last: 600, hasTurned: false, ...more };
}

const STRANGER: Stranger = {
  ...{
    pid: 520,
    command: "server",
    session: 200,
    group: 201,
    parent: 1,
    parentSession: 1,
    startTime: 1000,
  },
};

const ORPHANS: readonly (readonly [
  name: string,
  stranger: Partial<Stranger>,
  isOne: boolean,
  kin?: Partial<Kin>,
])[] = [
  ["a session that its parent has not", {}, true],
  ["born before we began", { startTime: 999 }, false],
  ["below a stranger", { parent: 400 }, false],
  ["below a subreaper above", { parent: 250, parentSession: 249 }, true],
  [
    "a child like others, of who started what was asked for",
    { parent: 250, parentSession: 200 },
    false,
  ],
  ["a session of its own, below init", { session: 520 }, true],
  ["a session of its own, below another", { session: 520, parent: 250 }, false],
  [
    "below init, which started what was asked for",
    { session: 520 },
    false,
    { parents: new Set([1]) },
  ],
];

const [PIPES, OTHERS]: readonly Outputs[] = [
  ["pipe:[1]", "pipe:[2]"],
  ["pipe:[8]", "pipe:[9]"],
];
const OWN: Environ = ["A=1", "B=2", "C=3", "PWD=4"];
const SEEN: Life = { seenAt: 510, endedAt: 530, outputs: PIPES ?? [], environ: OWN };

const COMINGS: readonly (readonly [
  name: string,
  stranger: Partial<Stranger>,
  outputs: Outputs | undefined,
  may: boolean,
  kin?: Kin,
  environ?: Environ,
])[] = [
  ["born in between", { command: "x" }, PIPES, true],
  ["the last number before the end", { command: "x", pid: 530 }, PIPES, true],
  ["born when its children were seen last", { command: "x", pid: 510 }, PIPES, false],
  ["born when it had ended", { command: "x", pid: 531 }, PIPES, false],
  ["of another session", { command: "x", session: 201 }, PIPES, false],
  ["writes elsewhere", { command: "x" }, OTHERS, false],
  ["writes to one of both", { command: "x" }, ["file", "pipe:[2]"], true],
  ["writes elsewhere, with its environment", { command: "x" }, OTHERS, true, kinWith(SEEN), OWN],
  ["and with another one", { command: "x" }, OTHERS, false, kinWith(SEEN), ["A=1"]],
  ["what is hidden may be the same", { command: "x" }, [undefined, "file"], true],
  ["nothing is known of it", { command: "x" }, OTHERS, true, kinWith({})],
  ["nor when it was seen: since we began", { command: "x", pid: 501 }, OTHERS, true, kinWith({})],
  ["but not before", { command: "x", pid: 499 }, OTHERS, false, kinWith({})],
  [
    "numbers have begun anew",
    { command: "x", pid: 7 },
    PIPES,
    true,
    kinWith({ ...SEEN, endedAt: 9 }),
  ],
  ["not so far", { command: "x", pid: 10 }, PIPES, false, kinWith({ ...SEEN, endedAt: 9 })],
  ["more than once", { command: "x", pid: 10 }, PIPES, true, kinWith(SEEN, { hasTurned: true })],
  ["the same program, writing to the same, whenever", { session: 520, pid: 590 }, PIPES, true],
  ["writing to one of both", { session: 520 }, ["file", "pipe:[2]"], false],
  [
    "both closed is nothing in common",
    { session: 520 },
    ["", ""],
    false,
    kinWith({ outputs: ["", ""] }),
  ],
];

const ANCESTORS: readonly (readonly [
  name: string,
  stranger: Partial<Stranger>,
  start: number | undefined,
  isOne: boolean,
])[] = [
  ["in its session, however old", { session: 300, startTime: 7, parent: 777 }, undefined, true],
  ["it is there yet", { session: 300 }, 900, true],
  ["another has its number", { session: 300 }, 950, false],
  ["an orphan in its group", { group: 300 }, undefined, true],
  ["of another leader", { group: 300 }, 950, false],
  ["in its group with a parent: a pipeline", { group: 300, parent: 777 }, undefined, false],
  ["in its group from before", { group: 300, startTime: 999 }, undefined, false],
  ["in its group, a child of a shell that is init", { group: 300, parentSession: 200 }, 1, false],
  ["neither", {}, undefined, false],
];

const LIKES: readonly (readonly [
  name: string,
  stranger: Partial<Stranger>,
  isOne: boolean,
  kin?: Partial<Kin>,
])[] = [
  ["the program of a member, and its session", {}, true],
  ["another program", { command: "x" }, false],
  ["a session that was made since we began", { session: 510 }, true],
  ["a session from before that is no member's", { session: 400 }, false],
  ["numbers that may have begun anew", { session: 400 }, true, { hasTurned: true }],
];

/** It leads a session of its own below init, and was born in between. */
const LEAVER: Stranger = { ...STRANGER, command: "x", session: 520, group: 520 };
const LEAVERS: readonly (readonly [
  name: string,
  stranger: Partial<Stranger>,
  environ: Environ,
  may: boolean,
  kin?: Kin,
])[] = [
  ["born in between, with its environment", {}, OWN, true],
  ["with more of it", {}, [...(OWN ?? []), "E=5"], true],
  ["with all of it but what shells change", {}, ["A=1", "B=2", "C=3", "PWD=/"], true],
  ["without one of it", {}, ["A=1", "B=2", "PWD=4"], false],
  ["with one that is hidden", {}, undefined, false],
  ["where nothing is known of it", {}, OWN, false, kinWith({ seenAt: 510, endedAt: 530 })],
  ["where it had none", {}, OWN, false, kinWith({ ...SEEN, environ: ["_=/bin/sh"] })],
  ["born before", { pid: 510, session: 510 }, OWN, false],
  ["born after", { pid: 531, session: 531 }, OWN, false],
  ["in a session whose leader was born in between", { session: 519 }, OWN, true],
  ["in a session from before", { session: 505 }, OWN, false],
];

describe("kill: kin", () => {
  for (const [name, stranger, start, isOne] of ANCESTORS) {
    test(`${name}: ${isOne ? "surely of it" : "not surely"}`, () => {
      const ancestor = ancestorOf(kinWith({}), { ...STRANGER, ...stranger }, () => start);
      assert.equal(ancestor?.pid, isOne ? 300 : undefined);
    });
  }
  for (const [name, stranger, isOne, kin] of ORPHANS) {
    test(`${name}: ${isOne ? "a young orphan" : "none"}`, () => {
      assert.equal(isYoungOrphan(kinWith({}, kin), { ...STRANGER, ...stranger }), isOne);
    });
  }
  for (const [name, stranger, outputs = [], may, kin = kinWith(SEEN), environ] of COMINGS) {
    test(`${name}: ${may ? "may come from it" : "does not"}`, () => {
      const traits = { outputs, environ };
      assert.equal(mayComeFrom(kin, { ...STRANGER, ...stranger }, traits), may);
    });
  }
  for (const [name, stranger, environ, may, kin = kinWith(SEEN)] of LEAVERS) {
    test(`${name}: ${may ? "may have left it" : "has not"}`, () => {
      const traits = { outputs: PIPES ?? [], environ };
      assert.equal(mayHaveLeft(kin, { ...LEAVER, ...stranger }, traits), may);
    });
  }
  for (const [name, stranger, isLike, kin] of LIKES) {
    test(`${name}: ${isLike ? "perhaps of it" : "not of it"}`, () => {
      assert.equal(isLikeMember(kinWith({}, kin), { ...STRANGER, ...stranger }), isLike);
    });
  }
});
