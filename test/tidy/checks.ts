// What test/tidy.test.ts checks, as functions over files: each returns its complaints.
import { posix } from "node:path";

export type File = { readonly path: string; readonly text: string };
export type Find = (files: readonly File[]) => readonly string[];

/** Lines for a room; a room that needs more is two rooms. */
export const ROOMS = { "src/core/": 19800, "src/linux/": 9600, "native/src/": 12900 };
const FILE_LINES = 350;
/** A ratchet: lower it when the longest function has become shorter. */
const FUNCTION_LINES = 70;
export const WIDTH = 100;
/** Lines above an `unsafe` block among which its SAFETY sentence stands. */
const SAFETY_WITHIN = 8;

const EVERYDAY = ["values", "spec", "messages", "report"];
/** The folders of a room, and which of its folders each may import, besides itself. */
export const DIRECTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "src/core/": {
    values: [],
    spec: ["values"],
    messages: ["values", "spec"],
    report: ["values", "spec", "messages"],
    look: ["values", "spec"],
    inspect: EVERYDAY,
    run: EVERYDAY,
    reload: [...EVERYDAY, "run"],
    kill: EVERYDAY,
    doctor: EVERYDAY,
    show: [...EVERYDAY, "inspect"],
    "cli/options": ["values", "spec"],
    "cli/drop-in": ["values", "spec", "messages", "cli/options"],
    "cli/config": ["values", "spec", "messages", "cli/options"],
    cli: ["values", "spec", "messages", "cli/options", "cli/drop-in", "cli/config"],
    ".": ["values", "spec", "run", "report", "reload"],
  },
  "src/linux/": {
    kernel: [],
    config: ["kernel"],
    confine: ["kernel"],
    look: ["kernel"],
    run: ["kernel", "confine", "look"],
    watch: ["kernel"],
    serve: ["kernel", "confine", "look", "run", "watch"],
    commands: ["kernel", "run"],
    "commands/kill": ["kernel", "run"],
    "commands/doctor": ["kernel", "confine", "run"],
    "commands/inspect": ["kernel", "look", "run"],
    "commands/show": ["kernel", "run"],
    ".": [
      "kernel",
      "config",
      "run",
      "serve",
      "commands",
      "commands/kill",
      "commands/doctor",
      "commands/inspect",
      "commands/show",
    ],
  },
  "src/node/": {
    builtin: [],
    binary: ["builtin"],
    way: ["builtin", "binary"],
    result: ["way"],
    options: ["builtin", "result", "way"],
    output: ["builtin"],
    input: ["options", "way"],
    ready: ["builtin", "options", "output", "result"],
    portable: [
      "builtin",
      "way",
      "portable/guardian",
      "portable/kill",
      "portable/processes",
      "portable/streams",
    ],
    "portable/guardian": ["portable/processes"],
    "portable/kill": ["way", "portable", "portable/processes"],
    "portable/processes": ["builtin"],
    "portable/streams": ["builtin", "way", "portable"],
    backend: ["way", "portable"],
    run: ["builtin", "way", "result", "options", "output", "input", "ready", "backend"],
    kill: ["way", "result", "options"],
    ".": ["builtin", "way", "result", "options", "backend", "run", "kill"],
  },
};

