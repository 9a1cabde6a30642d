import assert from "node:assert/strict";
import { test } from "node:test";
import { RUN_OPTIONS } from "../../../src/core/cli/options/options.ts";
import { RUN_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import { CONTAINMENTS, LEFTOVERS, ON_STOP } from "../../../src/core/spec/spec.ts";
import { checkOptions } from "../../../src/node/options/check.ts";
import { expectedOf, type OptionName } from "../../../src/node/options/expected.ts";
import { OPTION_TABLE } from "../../../src/node/options/table.ts";
import { CurfewError } from "../../../src/node/result/result.ts";

/** Texts that one or another option takes, and texts that none does. */
const TEXTS: readonly string[] = [
  ...["0", "1", "5", "1.5s", "10ms", "2h", "inf", "5 s", "-1", "1e3", "0x10", "", "x"],
  ...["1K", "2GB", "1M,tree", "1k", "9007199254740993"],
  ...["TERM", "SIGKILL", "15", "SIGNOPE", "RTMIN+1"],
  ...[...CONTAINMENTS, ...LEFTOVERS, ...ON_STOP, "gpg-agent*"],
];

/** What is wrong: the options, the code, the option that the error names, words of its message. */
const ROWS: readonly [given: unknown, code: string, option: string, text: RegExp][] = [
  [{ timout: "5s" }, "bad_option", "timout", /is timeout meant/],
  [{ kilSignal: "SIGINT" }, "bad_option", "kilSignal", /is killSignal meant/],
  [{ "keep-output": 1 }, "bad_option", "keep-output", /is keepOutput meant/],
  [{ TIMEOUT: 1 }, "bad_option", "TIMEOUT", /is timeout meant/],
  [{ tiemout: 1 }, "bad_option", "tiemout", /is timeout meant/],
  [{ cancelSignal: 1 }, "bad_option", "cancelSignal", /is signal meant/],
  [{ maxBuffer: 1 }, "bad_option", "maxBuffer", /keepOutput or maxOutput/],
  [{ shell: true }, "bad_option", "shell", /run\("sh"/],
  [{ constructor: 1 }, "bad_option", "constructor", /is no option$/],
  [JSON.parse('{"__proto__": 1}'), "bad_option", "__proto__", /is no option$/],
  [{ wibble: 1 }, "bad_option", "wibble", /is no option$/],
  [{ signal: "SIGTERM" }, "bad_option", "signal", /killSignal/],
  [{ signal: 15 }, "bad_option", "signal", /killSignal/],
  [{ signal: {} }, "bad_option", "signal", /AbortSignal/],
  [{ killSignal: AbortSignal.abort() }, "bad_option", "killSignal", /is for signal/],
  [{ encoding: "latin1" }, "unknown_choice", "encoding", /"utf8" or "buffer"/],
  [{ backend: "docker" }, "unknown_choice", "backend", /"portable"/],
  [{ throws: 1 }, "bad_option", "throws", /true or false/],
  [{ env: [] }, "bad_option", "env", /an array/],
  [{ cwd: 1 }, "bad_option", "cwd", /a path/],
  [{ onEvent: "x" }, "bad_option", "onEvent", /a function/],
  [{ input: 1 }, "bad_option", "input", /a string or a Uint8Array/],
  [{ ready: "port" }, "bad_option", "ready", /\{port\}/],
  [{ readyTimeout: "5" }, "bad_duration", "readyTimeout", /with a unit/],
  [{ pipeDrain: "5 s" }, "bad_duration", "pipeDrain", /with a unit/],
  [{ pty: "yes" }, "bad_option", "pty", /"yes" is not true, false, or \{columns, rows\}/],
  [{ pty: { columns: 80 } }, "bad_option", "pty", /an object is not true, false/],
  [{ pty: { columns: 80, rows: 65_536 } }, "bad_option", "pty", /from 1 to 65535/],
  [{ pty: { columns: 0.5, rows: 24 } }, "bad_option", "pty", /from 1 to 65535/],
  [{ endWithStdin: 1 }, "bad_option", "endWithStdin", /true or false/],
];

test("an option that is wrong is named, with what would be right", () => {
  for (const [given, code, option, text] of ROWS) {
    assert.throws(
      () => checkOptions(given),
      (error) => {
        assert.ok(error instanceof CurfewError);
        const { code: itsCode, option: itsOption, message } = error;
        assert.deepEqual([itsCode, itsOption], [code, option], message);
        assert.match(message, text);
        return true;
      },
      `${option} is accepted`,
    );
  }
});

test("what is no object is no options", () => {
  for (const given of [null, 5, "x", [], undefined]) {
    assert.throws(() => checkOptions(given), { code: "bad_option" });
  }
});

test("undefined is as good as left out, and what comes later may be switched off", () => {
  const all = Object.fromEntries(Object.keys(OPTION_TABLE).map((name) => [name, undefined]));
  checkOptions(all);
  checkOptions({ pty: false, endWithStdin: false });
});

test("values of another realm are as good as ours", () => {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  checkOptions({ signal });
});

test("each row says what it takes, and a flag reads its text as the command line does", () => {
  for (const [name, row] of Object.entries(OPTION_TABLE)) {
    assert.notEqual(expectedOf(name as OptionName), "", name);
    if (row.kind !== "flag") continue;
    const option = RUN_OPTIONS.find(({ long }) => long === row.flag);
    assert.ok(option?.kind === "value", `${name}: ${row.flag}`);
    assert.equal(option.key, row.key, name);
    assert.equal(option.repeats, row.isList, name);
    for (const text of TEXTS) {
      const read = option.parse(text, () => undefined, RUN_DEFAULTS);
      const ours = row.takes.parse(text, () => undefined);
      // Words that only the command line knows.
      if (name === "onStop" && ["auto", "mirror"].includes(text)) continue;
      assert.deepEqual(row.isList === true && ours !== undefined ? [ours] : ours, read, text);
    }
  }
});
