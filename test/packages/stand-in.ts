// Stands for the library's entry.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { adviceOn } from "../../src/node/binary/advice.ts";
import { type Binary, findBinary } from "../../src/node/binary/find.ts";

export type { Binary } from "../../src/node/binary/find.ts";
/** A result. */
export interface Result {
  /** Whether it went well. */
  readonly ok: boolean;
  readonly error: { readonly code: "no_binary"; readonly message: string } | null;
  readonly signal?: NodeJS.Signals;
  readonly binary?: Binary;
}

/** Runs `command`. */
export async function run(command: string, args: readonly string[] = []): Promise<Result> {
  const found = findBinary();
  if ("missing" in found) {
    return { ok: false, error: { code: "no_binary", message: adviceOn(found.missing) } };
  }
  const child = spawn(found.path, ["run", "--", command, ...args]);
  const [code] = await once(child, "exit");
  return { ok: code === 0, error: null };
}
