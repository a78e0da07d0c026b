/** An expected failure of a command that was used correctly. The message says what to do. */
export class CommandFailed extends Error {}
