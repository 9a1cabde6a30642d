// The library under test, with the program that this repository has built. With
// CURFEW_TEST_WAY=portable the program is hidden: test/node/portable runs the tests so once more.
import { FROZEN } from "../cli/binary.ts";

const isPortable = process.env.CURFEW_TEST_WAY === "portable";
if (!isPortable) process.env.CURFEW_BINARY ??= FROZEN.path;

/** What the report calls the way. */
export const WAY = isPortable ? "portable" : "direct";
/** What `treeGone` says of a tree that is gone: without the program nothing can prove it. */
export const GONE = isPortable ? null : true;
export const PROOF = isPortable ? null : "echild";

export * from "../../src/node/index.ts";
