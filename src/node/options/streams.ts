// Where the three streams of a command lead: the plan for the way that starts it, and what the
// library itself does with the bytes.

import { CurfewError } from "../result/result.ts";
import type { OutputPlan, StdinPlan } from "../way/way.ts";
import { badOption } from "./check.ts";
import { pathOf } from "./environment.ts";
import type { Input, Options, Output } from "./options.ts";
import { isBytes, isMap, isPath, isRecord, shown } from "./values.ts";

/** What the library writes to stdin. `pipe`: what the caller writes to `run.stdin`. */
export type Source =
  | { readonly kind: "none" }
  | { readonly kind: "pipe" }
  | { readonly kind: "data"; readonly data: Uint8Array }
  | { readonly kind: "chunks"; readonly chunks: Chunks };

export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** What gets the bytes of an output stream that the library reads. */
export type Target =
  | { readonly kind: "capture" | "pipe" | "inherit" }
  | { readonly kind: "file"; readonly path: string; readonly append: boolean }
  | { readonly kind: "fd"; readonly fd: number }
  | { readonly kind: "function"; readonly call: (chunk: Uint8Array) => unknown };

/** An output stream: the plan, and the receivers where the plan is `bytes`. */
export type Outlet = { readonly plan: OutputPlan; readonly targets: readonly Target[] };

export type Streams = {
  readonly stdin: StdinPlan;
  readonly source: Source;
  readonly stdout: Outlet;
  /** `stdout`: into the pipe of stdout. */
  readonly stderr: Outlet | "stdout";
};

/** The three streams that options ask for. `cwd`: where relative paths count from. */
export function streamsOf(options: Options, cwd: string): Streams {
  const { stdin, stdout, stderr } = withoutStdio(options);
  const { input } = options;
  if (input !== undefined && stdin !== undefined) {
    throw badOption("input", "it is given together with stdin, so one of them would be ignored");
  }
  const inlet = input === undefined ? inletOf(stdin ?? "ignore", cwd) : dataInlet(input);
  const out = outletOf("stdout", stdout ?? "capture", cwd);
  const error = stderr === "stdout" ? stderr : outletOf("stderr", stderr ?? "capture", cwd);
  return { ...inlet, stdout: out, stderr: error };
}

type Three = Pick<Options, "stdin" | "stdout" | "stderr">;

const EVERYWHERE = ["ignore", "inherit", "pipe"] as const;

function withoutStdio(options: Options): Three {
  const { stdio } = options;
  if (stdio === undefined) return options;
  for (const name of ["stdin", "stdout", "stderr"] as const) {
    if (options[name] !== undefined) throw badOption("stdio", `it is given together with ${name}`);
  }
  if (typeof stdio === "string") {
    if (!EVERYWHERE.includes(stdio)) throw unknownMode("stdio", stdio, EVERYWHERE);
    // With data for stdin, the word is about the two others.
    const stdin = options.input === undefined ? stdio : undefined;
    return { stdin, stdout: stdio, stderr: stdio };
  }
  if (!Array.isArray(stdio) || stdio.length > 3) {
    throw badOption("stdio", `${shown(stdio)} is neither a mode nor an array of three`);
  }
  const [stdin, stdout, stderr] = stdio as readonly [Three["stdin"], Output, Output];
  return { stdin, stdout, stderr };
}

function unknownMode(option: string, given: unknown, modes: readonly string[]): CurfewError {
  const names = modes.map((mode) => `"${mode}"`).join(", ");
  const more = option === "stdin" ? "; data is for input" : "";
  const text = `${option}: ${shown(given)} is not one of ${names}${more}`;
  return new CurfewError("unknown_choice", text, { option });
}

type Inlet = Pick<Streams, "stdin" | "source">;

const STDIN_MODES = ["ignore", "inherit", "pipe"];
const BYTES = { kind: "bytes" } as const;
const NONE = { kind: "none" } as const;

function dataInlet(input: string | Uint8Array): Inlet {
  const data = typeof input === "string" ? Buffer.from(input) : input;
  return { stdin: BYTES, source: { kind: "data", data } };
}

