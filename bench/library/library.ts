// `npm run bench -- --only library`: the Node library beside its peers, in turns.
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { loadavg, release } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PRODUCT } from "../../scripts/build/build.ts";
import { productVersion } from "../../scripts/build/cargo.ts";
import { libraryFiles } from "../../scripts/release/library.ts";
import { put } from "../../scripts/release/put.ts";
import { need, ROOT, step } from "../../scripts/steps.ts";
import { median, percentile } from "../statistics.ts";
import type { Grid } from "../table.ts";
import { NOOP } from "../tools.ts";
import type { Budget, Cost, Scenario, Way } from "./scenarios.ts";
import { BUDGETS, SCENARIOS, WAYS } from "./scenarios.ts";

/** Where the peers are installed, and fresh processes find what they run. */
export const ROOM: string = join(ROOT, "build/bench/library");
const HERE = join(ROOT, "bench/library");
const PACKAGE = join(ROOM, "curfew");
/** The library, as fresh processes import it. */
export const LIBRARY_URL: string = pathToFileURL(join(PACKAGE, "lib/index.js")).href;
/** How often each process is started. The order of the ways turns from round to round. */
const ROUNDS = 7;

const PEERS = ["peers/package.json", "peers/package-lock.json"];

type Figures = ReadonlyMap<string, readonly Cost[]>;
const key = (scenario: Scenario["name"], way: Way) => `${scenario} by ${way}`;

/** Measures all of it: the table, and the conditions it was measured under. */
export async function benchLibrary(): Promise<{ lines: Grid; conditions: string }> {
  await step("peers of the library", installPeers);
  await step("bundle of the library", bundle);
  const load = loadavg()[0] ?? 0;
  const figures = await step("library", measure);
  const conditions =
    `Linux ${release().split("-")[0]}, ${process.arch}, Node ${process.versions.node}, load ${load.toFixed(1)}; ` +
    `curfew ${await productVersion()}, ${peersIn(ROOM)}. ` +
    `${ROUNDS} processes each, in turns. Milliseconds for each command: the median, and the least ` +
    "in brackets. loop: the time in which the event loop was not idle; cpu: of the Node process. " +
    "budget: `<= 1 of execa pass` says that the median of curfew may be at most 1 times that of " +
    "execa, and is; `miss`: it is more.";
  return { lines: gridOf(figures), conditions };
}

/** Puts the peers, at their pinned versions, and what fresh processes run into `ROOM`. */
export async function installPeers(): Promise<void> {
  await mkdir(ROOM, { recursive: true });
  for (const file of [...PEERS, "worker.ts", "case-worker.ts"]) {
    await copyFile(join(HERE, file), join(ROOM, basename(file)));
  }
  if (existsSync(join(ROOM, "node_modules/zx"))) return;
  const quietly = ["--no-audit", "--no-fund", "--ignore-scripts"];
  await need(["npm", "ci", ...quietly], { cwd: ROOM });
}

/** The peers by name, with the versions that are installed. */
export function peersIn(room: string): string {
  const versionOf = (name: string): string =>
    JSON.parse(readFileSync(join(room, "node_modules", name, "package.json"), "utf8")).version;
  const { dependencies } = JSON.parse(readFileSync(join(HERE, "peers/package.json"), "utf8"));
  return Object.keys(dependencies)
    .map((name) => `${name} ${versionOf(name)}`)
    .join(", ");
}

/** Puts the library there as the npm package has it. */
export async function bundle(): Promise<void> {
  const files = await libraryFiles(await productVersion());
  for (const file of files) put(PACKAGE, file);
}

async function measure(): Promise<Figures> {
  const figures = new Map<string, Cost[]>();
  for (const scenario of SCENARIOS) {
    const ways = scenario.ways ?? WAYS;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const index of ways.keys()) {
        const way = ways[(index + round) % ways.length] ?? "curfew";
        const place = key(scenario.name, way);
        figures.set(place, [...(figures.get(place) ?? []), await costOf(way, scenario)]);
      }
    }
  }
  return figures;
}

async function costOf(way: Way, { name, count }: Scenario): Promise<Cost> {
  const words = [process.execPath, join(ROOM, "worker.ts"), way, name, String(count), NOOP];
  const env = {
    ...process.env,
    NODE_NO_WARNINGS: "1",
    CURFEW_BINARY: PRODUCT,
    CURFEW_LIBRARY: LIBRARY_URL,
  };
  return JSON.parse(await need(words, { cwd: ROOM, env }));
}

function gridOf(figures: Figures): Grid {
  const rows = SCENARIOS.flatMap((scenario) =>
    scenario.shows.map((of) => [
      `${scenario.title}: ${of}`,
      ...WAYS.map((way) => shown(figures, scenario.name, way, of)),
      verdict(figures, scenario.name, of),
    ]),
  );
  return [["", ...WAYS, "budget"], ...rows];
}

function costsOf(figures: Figures, name: Scenario["name"], way: Way, of: keyof Cost) {
  return (figures.get(key(name, way)) ?? []).map((cost) => cost[of]);
}

function shown(figures: Figures, name: Scenario["name"], way: Way, of: keyof Cost): string {
  const all = costsOf(figures, name, way, of);
  const [middle, least] = [median(all), percentile(all, 0)];
  return middle === undefined || least === undefined
    ? "-"
    : `${middle.toFixed(2)} [${least.toFixed(2)}]`;
}

function verdict(figures: Figures, name: Scenario["name"], of: keyof Cost): string {
  const budget = BUDGETS.find((one) => one.scenario === name && one.of === of);
  const limit = budget && limitOf(figures, budget);
  const ours = median(costsOf(figures, name, "curfew", of));
  if (budget === undefined || limit === undefined || ours === undefined) return "";
  return `<= ${budget.times} of ${budget.peer} ${ours <= limit ? "pass" : "miss"}`;
}

function limitOf(figures: Figures, { scenario, of, times, peer }: Budget): number | undefined {
  const theirs = median(costsOf(figures, scenario, peer, of));
  return theirs === undefined ? undefined : theirs * times;
}
