// The Linux host on a model kernel: what each row does, and what is to come of it.
// The model comes first: the host looks for its window when it is loaded.
import "./model/install.ts";

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "./model/row.ts";
import { CGROUPS, PLACES } from "./rows/cgroup.ts";
import { CONTAINMENTS } from "./rows/containment.ts";
import { GENERATIONS } from "./rows/generations.ts";
import { GUARDIAN_NEWS } from "./rows/guardian-news.ts";
import { GUARDIANS } from "./rows/guardians.ts";
import { DEEDS, LEAVINGS, OPENINGS, WAITS } from "./rows/host.ts";
import { JOB_STOPS } from "./rows/job-stops.ts";
import { GROUPS, KILLS, SWEEPS } from "./rows/kill.ts";
import { STRAYS } from "./rows/kill-strays.ts";
import { LISTENERS } from "./rows/listeners.ts";
import { LIVES, PROGRAM } from "./rows/lives.ts";
import { LOOKS } from "./rows/looks.ts";
import { SIGNAL_NEWS } from "./rows/news.ts";
import { OUTPUTS } from "./rows/outputs.ts";
import { READY } from "./rows/ready.ts";
import { ROOMS } from "./rows/room.ts";
import { SPAWNS, WILLS } from "./rows/spawn.ts";
import { STRANGERS } from "./rows/strangers.ts";
import { TERMINALS } from "./rows/terminal.ts";
import { UNIX_SOCKETS } from "./rows/unix-sockets.ts";

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  "signals to us": SIGNAL_NEWS,
  "news of the guardian": GUARDIAN_NEWS,
  "names of guardians": GUARDIANS,
  looks: LOOKS,
  outputs: OUTPUTS,
  kills: KILLS,
  sweeps: SWEEPS,
  groups: GROUPS,
  "places of control groups": PLACES,
  "control groups": CGROUPS,
  containments: CONTAINMENTS,
  spawns: SPAWNS,
  wills: WILLS,
  terminals: TERMINALS,
  strangers: STRANGERS,
  openings: OPENINGS,
  waits: WAITS,
  deeds: DEEDS,
  leavings: LEAVINGS,
  lives: LIVES,
  program: PROGRAM,
  generations: GENERATIONS,
  rooms: ROOMS,
  "strays of a kill": STRAYS,
  "stops of jobs": JOB_STOPS,
  listeners: LISTENERS,
  ready: READY,
  "Unix sockets": UNIX_SOCKETS,
};

for (const [subject, rows] of Object.entries(TABLES)) {
  for (const [name, act, expected] of rows) {
    test(`${subject}: ${name}`, () => assert.deepEqual(act(), expected));
  }
}
