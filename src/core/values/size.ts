/** An amount of memory or output in bytes. */
export type Bytes = number & { readonly __unit: "bytes" };

/** A SIZE that limits nothing. */
export const NO_SIZE_LIMIT: Bytes = 0 as Bytes;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};
const GRAMMAR = /^(\d+)((?:[KMGT]B?)?)$/;

/** Parse SIZE: K M G T are powers of 1024, KB MB GB TB of 1000; refused beyond 2^53 - 1 bytes. */
export function parseSize(text: string): Bytes | undefined {
  const [, amount, unit] = GRAMMAR.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const bytes = Number(amount) * (UNITS[unit] ?? Number.NaN);
  return bytes <= Number.MAX_SAFE_INTEGER ? (bytes as Bytes) : undefined;
}

/** The shortest text that parseSize reads back as the same number of bytes. */
export function formatSize(bytes: Bytes): string {
  let shortest = String(bytes);
  for (const [unit, factor] of Object.entries(UNITS)) {
    const text = `${bytes / factor}${unit}`;
    if (bytes % factor === 0 && text.length < shortest.length) shortest = text;
  }
  return shortest;
}
