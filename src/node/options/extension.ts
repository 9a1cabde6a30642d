import { DURATION } from "../../core/cli/options/values.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { CurfewError } from "../result/result.ts";
import type { ControlRequest } from "../way/way.ts";
import { durationText } from "./values.ts";

/** The request of `extend`; throws what is wrong with it. */
export function extending(by: unknown): ControlRequest {
  const text = durationText(by);
  const duration = text === undefined ? undefined : DURATION.parse(text, () => undefined);
  if (duration === undefined || duration === NO_LIMIT) {
    throw new CurfewError("bad_duration", `extend: ${String(by)} is no time above 0`);
  }
  return { control: "extend", ms: duration / 1000 };
}
