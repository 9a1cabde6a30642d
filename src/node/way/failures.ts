// Why nothing could be started, in the words of an ending.
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

/** The kernel's word in an error of Node's. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** A file that could not be opened for the command. */
export function badFile(path: string, error: unknown): Failed {
  const errno = errnoOf(error);
  return failed("bad_file", `cannot open ${JSON.stringify(path)}: ${errno ?? error}`, errno);
}

/** Node could not start curfew's program. */
export function startFailure(program: string, error: unknown): Failed {
  const errno = errnoOf(error) ?? "";
  const path = JSON.stringify(program);
  switch (errno) {
    case "ENOENT":
      return failed("no_binary", `curfew's program ${path} does not exist, or not for this`, errno);
    case "ENOEXEC":
      return failed("no_binary", `${path} is no program for this processor`, errno);
    case "EACCES":
    case "EPERM":
    case "ENOTDIR":
      return failed(
        "no_binary",
        `curfew's program ${path} cannot be executed (${errno}): is it on a file system that is ` +
          "mounted noexec? Set CURFEW_BINARY to a copy elsewhere",
        errno,
      );
    case "E2BIG":
      return failed("not_executable", "the arguments and the environment are too long", errno);
    default:
      return failed("resource", `no process can be started: ${errno || error}`, errno);
  }
}
