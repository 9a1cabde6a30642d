// Texts of values as the command line has them, made from what JavaScript callers write.
// Undefined: not a value of this kind at all; else the core's parser has the last word.
/** A string that ends with a unit, or `inf`. A bare number would mean seconds, and look like ms. */
const WITH_UNIT = /(?:\d\.?(?:us|ms|s|m|h|d)|^inf)$/;

/** The text of a duration: numbers are milliseconds, strings need a unit. */
export function durationText(value: unknown): string | undefined {
  if (typeof value === "string") return WITH_UNIT.test(value) ? value : undefined;
  if (typeof value !== "number" || Number.isNaN(value) || value < 0) return undefined;
  return value === Number.POSITIVE_INFINITY ? "inf" : `${value}ms`;
}

/** The text of a size: numbers are bytes. */
export function sizeText(value: unknown): string | undefined {
  return typeof value === "string" ? value : wholeText(value);
}

export function wholeText(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? String(value) : undefined;
}

/** The text of a signal. No number that kill(2) gives another meaning to is one. */
export function signalText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isSignal = Number.isInteger(value) && (value as number) > 0 && (value as number) <= 64;
  return isSignal ? String(value) : undefined;
}

export function wordText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An instance of URL, of whatever realm: tests replace the globals. */
export function isUrl(value: unknown): value is URL {
  return typeof value === "object" && value !== null && "href" in value && "protocol" in value;
}

/** An AbortSignal of whatever realm. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== "object" || value === null) return false;
  return "aborted" in value && "addEventListener" in value;
}

/** What Object.prototype.toString calls a value: the same for an object of another realm. */
function isCalled(value: unknown, name: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${name}]`;
}

/** A Uint8Array, a Buffer included. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && isCalled(value, "Uint8Array");
}

export function isMap(value: unknown): boolean {
  return isCalled(value, "Map");
}

export function isDate(value: unknown): value is Date {
  return isCalled(value, "Date");
}

export function isRegExp(value: unknown): value is RegExp {
  return isCalled(value, "RegExp");
}

export function isPath(value: unknown): value is string | URL {
  return typeof value === "string" || isUrl(value);
}

/** Neither NUL, which ends a string for the kernel, nor what has no bytes in UTF-8. */
export function isPassable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** A plain object: not an array, not a class of bytes. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, for messages: `"5 minutes"`, `NaN`, `an object`. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  if (isAbortSignal(value)) return "an AbortSignal";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
