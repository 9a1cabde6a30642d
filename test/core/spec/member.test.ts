import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLineOf } from "../../../src/core/spec/member.ts";

const ROWS: readonly (readonly [cmdline: string, words: string])[] = [
  ["/usr/bin/git\0gc\0--auto\0", "git gc --auto"],
  ["gpg-agent\0--homedir\0/x\0", "gpg-agent --homedir /x"],
  ["./tools/my server\0-v\0", "my server -v"],
  ["/opt/my tools/server\0", "server"],
  ["ssh: /run/user/1000/socket [mux]\0\0\0", "ssh: /run/user/1000/socket [mux]"],
  ["postgres: writer process", "postgres: writer process"],
  ["", ""],
];

for (const [cmdline, words] of ROWS) {
  test(`the words of ${JSON.stringify(cmdline)}`, () => {
    assert.equal(commandLineOf(cmdline), words);
  });
}
