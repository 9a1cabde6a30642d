// One fresh Node process of the benchmark: runs commands in one way, and prints what each cost.
import { spawn as spawnChild } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Cost, Scenario, Way } from "./scenarios.ts";

const begin = performance.now();
const [way, name, countText, noop = ""] = process.argv.slice(2) as [
  Way,
  Scenario["name"],
  string,
  string,
];
const count = Number(countText);

/** Runs a program to its end and gives its standard output, or a part of that. */
type Runs = (file: string, args: readonly string[], kept?: string) => Promise<{ stdout: string }>;

/** How each way loads its library. The paths are the caller's. */
const LOADS: Readonly<Record<Way, () => Promise<Runs>>> = {
  child_process: async () => plainly,
  execa: async () => {
    const { execa } = await peer("execa");
    return (file, args) => execa(file, args, { maxBuffer: Number.MAX_SAFE_INTEGER });
  },
  "nano-spawn": async () => (await peer("nano-spawn")).default,
  tinyexec: async () => (await peer("tinyexec")).x,
  zx: async () => {
    const { $ } = await peer("zx");
    $.quiet = true;
    return (file, args) => $`${file} ${args}`;
  },
  curfew: async () => {
    const { run } = await import(process.env.CURFEW_LIBRARY ?? "curfew");
    return (file, args, kept) => run(file, args, kept === undefined ? {} : { keepOutput: kept });
  },
};

/** The module of a peer: this file is run where the peers are installed, and checked elsewhere. */
function peer(module: string) {
  return import(module);
}

/** What a program would write with Node alone. */
function plainly(file: string, args: readonly string[]): Promise<{ stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawnChild(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.resume();
    child.on("error", reject);
    child.on("close", () => resolve({ stdout: Buffer.concat(chunks).toString() }));
  });
}

/** What the commands cost, each. */
async function costOf(work: () => Promise<void>): Promise<Cost> {
  const [wall, loop, cpu] = [
    performance.now(),
    performance.eventLoopUtilization(),
    process.cpuUsage(),
  ];
  await work();
  const used = process.cpuUsage(cpu);
  return {
    wall: (performance.now() - wall) / count,
    loop: performance.eventLoopUtilization(loop).active / count,
    cpu: (used.user + used.system) / 1000 / count,
  };
}

async function oneByOne(one: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await one();
}

async function sixteenAtATime(one: () => Promise<unknown>): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** Memory that a process with large buffers has, touched. */
function ballast(): readonly Buffer[] {
  return Array.from({ length: 16 }, () => Buffer.alloc(64 * 1024 * 1024, 1));
}

/** How many commands a process has run before what is measured, besides its first one. */
const WARM = 5;

async function measure(): Promise<Cost> {
  const load = LOADS[way];
  if (name === "import" || name === "first") {
    const run = await load();
    if (name === "first") await run(noop, []);
    const wall = performance.now() - begin;
    return { wall, loop: wall, cpu: 0 };
  }
  const run = await load();
  for (let index = 0; index < WARM; index += 1) await run(noop, []);
  const size = { "1 MB": 1e6, "100 MB": 1e8, "100 MB, 1M kept": 1e8 }[name as string];
  if (size !== undefined) {
    const kept = name === "100 MB, 1M kept" && way === "curfew" ? "1M" : undefined;
    const one = async () => {
      const { stdout } = await run("head", ["-c", String(size), "/dev/zero"], kept);
      if (stdout.length < (kept === undefined ? size : 1e6)) throw new Error("output is missing");
    };
    return costOf(() => oneByOne(one));
  }
  const held = name === "1 GiB of buffers" ? ballast() : [];
  const cost = await costOf(() =>
    name === "16 at a time" ? sixteenAtATime(() => run(noop, [])) : oneByOne(() => run(noop, [])),
  );
  if (held.some((buffer) => buffer[0] !== 1)) throw new Error("the buffers are gone");
  return cost;
}

process.stdout.write(`${JSON.stringify(await measure())}\n`);
