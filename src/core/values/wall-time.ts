/** A time of day in whole microseconds since 1970, UTC; reports say it, nothing counts by it. */
export type WallTime = number & { readonly __clock: "wall-us" };

const DAY = 86_400_000;
/** From 1 March of the year 0 to 1 January 1970. */
const DAYS_BEFORE_1970 = 719_468;
/** Of 400 years, after which the calendar repeats itself. */
const ERA = 146_097;

/** ISO 8601 in UTC with milliseconds, exact until the year 2255 (2^53). The core has no Date. */
export function formatWallTime(time: WallTime): string {
  const ms = Math.floor(time / 1000);
  const days = Math.floor(ms / DAY);
  const rest = ms - days * DAY;
  const [hour, minute, second] = [3_600_000, 60_000, 1000].map((unit) => Math.floor(rest / unit));
  const clock = [hour, (minute ?? 0) % 60, (second ?? 0) % 60].map((part) => padded(part, 2));
  return `${dateOf(days + DAYS_BEFORE_1970)}T${clock.join(":")}.${padded(rest % 1000, 3)}Z`;
}

/** The Gregorian calendar, its years beginning in March so that a leap day is a year's last. */
function dateOf(days: number): string {
  const era = Math.floor(days / ERA);
  const day = days - era * ERA;
  const leaps = Math.floor(day / 1460) - Math.floor(day / 36_524) + Math.floor(day / (ERA - 1));
  const year = Math.floor((day - leaps) / 365);
  const ofYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const ofMonth = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const isNextYear = month >= 10;
  const parts = [isNextYear ? month - 9 : month + 3, ofMonth].map((part) => padded(part, 2));
  return [padded(era * 400 + year + (isNextYear ? 1 : 0), 4), ...parts].join("-");
}

/** The latest time that is exact: in the year 2255. */
const LATEST = Number.MAX_SAFE_INTEGER;

const SECONDS = /^@?(\d{1,15})(?:\.(\d*))?$/;
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Parses a time as RFC 3339 has it, or `@` and seconds since 1970. It is never early: what is finer
 * than a microsecond is rounded up. A time before 1970 becomes 1970, one after 2255 the latest.
 */
export function parseWallTime(text: string): WallTime | undefined {
  return text.startsWith("@") ? parseEpochSeconds(text) : parseRfc3339(text);
}

/** Parses seconds since 1970 with decimals, with or without an `@` before them. */
export function parseEpochSeconds(text: string): WallTime | undefined {
  const match = SECONDS.exec(text);
  if (match === null) return undefined;
  const [, seconds, fraction = ""] = match;
  return within(Number(seconds) * 1e6 + fractionOf(fraction));
}

/** Seconds since 1970 with decimals, as `parseEpochSeconds` reads them. */
export function formatEpochSeconds(time: WallTime): string {
  const rest = time % 1e6;
  const decimals = rest === 0 ? "" : `.${padded(rest, 6).replace(/0+$/, "")}`;
  return `${(time - rest) / 1e6}${decimals}`;
}

function parseRfc3339(text: string): WallTime | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const [, , , , , , , fraction = "", sign, hours, minutes] = match;
  const [ahead, aheadMinutes] = [Number(hours ?? 0), Number(minutes ?? 0)];
  // 60 is a leap second; it counts as the first second of the next minute.
  const isClock = hour <= 23 && minute <= 59 && second <= 60 && ahead <= 23 && aheadMinutes <= 59;
  if (!isClock || day < 1 || day > daysIn(year, month)) return undefined;
  const offset = (ahead * 60 + aheadMinutes) * (sign === "-" ? -1 : 1);
  const seconds = dayOf(year, month, day) * 86_400 + (hour * 60 + minute - offset) * 60 + second;
  return within(seconds * 1e6 + fractionOf(fraction));
}

/** Digits behind a point in microseconds, rounded up. */
function fractionOf(digits: string): number {
  const isMore = /[1-9]/.test(digits.slice(6));
  return Number(digits.slice(0, 6).padEnd(6, "0")) + (isMore ? 1 : 0);
}

function within(us: number): WallTime {
  return Math.min(Math.max(us, 0), LATEST) as WallTime;
}

/** 0 where there is no such month. */
function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const february = isLeap ? 29 : 28;
  return [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** Days since 1970, by a year that begins in March: the reverse of `dateOf`. */
function dayOf(year: number, month: number, day: number): number {
  const isBeforeMarch = month < 3;
  const shifted = isBeforeMarch ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (isBeforeMarch ? month + 9 : month - 3) + 2) / 5) + day - 1;
  const leaps = Math.floor(ofEra / 4) - Math.floor(ofEra / 100);
  return era * ERA + ofEra * 365 + leaps + ofYear - DAYS_BEFORE_1970;
}

function padded(number: number | undefined, width: number): string {
  return String(number).padStart(width, "0");
}
