import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { run } from '../../support/process.js';

const FIXTURES = fileURLToPath(new URL('../../../packages/cli/bin/fixtures.js', import.meta.url));

/** Runs a program to its end. @throws with what it said when it failed */
export async function execute(command: string, words: string[], cwd?: string): Promise<string> {
  const options = { maxBuffer: 64 * 1024 * 1024, ...(cwd === undefined ? {} : { cwd }) };
  const { stdout } = await promisify(execFile)(command, words, options);
  return stdout;
}

export interface FixturesOptions {
  /** As the client sees it: perhaps from afar. */
  url: string;
  token: string;
  /** `owner/name` */
  repository: string;
  directory: string;
}

/** Runs `fixtures …` for the branch `main`, as a process of its own. */
export async function fixtures(
  command: 'pull' | 'push',
  options: FixturesOptions,
  ...more: string[]
): Promise<void> {
  const words = [command, '--directory', options.directory, '--branch', 'main', '--json', ...more];
  const ended = await run(process.execPath, [FIXTURES, ...words], {
    cwd: options.directory,
    env: {
      FIXTURE_REGISTRY_URL: options.url,
      FIXTURE_REGISTRY_TOKEN: options.token,
      FIXTURE_REGISTRY_REPOSITORY: options.repository,
    },
  });
  if (ended.status !== 0) throw new Error(`fixtures ${command} ended with ${ended.status}: ${ended.stderr}`);
}

/** Starts the command and lets it do nothing. */
export async function startFixtures(): Promise<void> {
  await execute(process.execPath, [FIXTURES, '--version']);
}
