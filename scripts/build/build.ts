// `npm run build`: TypeScript -> one bundle; Rust -> the host program; both -> one executable.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { BuildOptions } from "esbuild";
import { main, need, ROOT, runTool, StepFailed, say, step } from "../steps.ts";
import {
  compileArguments,
  compilerEnvironment,
  DIRECT_START,
  hostProgram,
  LAYOUT,
  NATIVE,
  productVersion,
  requireCompilers,
} from "./cargo.ts";
import { commit } from "./commit.ts";
import { componentsFile, writeComponents } from "./components.ts";
import { freeze, tryOut } from "./freeze.ts";
import { LOADED_LATER, onDemandEntry } from "./on-demand.ts";
import { inputsNow, isFresh, writeStamp } from "./stamp.ts";
import { ownTarget, productFor, type Target } from "./target.ts";
import { WITHOUT_DATES } from "./without-dates.ts";

const BUNDLE = "build/bundle.js";
/** What trial runs of this machine's own program wrote to. */
const PROFILE: string = join(ROOT, "build/profile");
/** The finished program for this machine. */
export const PRODUCT: string = productFor(process.arch);

/** Makes the program where its inputs have changed since it was made. */
export async function build(): Promise<void> {
  await buildWhereChanged(process.arch, ownTarget, [PROFILE]);
}

/** The same for a processor that may be another one: its program needs our own, too. */
export async function buildFor(target: Target): Promise<void> {
  await build();
  if (target.arch !== process.arch) await buildWhereChanged(target.arch, async () => target);
}

async function buildWhereChanged(
  arch: string,
  findTarget: () => Promise<Target>,
  besides: readonly string[] = [],
): Promise<void> {
  const inputs = inputsNow(arch);
  const stamp = join(ROOT, `build/stamp-${arch}`);
  const product = productFor(arch);
  if (isFresh(stamp, inputs, [product, componentsFile(arch), ...besides])) return;
  await requireCompilers();
  const target = await findTarget();
  await step("bundle", () => bundle(arch));
  const host = await step(`host ${arch}`, () => compileHost(target));
  await step(`freeze ${arch}`, async () => {
    const { runner } = target;
    const unfinished = `${product}.unfinished`;
    if (runner.length === 0) await tryOut({ host, bundle: BUNDLE, to: PROFILE });
    await freeze({ host, runner, bundle: BUNDLE, profile: PROFILE, to: unfinished });
    await requireLife([...runner, unfinished]);
    await rename(unfinished, product);
  });
  await writeComponents(target);
  writeStamp(stamp, inputs);
}

/** Both scripts of the program, with a zero byte in between. */
async function bundle(arch: string): Promise<void> {
  const options: BuildOptions = {
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: "iife",
    platform: "neutral",
    target: "es2023",
    minify: true,
    legalComments: "none",
    define: {
      __VERSION__: JSON.stringify(await productVersion()),
      __BUILD__: JSON.stringify(`commit ${commit()}, linux-${arch}`),
    },
    logLevel: "silent",
    // Without this, esbuild looks for a tsconfig.json in the directories above the repository.
    tsconfigRaw: {},
  };
  const plugins = [WITHOUT_DATES];
  const first = { entryPoints: ["src/linux/main.ts"], globalName: "curfew" };
  const scripts = await Promise.all([
    scriptOf({ ...options, ...first, plugins: [LOADED_LATER, ...plugins] }),
    scriptOf({ ...options, stdin: onDemandEntry(), plugins }),
  ]);
  const to = join(ROOT, BUNDLE);
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, scripts.join("\0"));
}

async function scriptOf(options: BuildOptions): Promise<string> {
  // Loaded only when needed: a second start should not pay for it.
  const esbuild = await import("esbuild");
  try {
    const { outputFiles } = await esbuild.build({ ...options, write: false });
    return outputFiles[0]?.text ?? "";
  } catch (error) {
    throw new StepFailed((error as Error).message);
  }
}

/** Compiles the host program; returns its path. */
async function compileHost(target: Target): Promise<string> {
  const argv = [target.rust.cargo, "rustc", ...compileArguments(target)];
  const options = { cwd: NATIVE, env: compilerEnvironment(target) };
  const host = hostProgram(target);
  // With a C library that our start does not fit, its own start does as well, only slower; with a
  // linker that knows no such script, the program is larger.
  for (const more of [[...DIRECT_START, ...LAYOUT], DIRECT_START]) {
    const { status } = await runTool([...argv, ...more], options);
    if (status === 0 && (await starts([...target.runner, host]))) return host;
  }
  await need(argv, options);
  return host;
}

async function starts(host: readonly string[]): Promise<boolean> {
  const { status } = await runTool([...host, "--version"], { env: { CURFEW_BUNDLE: BUNDLE } });
  return status === 0;
}

/** A program that cannot even tell its version must not replace one that works. */
async function requireLife(program: readonly string[]): Promise<void> {
  const version = await productVersion();
  const answer = await need([...program, "--version"]);
  if (!answer.includes(version)) throw new StepFailed(`${answer}is not version ${version}`);
}

if (import.meta.main) {
  await main(async () => {
    await build();
    if (process.argv.includes("--say")) say(`built ${relative(ROOT, PRODUCT)}`);
    return 0;
  });
}
