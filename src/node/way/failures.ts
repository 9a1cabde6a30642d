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