/** Files of the core without a test file of their own, and why. */
const UNTESTED: Readonly<Record<string, string>> = {
  "cli/inspect-line": "test/cli/inspect.test.ts",
  "cli/kill-line": "test/core/cli/argv.test.ts",
  "cli/run-line": "test/core/cli/argv.test.ts",
  "cli/options/option": "how rows are made; test/core/cli/options/options.test.ts",
  "cli/options/inspect": "rows of a table; test/core/cli/options/options.test.ts",
  "cli/options/kill": "rows of a table; test/core/cli/options/options.test.ts",
  "kill/refusal": "a part of the machine of kill; test/core/kill/rows/kill.ts",
  "kill/search": "a part of the machine of kill; test/core/kill/rows/strays.ts",
  "kill/state": "types and times; test/core/kill/kill.test.ts",
  "reload/generations": "types, and parts of service.ts; test/core/reload/rows/reload.ts",
  "reload/requests": "a part of service.ts; test/core/reload/rows/reload.ts",
  "report/event": "types only",
  "cli/show-line": "test/core/cli/argv.test.ts",
  "cli/options/show": "rows of a table; test/core/cli/options/options.test.ts",
  "show/palette": "colors; test/core/show/svg.test.ts",
  "spec/show-spec": "types and defaults only",
  "report/written-json": "rows of a table; test/core/report/event-line.test.ts",
  "report/process-json": "rows of a table; test/core/report/report-json.test.ts",
  "run/action": "types, and a list",
  "run/control": "a part of the machine; test/core/run/rows/control.ts",
  "run/draining": "a phase of the machine; test/core/run/rows/relay.ts",
  "run/end-sentences": "what is said of a run that is over; test/core/run/rows/telling.ts",
  "run/leftovers": "a phase of the machine; test/core/run/rows",
  "run/lingering": "a part of that phase; test/core/run/rows",
  "run/requests": "what is one request; test/core/run/rows/requests.ts",
  "run/stopping": "a phase of the machine; test/core/run/rows",
  "run/stops": "a part of the machine; test/core/run/rows",
  "spec/exit": "types only",
  "spec/defaults": "values of fields; test/core/cli/options/options.test.ts",
  "spec/inspect-spec": "types and defaults only",
  "spec/kill-spec": "types and defaults only",
  "spec/process-snapshot": "types, and words",
  "spec/sockets": "a number; test/core/messages/generation-sentence.test.ts",
  "spec/spec": "types only",
  "values/gitignore-tokens": "a part of gitignore; test/core/values/rows/gitignore.ts",
  "values/glob-expression": "compared with glob-automaton in its test",
  "values/pid": "a number; test/core/cli/options/values.test.ts",
};

export const inRoom = (room: string) => (file: File) => file.path.startsWith(room);
export const named = (pattern: RegExp) => (file: File) => pattern.test(file.path);
export const isTypeScript = named(/\.ts$/);
const linesOf = (file: File) => file.text.replace(/\n$/, "").split("\n");
export const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*/g, "");
export const file = (path: string, ...lines: string[]): File => ({
  path,
  text: `${lines.join("\n")}\n`,
});
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Complains about every line that matches, in the files that are meant. */
export function noLine(
  isMeant: (file: File) => boolean,
  pattern: RegExp,
  text = (line: string) => line,
) {
  return (files: readonly File[]) =>
    files.filter(isMeant).flatMap((file) =>
      linesOf({ ...file, text: text(file.text) })
        .filter((line) => pattern.test(line))
        .map((line) => `${file.path}: ${line.trim()}`),
    );
}

/** What a file imports, as paths from the root; packages keep their names. */
function importsOf({ path, text }: File): string[] {
  const found = withoutComments(text).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g);
  return [...found].map(([, to = ""]) => {
    return to.startsWith(".") ? posix.join(posix.dirname(path), to) : to;
  });
}

export function importsOnly(room: string, ...allowed: string[]): Find {
  return (files) =>
    files.filter(inRoom(room)).flatMap((file) => {
      const outside = importsOf(file).filter((to) => !allowed.some((from) => to.startsWith(from)));
      return outside.map((to) => `${file.path} imports ${to}`);
    });
}

/** Imports between the folders of a room that do not go down. */
export function upward(room: string): Find {
  const folders = DIRECTIONS[room] ?? {};
  const folderOf = (path: string) => posix.relative(room, posix.dirname(path)) || ".";
  return (files) =>
    files.filter(inRoom(room)).flatMap((file) => {
      const from = folderOf(file.path);
      const allowed = folders[from];
      if (allowed === undefined) return [`${file.path} is in a folder without a direction`];
      const inside = importsOf(file).filter((to) => to.startsWith(room));
      const up = inside.map(folderOf).filter((to) => to !== from && !allowed.includes(to));
      return up.map((to) => `${from} -> ${to}`);
    });
}

