// /proc and the rest of the file system, as far as the host looks at them.
import { childrenOf } from "./kernel.ts";
import type { Kernel, Process } from "./types.ts";

const ENOENT = 2;
const ENOTEMPTY = 39;
const EEXIST = 17;
const EMFILE = 24;

function statText({ pid, command, state, parent, group, session, startTime }: Process): string {
  const before = [state, parent, group, session];
  const between = Array.from({ length: 15 }, () => 0);
  return `${pid} (${command}) ${[...before, ...between, startTime, 0].join(" ")}\n`;
}

function childrenText(kernel: Kernel, pid: number): string {
  return childrenOf(kernel, pid)
    .map((child) => `${child.pid} `)
    .join("");
}

/** Users, and the signals that a process ignores or catches. */
function statusText({ uid, habits }: Process): string {
  const masks = { SigBlk: "none", SigIgn: "ignores", SigCgt: "exits 0" };
  const lines = Object.entries(masks).map(([name, meant]) => {
    const signals = Object.entries(habits).filter(([, habit]) => habit === meant);
    const mask = signals.reduce((sum, [signal]) => sum | (1n << BigInt(Number(signal) - 1)), 0n);
    return `${name}:\t${mask.toString(16).padStart(16, "0")}\n`;
  });
  return `Name:\tcmd\nUid:\t7\t${uid}\t${uid}\t7\n${lines.join("")}`;
}

/** A process's file in /proc. */
function procText(kernel: Kernel, pid: number, file: string): string | number {
  const process = kernel.processes.get(pid);
  if (process === undefined) return -ENOENT;
  if (file === "stat") return statText(process);
  if (file === "cmdline" && process.words.length > 0) return `${process.words.join("\0")}\0`;
  if (file === "status") return statusText(process);
  if (file === `task/${pid}/children`) return childrenText(kernel, pid);
  return /^task\/\d+\/children$/.test(file) ? "" : -ENOENT;
}

export function readText(kernel: Kernel, path: string, size: number): string | number {
  if (kernel.isFull && path.startsWith("/proc/")) return -EMFILE;
  if (path === "/proc/uptime" && kernel.proc !== "none") return kernel.files.get(path) ?? "0.00 0";
  if (path === "/proc/self/stat" && kernel.proc !== "none") {
    return kernel.proc === "ours" ? statText(kernel.own) : "31337 (curfew) S 1";
  }
  const [, pid, file] = /^\/proc\/(\d+)\/(.*)/.exec(path) ?? [];
  if (pid !== undefined && file !== undefined && kernel.proc !== "none") {
    const text = procText(kernel, Number(pid), file);
    if (typeof text === "string") return text.slice(0, size);
    if (!kernel.files.has(path)) return text;
  }
  return kernel.files.get(path)?.slice(0, size) ?? -ENOENT;
}

const DIRECTORY = 0o040000;
const REGULAR = 0o100000;

/** The entries of a directory: name, type, and a text for the content. */
export function entries(
  kernel: Kernel,
  path: string,
  state: boolean,
): readonly (string | number)[] | number {
  if (!kernel.files.has(`${path}/`)) return -ENOENT;
  return [...kernel.files].flatMap(([file, text]) => {
    const [, name, slash] = /^([^/]+)(\/?)$/.exec(file.slice(path.length + 1)) ?? [];
    if (!file.startsWith(`${path}/`) || name === undefined) return [];
    return [name, slash === "" ? REGULAR : DIRECTORY, ...(state ? [text] : [])];
  });
}

/** The type of a file of the model's; 0: there is none. */
export function typeOf(kernel: Kernel, path: string): number {
  if (path === "/" || kernel.files.has(`${path}/`)) return DIRECTORY;
  return kernel.files.has(path) ? REGULAR : 0;
}

export function list(kernel: Kernel, path: string): string[] | number {
  const names = entries(kernel, path, false);
  if (typeof names !== "number") return names.filter((name) => typeof name === "string");
  const [, pid] = /^\/proc\/(\d+)\/task$/.exec(path) ?? [];
  const process = kernel.processes.get(Number(pid));
  if (process === undefined || kernel.proc === "none") return -ENOENT;
  return Array.from({ length: process.threads }, (_, at) => String(process.pid + at * 10_000));
}

export function readLink(kernel: Kernel, path: string): string | number {
  if (path === "/proc/self/ns/pid" && kernel.proc !== "none") return "pid:[4026531836]";
  if (path !== "/proc/self") return kernel.files.get(path) ?? -ENOENT;
  if (kernel.proc === "none") return -ENOENT;
  return kernel.proc === "ours" ? String(kernel.own.pid) : "31337";
}

export function makeDirectory(kernel: Kernel, path: string): number {
  if (kernel.files.has(`${path}/`)) return -EEXIST;
  const parent = path.slice(0, path.lastIndexOf("/") + 1);
  if (!kernel.files.has(parent)) return -ENOENT;
  kernel.files.set(`${path}/`, "");
  // A new group has the files of the controllers that its parent has enabled.
  for (const file of [...kernel.files.keys()]) {
    if (file.startsWith(`${parent}*/`)) {
      kernel.files.set(file.replace(`${parent}*`, path), kernel.files.get(file) ?? "");
    }
  }
  return 0;
}

export function removeDirectory(kernel: Kernel, path: string): number {
  if (!kernel.files.has(`${path}/`)) return -ENOENT;
  const inside = [...kernel.files.keys()].filter((file) => file.startsWith(`${path}/`));
  if (inside.some((file) => file.endsWith("/") && file !== `${path}/`)) return -ENOTEMPTY;
  for (const file of inside) kernel.files.delete(file);
  return 0;
}

export function writeFile(kernel: Kernel, path: string, text: string): number {
  if (!kernel.files.has(path)) return -ENOENT;
  kernel.files.set(path, text);
  return 0;
}
