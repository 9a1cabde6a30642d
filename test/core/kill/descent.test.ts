// Which processes may come from a member that has exited, and which may not.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Candidate,
  DescentEvidence,
  Environ,
  Lifetime,
  Outputs,
} from "../../../src/core/kill/descent.ts";
import {
  ancestorOf,
  isYoungOrphan,
  mayComeFrom,
  mayHaveLeft,
  runsSameProgram,
} from "../../../src/core/kill/descent.ts";

/** We are 500, started at 1000; 300 has ended, in session 200; its parent was 250. */
function evidenceWith(lifetime: Lifetime, more: Partial<DescentEvidence> = {}): DescentEvidence {
  const member = { id: 0, pid: 300, startTime: 900, command: "server", session: 200, lifetime };
  const reapers = new Set([1, 250, 200]);
  const evidence = {
    members: [member],
    reapers,
    parents: new Set([250]),
    ownStartTime: 1000,
    ownPid: 500,
  };
  return { ...evidence, lastPid: 600, hasWrapped: false, ...more };
}

const CANDIDATE: Candidate = {
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
  candidate: Partial<Candidate>,
  isOne: boolean,
  evidence?: Partial<DescentEvidence>,
])[] = [
  ["a session that its parent has not", {}, true],
  ["born before we began", { startTime: 999 }, false],
  ["below a candidate", { parent: 400 }, false],
  ["below a subreaper above", { parent: 250, parentSession: 249 }, true],
  [
    "a child like others, of the process that started the target",
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
const SEEN: Lifetime = { previousLookAt: 510, endedAt: 530, outputs: PIPES ?? [], environ: OWN };

const COMINGS: readonly (readonly [
  name: string,
  candidate: Partial<Candidate>,
  outputs: Outputs | undefined,
  may: boolean,
  evidence?: DescentEvidence,
  environ?: Environ,
])[] = [
  ["born in between", { command: "x" }, PIPES, true],
  ["the last number before the end", { command: "x", pid: 530 }, PIPES, true],
  ["born when its children were seen last", { command: "x", pid: 510 }, PIPES, false],
  ["born when it had ended", { command: "x", pid: 531 }, PIPES, false],
  ["of another session", { command: "x", session: 201 }, PIPES, false],
  ["writes elsewhere", { command: "x" }, OTHERS, false],
  ["writes to one of both", { command: "x" }, ["file", "pipe:[2]"], true],
  [
    "writes elsewhere, with its environment",
    { command: "x" },
    OTHERS,
    true,
    evidenceWith(SEEN),
    OWN,
  ],
  ["and with another one", { command: "x" }, OTHERS, false, evidenceWith(SEEN), ["A=1"]],
  ["what is hidden may be the same", { command: "x" }, [undefined, "file"], true],
  ["nothing is known of it", { command: "x" }, OTHERS, true, evidenceWith({})],
  [
    "nor when it was seen: since we began",
    { command: "x", pid: 501 },
    OTHERS,
    true,
    evidenceWith({}),
  ],
  ["but not before", { command: "x", pid: 499 }, OTHERS, false, evidenceWith({})],
  [
    "numbers have begun anew",
    { command: "x", pid: 7 },
    PIPES,
    true,
    evidenceWith({ ...SEEN, endedAt: 9 }),
  ],
  ["not so far", { command: "x", pid: 10 }, PIPES, false, evidenceWith({ ...SEEN, endedAt: 9 })],
  [
    "more than once",
    { command: "x", pid: 10 },
    PIPES,
    true,
    evidenceWith(SEEN, { hasWrapped: true }),
  ],
  ["the same program, writing to the same, whenever", { session: 520, pid: 590 }, PIPES, true],
  ["writing to one of both", { session: 520 }, ["file", "pipe:[2]"], false],
  [
    "both closed is nothing in common",
    { session: 520 },
    ["", ""],
    false,
    evidenceWith({ outputs: ["", ""] }),
  ],
];

const ANCESTORS: readonly (readonly [
  name: string,
  candidate: Partial<Candidate>,
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
  candidate: Partial<Candidate>,
  isOne: boolean,
  evidence?: Partial<DescentEvidence>,
])[] = [
  ["the program of a member, and its session", {}, true],
  ["another program", { command: "x" }, false],
  ["a session that was made since we began", { session: 510 }, true],
  ["a session from before that is no member's", { session: 400 }, false],
  ["numbers that may have begun anew", { session: 400 }, true, { hasWrapped: true }],
];

/** It leads a session of its own below init, and was born in between. */
const LEAVER: Candidate = { ...CANDIDATE, command: "x", session: 520, group: 520 };
const LEAVERS: readonly (readonly [
  name: string,
  candidate: Partial<Candidate>,
  environ: Environ,
  may: boolean,
  evidence?: DescentEvidence,
])[] = [
  ["born in between, with its environment", {}, OWN, true],
  ["with more of it", {}, [...(OWN ?? []), "E=5"], true],
  ["with all of it but what shells change", {}, ["A=1", "B=2", "C=3", "PWD=/"], true],
  ["without one of it", {}, ["A=1", "B=2", "PWD=4"], false],
  ["with one that is hidden", {}, undefined, false],
  ["whose execve(2) is under way", {}, "executing", true],
  ["born before, and its execve(2) is under way", { pid: 510, session: 510 }, "executing", false],
  [
    "while the member's own was",
    {},
    "executing",
    false,
    evidenceWith({ ...SEEN, environ: "executing" }),
  ],
  [
    "where nothing is known of it",
    {},
    OWN,
    false,
    evidenceWith({ previousLookAt: 510, endedAt: 530 }),
  ],
  ["where it had none", {}, OWN, false, evidenceWith({ ...SEEN, environ: ["_=/bin/sh"] })],
  ["born before", { pid: 510, session: 510 }, OWN, false],
  ["born after", { pid: 531, session: 531 }, OWN, false],
  ["in a session whose leader was born in between", { session: 519 }, OWN, true],
  ["in a session from before", { session: 505 }, OWN, false],
];

describe("kill: evidence", () => {
  for (const [name, candidate, start, isOne] of ANCESTORS) {
    test(`${name}: ${isOne ? "surely of it" : "not surely"}`, () => {
      const ancestor = ancestorOf(evidenceWith({}), { ...CANDIDATE, ...candidate }, () => start);
      assert.equal(ancestor?.pid, isOne ? 300 : undefined);
    });
  }
  for (const [name, candidate, isOne, evidence] of ORPHANS) {
    test(`${name}: ${isOne ? "a young orphan" : "none"}`, () => {
      assert.equal(
        isYoungOrphan(evidenceWith({}, evidence), { ...CANDIDATE, ...candidate }),
        isOne,
      );
    });
  }
  for (const [
    name,
    candidate,
    outputs = [],
    may,
    evidence = evidenceWith(SEEN),
    environ,
  ] of COMINGS) {
    test(`${name}: ${may ? "may come from it" : "does not"}`, () => {
      const traits = { outputs, environ };
      assert.equal(mayComeFrom(evidence, { ...CANDIDATE, ...candidate }, traits), may);
    });
  }
  for (const [name, candidate, environ, may, evidence = evidenceWith(SEEN)] of LEAVERS) {
    test(`${name}: ${may ? "may have left it" : "has not"}`, () => {
      const traits = { outputs: PIPES ?? [], environ };
      assert.equal(mayHaveLeft(evidence, { ...LEAVER, ...candidate }, traits), may);
    });
  }
  for (const [name, candidate, isLike, evidence] of LIKES) {
    test(`${name}: ${isLike ? "perhaps of it" : "not of it"}`, () => {
      assert.equal(
        runsSameProgram(evidenceWith({}, evidence), { ...CANDIDATE, ...candidate }),
        isLike,
      );
    });
  }
});
