// What `run.ready` waits for, checked and read once.
import { badOption } from "./check.ts";
import { pathOf } from "./environment.ts";
import type { Options } from "./options.ts";
import type { Streams } from "./streams.ts";
import { isPath, isRegExp, shown } from "./values.ts";

export type Condition =
  | { readonly kind: "started" }
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "url"; readonly url: URL }
  | { readonly kind: "output"; readonly pattern: RegExp }
  | { readonly kind: "path"; readonly path: string };

const KINDS = ["port", "url", "output", "path"];

export function conditionOf({ ready }: Options, streams: Streams, cwd: string): Condition {
  const keys = Object.keys(ready ?? {});
  const [kind = ""] = keys;
  if (keys.length !== 1 || !KINDS.includes(kind)) {
    throw badOption("ready", `it must have one of ${KINDS.join(", ")}, and nothing else`);
  }
  const { port, url, output, path } = ready as Readonly<Record<string, unknown>>;
  switch (kind) {
    case "port":
      if (!isPort(port)) throw badOption("ready", `port: ${shown(port)} is not 1 to 65535`);
      return { kind, port };
    case "url":
      return { kind, url: urlOf(url) };
    case "output":
      if (!isRegExp(output)) throw badOption("ready", `output: ${shown(output)} is no RegExp`);
      requireOutput(streams);
      // With these flags a RegExp remembers where it was, and misses what comes next.
      return { kind, pattern: new RegExp(output.source, output.flags.replace(/[gy]/g, "")) };
    default:
      if (!isPath(path)) throw badOption("ready", `path: ${shown(path)} is no path`);
      return { kind: "path", path: pathOf("ready", path, cwd) };
  }
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

function urlOf(value: unknown): URL {
  const url = isPath(value) ? URL.parse(String(value)) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw badOption("ready", `url: ${shown(value)} is no http: or https: URL`);
  }
  return url;
}

function requireOutput({ stdout, stderr }: Streams): void {
  const isSeen = stdout.plan.kind === "bytes";
  if (isSeen || (stderr !== "stdout" && stderr.plan.kind === "bytes")) return;
  throw badOption("ready", "output: the library sees neither stdout nor stderr");
}
