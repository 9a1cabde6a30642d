// `npm test [-- --only PATTERN]`
import { continueAs } from "./pinned-node.mjs";

continueAs("test/test", process.argv.slice(2));
