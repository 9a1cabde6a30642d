// What the kernel has refused, in the words of an ending.
import { adviceOn } from "../binary/advice.ts";
import { refusalOf } from "../binary/missing.ts";
import { errnoOf, failed } from "./failures.ts";
import type { Ending } from "./way.ts";

type Failed = Extract<Ending, { readonly kind: "failed" }>;

/** Why a file was not opened, in a few words. */
export function whyOf(error: unknown): string {
  const isOurs = error instanceof Error && "isOurs" in error;
  return isOurs ? error.message : (errnoOf(error) ?? String(error));
}

/** A file that could not be opened for the command. */
export function badFile(path: string, error: unknown): Failed {
  const errno = errnoOf(error);
  return failed("bad_file", `cannot open ${JSON.stringify(path)}: ${whyOf(error)}`, errno);
}

/** The program is not to blame; the code that knows more may not be loaded now. */
const SCARCE = ["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"];

/** Node could not start curfew's program. */
export function startFailure(program: string, error: unknown): Failed {
  const errno = errnoOf(error) ?? "";
  switch (errno) {
    case "E2BIG":
      return failed("not_executable", "the arguments and the environment are too long", errno);
    case "EBADF":
      return failed("bad_file", "a descriptor that was given to the command is not open", errno);
    case "ERR_ACCESS_DENIED":
      return failed("resource", "Node's permission model needs --allow-child-process", errno);
  }
  const missing = SCARCE.includes(errno) ? undefined : refusalOf(program, errno);
  if (missing !== undefined) return failed("no_binary", adviceOn(missing), errno);
  return failed("resource", `no process can be started: ${errno || error}`, errno);
}
