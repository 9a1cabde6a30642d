// `npm run package`: makes dist/npm/: the npm package of the library and the command, and one with
// the program for each processor.
import { productVersion } from "../build/cargo.ts";
import { main, say, step } from "../steps.ts";
import { builtFor } from "./layout.ts";
import { npmPackages, writePackages } from "./npm.ts";
import { buildAll } from "./programs.ts";

await main(async () => {
  // Nothing that we make depends on the caller's.
  process.umask(0o022);
  const targets = await buildAll();
  const version = await productVersion();
  const programs = new Map(targets.map(({ arch }) => [arch, builtFor(arch)]));
  const tarballs = await step("package", () => npmPackages({ version, programs }));
  writePackages(tarballs);
  for (const file of tarballs.keys()) say(`dist/npm/${file}`);
  return 0;
});
