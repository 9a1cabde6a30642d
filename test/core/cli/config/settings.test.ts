import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isFlaw, readSettings } from "../../../../src/core/cli/config/settings.ts";

const NOTHING = () => undefined;

/** The settings of the defaults as `key=values`, or the mistake with its place. */
function reading(text: string): string {
  const settings = readSettings(text, NOTHING);
  if (isFlaw(settings)) return `${settings.line}:${settings.column}: ${settings.text}`;
  return settings.defaults
    .map(({ option, isOn, values }) => `${option.key}=${isOn ? values.join(",") : "off"}`)
    .join(" ");
}

const DURATION = "a duration such as 10, 1.5h or 1m30s; units are us, ms, s, m, h and d";
const LONG = "x".repeat(100_000);
const CUT = `'${"x".repeat(80)}...'`;
const KEY = "the name of an option, such as kill_after";

/** A file, and what is read from it; `;` is a line end. */
const ROWS: readonly (readonly [text: string, reads: string])[] = [
  ["", ""],
  ["[defaults]", ""],
  ["[profiles]", ""],
  ["[defaults];timeout = '5m'", "timeout=5m"],
  ["[defaults];timeout = '1m30s';kill_after = 'inf'", "timeout=1m30s kill_after=inf"],
  ["defaults.timeout = '5m'", "timeout=5m"],
  ["defaults = { timeout = '5m', verbose = true }", "timeout=5m verbose="],
  ["[defaults];new_session = false", "new_session=off"],
  ["[defaults];die_with_parent = true", "die_with_parent="],
  ["[defaults];die_with_parent = false", "die_with_parent=off"],
  ["[defaults];die_with_parent = 77", "die_with_parent=77"],
  ["[defaults];poll = '2s';watch = ['src', 'lib']", "poll=2s watch=src,lib"],
  ["[defaults];process_limit = 100;expect_exit = [0, 143]", "process_limit=100 expect_exit=0,143"],
  ["[defaults];mem_limit = '1.5G';max_output = 1000", "mem_limit=1.5G max_output=1000"],
  ["[defaults];rewrite = ['TERM:QUIT', 'HUP:0']", "rewrite=TERM:QUIT,HUP:0"],
  ["[defaults];spare = []", "spare="],
  ["[defaults];idle_timeout = '0';cpu_limit = '0s'", "idle_timeout=0 cpu_limit=0s"],
  ["[defaults];foreground = true", "foreground="],

  ["timout = '5m'", "1:1: unknown table or key 'timout': expected [defaults]"],
  ["timeout = '5m'", "1:1: unknown table or key 'timeout': expected [defaults]"],
  ["[default]", "1:2: unknown table or key 'default': did you mean defaults?"],
  ["[profile.ci]", "1:2: unknown table or key 'profile': did you mean profiles?"],
  ["[defaults];;  timout = '5m'", "3:3: unknown key 'timout': did you mean timeout?"],
  ["[defaults];kill-after = '5m'", "2:1: unknown key 'kill-after': did you mean kill_after?"],
  ["[defaults];colour = 'red'", `2:1: unknown key 'colour': expected ${KEY}`],
  ["[defaults];'a\\n' = 1", `2:1: unknown key 'a\\\\n': expected ${KEY}`],
  [
    `[defaults];timeout = '${LONG}'`,
    `2:1: timeout: invalid time interval ${CUT}: expected ${DURATION}`,
  ],
  [`[defaults];${LONG} = 1`, `1:2: unknown key ${CUT}: expected ${KEY}`],
  [`[a${".a".repeat(20_000)}]`, "1:2: unknown table or key 'a': expected [defaults]"],
  [
    `[defaults];spare = [${'"x",'.repeat(40_000)}]`,
    "2:1: 'spare' has 40000 members: at most 1000 can be",
  ],
  ["[defaults];control = 'fd:3'", `2:1: unknown key 'control': expected ${KEY}`],
  ["[defaults];config = 'x'", `2:1: unknown key 'config': expected ${KEY}`],
  ["[defaults];help = true", `2:1: unknown key 'help': expected ${KEY}`],
  ["[profiles.ci];timout = '5m'", "2:1: unknown key 'timout': did you mean timeout?"],
  ["defaults = 1", "1:1: 'defaults' is a number: expected a table such as [defaults]"],
  ["defaults = []", "1:1: 'defaults' is a list: expected a table such as [defaults]"],
  ["[[defaults]]", "1:3: 'defaults' is a list: expected a table such as [defaults]"],
  ["profiles = 'x'", "1:1: 'profiles' is a string: expected a table such as [profiles]"],
  ["[profiles];ci = 1", "2:1: 'ci' is a number: expected a table such as [profiles.ci]"],
  ["[profiles];ci = 1979-05-27", "2:1: 'ci' is a date: expected a table such as [profiles.ci]"],

  ["[defaults];timeout = 5", "2:1: 'timeout' is a number: expected a string such as \"90s\""],
  [
    "[defaults];timeout = true",
    "2:1: 'timeout' is true or false: expected a string such as \"90s\"",
  ],
  ["[defaults];timeout = ['5s']", "2:1: 'timeout' is a list: expected a string such as \"90s\""],
  ["[defaults];timeout = {}", "2:1: 'timeout' is a table: expected a string such as \"90s\""],
  ["[defaults];timeout = 07:32:00", "2:1: 'timeout' is a date: expected a string such as \"90s\""],
  ["[defaults];timeout = '300'", "2:1: timeout: no unit in '300': expected \"300s\", say"],
  ["[defaults];timeout = '5w'", `2:1: timeout: invalid time interval '5w': expected ${DURATION}`],
  ["[defaults];verbose = 1", "2:1: 'verbose' is a number: expected true or false"],
  ["[defaults];verbose = 'yes'", "2:1: 'verbose' is a string: expected true or false"],
  ["[defaults];spare = 'a'", "2:1: 'spare' is a string: expected a list of strings"],
  ["[defaults];spare = [1]", "2:1: 'spare' is a number: expected a string"],
  ["[defaults];process_limit = 1.5", "2:1: 'process_limit' is a number: expected a whole number"],
  [
    "[defaults];process_limit = 0",
    "2:1: process_limit: invalid number '0': expected a whole number from 1 to 4194304",
  ],
  [
    "[defaults];leftovers = 'keep'",
    "2:1: leftovers: invalid choice 'keep': expected kill, leave, wait or fail",
  ],
  [
    "[defaults];kill_after = '0s'",
    "2:1: kill_after: invalid time interval '0s': expected a duration above 0 such as 10 or " +
      "500ms, inf for never, or --signal KILL for at once",
  ],
  // A value is checked also where no profile of that name is taken.
  [
    "[profiles.unused];leftovers = 'x'",
    "2:1: leftovers: invalid choice 'x': expected kill, leave, wait or fail",
  ],
];

for (const [text, reads] of ROWS) {
  test(`${text.slice(0, 100)} => ${reads}`, () => {
    assert.equal(reading(text.replaceAll(";", "\n")), reads);
  });
}

test("whatever a file holds, the answer is settings, or one printable line with a place", () => {
  const valid = `[defaults]
timeout = "5m" # a comment
spare = ["git gc*", 'x']
verbose = true
process_limit = 100
[profiles.ci]
mem_limit = "1G"
poll = { a = 1979-05-27T07:32:00Z }
`;
  const mutation = fc.tuple(
    fc.nat(valid.length),
    fc.nat(8),
    fc.oneof(
      fc.constantFrom(
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "=",
        "\n",
        "#",
        "\0",
        "\udcff",
        "\\",
        ".",
        "__proto__",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
  );
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
      let text = valid;
      for (const [at, length, more] of mutations) {
        text = text.slice(0, at) + more + text.slice(at + length);
      }
      const settings = readSettings(text, NOTHING);
      if (!isFlaw(settings)) return;
      assert.match(settings.text, /^[ -~]{1,400}$/);
      assert.ok(settings.line >= 1 && settings.column >= 1);
      assert.ok(settings.line <= text.split("\n").length);
    }),
    { numRuns: 4000 },
  );
});
