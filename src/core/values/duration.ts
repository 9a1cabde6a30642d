/** A span of time in whole microseconds; 0 means "no limit", as in timeout(1). */
export type Duration = number & { readonly __unit: "us" };

/** A point on the monotonic clock, in whole microseconds. */
export type Instant = number & { readonly __clock: "monotonic-us" };

/** The Duration that never ends. */
export const NO_LIMIT: Duration = 0 as Duration;

type Units = Readonly<Record<string, number>>;
const GNU_UNITS: Units = { "": 1e6, s: 1e6, m: 60e6, h: 3_600e6, d: 86_400e6 };
const CURFEW_UNITS: Units = { ...GNU_UNITS, ms: 1e3, us: 1 };

/** What is usual, read without a look at its parts: it is exact, and below any bound. */
const PLAIN = /^(?:\d{1,9}|\d{1,5}[smhd])$/;
const SIGN = /^[ \t-\r]*([+-]?)/;
const UNBOUNDED = /^[iI][nN][fF](?:[iI][nN][iI][tT][yY])?(ms|us|[smhd]?)$/;
const DECIMAL = /^(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?(ms|us|[smhd]?)$/;
// A trailing d is taken as a digit before it can be a unit, as strtod(3) does; m, s and u are free.
const HEX =
  /^0[xX](?=\.?[\da-fA-F])([\da-fA-F]*)(?:\.([\da-fA-F]*))?(?:[pP]([+-]?\d+))?(ms|us|[smhd]?)$/;

/** Parse DURATION as GNU timeout does; a limit may be late by less than 1 us, but never early. */
export function parseGnuDuration(text: string, decimalPoint: "." | ","): Duration | undefined {
  return parse(decimalPoint === "," ? text.replace(",", ".") : text, GNU_UNITS);
}

/**
 * Parse DURATION of curfew's own options: GNU's grammar with `ms` and `us`, the point is "."; or
 * several parts such as `1m30s`.
 */
export function parseDuration(text: string): Duration | undefined {
  return parse(text, CURFEW_UNITS);
}

/** The shortest plain text that parseDuration reads back as the same Duration. */
export function formatDuration(duration: Duration): string {
  if (duration === NO_LIMIT) return "0";
  if (duration < 1e3) return `${duration}us`;
  if (duration < 1e6) return `${fixedPoint(duration, 3)}ms`;
  if (duration % 86_400e6 === 0) return `${duration / 86_400e6}d`;
  if (duration % 3_600e6 === 0) return `${duration / 3_600e6}h`;
  if (duration % 60e6 === 0) return `${duration / 60e6}m`;
  return `${fixedPoint(duration, 6)}s`;
}

/** Plain seconds that parseGnuDuration reads back as the same Duration, in every locale. */
export function formatGnuDuration(duration: Duration): string {
  return fixedPoint(duration, 6);
}

function parse(text: string, units: Units): Duration | undefined {
  if (PLAIN.test(text)) {
    const factor = units[text.slice(-1)] ?? 1e6;
    return (Number.parseInt(text, 10) * factor) as Duration;
  }
  const [prefix = "", sign] = SIGN.exec(text) ?? [];
  const amount = text.slice(prefix.length);
  const us = microsecondsOf(amount, units) ?? sumOfParts(amount, units);
  if (us === undefined || (sign === "-" && us > 0)) return undefined;
  return us > Number.MAX_SAFE_INTEGER ? NO_LIMIT : (us as Duration);
}

function microsecondsOf(amount: string, units: Units): number | undefined {
  const decimal = DECIMAL.exec(amount);
  if (decimal !== null) return decimalMicroseconds(decimal, units);
  const hex = HEX.exec(amount);
  if (hex !== null) return hexMicroseconds(hex, units);
  const [, unit] = UNBOUNDED.exec(amount) ?? [];
  return unit !== undefined && units[unit] !== undefined ? Number.POSITIVE_INFINITY : undefined;
}

const PART = /([\d.]+)(ms|us|[smhd])/y;

/** Several parts: units strictly falling, each once; decimals in the last part only. */
function sumOfParts(text: string, units: Units): number | undefined {
  if (units === GNU_UNITS || text === "") return undefined;
  let sum = 0;
  let larger = Number.POSITIVE_INFINITY;
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const [part = "", amount = "", unit = ""] = PART.exec(text) ?? [];
    const factor = units[unit] ?? larger;
    const us = microsecondsOf(part, units);
    const isLast = at + part.length === text.length;
    if (us === undefined || factor >= larger || !(isLast || /^\d+$/.test(amount))) return undefined;
    larger = factor;
    sum += us;
    PART.lastIndex = at + part.length;
  }
  return sum;
}

function decimalMicroseconds(match: RegExpExecArray, units: Units): number | undefined {
  const [, whole = "", fraction = "", exponent = "0", unit = ""] = match;
  const factor = units[unit];
  if (factor === undefined) return undefined;
  const point = whole.length + Number(exponent);
  return multiplyUp({ base: 10, digits: whole + fraction, point, factor });
}

function hexMicroseconds(match: RegExpExecArray, units: Units): number | undefined {
  const [, whole = "", fraction = "", exponent = "0", unit = ""] = match;
  const perUnit = units[unit];
  if (perUnit === undefined) return undefined;
  const bits = Number(exponent);
  const places = Math.floor(bits / 4);
  const point = whole.length + places;
  // 0 to 3 bits are left over, or NaN of an infinite exponent, which shifts by none.
  const factor = perUnit * (1 << (bits - 4 * places));
  return multiplyUp({ base: 16, digits: whole + fraction, point, factor });
}

/** `digits` in a base, with the point behind so many of them. */
type Amount = {
  readonly base: 10 | 16;
  readonly digits: string;
  readonly point: number;
  readonly factor: number;
};

// ceil(amount x factor), digit by digit: a double is rounded before it can be rounded up, and
// underflows to a 0 that would mean "no limit" where GNU promises to fire at once (S13).
export function multiplyUp({ base, digits, point, factor }: Amount): number {
  let whole = 0;
  for (let at = 0; at < point && (at < digits.length || whole > 0); at++) {
    whole = whole * base + digitAt(digits, at);
    if (whole > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  }
  let carry = 0;
  let inexact = false;
  for (let at = digits.length - 1; at >= point && (at >= 0 || carry > 0); at--) {
    const product = digitAt(digits, at) * factor + carry;
    const rest = product % base;
    if (rest > 0) inexact = true;
    carry = (product - rest) / base;
  }
  return whole * factor + carry + (inexact ? 1 : 0);
}

// Outside the text the code is NaN, and NaN & 15 is the 0 that fills up a number on both sides.
function digitAt(digits: string, at: number): number {
  const code = digits.charCodeAt(at);
  return (code & 15) + (code > 57 ? 9 : 0);
}

// Not a division of doubles: from 2^33 s upwards they are more than a microsecond apart.
function fixedPoint(us: number, places: 3 | 6): string {
  const unit = 10 ** places;
  const rest = us % unit;
  const whole = String((us - rest) / unit);
  const decimals = String(unit + rest).slice(1);
  return rest === 0 ? whole : `${whole}.${decimals.replace(/0+$/, "")}`;
}
