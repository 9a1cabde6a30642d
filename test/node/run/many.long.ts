import { test } from "node:test";
import { tree } from "../tree.ts";
import { endsWithMany } from "./dying.ts";
import { manyRuns } from "./many.ts";

test("ten thousand runs leave no descriptor, listener or zombie", () => manyRuns(10_000, 16));

test("Node exits while 200 runs are under way", async () => {
  using all = tree();
  await endsWithMany(all, 200);
});
