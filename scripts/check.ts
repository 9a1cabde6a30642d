// `npm run check`: types, lint and format, without building or running anything.
import { runChecks } from "./checks.ts";
import { main } from "./steps.ts";

await main(async () => ((await runChecks()).length === 0 ? 0 : 1));
