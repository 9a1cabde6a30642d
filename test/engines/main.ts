// Runs in the engine of the binary and in Node: every row of the core and many simulated lives. Its
// answer is one line of JSON, and both engines must give the same.
import { parseTimeout } from "../../src/core/argv.ts";
import { DOORS, DROP_INS } from "../../src/core/doors.ts";
import type { Duration } from "../../src/core/duration.ts";
import { formatDuration, parseDuration, parseGnuDuration } from "../../src/core/duration.ts";
import { errnoName, errnoText, errorText } from "../../src/core/errno.ts";
import { localeOf } from "../../src/core/locale.ts";
import { formatMessage } from "../../src/core/messages.ts";
import { candidatesOf } from "../../src/core/path-search.ts";
import { quote } from "../../src/core/quote.ts";
import { formatMetrics } from "../../src/core/report.ts";
import { parseSignal } from "../../src/core/signal.ts";
import type { Bytes } from "../../src/core/size.ts";
import { formatSize, parseSize } from "../../src/core/size.ts";
import { exitCodeOf, waitStatusOf } from "../../src/core/status.ts";
import { sys } from "../../src/linux/syscalls.ts";
import { asked } from "../core/asked.ts";
import { play as playReload } from "../core/reload-transcript.ts";
import { COMMAND_LINES } from "../core/rows/argv.ts";
import { DOOR_LINES } from "../core/rows/door-argv.ts";
import {
  COMMA_DURATIONS,
  CURFEW_DURATIONS,
  DURATIONS,
  GNU_DURATIONS,
  WRITTEN_DURATIONS,
} from "../core/rows/duration.ts";
import { INIT_LINES } from "../core/rows/init-argv.ts";
import { LOCALES } from "../core/rows/locale.ts";
import { MESSAGES } from "../core/rows/messages.ts";
import { PATHS } from "../core/rows/path-search.ts";
import { PHRASES, said } from "../core/rows/phrases.ts";
import { QUOTES } from "../core/rows/quote.ts";
import { RELOADS } from "../core/rows/reload.ts";
import { METRICS } from "../core/rows/report.ts";
import { PARSED_SIGNALS } from "../core/rows/signal.ts";
import { SIZES, WRITTEN_SIZES } from "../core/rows/size.ts";
import { STATUSES } from "../core/rows/status.ts";
import { TRANSCRIPTS, WILLS } from "../core/rows/supervisor.ts";
import { TOOL_LINES } from "../core/rows/tool-argv.ts";
import { play } from "../core/transcript.ts";
import { chanceOf } from "../sim/chance.ts";
import { checksumOf, live } from "../sim/lives.ts";

const LIVES = 2000;
/** Lives per checksum, so that a difference can be found. */
const TOGETHER = 100;
const TEXTS = 3000;

/** A table of the core, with what this engine makes of its rows. */
const TABLES: Readonly<Record<string, () => readonly unknown[]>> = {
  durations: () => DURATIONS.map(([, text]) => [parseGnuDuration(text, "."), parseDuration(text)]),
  gnuDurations: () => GNU_DURATIONS.map(([, text]) => parseGnuDuration(text, ".")),
  commaDurations: () => COMMA_DURATIONS.map(([, text]) => parseGnuDuration(text, ",")),
  curfewDurations: () => CURFEW_DURATIONS.map(([, text]) => parseDuration(text)),
  writtenDurations: () => WRITTEN_DURATIONS.map(([us]) => formatDuration(us as Duration)),
  sizes: () => SIZES.map(([text]) => parseSize(text)),
  writtenSizes: () => WRITTEN_SIZES.map(([bytes]) => formatSize(bytes as Bytes)),
  signals: () => PARSED_SIGNALS.map(([, text]) => parseSignal(text)),
  statuses: () =>
    STATUSES.map(([code, status]) => {
      const end = waitStatusOf({ code, status });
      return [end, end && exitCodeOf(end)];
    }),
  quotes: () => QUOTES.map(([name]) => [quote(name, false), quote(name, true)]),
  locales: () => LOCALES.map(([env]) => localeOf((name) => env[name])),
  paths: () => PATHS.map(([name, path]) => candidatesOf(name, path)),
  commandLines: () => COMMAND_LINES.map(([, line, , environment]) => asked(line, environment)),
  doorLines: () =>
    [...DOOR_LINES, ...INIT_LINES, ...TOOL_LINES].map(([, name, line, , environment]) =>
      asked(line, environment, name),
    ),
  messages: () =>
    MESSAGES.map(([, message]) => formatMessage({ name: "a b", utf8: true }, message)),
  metrics: () => METRICS.map(([report]) => formatMetrics(report)),
  errors: () =>
    Array.from({ length: 140 }, (_, errno) => [
      errnoText(errnoName(errno)),
      errorText(errnoName(errno)),
    ]),
  help: () => [...DOORS, ...DROP_INS].map(({ help }) => help("a b", "1.2.3")),
  phrases: () => PHRASES.map(([speech, message]) => said(speech, message)),
  transcripts: () => TRANSCRIPTS.map((transcript) => play(transcript)),
  wills: () => WILLS.map((transcript) => play(transcript, "wills")),
  reloads: () => RELOADS.map(playReload),
  brokenLives: () => SEEDS.map(live).flatMap(({ broken }, seed) => (broken ? [seed, broken] : [])),
  lives: () =>
    Array.from({ length: LIVES / TOGETHER }, (_, n) =>
      checksumOf(SEEDS.slice(n * TOGETHER, (n + 1) * TOGETHER)),
    ),
  chanceTexts: () => chanceTexts().map(readings),
};

const SEEDS = Array.from({ length: LIVES }, (_, seed) => seed);

/** Texts that are nearly a duration, a size, a signal or an option, for the regular expressions. */
function chanceTexts(): readonly string[] {
  const { below, pick } = chanceOf(1);
  const units = [..."0159.,eExXpP+-dhmsukKMGTBiInNfFRTMA= \t\n'\\é‘💀", "\udcff", "\ud83d", "SIG"];
  return Array.from({ length: TEXTS }, () =>
    Array.from({ length: below(9) }, () => pick(units)).join(""),
  );
}

function readings(text: string): readonly unknown[] {
  return [
    text,
    parseGnuDuration(text, ","),
    parseDuration(text),
    parseSize(text),
    parseSignal(text),
    quote(text, true),
    parseTimeout([text, "1", "a"], () => undefined).kind,
  ];
}

/** What native code says if this fails. */
export const lastWords = "engines: ";
export const noMemory = "not enough memory";
export const failureCode = 1;

/** Writes one line: each table by its name. */
export function main(): number {
  const results = Object.entries(TABLES).map(([name, run]) => [name, run()]);
  return sys.write(1, `${JSON.stringify(Object.fromEntries(results))}\n`);
}
