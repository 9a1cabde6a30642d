import { multiplyUp } from "./duration.ts";

/** An amount of memory or output in bytes. */
export type Bytes = number & { readonly __unit: "bytes" };

/** A SIZE that limits nothing. */
export const NO_SIZE_LIMIT: Bytes = 0 as Bytes;

/** Units in lower case, the form to write first. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};
const GRAMMAR = /^(?=\.?\d)(\d*)(?:\.(\d*))?([kmgt](?:i?b)?|)$/i;

/**
 * Parse SIZE. K and KiB are 1024, KB is 1000; units in any case. A fraction needs a unit, and is
 * rounded up to a byte. Refused beyond 2^53 - 1 bytes.
 */
export function parseSize(text: string): Bytes | undefined {
  const [, whole = "", fraction, unit] = GRAMMAR.exec(text) ?? [];
  if (unit === undefined || (fraction !== undefined && unit === "")) return undefined;
  const factor = UNITS[unit.toLowerCase()] ?? Number.NaN;
  const digits = whole + (fraction ?? "");
  const bytes = multiplyUp({ base: 10, digits, point: whole.length, factor });
  return bytes <= Number.MAX_SAFE_INTEGER ? (bytes as Bytes) : undefined;
}

/** The shortest text that parseSize reads back as the same number of bytes. */
export function formatSize(bytes: Bytes): string {
  let shortest = String(bytes);
  for (const [unit, factor] of Object.entries(UNITS)) {
    const text = `${bytes / factor}${unit.toUpperCase()}`;
    if (bytes % factor === 0 && text.length < shortest.length) shortest = text;
  }
  return shortest;
}
