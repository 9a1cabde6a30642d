// The programs that are measured: curfew in three forms, another build of it, and its peers on this
// machine.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runTool } from "../scripts/steps.ts";
import type { Name } from "./figures.ts";

/** How to run COMMAND under a supervisor, for `limit` seconds where it knows limits. */
export type Program = {
  readonly name: Name;
  /** What the supervisor calls itself, for the line above the table. */
  readonly title: string;
  /** The executable; the command itself runs where it is undefined. */
  readonly file: string | undefined;
  /** The bundled TypeScript it was made from, as a path from the root. */
  readonly bundle?: string;
  readonly limits: boolean;
  /** The signal after which it ends its tree as at the limit, or as when it is stopped. */
  readonly endsBy: "SIGALRM" | "SIGTERM";
  /** Whether it passes on SIGUSR1, as often as it comes. */
  readonly forwards: boolean;
  /** Whether it takes orphans where it is the first process only, or wherever it is. */
  readonly adopts?: "first" | "anywhere";
  /** Whether it is curfew as it is shipped: it has options and can report. */
  readonly isOurs?: true;
  /** Options for a run that it ends itself: without them it says so, and peers say nothing. */
  readonly silence?: readonly string[];
  readonly args: (limit: string) => readonly string[];
};

type Peer = Omit<Program, "file"> & {
  /** Names to look for in PATH, or paths. */
  readonly files: readonly string[];
  /** What `--version` says; the group is the version. Several programs are called `timeout`. */
  readonly version: RegExp;
};

const PEERS: readonly Peer[] = [
  {
    name: "GNU",
    title: "GNU timeout",
    files: ["timeout", "gnutimeout", "gtimeout"],
    version: /^timeout \(GNU coreutils\) (\S+)/m,
    limits: true,
    endsBy: "SIGALRM",
    forwards: false,
    args: (limit) => [limit],
  },
  {
    name: "uutils",
    title: "uutils timeout",
    files: ["/usr/lib/cargo/bin/coreutils/timeout", "uu-timeout", "timeout"],
    version: /^timeout (?:\(uutils coreutils\) )?(\d\S*)/m,
    limits: true,
    endsBy: "SIGTERM",
    forwards: false,
    args: (limit) => [limit],
  },
  {
    name: "tini",
    title: "tini",
    files: ["tini"],
    version: /^tini version (\S+)/m,
    limits: false,
    endsBy: "SIGTERM",
    forwards: true,
    adopts: "anywhere",
    // As a subreaper: otherwise it complains that it is not the first process.
    args: () => ["-s", "--"],
  },
  {
    name: "dumb-init",
    title: "dumb-init",
    files: ["dumb-init"],
    version: /^dumb-init v(\S+)/m,
    limits: false,
    endsBy: "SIGTERM",
    forwards: true,
    adopts: "first",
    args: () => [],
  },
];

export const BARE: Program = {
  name: "bare",
  title: "no supervisor",
  file: undefined,
  limits: false,
  endsBy: "SIGTERM",
  forwards: true,
  args: () => [],
};

type Form = Pick<Program, "name" | "title" | "file" | "bundle" | "isOurs">;

export function curfew(form: Form): Program {
  const args = (limit: string): readonly string[] => ["timeout", limit];
  // It passes on the first SIGUSR1 only.
  return { ...form, limits: true, endsBy: "SIGALRM", forwards: false, args };
}

const SILENCE = ["--quiet"];

export function curfewRun(form: Form): Program {
  const args = (limit: string): readonly string[] => ["run", `--timeout=${limit}`];
  return { ...form, limits: true, endsBy: "SIGALRM", forwards: true, silence: SILENCE, args };
}

export function curfewInit(form: Form): Program {
  const args = (): readonly string[] => ["init", "--"];
  return {
    ...form,
    limits: false,
    endsBy: "SIGALRM",
    forwards: true,
    adopts: "anywhere",
    silence: SILENCE,
    args,
  };
}

/** The words that run `command` under a program; options are for curfew only. */
export function commandLine(
  { file, args }: Program,
  command: string | readonly string[],
  limit: string,
  options: readonly string[] = [],
): readonly string[] {
  const words = [command].flat();
  if (file === undefined) return words;
  const [subcommand, ...others] = args(limit);
  return [file, ...(subcommand === undefined ? [] : [subcommand]), ...options, ...others, ...words];
}

/** The peers that are installed, and the titles of those that are not. */
export async function findPeers(): Promise<{ found: Program[]; missing: string[] }> {
  const found: Program[] = [];
  const missing: string[] = [];
  for (const { files, version, ...peer } of PEERS) {
    const here = await findFile(files, version);
    if (here === undefined) missing.push(peer.title);
    else found.push({ ...peer, title: `${peer.title} ${here.version}`, file: here.file });
  }
  return { found, missing };
}

async function findFile(
  names: readonly string[],
  pattern: RegExp,
): Promise<{ file: string; version: string } | undefined> {
  const rooms = (process.env.PATH ?? "").split(delimiter);
  const files = names.flatMap((name) => {
    return name.includes("/") ? [name] : rooms.map((room) => join(room, name));
  });
  for (const file of files.filter((path) => existsSync(path))) {
    const version = pattern.exec((await runTool([file, "--version"])).output)?.[1];
    if (version !== undefined) return { file, version };
  }
  return undefined;
}
