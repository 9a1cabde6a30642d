import assert from "node:assert/strict";
import { test } from "node:test";
import { budgetSentence } from "../../../src/core/messages/budget-sentence.ts";
import { BUDGET_SENTENCES } from "./rows/budgets.ts";

for (const [message, text] of BUDGET_SENTENCES) {
  test(text, () => assert.equal(budgetSentence(message, false), text));
}
