// docs/how-to/sockets.md with the servers that have to be downloaded: `npm test -- --only
// 'test/reload/*.long.ts'`.
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { newPath } from "../cli/reports.ts";
import { PAGE, replaceServer, sectionsOf } from "./servers-page.ts";

const PYTHON = ["uvicorn", "gunicorn", "hypercorn"];
const folder = newPath("packages");
const environment = join(folder, "python");

before(() => {
  mkdirSync(folder);
  const quietly: ExecFileSyncOptions = { cwd: folder, stdio: ["ignore", "ignore", "inherit"] };
  execFileSync("python3", ["-m", "venv", environment], quietly);
  execFileSync(join(environment, "bin/pip"), ["install", "-q", ...PYTHON], quietly);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "express"], quietly);
});

for (const section of sectionsOf(PAGE)) {
  if (section.server !== "Express" && !PYTHON.includes(section.server)) continue;
  test(`${section.server} is replaced, and no client is refused`, async (t) => {
    const env = { PATH: `${environment}/bin:${process.env.PATH}` };
    await replaceServer(t, section, env, join(folder, "node_modules"));
  });
}
