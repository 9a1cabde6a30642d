// What `npm test` prints: each test that fails, a counter, and a summary at the end that gives the
// reason of each skipped test. Thousands of tests that pass print nothing.
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { spec, type TestEvent } from "node:test/reporters";
import { ROOT } from "../steps.ts";

/** Set by scripts/test/test.ts: names of the checks that failed before the tests. */
const FAILED_CHECKS = process.env.CURFEW_FAILED_CHECKS ?? "";
/** Set by scripts/test/test.ts: where the path of each test file that failed is written. */
const FAILED_FILES = process.env.CURFEW_FAILED_FILES;
/** Set by scripts/test/test.ts: how many test files there are. */
const FILES = Number(process.env.CURFEW_TEST_FILES ?? 0);
/** Without a terminal the counter is a line after so many files. */
const STEP = 25;

type Diagnostic = Extract<TestEvent, { type: "test:diagnostic" }>;

/** A line of the summary, such as `tests 12`: it belongs to no file. */
function isSummary(event: TestEvent): event is Diagnostic {
  return event.type === "test:diagnostic" && event.data.file === undefined;
}

/** What Node's `spec` reporter is to print: failures, and what failing tests wrote. */
function isShown({ type }: TestEvent): boolean {
  return type === "test:fail" || type === "test:stderr" || type === "test:stdout";
}

/** Counts tests and files; gives the line to print now, if one is due. */
function counter(): {
  readonly count: (event: TestEvent) => string;
  readonly failedFiles: Set<string>;
} {
  const files = new Set<string>();
  const failedFiles = new Set<string>();
  let passed = 0;
  let failed = 0;
  const line = () => `${files.size} of ${FILES} files, ${passed} tests passed, ${failed} failed`;
  const count = (event: TestEvent): string => {
    if (event.type === "test:pass") passed += 1;
    if (event.type === "test:fail") {
      failed += 1;
      if (event.data.file !== undefined) failedFiles.add(event.data.file);
    }
    // With process isolation a file is complete when its own summary comes.
    if (event.type !== "test:summary" || event.data.file === undefined) return "";
    files.add(event.data.file);
    if (process.stdout.isTTY) return `\r${line()}`;
    return files.size % STEP === 0 ? `${line()}\n` : "";
  };
  return { count, failedFiles };
}

/** The reasons why tests were skipped, and how many tests each one stands for. */
function skipReasons(): { readonly note: (event: TestEvent) => void; readonly text: () => string } {
  const reasons = new Map<string, number>();
  const note = (event: TestEvent): void => {
    if (event.type !== "test:pass" || event.data.skip === undefined) return;
    const reason = typeof event.data.skip === "string" ? event.data.skip : "";
    const key = reason === "" ? `no reason given: ${event.data.name}` : reason;
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  };
  const text = () => [...reasons].map(([key, count]) => `ℹ skipped ${count}: ${key}\n`).join("");
  return { note, text };
}

/** How many files the summary names. */
const SLOWEST = 8;

/** The files that took longest, so that a slow one is noticed. */
function durations(): { readonly note: (event: TestEvent) => void; readonly text: () => string } {
  const times = new Map<string, number>();
  const note = ({ type, data }: TestEvent): void => {
    if (type !== "test:summary" || data.file === undefined) return;
    times.set(relative(ROOT, data.file), data.duration_ms);
  };
  const text = () => {
    const slowest = [...times].sort(([, one], [, other]) => other - one).slice(0, SLOWEST);
    const parts = slowest.map(([file, time_ms]) => `${file} ${(time_ms / 1000).toFixed(1)} s`);
    return `ℹ slowest files: ${parts.join(", ")}\n`;
  };
  return { note, text };
}

/** For scripts/test/test.ts, which runs each of them once more, alone. */
function writeFailed(files: ReadonlySet<string>): void {
  const paths = [...files].map((path) => `${relative(ROOT, path)}\n`);
  if (FAILED_FILES !== undefined) appendFileSync(FAILED_FILES, paths.join(""));
}

// biome-ignore lint/style/noDefaultExport: the runner takes a reporter from its default export.
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const summary: Diagnostic[] = [];
  const { count, failedFiles } = counter();
  const [skips, times] = [skipReasons(), durations()];
  const printer = new spec();
  for await (const event of events) {
    if (isSummary(event)) summary.push(event);
    skips.note(event);
    times.note(event);
    const line = count(event);
    if (line !== "") yield line;
    if (!isShown(event)) continue;
    printer.write(event);
    yield String(printer.read() ?? "");
  }
  printer.end();
  for await (const text of printer) yield String(text);
  writeFailed(failedFiles);
  if (FAILED_CHECKS !== "") yield `\n✖ checks failed before the tests: ${FAILED_CHECKS}\n`;
  const counts = summary.map((event) => `ℹ ${event.data.message}\n`);
  yield `\n${skips.text()}${times.text()}${counts.join("")}`;
}
