// `npm test`: build, checks, then all tests. `npm test -- --only PATTERN` builds and runs only the
// test files whose path contains PATTERN (or matches it, if it is a glob).
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { runChecks } from "./checks.ts";
import { main, ROOT, StepFailed } from "./steps.ts";

await main(async () => {
  const only = readOptions();
  const files = testFiles(only);
  await build();
  const failed = only === undefined ? await runChecks() : [];
  const status = await runTests(files, failed);
  return failed.length > 0 ? 1 : status;
});

function readOptions(): string | undefined {
  try {
    return parseArgs({ options: { only: { type: "string" } } }).values.only;
  } catch (error) {
    throw new StepFailed(
      `curfew: ${(error as Error).message}\nusage: npm test [-- --only PATTERN]`,
    );
  }
}

function testFiles(only: string | undefined): readonly string[] {
  const isGlob = only !== undefined && /[*?{]/.test(only);
  const all = globSync(isGlob ? only : "test/**/*.test.ts", { cwd: ROOT }).sort();
  const files = isGlob ? all : all.filter((file) => file.includes(only ?? ""));
  if (files.length === 0) throw new StepFailed(`curfew: no test file matches ${only}`);
  return files;
}

/** Returns the runner's own exit status. Files run in parallel, as many as there are processors. */
function runTests(files: readonly string[], failedChecks: readonly string[]): Promise<number> {
  const reporter = join(ROOT, "scripts/reporter.ts");
  // A file that hangs is a failure. (--test-force-exit would lose the end of files' reports:
  // nodejs/node#64833.)
  const args = ["--test", "--test-timeout=180000", `--test-reporter=${reporter}`, ...files];
  const env = { ...process.env, CURFEW_FAILED_CHECKS: failedChecks.join(", ") };
  return new Promise((resolve) => {
    const runner = spawn(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => runner.kill(signal));
    }
    runner.on("exit", (code) => resolve(code ?? 1));
  });
}
