// `npm run bench [-- ARGS]`: measures the built program, so builds it first.
import { continueAs, succeeds } from "./pinned-node.mjs";

if (!succeeds("build/build")) process.exit(1);
continueAs("../bench/bench", process.argv.slice(2));
