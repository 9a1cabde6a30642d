// Why nothing could be started, in the words of an ending.
import { adviceOn } from "../binary/advice.ts";
import { refusalOf } from "../binary/find.ts";
import { OpenRefusal } from "../builtin/open.ts";
import type { Ending } from "./way.ts";

type Failed = Extract<Ending, { readonly kind: "failed" }>;

export function failed(code: Failed["code"], text: string, errno?: string): Failed {
  return { kind: "failed", code, text, errno };
}

/** curfew's program refuses to run with rights that its user does not have. */
export const PRIVILEGED: Failed = failed(
  "not_confined",
  "the real and the effective user of Node differ, and curfew runs commands for one user only: " +
    "call process.setuid() and process.setgid() first",
);

/** A command without a `cwd` of its own, or with a relative one, has none. */
export const NO_FOLDER: Failed = failed(
  "bad_cwd",
  "Node's own folder was removed; give an absolute cwd",
  "ENOENT",
);

/** The kernel's word in an error of Node's. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Why a file was not opened, in a few words. */
export function whyOf(error: unknown): string {
  return error instanceof OpenRefusal ? error.message : (errnoOf(error) ?? String(error));
}

/** A file that could not be opened for the command. */
export function badFile(path: string, error: unknown): Failed {
  const errno = errnoOf(error);
  return failed("bad_file", `cannot open ${JSON.stringify(path)}: ${whyOf(error)}`, errno);
}

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
  const missing = refusalOf(program, errno);
  if (missing !== undefined) return failed("no_binary", adviceOn(missing), errno);
  return failed("resource", `no process can be started: ${errno || error}`, errno);
}
