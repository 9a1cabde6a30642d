// Asks the engine of the binary, and the part of curfew that runs in it, from Node: see window.ts.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { Sys } from "../../src/linux/kernel/window.ts";
import type { Calls } from "./window.ts";

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** The reason why these tests cannot run here, if there is one. */
export const skip: string | false = process.platform !== "linux" && "the binary is for Linux";

type Plain = Omit<Calls, "sys">;

/** A process of the binary that makes calls for a test. */
export type Window = {
  readonly pid: number;
  readonly call: <N extends keyof Plain>(
    name: N,
    ...args: Parameters<Plain[N]>
  ) => Promise<ReturnType<Plain[N]>>;
  readonly sys: <N extends keyof Sys>(
    name: N,
    ...args: Parameters<Sys[N]>
  ) => Promise<ReturnType<Sys[N]>>;
  readonly close: () => Promise<void>;
};

/** The host program as cargo made it: it loads a bundle when it starts. */
function hostProgram(): string {
  const [host] = globSync(
    `native/target/${ARCHITECTURES[process.arch]}-*-linux-*/release/curfew-host`,
  );
  assert.ok(host !== undefined, "the host program is missing: npm run build");
  return host;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["test/linux/window.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "curfew",
    platform: "neutral",
    target: "es2023",
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}

/** Starts the binary, by another program if there is a prefix. */
export async function openWindow(prefix: readonly string[] = []): Promise<Window> {
  const folder = mkdtempSync(join(tmpdir(), "curfew-window-"));
  const file = join(folder, "bundle.js");
  writeFileSync(file, await bundle());
  const [program = "", ...args] = [...prefix, hostProgram()];
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, CURFEW_BUNDLE: file },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const ask = async (words: readonly unknown[]) => {
    child.stdin.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await lines.next();
    assert.ok(!done, "the window has ended");
    return JSON.parse(value).result;
  };
  return {
    pid: child.pid ?? 0,
    call: (name, ...args) => ask([name, ...args]),
    sys: (name, ...args) => ask(["sys", name, ...args]),
    close: async () => {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
