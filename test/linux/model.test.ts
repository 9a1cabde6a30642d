// The Linux host on a model kernel: each row acts, and its result is compared.
// The model is imported first, because the host looks for its window when it is loaded.
import "./model/install.ts";

import assert from "node:assert/strict";
import { test } from "node:test";
import { STRAYS } from "./commands/rows/kill-strays.ts";
import { CGROUPS, PLACES } from "./confine/rows/cgroup.ts";
import { CONTAINMENTS } from "./confine/rows/containment.ts";
import type { Row } from "./model/row.ts";
import { ADOPTED } from "./run/rows/adopted.ts";
import { BUDGET_LIVES, HANDED_DOWN } from "./run/rows/budget.ts";
import { GUARDIAN_NEWS } from "./run/rows/guardian-news.ts";
import { GUARDIANS } from "./run/rows/guardian-title.ts";
import { ACTIONS, LEAVINGS, OPENINGS, WAITS } from "./run/rows/host.ts";
import { JOB_STOPS } from "./run/rows/job-stops.ts";
import { LOOKS } from "./run/rows/leftovers.ts";
import { LIVES, PROGRAM } from "./run/rows/lives.ts";
import { OUTPUTS } from "./run/rows/outputs.ts";
import { SIGNAL_NEWS } from "./run/rows/signal-news.ts";
import { GROUPS, KILLS, SWEEPS } from "./run/rows/signals.ts";
import { ROOMS } from "./run/rows/spare-descriptors.ts";
import { SPAWNS, WILLS } from "./run/rows/spawn.ts";
import { TERMINALS } from "./run/rows/terminal.ts";
import { GENERATIONS } from "./serve/rows/generations.ts";
import { LISTENERS } from "./serve/rows/listeners.ts";
import { READY } from "./serve/rows/ready.ts";
import { SERVING_SPAWNS } from "./serve/rows/spawn.ts";
import { UNIX_SOCKETS } from "./serve/rows/unix-sockets.ts";

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  "signals to curfew": SIGNAL_NEWS,
  "news of the guardian": GUARDIAN_NEWS,
  "names of guardians": GUARDIANS,
  looks: LOOKS,
  outputs: OUTPUTS,
  kills: KILLS,
  sweeps: SWEEPS,
  groups: GROUPS,
  "places of cgroups": PLACES,
  cgroups: CGROUPS,
  containments: CONTAINMENTS,
  spawns: SPAWNS,
  wills: WILLS,
  terminals: TERMINALS,
  "adopted orphans": ADOPTED,
  openings: OPENINGS,
  waits: WAITS,
  actions: ACTIONS,
  leavings: LEAVINGS,
  lives: LIVES,
  program: PROGRAM,
  budgets: BUDGET_LIVES,
  "deadlines handed down": HANDED_DOWN,
  generations: GENERATIONS,
  rooms: ROOMS,
  "strays of a kill": STRAYS,
  "stops of jobs": JOB_STOPS,
  listeners: LISTENERS,
  ready: READY,
  "spawns of generations": SERVING_SPAWNS,
  "Unix sockets": UNIX_SOCKETS,
};

for (const [subject, rows] of Object.entries(TABLES)) {
  for (const [name, act, expected] of rows) {
    test(`${subject}: ${name}`, () => assert.deepEqual(act(), expected));
  }
}