function inletOf(stdin: Input, cwd: string): Inlet {
  if (typeof stdin === "string") {
    if (stdin === "pipe") return { stdin: BYTES, source: { kind: "pipe" } };
    if (stdin !== "ignore" && stdin !== "inherit") throw unknownMode("stdin", stdin, STDIN_MODES);
    return { stdin: { kind: stdin }, source: NONE };
  }
  if (isBytes(stdin)) return dataInlet(stdin);
  if (isOtherData(stdin)) throw badOption("stdin", NO_BYTES);
  if (isIterable(stdin)) return { stdin: BYTES, source: { kind: "chunks", chunks: stdin } };
  const place = placeOf("stdin", stdin, cwd);
  if (place === undefined) throw badOption("stdin", `${shown(stdin)} is no source of bytes`);
  return { stdin: place, source: NONE };
}

const NO_BYTES = "of typed arrays and maps only a Uint8Array is a source of bytes";

/** What can be iterated, too, but never gives text or bytes. */
function isOtherData(value: unknown): boolean {
  return ArrayBuffer.isView(value) || isMap(value);
}

function isIterable(value: unknown): value is Chunks {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

const MOST_FD = 0x7fff_ffff;

type Place =
  | { readonly kind: "fd"; readonly fd: number }
  | { readonly kind: "file"; readonly path: string };

/** A file or a descriptor; undefined: neither. */
function placeOf(option: string, value: unknown, cwd: string): Place | undefined {
  if (!isRecord(value)) return undefined;
  const { file, fd } = value;
  if ((file === undefined) === (fd === undefined)) return undefined;
  if (isPath(file)) return { kind: "file", path: pathOf(option, file, cwd) };
  if (Number.isInteger(fd) && (fd as number) >= 0 && (fd as number) <= MOST_FD) {
    return { kind: "fd", fd: fd as number };
  }
  throw badOption(option, `fd: ${shown(fd)} is no descriptor`);
}

type OutputOption = "stdout" | "stderr";

const OUTPUT_MODES = ["capture", "ignore", "inherit", "pipe"];

function outletOf(option: OutputOption, value: Output | readonly Output[], cwd: string): Outlet {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0) throw badOption(option, 'the array is empty; "ignore" is meant by that');
  const targets = all.flatMap((one) => targetOf(option, one, cwd));
  const [first, ...others] = targets;
  if (first === undefined) return { plan: { kind: "ignore" }, targets };
  if (others.length > 0) return { plan: BYTES, targets: unique(option, targets) };
  // The command writes there itself.
  if (first.kind === "file" || first.kind === "fd") return { plan: first, targets: [] };
  if (first.kind === "inherit") return { plan: { kind: "inherit" }, targets: [] };
  return { plan: BYTES, targets };
}

/** Words that are there twice count once, but two streams cannot share one `run.stdout`. */
function unique(option: OutputOption, targets: readonly Target[]): readonly Target[] {
  const words = targets.filter(({ kind }) => ["capture", "pipe", "inherit"].includes(kind));
  for (const { kind } of words) {
    if (words.filter((one) => one.kind === kind).length > 1) {
      throw badOption(option, `"${kind}" is there twice`);
    }
  }
  return targets;
}

function targetOf(option: OutputOption, value: unknown, cwd: string): readonly Target[] {
  if (typeof value === "function") {
    return [{ kind: "function", call: value as (chunk: Uint8Array) => unknown }];
  }
  if (typeof value === "string") {
    if (value === "ignore") return [];
    if (value === "capture" || value === "pipe" || value === "inherit") return [{ kind: value }];
    throw unknownMode(option, value, OUTPUT_MODES);
  }
  const place = placeOf(option, value, cwd);
  if (place === undefined) throw badOption(option, `${shown(value)} is no receiver of bytes`);
  if (place.kind === "fd") return [place];
  const append = (value as { readonly append?: unknown }).append ?? false;
  if (typeof append !== "boolean") throw badOption(option, `append: ${shown(append)}`);
  return [{ ...place, append }];
}
