// `npm test [-- --only PATTERN]`
import { continueAs } from "./pinned-node.mjs";

continueAs("test", process.argv.slice(2));
