import type { Address, Listen } from "../../spec/spec.ts";
import type { Value } from "./values.ts";
import { parseWhole } from "./values.ts";

/** An address to listen on for the command. */
export const LISTEN: Value<Listen> = {
  metavar: "ADDRESS",
  code: "bad_address",
  expected:
    "[NAME=] and PORT (1 to 65535 on 127.0.0.1), HOST:PORT, unix:PATH or unix:@NAME; HOST is " +
    "a number such as 127.0.0.1 or [::1], localhost, or * for all",
  parse: parseListen,
  format: formatListen,
};

/** A name in LISTEN_FDNAMES, which colons separate: sd_notify(3) and sd_listen_fds(3). */
const NAME = /^[ -9;-~]{1,255}$/;
const NOT_IN_NAMES = /[^ -9;-~]/g;
const NAME_LENGTH = 255;

/**
 * Parses `[NAME=]ADDRESS`. No name has a colon, and of the addresses only a port has none, so a `=`
 * behind a colon belongs to the address.
 */
export function parseListen(option: string): Listen | undefined {
  const given = /^([^:=]*)=/.exec(option)?.[1];
  const text = given === undefined ? option : option.slice(given.length + 1);
  const name = given ?? nameOf(text);
  const at = parseAddress(text);
  return at === undefined || !NAME.test(name) ? undefined : { name, text, at };
}

/** Writes the text that `parseListen` reads as this value. */
export function formatListen({ name, text }: Listen): string {
  return name === nameOf(text) ? text : `${name}=${text}`;
}

/** The default name of an address: its text, with `_` for characters that no name may have. */
function nameOf(text: string): string {
  return text.replace(NOT_IN_NAMES, "_").slice(0, NAME_LENGTH);
}

const LOOPBACK = "127.0.0.1";
const PORT_MAX = 0xffff;

function parseAddress(text: string): Address | undefined {
  const path = /^unix:(.+)$/s.exec(text)?.[1];
  if (path !== undefined) return path === "@" ? undefined : { kind: "unix", path };
  // A server that is tried out should not be open to the network unless that is said.
  const loopback = parseWhole(text, 1, PORT_MAX);
  if (loopback !== undefined) return { kind: "tcp", host: LOOPBACK, port: loopback };
  const [, written = "", digits] = /^(.*):(\d{1,5})$/s.exec(text) ?? [];
  const host = hostOf(written);
  const port = digits === undefined ? Number.NaN : Number(digits);
  return host !== undefined && port <= PORT_MAX ? { kind: "tcp", host, port } : undefined;
}

function hostOf(text: string): string | undefined {
  if (text === "" || text === "*") return "*";
  if (text === "localhost") return LOOPBACK;
  if (isIpv4(text)) return text;
  const inner = /^\[(.*)\]$/s.exec(text)?.[1];
  return inner !== undefined && isIpv6(inner) ? inner : undefined;
}

// Some programs take a leading zero for octal, others ignore it, so it is refused.
const BYTE = /^(0|[1-9]\d{0,2})$/;

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => BYTE.test(part) && Number(part) <= 0xff);
}

const GROUP = /^[\da-f]{1,4}$/i;

/** Eight groups (RFC 4291, section 2.2); `::` stands for one or more groups of zeros. */
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const counts = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  const count = counts.reduce((sum, part) => sum + part, 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

/** The number of groups; an IPv4 address at the end counts as two. NaN: a group is malformed. */
function groupsOf(text: string, isEnd: boolean): number {
  if (text === "") return 0;
  const groups = text.split(":");
  const last = groups.at(-1) ?? "";
  const isMixed = isEnd && isIpv4(last);
  const plain = isMixed ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => GROUP.test(group))) return Number.NaN;
  return plain.length + (isMixed ? 2 : 0);
}
