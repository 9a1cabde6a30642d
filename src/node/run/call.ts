// The words of a call, and the way that its plan goes.
import { wayFor } from "../backend/backend.ts";
import { badOption } from "../options/check.ts";
import type { Options } from "../options/options.ts";
import type { Plan } from "../options/plan.ts";
import type { Way } from "../way/way.ts";
import { refusedBy } from "./refused.ts";

/** Arguments may be left out, also where there are options. */
export function argumentsOf(
  second: readonly string[] | Options | undefined,
  third: Options | undefined,
): readonly [args: readonly string[], options: Options] {
  if (second === undefined || Array.isArray(second)) return [second ?? [], third ?? {}];
  // What is no array and no object is reported as bad arguments.
  if (typeof second !== "object" || second === null) {
    return [second as readonly string[], third ?? {}];
  }
  if (third !== undefined) throw badOption("options", "they are given twice");
  return [[], second as Options];
}

/** The way of a plan; throws what it cannot do. */
export function wayOf({ options, order }: Plan): Way {
  const way = wayFor(options.backend ?? "auto");
  const refusal = way?.refusal(order);
  if (way === undefined || refusal !== undefined) throw refusedBy(refusal);
  return way;
}
