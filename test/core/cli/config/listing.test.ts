import assert from "node:assert/strict";
import { test } from "node:test";
import type { Listing } from "../../../../src/core/cli/config/listing.ts";
import { formatConfigJson, formatConfigText } from "../../../../src/core/cli/config/listing.ts";
import { effectiveSettings } from "../../../../src/core/cli/config/merge.ts";
import { isFlaw, readSettings } from "../../../../src/core/cli/config/settings.ts";

const NOTHING = () => undefined;

function listing(text: string, profile?: string): Listing {
  const effective = effectiveSettings([{ path: "/u", text }], profile, NOTHING);
  assert.ok(!("kind" in effective));
  return {
    files: [
      { path: "/e", state: "absent" },
      { path: "/u", state: "read" },
      { path: "/w\n", state: "writable" },
      { path: "/x", state: { errno: "EIO" } },
    ],
    profile,
    effective,
  };
}

test("the text says which files were read, what holds, and where it was set", () => {
  const text = formatConfigText(
    listing("[defaults]\ntimeout = '5m'\nspare = ['a b']", "agent"),
    true,
  );
  for (const line of [
    "# '/e': not there",
    "# '/u': read",
    "# '/w\\n': ignored: every user may write to it",
    "# '/x': cannot be read: input/output error",
    "# profile 'agent'",
    "[defaults]",
    "timeout = \"5m\"                     # '/u':2",
    "spare = [\"a b\"]                    # '/u':3",
    "new_session = true                  # built in, profile 'agent'",
    'kill_after = "5s"                   # built in',
    "watch = []                          # built in; only init",
    "foreground = false                  # built in; only timeout",
    "# report = none                     # built in",
    "# process_limit = no limit          # built in",
  ]) {
    const inColumns = (one: string) => one.replace(/ {2,}/g, "  ");
    assert.ok(text.split("\n").map(inColumns).includes(inColumns(line)), line);
  }
});

test("the text is a configuration file that says what holds", () => {
  for (const profile of [undefined, "agent"]) {
    const text = formatConfigText(listing("[defaults]\ntimeout = '5m'", profile), true);
    // A duration of 0 needs no unit, and every other one has it.
    const again = readSettings(text, NOTHING);
    assert.ok(!isFlaw(again), JSON.stringify(again));
    const timeout = again.defaults.find(({ option }) => option.key === "timeout");
    assert.deepEqual(timeout?.values, ["5m"]);
  }
});

test("JSON has the same on one line", () => {
  const text = formatConfigJson(listing("[defaults]\ntimeout = '5m'\nverbose = true", "agent"));
  assert.equal(text.indexOf("\n"), text.length - 1);
  const { files, profile, options } = JSON.parse(text);
  assert.deepEqual(files.slice(0, 2), [
    { path: "/e", state: "absent" },
    { path: "/u", state: "read" },
  ]);
  assert.equal(profile, "agent");
  const of = (name: string) => options.find(({ option }: { option: string }) => option === name);
  assert.deepEqual(of("timeout"), {
    ...{ option: "timeout", subcommands: ["run", "init"], value: "5m" },
    ...{ file: "/u", line: 2, column: 1, profile: null },
  });
  assert.deepEqual([of("verbose").value, of("report").value, of("watch").value], [true, null, []]);
  assert.deepEqual([of("on_stop").value, of("on_stop").profile], ["report", "agent"]);
});
