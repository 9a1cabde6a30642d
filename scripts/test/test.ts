// `npm test`: build, checks, then all tests. `npm test -- --only PATTERN` builds and runs only the
// test files whose path contains PATTERN (or matches it, if it is a glob). `npm run test:quick`
// passes --quick: no checks, and the files of QUICK.
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../build/build.ts";
import { runChecks } from "../check/checks.ts";
import { main, ROOT, StepFailed, say } from "../steps.ts";

/** Takes as long as all others of the core together: every event in every order. */
const SLOW = "test/core/run/sequences.test.ts";
/** The fast tests that touch every room. */
const QUICK: readonly string[] = [
  "test/{tidy,link}.test.ts",
  "test/core/**/*.test.ts",
  "test/linux/**/*.test.ts",
  "test/node/options/*.test.ts",
  "test/cli/{report,signals}.test.ts",
  "test/init/ends.test.ts",
  "test/reload/changes.test.ts",
];
/**
 * Tests that fill the machine with processes, measure it or build into one folder of the tree: one
 * file at a time. All others mostly wait, and as many run at once as there are processors.
 */
const ALONE: readonly RegExp[] = [
  /^test\/(adversaries|packages|arm64)\//,
  /^test\/release\/(release|commit)\.test/,
  /^test\/(freeze|strip|engines|link)\.test/,
  /^test\/cli\/(swarm|crowds|kill-forks)\.test/,
  /^test\/reload\/load\.test/,
];
/** Test files at once, and the time of one test. `npm run test:loaded` sets both. */
const AT_ONCE = Number(process.env.CURFEW_TEST_AT_ONCE ?? availableParallelism());
const TIMEOUT_MS = Number(process.env.CURFEW_TEST_TIMEOUT_MS ?? 180_000);

/** A test file that fails is a failure of its own only if it also fails alone. */
const MOST_ALONE = 10;

await main(async () => {
  const { only, quick } = readOptions();
  const files = quick ? quickFiles() : testFiles(only);
  await build();
  const failed = only === undefined && !quick ? await runChecks() : [];
  const status = await runTests(files, failed);
  return failed.length > 0 ? 1 : status;
});

function readOptions(): { readonly only: string | undefined; readonly quick: boolean } {
  try {
    const options = {
      only: { type: "string" },
      quick: { type: "boolean", default: false },
    } as const;
    const { only, quick } = parseArgs({ options }).values;
    return { only, quick };
  } catch (error) {
    throw new StepFailed(
      `curfew: ${(error as Error).message}\nusage: npm test [-- --only PATTERN]`,
    );
  }
}

function filesOf(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: ROOT }).sort();
}

function quickFiles(): readonly string[] {
  return QUICK.flatMap((pattern) => filesOf(pattern)).filter((file) => file !== SLOW);
}

function testFiles(only: string | undefined): readonly string[] {
  const isGlob = only !== undefined && /[*?{]/.test(only);
  const all = filesOf(isGlob ? only : "test/**/*.test.ts");
  const files = isGlob ? all : all.filter((file) => file.includes(only ?? ""));
  if (files.length === 0) throw new StepFailed(`curfew: no test file matches ${only}`);
  return files;
}

/** Runs all files, then those that failed once more, each alone. Gives the exit status. */
async function runTests(
  files: readonly string[],
  failedChecks: readonly string[],
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "curfew-test-"));
  const list = join(folder, "failed");
  try {
    const alone = files.filter((file) => ALONE.some((pattern) => pattern.test(file)));
    const together = files.filter((file) => !alone.includes(file));
    const parts = [
      { files: together, atOnce: AT_ONCE, failedChecks: [] },
      { files: alone, atOnce: 1, failedChecks },
    ].filter((part) => part.files.length > 0);
    let status = 0;
    for (const part of parts) status = (await runFiles(part, list)) || status;
    const failed = existsSync(list) ? linesOf(readFileSync(list, "utf8")) : [];
    // A run that was interrupted, or that failed without a file to blame, has no second chance.
    if (status !== 1 || failed.length === 0) return status;
    return await runAlone(failed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function linesOf(text: string): readonly string[] {
  return [...new Set(text.split("\n").filter(Boolean))];
}

async function runAlone(files: readonly string[]): Promise<number> {
  if (files.length > MOST_ALONE) {
    say(`${files.length} test files failed: too many to run each alone`);
    return 1;
  }
  const stillFailed: string[] = [];
  for (const file of files) {
    say(`${file} failed; it runs once more, alone`);
    const status = await runFiles({ files: [file], atOnce: 1, failedChecks: [] });
    if (status !== 0) stillFailed.push(file);
  }
  const passed = files.filter((file) => !stillFailed.includes(file));
  say(`passed alone: ${passed.length}: ${passed.join(", ") || "none"}`);
  say(`failed: ${stillFailed.length}: ${stillFailed.join(", ") || "none"}`);
  return stillFailed.length > 0 ? 1 : 0;
}

interface Part {
  readonly files: readonly string[];
  readonly atOnce: number;
  /** For the summary. */
  readonly failedChecks: readonly string[];
}

/** Returns the exit status of the runner. */
function runFiles(part: Part, failedFiles?: string): Promise<number> {
  const { files, atOnce, failedChecks } = part;
  const reporter = join(ROOT, "scripts/test/reporter.ts");
  // A file that hangs is a failure. (--test-force-exit would lose the end of files' reports:
  // nodejs/node#64833.)
  const options = [`--test-timeout=${TIMEOUT_MS}`, `--test-concurrency=${atOnce}`];
  options.push(`--test-reporter=${reporter}`);
  const args = ["--test", ...options, ...files];
  const env = {
    ...process.env,
    CURFEW_FAILED_CHECKS: failedChecks.join(", "),
    CURFEW_FAILED_FILES: failedFiles,
    CURFEW_TEST_FILES: String(files.length),
    // Hundreds of processes load the same modules: a tenth of all processor time.
    NODE_COMPILE_CACHE: join(ROOT, "build/compile-cache"),
  };
  return new Promise((resolve) => {
    const runner = spawn(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => runner.kill(signal));
    }
    runner.on("exit", (code) => resolve(code ?? 1));
  });
}
