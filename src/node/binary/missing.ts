// Why a program is missing, or was not started.
import { fileURLToPath } from "node:url";
import { fs } from "../builtin/builtin.ts";
import type { Missing } from "./advice.ts";
import { namedBinary, ownPlatform, resolved } from "./place.ts";

/** The platforms that a program can be made for, and their processors' numbers in ELF headers. */
const MACHINES: Readonly<Record<string, number>> = { "linux-x64": 62, "linux-arm64": 183 };

/**
 * Why the program was not started, told from the error of the system. Undefined: the reason is not
 * the program (too many processes, no memory).
 */
export function refusalOf(path: string, errno: string): Missing | undefined {
  const platform = ownPlatform();
  const status = fs().statSync(path, { throwIfNoEntry: false });
  switch (errno) {
    case "ENOENT":
    case "ENOTDIR":
      if (status?.isFile()) return { why: "foreign", path, platform };
      if (path === namedBinary()) return { why: "absent", path };
      return { why: "not_installed", needed: platform };
    case "ENOEXEC":
      return { why: "foreign", path, platform };
    case "EACCES":
    case "EPERM":
      if (status?.isDirectory()) return { why: "absent", path };
      if (status !== undefined && (status.mode & 0o111) === 0)
        return { why: "not_executable", path };
      return { why: "noexec", path, errno };
    default:
      return undefined;
  }
}

/**
 * Undefined: the file can be a program for this machine. child_process does not tell: it hands a
 * file that the system cannot execute (ENOEXEC) to a shell, which reads it as a script.
 */
export function foreignOf(path: string): Missing | undefined {
  return isForeign(path) ? { why: "foreign", path, platform: ownPlatform() } : undefined;
}

function isForeign(path: string): boolean {
  const header = beginOf(path);
  // What cannot be read may still be executable.
  if (header === undefined || header.toString("latin1", 0, 2) === "#!") return false;
  const isElf = header.length === 20 && header.toString("latin1", 0, 4) === "\x7fELF";
  return !isElf || header.readUInt16LE(18) !== MACHINES[ownPlatform()];
}

/** Why nothing was found from the module that searches. */
export function missingFrom(from: string | undefined, platform: string): Missing {
  const unsupported = { why: "unsupported", platform } as const;
  if (!(platform in MACHINES)) return { ...unsupported, supported: Object.keys(MACHINES) };
  const packages = packagesOf(from);
  if (packages === undefined) {
    // The sources themselves, as they are in the repository, are no bundle.
    if (from?.endsWith("/src/node/binary/find.ts"))
      return { why: "not_installed", needed: platform };
    return { why: "bundled", needed: platform, bundle: pathOf(from) };
  }
  // A release may lack a processor.
  if (!packages.includes(platform)) return { ...unsupported, supported: packages };
  const present = packages.find((other) => resolved(from, other) !== undefined);
  if (present === undefined) return { why: "not_installed", needed: platform };
  return { why: "other_platform", needed: platform, present };
}

/** The platforms of our own package.json, which stands above the module; undefined: it does not. */
function packagesOf(from: string | undefined): readonly string[] | undefined {
  try {
    const text = fs().readFileSync(new URL("../package.json", from), "utf8");
    const { name, optionalDependencies } = JSON.parse(text);
    if (name !== "curfew") return undefined;
    return Object.keys(optionalDependencies).map((one) => one.replace("@curfew/", ""));
  } catch {
    return undefined;
  }
}

function pathOf(from: string | undefined): string {
  if (from === undefined) return "a file";
  return from.startsWith("file:") ? fileURLToPath(from) : from;
}

function beginOf(path: string): Buffer | undefined {
  try {
    const fd = fs().openSync(path, "r");
    try {
      const bytes = Buffer.alloc(20);
      return bytes.subarray(0, fs().readSync(fd, bytes));
    } finally {
      fs().closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
