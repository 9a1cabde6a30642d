// `npm run format`: writes both languages as the checks want them.
import { NATIVE } from "../build/cargo.ts";
import { main, need, step } from "../steps.ts";
import { BIOME } from "./checks.ts";

await main(async () => {
  await step("format TypeScript", () => need([BIOME, "check", "--write", "--colors=off"]));
  await step("format Rust", () => need(["cargo", "fmt"], { cwd: NATIVE }));
  return 0;
});
