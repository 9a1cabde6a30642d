import assert from "node:assert/strict";
import { test } from "node:test";
import { maskSecrets } from "../../../src/core/inspect/mask.ts";

/** Words, and the words without their secrets. */
const ROWS: readonly [words: readonly string[], masked: readonly string[]][] = [
  [[], []],
  [
    ["node", "server.js", "--port", "80"],
    ["node", "server.js", "--port", "80"],
  ],
  [
    ["a", "--password", "hunter2", "b"],
    ["a", "--password", "***", "b"],
  ],
  [
    ["a", "--db-password=hun ter2"],
    ["a", "--db-password=***"],
  ],
  [
    ["a", "-password", "-x"],
    ["a", "-password", "***"],
  ],
  [
    ["a", "--password", "--next", "b"],
    ["a", "--password", "--next", "b"],
  ],
  [
    ["a", "MYSQL_PWD=x9", "PWD=/tmp", "--pass", "x", "--db-pass", "x", "--passive", "y"],
    ["a", "MYSQL_PWD=***", "PWD=/tmp", "--pass", "***", "--db-pass", "***", "--passive", "y"],
  ],
  [
    ["a", "X-Api-Key:", "abc9", "Authorization=Bearer", "abc9", "d"],
    ["a", "X-Api-Key:", "***", "Authorization=***", "***", "d"],
  ],
  [
    ["curl", "-u", "user:pass9", "--user", "u:p", "-u", "1000:1000", "-u", "me"],
    ["curl", "-u", "user:***", "--user", "u:***", "-u", "1000:1000", "-u", "me"],
  ],
  [
    ["curl", "http://a/?x=1&sig=x9&y=2", "-H", "Cookie: sid=x9; b=c", "Cookie:", "d"],
    ["curl", "http://a/?x=1&sig=***&y=2", "-H", "Cookie: ***", "Cookie:", "***"],
  ],
  [
    ["/usr/bin/mysql", "-phunter9", "-p", "-P3306"],
    ["/usr/bin/mysql", "-p***", "-p", "-P3306"],
  ],
  [
    ["a", "--passphrase", "p q", "b"],
    ["a", "--passphrase", "***", "b"],
  ],
  [
    ["env", "API_KEY=abc&d", "cmd"],
    ["env", "API_KEY=***", "cmd"],
  ],
  [
    ["a", "--authToken=x", "--SECRET", "y"],
    ["a", "--authToken=***", "--SECRET", "***"],
  ],
  [
    ["a", "password", "hunter2"],
    ["a", "password", "***"],
  ],
  [
    ["key", "x"],
    ["key", "x"],
  ],
  [
    ["a", "tokenizer.js", "x"],
    ["a", "tokenizer.js", "x"],
  ],
  [
    ["curl", "-H", "Authorization: Bearer a.b-c"],
    ["curl", "-H", "Authorization: Bearer ***"],
  ],
  [
    ["a", "Authorization:", "Bearer", "abc", "d"],
    ["a", "Authorization:", "Bearer", "***", "d"],
  ],
  [
    ["a", "bearer", "abc"],
    ["a", "bearer", "***"],
  ],
  [
    ["a", "x-api-key: 12 34"],
    ["a", "x-api-key: *** 34"],
  ],
  [
    ["curl", "https://u:p@h:1/x"],
    ["curl", "https://***@h:1/x"],
  ],
  [
    ["curl", "https://h/x@2?token=1&y=2#z"],
    ["curl", "https://h/x@2?token=***&y=2#z"],
  ],
  [
    ["a", "DB_URL=postgres://a:b@c/d"],
    ["a", "DB_URL=postgres://***@c/d"],
  ],
  [
    ["sh", "-c", "mysql --password hunter2 -h x; PASSWORD='a b' y | curl ftp://u:p@h"],
    ["sh", "-c", "mysql --password *** -h x; PASSWORD=*** y | curl ftp://***@h"],
  ],
  [
    ["node", "-e", 'const token = "a b"; f({"secret": "c"}, "d")'],
    ["node", "-e", 'const token = ***; f({"secret": ***}, "d")'],
  ],
  [
    ["a", "the token is missing"],
    ["a", "the token is missing"],
  ],
];

for (const [words, masked] of ROWS) {
  test(`secrets: ${words.join(" ")}`, () => assert.deepEqual(maskSecrets(words), masked));
}

test("what is masked stays as it is", () => {
  for (const [, masked] of ROWS) assert.deepEqual(maskSecrets(masked), masked);
});
