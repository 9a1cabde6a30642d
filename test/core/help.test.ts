import assert from "node:assert/strict";
import { test } from "node:test";
import { curfewHelp, optionUse, timeoutHelp, versionText } from "../../src/core/help.ts";
import { TIMEOUT_OPTIONS } from "../../src/core/options.ts";
import { EXIT_CODES } from "../../src/core/status.ts";

test("an option is written as its user types it", () => {
  const uses = TIMEOUT_OPTIONS.map(optionUse);
  for (const use of ["-f, --foreground", "-k, --kill-after=DURATION", "    --help"]) {
    assert.ok(uses.includes(use), use);
  }
  for (const use of uses) assert.match(use, /^(-[a-z], | {4})--[a-z-]+(=[A-Z]+)?$/);
});

test("S6: the help names every option and every exit code, and the name it was called by", () => {
  const help = timeoutHelp("/usr/bin/timeout");
  const lines = help.split("\n");
  assert.match(
    help,
    /^Usage: \/usr\/bin\/timeout \[OPTION\]\.\.\. DURATION COMMAND \[ARG\]\.\.\.\n/,
  );
  for (const option of TIMEOUT_OPTIONS) {
    assert.equal(lines.filter((line) => line.startsWith(`  ${optionUse(option)} `)).length, 1);
    assert.ok(help.includes(option.help));
  }
  for (const { code, meaning } of EXIT_CODES) {
    const shown = lines.filter((line) => line.startsWith(`  ${code} `));
    assert.equal(shown.length, 1);
    assert.ok(shown[0]?.endsWith(meaning));
  }
});

test("every help fits a screen and ends its last line", () => {
  for (const help of [timeoutHelp("timeout"), curfewHelp("curfew"), versionText("timeout", "1")]) {
    assert.ok(help.endsWith("\n") && !help.endsWith("\n\n"));
    for (const line of help.split("\n")) assert.match(line, /^[ -~]{0,110}$/);
  }
  assert.ok(timeoutHelp("timeout").split("\n").length <= 25);
});

test("S6: the version names the program and the product", () => {
  assert.equal(versionText("timeout", "1.2.3"), "timeout (curfew) 1.2.3\n");
});

test("curfew's own help says where the options are", () => {
  const help = curfewHelp("curfew");
  assert.match(help, /^Usage: curfew timeout /);
  assert.ok(help.includes("'curfew timeout --help'"));
});
