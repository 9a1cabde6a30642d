// What must hold of the sources before any test runs: types, lint and format, in both languages.
import { join } from "node:path";
import { compileArguments, compilerEnvironment, DIRECT_START, NATIVE } from "../build/cargo.ts";
import { ownTarget } from "../build/target.ts";
import { ROOT, runTool, say, secondsSince } from "../steps.ts";

const MODULES = join(ROOT, "node_modules");

/** Biome's program for this platform. */
export const BIOME: string = join(MODULES, `@biomejs/cli-linux-${process.arch}/biome`);

type Check = {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A cargo command that not every Rust installation has; where it is absent, we go on. */
  readonly component?: string;
};

function types(project: string): Check {
  const tsc = join(MODULES, "typescript/bin/tsc");
  return {
    name: `types ${project}`,
    argv: [process.execPath, tsc, "-p", `tsconfig.${project}.json`],
  };
}

async function checks(): Promise<readonly Check[]> {
  const target = await ownTarget();
  const env = compilerEnvironment(target);
  const compile = [...compileArguments(target), ...DIRECT_START];
  return [
    types("core"),
    types("linux"),
    types("node"),
    types("test"),
    { name: "lint", argv: [BIOME, "ci", "--error-on-warnings", "--colors=off"] },
    {
      name: "rustfmt",
      argv: ["cargo", "fmt", "--check"],
      cwd: NATIVE,
      env,
      component: "fmt",
    },
    {
      name: "clippy",
      argv: ["cargo", "clippy", ...compile, "--", "--deny", "warnings"],
      cwd: NATIVE,
      env,
      component: "clippy",
    },
  ];
}

/** Runs all checks at once, says one line about each; returns the names of those that failed. */
export async function runChecks(): Promise<readonly string[]> {
  const all = await checks();
  const passed = await Promise.all(all.map(passes));
  return all.filter((_, index) => !passed[index]).map(({ name }) => name);
}

async function passes({
  name,
  argv,
  cwd = ROOT,
  env = process.env,
  component,
}: Check): Promise<boolean> {
  if (component !== undefined && !(await hasComponent(component))) {
    say(`${name} ... skipped: not installed (rustup component add ${name})`);
    return true;
  }
  const started = performance.now();
  const { status, output } = await runTool(argv, { cwd, env });
  const isPassed = status === 0;
  say(`${name} ... ${isPassed ? secondsSince(started) : `failed\n${output.trimEnd()}`}`);
  return isPassed;
}

async function hasComponent(component: string): Promise<boolean> {
  return (await runTool(["cargo", component, "--version"], { cwd: NATIVE })).status === 0;
}
