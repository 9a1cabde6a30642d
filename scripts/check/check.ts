// `npm run check`: types, lint and format, without building or running anything.

import { main } from "../steps.ts";
import { runChecks } from "./checks.ts";

await main(async () => ((await runChecks()).length === 0 ? 0 : 1));
