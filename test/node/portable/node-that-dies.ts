// A Node that runs commands by the portable way and is ended by a test. Each argument is a shell
// text, run with kill-after of half a second. It prints `run PID`, what the commands print, and the
// PID of its guardian; then `all` when all were started. On `exit` on stdin it leaves at once.
import { guardianPid } from "../../../src/node/portable/guardian/guardian.ts";
import { until } from "../../cli/run.ts";
import { begin, orderOf } from "./order.ts";

const runs = process.argv.slice(2).map((text) => {
  const told = begin(orderOf(["--kill-after", "500ms"], ["sh", "-c", text]));
  return { told, text };
});
for (const { told } of runs) {
  console.log(`run ${await told.started}`);
  // Each says so when it is set up.
  await told.printed("ready");
  console.log(told.outputs.stdout);
}
const guardian = guardianPid();
console.log(`guardian ${guardian}`);
console.log("all");
process.stdin.on("data", async (data) => {
  if (data.includes("exit")) process.exit(3);
  if (data.includes("throw")) throw new Error("as asked");
  if (!data.includes("again")) return;
  const isAnother = () => ![undefined, guardian].includes(guardianPid());
  await until("there is another guardian", isAnother);
  console.log(`now guardian ${guardianPid()}`);
});
