import type { Duration } from "../../core/values/duration.ts";
import type { Condition } from "../options/ready.ts";
import { lateReceiver } from "../output/late.ts";
import { type Waiting, whenStarted } from "./not-ready.ts";

/** Loads the code for a condition, and waits until it holds. */
export async function waitFor(run: Waiting, condition: Condition, limit: Duration): Promise<void> {
  const loading = import("./ready.ts");
  if (condition.kind !== "output") {
    await whenStarted(run);
    return (await loading).waitFor(run, condition, { limit, found: undefined });
  }
  const match = loading.then(({ matchOf }) => matchOf(condition.pattern));
  // What the command says at once must not be missed.
  run.attach(() => lateReceiver(match.then(({ receiver }) => receiver())));
  await whenStarted(run);
  const { found } = await match;
  return (await loading).waitFor(run, condition, { limit, found });
}
