// A Node at a terminal that runs a shell text by the portable way, with its own stdin, stdout and
// stderr, and prints what the report says of it. First the options of `curfew run`, as one word.
import { begin, orderOf } from "./order.ts";

// The terminal signals Node, too.
process.on("SIGINT", () => undefined);
const [words = "", text = ""] = process.argv.slice(2);
const inherit = { kind: "inherit" } as const;
const stdio = { stdin: inherit, stdout: inherit, stderr: inherit };
const told = begin(orderOf(words.split(" ").filter(Boolean), ["sh", "-c", text], stdio));
const report = await told.report;
const { outcome, containment, reliability_reasons, leftovers, survivors } = report;
console.log(`outcome=${outcome} containment=${containment}.`);
console.log(`reasons=${(reliability_reasons as string[]).join(",")}.`);
console.log(
  `left=${(leftovers as unknown[]).length} survivors=${(survivors as unknown[]).length}.`,
);
