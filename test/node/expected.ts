// What tests of the library expect, by the way that runs go. With CURFEW_TEST_WAY=portable the
// program is hidden: test/node/portable/black-box.test.ts runs the tests so once more.

export const isPortable = process.env.CURFEW_TEST_WAY === "portable";

/** What the report calls the way. */
export const WAY = isPortable ? "portable" : "direct";
/** What `treeGone` says of a tree that is gone: without the program nothing can prove it. */
export const GONE = isPortable ? null : true;
export const PROOF = isPortable ? null : "echild";
/** Why a test of the program's own matters is left out. */
export const NO_PROGRAM = isPortable && "this needs curfew's program";
