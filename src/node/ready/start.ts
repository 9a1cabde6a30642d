// `run.ready`: what most runs wait for is their start. The code for the rest is loaded by those
// that ask for it.
import type { Duration } from "../../core/values/duration.ts";
import type { Condition } from "../options/ready.ts";
import { lateReceiver } from "../output/late.ts";
import { notReady, type Waiting } from "./not-ready.ts";

/** Resolves when the condition holds; rejects with `not_ready`. */
export function readyOf(run: Waiting, condition: Condition, limit: Duration): Promise<void> {
  return condition.kind === "started" ? startOf(run) : waitFor(run, condition, limit);
}

async function waitFor(run: Waiting, condition: Condition, limit: Duration): Promise<void> {
  const loading = import("./ready.ts");
  if (condition.kind !== "output") {
    await startOf(run);
    return (await loading).waitFor(run, condition, { limit, found: undefined });
  }
  const match = loading.then(({ matchOf }) => matchOf(condition.pattern));
  // What the command says at once must not be missed.
  run.attach(() => lateReceiver(match.then(({ receiver }) => receiver())));
  await startOf(run);
  const { found } = await match;
  return (await loading).waitFor(run, condition, { limit, found });
}

async function startOf(run: Waiting): Promise<void> {
  if ((await run.started) !== null) return;
  const { error } = await run.settled;
  throw notReady("the command was not started", { cause: error ?? undefined });
}
