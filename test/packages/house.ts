// What all tests of the packages share: the packages themselves, a registry that has them, and
// an environment without anything of the user's.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { productVersion } from "../../scripts/build/cargo.ts";
import { builtFor } from "../../scripts/release/layout.ts";
import { npmPackages, type Tarballs } from "../../scripts/release/npm.ts";
import { patiently } from "../patience.ts";
import { serve } from "./registry.ts";

export const VERSION: string = await productVersion();
export const OWN = `linux-${process.arch}`;
export const OTHER = process.arch === "x64" ? "linux-arm64" : "linux-x64";
/** The first bytes of an ELF file for a processor that no machine here has: MIPS. */
export const FOREIGN_PROGRAM: Buffer = foreignProgram();

/** Removed at the end, also where a package could not be made; a path without links. */
export const FOLDER: string = realpathSync(mkdtempSync(join(tmpdir(), "curfew-packages-")));
process.once("exit", () => rmSync(FOLDER, { recursive: true, force: true }));

function foreignProgram(): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(8, 18);
  return header;
}

/** The packages of a release for both processors: the other one's has no program that runs. */
export const TARBALLS: Tarballs = await npmPackages({
  version: VERSION,
  programs: new Map([
    [process.arch, { ...builtFor(process.arch), licenses: "the licenses" }],
    [OTHER.slice("linux-".length), { program: FOREIGN_PROGRAM, licenses: "" }],
  ]),
});

const registry = await serve(TARBALLS);
after(() => registry.close());
export const REGISTRY: string = registry.url;

/** How a program ended, and what it printed. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Options = { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv };

/** No package manager needs longer for packages of this machine. */
const LIMIT = 60_000;

/** Nothing of the user's: no configuration, no cache, no proxy. `env` of a call comes on top. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: folder("home"),
  LC_ALL: "C",
  npm_config_registry: REGISTRY,
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};

/** Makes a folder below FOLDER. */
export function folder(...names: readonly string[]): string {
  const path = join(FOLDER, ...names);
  mkdirSync(path, { recursive: true });
  return path;
}

/** A copy of a folder that a test may spoil. */
export function copyOf(from: string, name: string): string {
  const to = join(FOLDER, name);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  return to;
}

/** Runs a program to its end; the registry answers meanwhile. */
export function run(argv: readonly string[], { cwd, env }: Options = {}): Promise<Ended> {
  const [program = "", ...words] = argv;
  const child = spawn(program, words, {
    cwd: cwd ?? FOLDER,
    env: { ...ENVIRONMENT, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: patiently(LIMIT),
    killSignal: "SIGKILL",
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk) => (said.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (said.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...said }));
  });
}

/** The same for a program that has to succeed; gives its stdout. */
export async function need(argv: readonly string[], options?: Options): Promise<string> {
  const { code, signal, stdout, stderr } = await run(argv, options);
  if (code === 0) return stdout;
  throw new Error(`${argv.join(" ")}: ${code ?? signal}\n${stdout}${stderr}`);
}

/** Runs JavaScript in a folder with this Node, or another engine. */
export function script(text: string, cwd: string, ...engine: readonly string[]): Promise<Ended> {
  const words = ["--input-type=module", "--eval", text];
  return run([...(engine.length > 0 ? engine : [process.execPath]), ...words], { cwd });
}