export function cycles(files: readonly File[]): string[] {
  return circles(new Map(files.filter(isTypeScript).map((file) => [file.path, importsOf(file)])));
}

/** Ways through a graph that come back to where they began. */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): string[] => {
    if (way.includes(path)) return [[...way.slice(way.indexOf(path)), path].join(" -> ")];
    if (done.has(path)) return [];
    const found = (graph.get(path) ?? []).flatMap((to) => visit(to, [...way, path]));
    done.add(path);
    return found;
  };
  return [...graph.keys()].flatMap((path) => visit(path, []));
}

export function differentNames(files: readonly File[]): string[] {
  const names = (path: string, pattern: RegExp) => {
    const text = files.find((file) => file.path === path)?.text ?? "";
    return new Set([...text.matchAll(pattern)].map(([, name = ""]) => name));
  };
  // Members of the type `Sys`, one at the start of a line; rows `(c"name", function)` of the table.
  const member = /^ {2}(?:readonly )?(\w+)[(<:]/gm;
  const typed = ["window", "looking", "relaying"]
    .map((name) => names(`src/linux/kernel/${name}.ts`, member))
    .reduce((all, some) => all.union(some));
  const native = names("native/src/window/table.rs", /^\s*\(c?"(\w+)",/gm);
  return [...typed.difference(native), ...native.difference(typed)];
}

export const fullRooms: Find = (files) =>
  Object.entries(ROOMS).flatMap(([room, limit]) => {
    const lines = sum(files.filter(inRoom(room)).map((file) => linesOf(file).length));
    return lines > limit ? [`${room} has ${lines} lines`] : [];
  });

export const longFiles: Find = (files) =>
  files
    .filter(named(/^(src|native\/src|scripts)\//))
    .filter((file) => linesOf(file).length > FILE_LINES)
    .map((file) => file.path);

/** A function ends at the first line that closes its brace at its own indentation. */
export const longFunctions: Find = (files) =>
  files.filter(named(/^(src|scripts)\/.*\.ts$|^native\/src\/.*\.rs$/)).flatMap((file) => {
    const lines = linesOf(file);
    return lines.flatMap((line, from) => {
      const indent = /^(\s*)(.*\bfunction\b|.*=> [{(]$|[\w "()]*\bfn \w)/.exec(line)?.[1];
      const end = lines.findIndex((other, at) => at > from && other.startsWith(`${indent}}`));
      return indent !== undefined && end - from >= FUNCTION_LINES ? [`${file.path}: ${line}`] : [];
    });
  });

export const untested: Find = (files) => {
  const namesIn = (room: string, end: string) =>
    files.filter(inRoom(room)).map(({ path }) => path.slice(room.length).replace(end, ""));
  const names = namesIn("src/core/", ".ts");
  const tests = namesIn("test/core/", ".test.ts");
  const stale = Object.keys(UNTESTED).filter((name) => tests.includes(name));
  return [...names.filter((name) => !tests.includes(name) && !(name in UNTESTED)), ...stale];
};

export const unsafeWithoutReason: Find = (files) =>
  files.filter(named(/^native\/.*\.rs$/)).flatMap((file) =>
    linesOf(file).flatMap((line, at, lines) => {
      const above = lines.slice(Math.max(0, at - SAFETY_WITHIN), at + 1).join("\n");
      const isBare = /\bunsafe \{/.test(line) && !/SAFETY: /.test(above);
      return isBare ? [`${file.path}:${at + 1}`] : [];
    }),
  );

export const severalTitles: Find = (files) =>
  files
    .filter(named(/\.md$/))
    .filter(({ text }) => text.replace(/^```[\s\S]*?^```/gm, "").match(/^# /gm)?.length !== 1)
    .map((file) => file.path);
