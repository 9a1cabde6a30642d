// Tools that have to succeed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

type Options = { readonly cwd: string; readonly env?: NodeJS.ProcessEnv };

/** Runs a tool to its end; gives its stdout. `env` comes on top of ours. */
export function run(argv: readonly string[], { cwd, env = {} }: Options): string {
  const [program = "", ...words] = argv;
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8" } as const;
  const { status, stdout, stderr, error } = spawnSync(program, words, options);
  assert.equal(status, 0, `${argv.join(" ")}: ${error?.message ?? `${stdout}${stderr}`}`);
  return stdout;
}
