// Runs in the engine of the binary and in Node: every row of the core and many simulated runs. Its
// answer is one line of JSON, and both engines must give the same.
import { parseTimeout } from "../../src/core/cli/argv.ts";
import { DROP_INS, SUBCOMMANDS } from "../../src/core/cli/commands.ts";
import { formatMessage } from "../../src/core/messages/messages.ts";
import { formatMetrics } from "../../src/core/report/metrics.ts";
import { exitCodeOf, waitStatusOf } from "../../src/core/spec/status.ts";
import type { Duration } from "../../src/core/values/duration.ts";
import { formatDuration, parseDuration, parseGnuDuration } from "../../src/core/values/duration.ts";
import { errnoName, errnoText, strerrorText } from "../../src/core/values/errno.ts";
import { localeOf } from "../../src/core/values/locale.ts";
import { executableCandidates } from "../../src/core/values/path-search.ts";
import { quote } from "../../src/core/values/quote.ts";
import { parseSignal } from "../../src/core/values/signal.ts";
import type { Bytes } from "../../src/core/values/size.ts";
import { formatSize, parseSize } from "../../src/core/values/size.ts";
import { sys } from "../../src/linux/kernel/window.ts";
import { asked } from "../core/cli/asked.ts";
import { COMMAND_LINES } from "../core/cli/rows/argv.ts";
import { SUBCOMMAND_LINES } from "../core/cli/rows/commands.ts";
import { INIT_LINES } from "../core/cli/rows/init-argv.ts";
import { TOOL_LINES } from "../core/cli/rows/tool-argv.ts";
import { MESSAGES } from "../core/messages/rows/messages.ts";
import { PHRASES, said } from "../core/messages/rows/phrases.ts";
import { RELOADS } from "../core/reload/rows/reload.ts";
import { play as playReload } from "../core/reload/transcript.ts";
import { METRICS } from "../core/report/rows/report.ts";
import { TRANSCRIPTS, WILLS } from "../core/run/rows/step.ts";
import { play } from "../core/run/transcript.ts";
import { STATUSES } from "../core/spec/rows/status.ts";
import {
  COMMA_DURATIONS,
  CURFEW_DURATIONS,
  DURATIONS,
  GNU_DURATIONS,
  WRITTEN_DURATIONS,
} from "../core/values/rows/duration.ts";
import { LOCALES } from "../core/values/rows/locale.ts";
import { PATHS } from "../core/values/rows/path-search.ts";
import { QUOTES } from "../core/values/rows/quote.ts";
import { PARSED_SIGNALS } from "../core/values/rows/signal.ts";
import { SIZES, WRITTEN_SIZES } from "../core/values/rows/size.ts";
import { chanceOf } from "../sim/chance.ts";
import { checksumOf, simulate } from "../sim/runs.ts";

const RUNS = 2000;
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
  paths: () => PATHS.map(([name, path]) => executableCandidates(name, path)),
  commandLines: () => COMMAND_LINES.map(([, line, , environment]) => asked(line, environment)),
  subcommandLines: () =>
    [...SUBCOMMAND_LINES, ...INIT_LINES, ...TOOL_LINES].map(([, name, line, , environment]) =>
      asked(line, environment, name),
    ),
  messages: () =>
    MESSAGES.map(([, message]) => formatMessage({ name: "a b", utf8: true }, message)),
  metrics: () => METRICS.map(([report]) => formatMetrics(report)),
  errors: () =>
    Array.from({ length: 140 }, (_, errno) => [
      errnoText(errnoName(errno)),
      strerrorText(errnoName(errno)),
    ]),
  help: () => [...SUBCOMMANDS, ...DROP_INS].map(({ help }) => help("a b", "1.2.3", 80)),
  phrases: () => PHRASES.map(([speech, message]) => said(speech, message)),
  transcripts: () => TRANSCRIPTS.map((transcript) => play(transcript)),
  wills: () => WILLS.map((transcript) => play(transcript, "wills")),
  reloads: () => RELOADS.map(playReload),
  brokenRuns: () =>
    SEEDS.map((seed) => simulate(seed)).flatMap(({ broken }, seed) =>
      broken ? [seed, broken] : [],
    ),
  runs: () =>
    Array.from({ length: RUNS / TOGETHER }, (_, n) =>
      checksumOf(SEEDS.slice(n * TOGETHER, (n + 1) * TOGETHER)),
    ),
  chanceTexts: () => chanceTexts().map(readings),
};

const SEEDS = Array.from({ length: RUNS }, (_, seed) => seed);

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
