// Node's own `spec` reporter in another order: what failed comes before the summary, so that the
// last lines of a run always say how it went.
import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";

/** Set by scripts/test.ts: names of the checks that failed before the tests. */
const FAILED_CHECKS = process.env.CURFEW_FAILED_CHECKS ?? "";

type Diagnostic = Extract<TestEvent, { type: "test:diagnostic" }>;

/** A line of the summary, such as `tests 12`: it belongs to no file. */
function isSummary(event: TestEvent): event is Diagnostic {
  return event.type === "test:diagnostic" && event.data.file === undefined;
}

// biome-ignore lint/style/noDefaultExport: the runner takes a reporter from its default export.
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const summary: Diagnostic[] = [];
  async function* others(): AsyncGenerator<TestEvent> {
    for await (const event of events) {
      if (isSummary(event)) summary.push(event);
      else yield event;
    }
  }
  for await (const text of Readable.from(others()).pipe(new spec())) yield String(text);
  if (FAILED_CHECKS !== "") yield `\n✖ checks failed before the tests: ${FAILED_CHECKS}\n`;
  yield `\n${summary.map((event) => `ℹ ${event.data.message}\n`).join("")}`;
}
