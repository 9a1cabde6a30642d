// `npm run test:adversaries`: the tests of test/adversaries, each many times.
import { continueAs } from "./pinned-node.mjs";

process.env.CURFEW_ADVERSARIES = "long";
continueAs("test/test", ["--only", "test/adversaries/"]);
