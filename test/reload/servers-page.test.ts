// docs/how-to/sockets.md with the servers that are installed here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { PAGE, replaceServer, sectionsOf } from "./servers-page.ts";

const GO = "/usr/local/go/bin";
const PATH = existsSync(GO) ? `${process.env.PATH}:${GO}` : `${process.env.PATH}`;

/** Why a server cannot be tried here; false: it can. */
const MISSING: Readonly<Record<string, () => string | false>> = {
  Node: () => false,
  Express: () => "express has to be downloaded: servers-page.long.ts",
  uvicorn: () => isMissing("uvicorn", "--version"),
  gunicorn: () => isMissing("gunicorn", "--version"),
  hypercorn: () => isMissing("hypercorn", "--help"),
  nginx: () => isMissing("nginx", "-v"),
  Go: () => isMissing("go", "version"),
};

function isMissing(...[program = "", ...words]: readonly string[]): string | false {
  const { status } = spawnSync(program, words, { env: { ...process.env, PATH } });
  return status !== 0 && `no ${program} here`;
}

const sections = sectionsOf(PAGE);

test("the page has seven servers", () => {
  assert.deepEqual(
    sections.map(({ server }) => server),
    Object.keys(MISSING),
  );
});

for (const section of sections) {
  const skip = MISSING[section.server]?.() ?? false;
  test(`${section.server} is replaced, and no client is refused`, { skip }, async (t) => {
    await replaceServer(t, section, { PATH });
  });
}
