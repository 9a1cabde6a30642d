import { test } from "node:test";
import { manyRuns } from "./many.ts";

test("hundreds of runs leave no descriptor, listener or zombie", () => manyRuns(400, 16));
