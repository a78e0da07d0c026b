import { execFileSync, spawnSync } from 'node:child_process';

/** Runs a program with its output on this terminal. Throws when it fails. */
export function runTool(program: string, args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** What a program prints to stdout, trimmed. Throws when it fails. */
export function outputOf(program: string, args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

/** Whether a program succeeds. Its output is dropped. */
export function succeeds(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Which of these programs are not installed. */
export function missingPrograms(programs: readonly string[]): string[] {
  return programs.filter((program) => !succeeds('sh', ['-c', `command -v ${program}`]));
}
