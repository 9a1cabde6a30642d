// As PID 1, side by side with the inits that are installed: exit codes, and what becomes of each of
// the 64 signals. docs/init.md has a table of the latter; CURFEW_OBSERVED=write writes it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../cli/binary.ts";
import { run } from "../cli/run.ts";
import { FIRST } from "./places.ts";
import {
  CONTENDERS,
  type Contender,
  formatObserved,
  observed,
  parseObserved,
  SIGNALS,
} from "./side-by-side.ts";

const DOCUMENT = join(ROOT, "docs/init.md");
const PART = /(<!-- observed: signals -->\n)([\s\S]*?)(<!-- \/observed: signals -->)/;
const CODES = Array.from({ length: 256 }, (_, code) => code);
const AT_ONCE = 4;

/** Works through a list, a few at a time. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function exitCodes({ words }: Contender): Promise<void> {
  const wrong: string[] = [];
  await eachOf(CODES, async (code) => {
    const argv = [...FIRST.before, ...words, "sh", "-c", `exit ${code}`];
    const ended = await run(argv, { cwd: "/" });
    if (ended.code !== code) wrong.push(`${code}: ${ended.code ?? ended.signal}`);
  });
  assert.deepEqual(wrong, []);
}

async function signals(contender: Contender): Promise<ReadonlyMap<number, string>> {
  const answers = new Map<number, string>();
  await eachOf(SIGNALS, async (signal) => {
    answers.set(signal, await observed(contender, signal));
  });
  return new Map([...answers].sort(([one], [other]) => one - other));
}

function write(text: string): void {
  const before = readFileSync(DOCUMENT, "utf8");
  assert.match(before, PART);
  writeFileSync(
    DOCUMENT,
    before.replace(PART, (_, begin, __, end) => `${begin}\n${text}\n${end}`),
  );
}

describe("side by side, as PID 1", { skip: FIRST.skip }, () => {
  for (const contender of CONTENDERS) {
    const { name, skip } = contender;
    test(`${name}: all exit codes are the command's`, { skip }, () => exitCodes(contender));
  }

  if (process.env.CURFEW_OBSERVED === "write") {
    const missing = CONTENDERS.map(({ skip }) => skip).find((skip) => skip !== false) ?? false;
    test("docs/init.md: signals, written", { skip: missing }, async () => {
      const all = new Map<string, ReadonlyMap<number, string>>();
      for (const one of CONTENDERS) all.set(one.name, await signals(one));
      write(formatObserved(all));
    });
  }

  const told = () => PART.exec(readFileSync(DOCUMENT, "utf8"))?.[2] ?? "";
  for (const contender of CONTENDERS) {
    const { name, skip } = contender;
    test(`${name}: what becomes of each signal is what docs/init.md says`, { skip }, async () => {
      const expected = parseObserved(told()).get(name);
      assert.deepEqual(await signals(contender), expected, "CURFEW_OBSERVED=write");
    });
  }

  test("the table is as it is written", () => {
    assert.equal(told(), `\n${formatObserved(parseObserved(told()))}\n`);
  });
});
