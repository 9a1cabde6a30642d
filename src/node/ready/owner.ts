// Whose a listening port is. Linux only: elsewhere it cannot be seen.
import { fs } from "../builtin/builtin.ts";

export type Owner =
  | { readonly kind: "ours" }
  | { readonly kind: "foreign"; readonly pid: number; readonly command: string }
  /** Its owner cannot be seen, or there is no such listener. */
  | { readonly kind: "unseen" };

/** `owns`: whether a process belongs to the run. */
export function ownerOf(port: number, owns: (pid: number) => boolean | undefined): Owner {
  const sockets = new Set(listeningSockets(port).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return { kind: "unseen" };
  let foreign: Owner = { kind: "unseen" };
  for (const pid of processes()) {
    if (!holds(pid, sockets)) continue;
    if (owns(pid) !== false) return { kind: "ours" };
    foreign = { kind: "foreign", pid, command: nameOf(pid) };
  }
  return foreign;
}

/** Inodes of the sockets that listen on a port of this machine's own addresses. */
function listeningSockets(port: number): readonly string[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => parseSockets(read(table), port));
}

const LISTEN = "0A";
/** Any address, 127.0.0.0/8, ::1 and 127.0.0.0/8 in IPv6, as the kernel prints them. */
const OWN = /^(0{8}|0{32}|.{6}7F|0{24}01000000|0{16}FFFF0000.{6}7F)$/;

/** The rows of /proc/net/tcp that listen on the port: proc_net_tcp. */
export function parseSockets(table: string, port: number): readonly string[] {
  return table.split("\n").flatMap((row) => {
    const [, local = "", , state, , , , , , inode] = row.trim().split(/\s+/);
    const [address = "", hexadecimal = ""] = local.split(":");
    const isMeant = state === LISTEN && Number.parseInt(hexadecimal, 16) === port;
    return isMeant && OWN.test(address) && inode !== undefined ? [inode] : [];
  });
}

function processes(): readonly number[] {
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether a process has one of these open, as far as it lets itself be looked at. */
function holds(pid: number, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  return list(folder).some((fd) => {
    try {
      return sockets.has(fs().readlinkSync(`${folder}/${fd}`));
    } catch {
      return false;
    }
  });
}

function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trimEnd();
}

function list(folder: string): readonly string[] {
  try {
    return fs().readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return fs().readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
