// `npm run bench`, with what `USAGE` has: one table.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg, release } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PRODUCT } from "../scripts/build/build.ts";
import { productVersion } from "../scripts/build/cargo.ts";
import { main, ROOT, StepFailed, step } from "../scripts/steps.ts";
import { benchCases } from "./library/cases.ts";
import { benchLibrary } from "./library/library.ts";
import {
  AGAINST_SECTIONS,
  describeRuns,
  INIT,
  measure,
  needsForms,
  SECTION_NAMES,
} from "./measure.ts";
import { BARE, curfew, curfewInit, curfewRun, findPeers, type Program } from "./programs.ts";
import { formatMarkdown, formatText, type Grid, grid, withTable } from "./table.ts";
import {
  BUNDLE,
  COLD,
  compileTools,
  makeCopies,
  makeForms,
  PADDED_BUNDLE,
  TENFOLD,
  writeBack,
} from "./tools.ts";

const USAGE = `usage: npm run bench [-- OPTION...]
options: [--runs N] [--only SECTION,...] [--against FILE] [--markdown] [--write]
sections: ${SECTION_NAMES.join(" ")}
with --against, another curfew, in turns with this one: ${AGAINST_SECTIONS.join(" ")}
or init: ${INIT.sections.join(" ")}, of ${[...INIT.programs].join(", ")} alone
or library: the Node library, beside its peers; cases: what becomes of eight commands there`;
const DOCUMENT = "docs/benchmarks.md";
const DEFAULT_RUNS = 1500;
/** curfew as it is built. */
const SHIPPED = { file: PRODUCT, bundle: BUNDLE, isOurs: true } as const;

/** The tables of the Node library by the name of their part in the document. */
const OF_LIBRARY = { library: benchLibrary, cases: benchCases } as const;

type Options = {
  readonly runs: number;
  readonly only: readonly string[];
  readonly isInit: boolean;
  /** A table of the Node library, which has conditions of its own. */
  readonly ofLibrary: keyof typeof OF_LIBRARY | undefined;
  /** Another build, to compare this one with. */
  readonly against: string | undefined;
  readonly markdown: boolean;
  readonly write: boolean;
};

await main(async () => {
  const options = readOptions();
  await step("compile bench", compileTools);
  if (options.ofLibrary !== undefined) {
    const { lines, conditions } = await OF_LIBRARY[options.ofLibrary]();
    await publish(options, options.ofLibrary, conditions, lines);
    return 0;
  }
  const { programs, missing } =
    options.against === undefined
      ? await amongPeers(options)
      : { programs: await twoBuilds(options.against), missing: [] };
  await Promise.all(programs.flatMap(({ file }) => (file === undefined ? [] : writeBack(file))));
  const conditions = describe(options, programs, missing);
  const measured = await measure(programs, options.runs, options.only);
  if (measured.missing.length > 0) conditions.push(`Not here: ${measured.missing.join("; ")}.`);
  const lines = grid(measured.all);
  await publish(options, "table", conditions.join("\n"), lines);
  return 0;
});

/** Prints a table, and puts it into its part of the document where that was asked for. */
async function publish(
  { write, markdown }: Options,
  part: string,
  conditions: string,
  lines: Grid,
): Promise<void> {
  const document = `${conditions}\n\n${formatMarkdown(lines)}`;
  if (write) await writeDocument(part, document);
  process.stdout.write(markdown ? document : `${conditions}\n\n${formatText(lines)}`);
}

type Participants = {
  readonly programs: readonly Program[];
  /** Peers that are not installed. */
  readonly missing: readonly string[];
};

async function amongPeers({ isInit, only }: Options): Promise<Participants> {
  const { found, missing } = await findPeers();
  const version = await productVersion();
  const programs = [
    BARE,
    curfew({ ...SHIPPED, name: "curfew", title: `curfew timeout ${version}` }),
    curfewRun({ ...SHIPPED, name: "run", title: `curfew run ${version}` }),
    curfewInit({ ...SHIPPED, name: "init", title: `curfew init ${version}` }),
    ...(!isInit && needsForms(only) ? await step("tenfold", otherForms) : []),
    ...found,
  ];
  return { programs: programs.filter(({ name }) => !isInit || INIT.programs.has(name)), missing };
}

/** This build and another one, each as `curfew timeout`. */
async function twoBuilds(path: string): Promise<readonly Program[]> {
  const [file, other] = await makeCopies(PRODUCT, path);
  return [
    BARE,
    curfew({ ...SHIPPED, file, name: "curfew", title: "curfew timeout, this build" }),
    curfew({ file: other, isOurs: true, name: "against", title: `curfew timeout, ${path}` }),
  ];
}

/** The program with more in it, and before it is frozen. */
async function otherForms(): Promise<readonly Program[]> {
  await makeForms();
  const title = "with ten times the TypeScript";
  return [
    curfew({ name: "tenfold", title, file: TENFOLD, bundle: PADDED_BUNDLE }),
    curfew({ name: "cold", title: "not frozen", file: COLD, bundle: BUNDLE }),
  ];
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: "string", default: String(DEFAULT_RUNS) },
        only: { type: "string" },
        against: { type: "string" },
        markdown: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    });
    if (!/^[1-9]\d{0,5}$/.test(values.runs)) {
      throw new Error(`--runs: expected a number from 1, got '${values.runs}'`);
    }
    const { against } = values;
    const isInit = values.only === "init";
    const ofLibrary = Object.keys(OF_LIBRARY).find((name) => name === values.only) as
      | keyof typeof OF_LIBRARY
      | undefined;
    const all = against === undefined ? SECTION_NAMES : AGAINST_SECTIONS;
    const named = ofLibrary !== undefined ? all : (values.only?.split(",") ?? all);
    const only = isInit ? INIT.sections : named;
    const unknown = only.filter((name) => !SECTION_NAMES.includes(name));
    if (unknown.length > 0) throw new Error(`--only: no section '${unknown[0]}'`);
    if (against !== undefined && ofLibrary !== undefined) {
      throw new Error("--against: compares no library");
    }
    if (against !== undefined && isInit) throw new Error("--against: compares no init");
    if (against !== undefined && !existsSync(against)) {
      throw new Error(`--against: no file '${against}'`);
    }
    if (values.write && only.length < SECTION_NAMES.length) {
      throw new Error("--write: the document has the whole table");
    }
    return { ...values, against, only, isInit, ofLibrary, runs: Number(values.runs) };
  } catch (error) {
    throw new StepFailed(`curfew: ${(error as Error).message}\n${USAGE}`);
  }
}

/** The conditions of the measurement, and the programs behind the columns. */
function describe(
  { runs }: Options,
  programs: readonly Program[],
  missing: readonly string[],
): string[] {
  const [load = 0] = loadavg();
  const processors = `${availableParallelism()} CPUs, load ${load.toFixed(1)}`;
  const machine = `Linux ${release().split("-")[0]}, ${process.arch}, ${processors}`;
  const columns = programs.map(({ name, title }) => `${name}: ${title}`).join("; ");
  const absent = missing.length === 0 ? [] : [`Not installed here: ${missing.join(", ")}.`];
  return [`${machine}; ${describeRuns(runs)}.`, `${columns}.`, ...absent];
}

async function writeDocument(part: string, table: string): Promise<void> {
  const path = join(ROOT, DOCUMENT);
  const document = withTable(await readFile(path, "utf8"), part, table);
  if (document === undefined) throw new StepFailed(`curfew: ${DOCUMENT} has no place for a table`);
  await writeFile(path, document);
}
