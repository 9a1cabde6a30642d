// The library under test, with the program that this repository has built.
import { FROZEN } from "../cli/binary.ts";
import { isPortable } from "./expected.ts";

if (!isPortable) process.env.CURFEW_BINARY ??= FROZEN.path;

export * from "../../src/node/index.ts";
