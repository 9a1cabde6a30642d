// How much later the first signal of a limit comes because curfew looks at the tree before, and
// what `curfew inspect` takes. `curfew timeout` does not look, `curfew run` does.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { need } from "../scripts/steps.ts";
import { child } from "../test/cli/children.ts";
import type { Figures, Found, Name, Times } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { ENVIRONMENT, output } from "./runs.ts";
import { median } from "./statistics.ts";
import { LATE } from "./tools.ts";

type Kind = Extract<Times, `look${string}`>;

const ROUNDS = 15;
/** In seconds: the tree has to be there by then. */
const LIMIT = "1";

const SIZES: readonly (readonly [kind: Kind, count: number])[] = [
  ["lookAtOne", 1],
  ["lookAtTen", 10],
  ["lookAtHundred", 100],
  ["lookAtThousand", 1000],
];

export async function look(programs: readonly Program[]): Promise<Found> {
  const [plain, looking] = ["curfew", "run"].map((name) =>
    programs.find((one) => one.name === name),
  );
  if (plain === undefined || looking === undefined) return { figures: new Map() };
  const found: Partial<Record<Kind, readonly number[]>> = {};
  for (const [kind, count] of SIZES) {
    found[kind] = await delay(plain, looking, [], [`${count}`, LIMIT]);
  }
  const folder = await mkdtemp(join(tmpdir(), "curfew-bench-"));
  const fifo = join(folder, "fifo");
  await need(["mkfifo", fifo]);
  const stuck = [child("stuck"), "memory"];
  found.lookAtBlocked = await delay(plain, looking, stuck, ["2", LIMIT, fifo]);
  await rm(folder, { recursive: true });
  const inspected = await inspect(plain);
  const figures: [Name, Partial<Figures>][] = [
    ["run", found],
    ["curfew", { inspected }],
  ];
  return { figures: new Map(figures) };
}

/** How much later the signal comes than without a look. `before`: words before curfew's. */
async function delay(
  plain: Program,
  looking: Program,
  before: readonly string[],
  words: readonly string[],
): Promise<readonly number[]> {
  const once = async (program: Program): Promise<number> => {
    const line = [...before, ...commandLine(program, [LATE, ...words], LIMIT)];
    const [tool = "", ...args] = line;
    return Number(await said(tool, args));
  };
  const [without, withLook]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await once(plain));
    withLook.push(await once(looking));
  }
  const usual = median(without) ?? 0;
  return withLook.map((time) => time - usual);
}

/** What a run says that its limit ends. */
function said(tool: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const run = spawn(tool, args, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    run.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    run.on("error", reject);
    run.on("close", () => resolve(text));
  });
}

/** What a whole `curfew inspect` of a hundred processes takes, its start by Node included. */
async function inspect({ file }: Program): Promise<readonly number[]> {
  if (file === undefined) return [];
  const tree = spawn(LATE, ["100", "0"], { stdio: "ignore" });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await output(file, ["inspect", String(tree.pid)]);
    times.push((performance.now() - begin) * 1e6);
  }
  tree.kill("SIGTERM");
  return times;
}
