import { CurfewError } from "../result/result.ts";
import type { Refusal } from "../way/way.ts";

/** The error about what a way cannot do; undefined: there is no such way. */
export function refusedBy(refusal: Refusal | undefined): CurfewError {
  const { option, text } = refusal ?? {
    option: "backend",
    text: "the portable host is not in this version",
  };
  return new CurfewError("unsupported", `${option}: ${text}`, { option });
}
