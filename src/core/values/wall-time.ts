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

function padded(number: number | undefined, width: number): string {
  return String(number).padStart(width, "0");
}
