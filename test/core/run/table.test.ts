// docs/machine.md has the actions of each event in each phase. CURFEW_OBSERVED=write writes it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isWhole, LINES, tableOf } from "./table.ts";

const DOCUMENT = join(fileURLToPath(new URL("../../../", import.meta.url)), "docs/machine.md");
const partOf = (line: string) =>
  new RegExp(`(<!-- observed: ${line} -->\n)[\\s\\S]*?(<!-- /observed -->)`);

for (const line of LINES) {
  test(`${line}: the table is what the machine does`, () => {
    const text = readFileSync(DOCUMENT, "utf8");
    const part = partOf(line);
    assert.match(text, part);
    const written = text.replace(part, (_, begin, end) => `${begin}\n${tableOf(line)}\n${end}`);
    if (process.env.CURFEW_OBSERVED === "write") writeFileSync(DOCUMENT, written);
    else assert.equal(text, written, "CURFEW_OBSERVED=write");
  });

  test(`${line}: every phase is reached`, () => assert.ok(isWhole(line)));
}
