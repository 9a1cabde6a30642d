import { test } from "node:test";
import { manyRuns } from "./many.ts";

test("ten thousand runs leave no descriptor, listener or zombie", () => manyRuns(10_000, 16));
