// `npm start -- ARGS`: builds what has changed, then runs the real program. Nothing but the
// program writes to stdout, and its end is ours.

import { fileURLToPath } from "node:url";
import { become, succeeds } from "./pinned-node.mjs";

if (!succeeds("build/build")) process.exit(1);
const program = fileURLToPath(new URL(`../dist/linux-${process.arch}/curfew`, import.meta.url));
// npm changes to the package's directory; relative paths are meant from where the user stands.
become(program, process.argv.slice(2), { cwd: process.env.INIT_CWD ?? process.cwd() });
