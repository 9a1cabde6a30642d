import { CurfewError } from "../result/result.ts";
import type { Options } from "./options.ts";
import { isDate } from "./values.ts";

type Dated = { readonly options: Options; readonly isExpired: boolean };

/** A moment as a limit becomes the time until then, once. */
export function withoutDate(options: Options): Dated {
  const { timeout } = options;
  if (!isDate(timeout)) return { options, isExpired: false };
  const ms = timeout.getTime() - Date.now();
  if (Number.isNaN(ms)) {
    throw new CurfewError("bad_duration", "timeout: the Date is invalid", { option: "timeout" });
  }
  const isExpired = ms <= 0;
  return { options: { ...options, timeout: isExpired ? undefined : ms }, isExpired };
}
