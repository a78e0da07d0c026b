import type { Command } from 'commander';

/**
 * Adds the commands that set up a repository or a machine.
 * @param _exitWith receives the exit status of a command that can end with another status than 0
 */
export function defineSetupCommands(_program: Command, _exitWith: (status: number) => void): void {}
