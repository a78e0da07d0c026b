import type { Command } from 'commander';
import { defineRepositoryCommands } from './definitions/repository-commands.js';
import { defineReviewCommands } from './definitions/review-commands.js';
import { defineSetupCommands } from './definitions/setup-commands.js';
import { defineSyncCommands } from './definitions/sync-commands.js';

/**
 * Adds the commands to the program. The code of a command is imported when it runs, so that none
 * waits for the others.
 * @param exitWith receives the exit status of a command that can end with another status than 0
 */
export function defineCommands(program: Command, exitWith: (status: number) => void): void {
  defineSyncCommands(program);
  defineReviewCommands(program, exitWith);
  defineRepositoryCommands(program, exitWith);
  defineSetupCommands(program);
}
