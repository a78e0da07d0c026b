/**
 * The version of what the registry reads from contents. Raise it when `readRecording` returns more or other
 * facts: `serve` then reads all stored contents again, in the background. 0: releases before versions.
 */
export const READER_VERSION = 2;
