// Simulated runs whose output curfew passes on: limits on it, slow readers, held pipes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../src/core/drive.ts";
import type { Report } from "../../src/core/report/report.ts";
import { DELIVERY_LIMIT } from "../../src/core/run/ending.ts";
import { SWEEP_LIMIT } from "../../src/core/run/ladder.ts";
import { RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../src/core/spec/defaults.ts";
import type { Exit } from "../../src/core/spec/exit.ts";
import type { Spec } from "../../src/core/spec/spec.ts";
import type { Duration } from "../../src/core/values/duration.ts";
import type { Bytes } from "../../src/core/values/size.ts";
import { type Chance, chanceOf } from "./chance.ts";
import type { Seen } from "./kernel.ts";
import { kernelOf, Stuck } from "./kernel.ts";
import { type RelayPlan, relayOf } from "./relay.ts";
import { natureBy, planBy } from "./runs.ts";
import { FAR } from "./tree.ts";

const RUNS = 10_000;
const LONG = 12e6;
/** `CURFEW_SEED=N` repeats one run. */
const SEED = process.env.CURFEW_SEED;

function specBy({ below, once, pick }: Chance): Spec {
  const size = (once(2) ? 0 : 1000) as Bytes;
  return {
    ...pick([RUN_DEFAULTS, TIMEOUT_DEFAULTS]),
    command: ["cmd"],
    group: "caller",
    timeout: (once(2) ? 0 : 1 + below(LONG)) as Duration,
    idleTimeout: (once(4) && size > 0 ? 0 : 1 + below(LONG / 2)) as Duration,
    maxOutput: size,
    killAfter: (1 + below(5e6)) as Duration,
    leftovers: pick(["kill", "leave", "wait"]),
    onStop: pick(["auto", "ignore", "mirror"]),
    pipeDrain: pick([0, 500_000, 2_000_000]) as Duration,
    report: { kind: "fd", fd: 9 },
    events: once(6) ? { kind: "fd", fd: 8 } : undefined,
  };
}

function relayBy({ below, once }: Chance): RelayPlan {
  const writes = Array.from({ length: below(12) }, () => below(2 * LONG)).sort((a, b) => a - b);
  return {
    writes,
    excess: once(2) ? FAR : below(LONG),
    delivery: once(2) ? 0 : once(3) ? FAR : below(LONG),
    release: once(3) ? FAR : once(2) ? 0 : below(3e6),
  };
}

type Simulated = { readonly broken: string | undefined; readonly transcript: string };

function simulate(seed: number): Simulated {
  const chance = chanceOf(seed);
  const spec = specBy(chance);
  const relay = relayOf(spec, relayBy(chance));
  const kernel = kernelOf(spec, natureBy(chance), planBy(chance), chance, relay);
  let end: Exit | undefined;
  try {
    end = drive(spec, kernel).exit;
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
  }
  const seen = kernel.seen();
  const broken = end === undefined ? undefined : brokenBy(spec, seen, end, relay.lastBefore);
  const transcript = [JSON.stringify({ seed, ...spec, forward: undefined }), ...seen.log];
  return { broken, transcript: transcript.join("\n") };
}

type LastBefore = (at: number) => number;

function brokenBy(spec: Spec, seen: Seen, end: Exit, last: LastBefore): string | undefined {
  const { events, reports, said } = seen;
  const [report] = reports;
  if (report === undefined || reports.length > 1) return "there is one report";
  if (report.outcome === "spawn_failed") return undefined;
  const drained = events.filter(({ type }) => type === "drained").length;
  if (drained !== 1) return "what was written is delivered, or given up, once";
  if (seen.lines !== (spec.events === undefined ? 0 : seen.logged)) return "a line per event";
  const isExcess = events.some(({ type }) => type === "output-limit");
  const isSaid = said.includes("output-limit");
  if (isSaid !== (report.outcome === "output_limit")) return "too much output is said";
  if (report.outcome === "output_limit" && end.code !== 125) return "too much output is 125";
  if (isExcess && report.outcome === "exited") return "too much output is no plain exit";
  return brokenByIdleness(spec, seen, report, end, last) ?? brokenByDelivery(seen, report);
}

function brokenByIdleness(
  spec: Spec,
  { events, said }: Seen,
  { outcome }: Report,
  end: Exit,
  last: LastBefore,
): string | undefined {
  if (said.includes("idle") !== (outcome === "idle_timed_out")) return "idleness is said";
  if (outcome !== "idle_timed_out") return undefined;
  if (![124, 125, 137].includes(end.code)) return "idleness is 124";
  const isIdle = ({ at }: { at: number }) => at - last(at) > spec.idleTimeout;
  return events.some((event) => event.type === "deadline" && isIdle(event))
    ? undefined
    : "an idle command has written nothing for the whole time";
}

/** After an end by curfew the delivery has its time, and no more. */
function brokenByDelivery({ events, lateness, leftAt }: Seen, report: Report): string | undefined {
  // Of these the command may have ended by itself.
  if (["exited", "signaled", "output_limit"].includes(report.outcome)) return undefined;
  const last = events.findLast(({ type }) => type !== "drained" && type !== "wrote");
  const most = Math.max(DELIVERY_LIMIT, 2_000_000) + SWEEP_LIMIT + lateness;
  return last !== undefined && leftAt > last.at + most ? "the delivery is bounded" : undefined;
}

const seeds = SEED === undefined ? Array.from({ length: RUNS }, (_, n) => n) : [Number(SEED)];
const runs = seeds.map((seed) => [seed, simulate(seed)] as const);

test(`${runs.length} relayed runs keep every promise`, () => {
  for (const [seed, { broken, transcript }] of runs) {
    if (broken !== undefined) assert.fail(`${broken}\nCURFEW_SEED=${seed}\n${transcript}`);
  }
});

test("the runs have every event and action of a relay", {
  skip: SEED !== undefined && "one run only",
}, () => {
  const lines = runs.map(([, { transcript }]) => transcript).join("\n");
  const count = (what: string) => lines.split(what).length - 1;
  for (const event of ["wrote", "output-limit", "drained"]) {
    assert.ok(count(`{"type":"${event}"`) > 100, event);
  }
  for (const action of ["drain", "cut-output"])
    assert.ok(count(`{"type":"${action}"`) > 100, action);
  for (const outcome of ["idle_timed_out", "output_limit", "exited", "timed_out", "cancelled"]) {
    assert.ok(count(`"outcome":"${outcome}"`) > 50, outcome);
  }
});
