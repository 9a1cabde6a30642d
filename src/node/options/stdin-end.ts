// A run that ends with its stdin needs a stdin that can tell of its end.
import { builtin, fs } from "../builtin/builtin.ts";
import type { StdinPlan } from "../way/way.ts";
import { badOption } from "./check.ts";
import type { Options } from "./options.ts";

/** Throws where `endWithStdin` is asked for, and stdin would never tell that it has no writer. */
export function checkStdinEnd({ endWithStdin }: Options, stdin: StdinPlan): void {
  if (endWithStdin !== true || tells(stdin)) return;
  throw badOption("endWithStdin", "stdin is no pipe, socket or terminal, so its end is never seen");
}

function tells(stdin: StdinPlan): boolean {
  if (stdin.kind === "bytes") return true;
  if (stdin.kind === "ignore" || stdin.kind === "file") return false;
  const fd = stdin.kind === "inherit" ? 0 : stdin.fd;
  try {
    const state = fs().fstatSync(fd);
    return state.isFIFO() || state.isSocket() || builtin("node:tty").isatty(fd);
  } catch {
    // What is wrong with the descriptor is said where it is used.
    return true;
  }
}
