// `node scripts/run.mjs NAME [ARGS]`: runs scripts/NAME.ts with the pinned Node.
import { continueAs } from "./pinned-node.mjs";

const [name, ...args] = process.argv.slice(2);
continueAs(name, args);
