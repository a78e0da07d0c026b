import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../../../packages/cli/bin/fixtures.js', import.meta.url));

/** Says at the end what the system knows of the process: the most memory that it ever held, in KiB. */
const TELL = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('most resident KiB: ' + process.resourceUsage().maxRSS + '\\n'))",
)}`;

/** Runs `fixtures …` and gives the most bytes that it had resident. */
export async function memoryOfFixtures(
  words: string[],
  environment: { url: string; token: string; repository: string; directory: string },
): Promise<number> {
  const { url, token, repository, directory } = environment;
  const child = spawn(process.execPath, ['--import', TELL, FIXTURES, ...words], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      FIXTURE_REGISTRY_URL: url,
      FIXTURE_REGISTRY_TOKEN: token,
      FIXTURE_REGISTRY_REPOSITORY: repository,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  const most = /most resident KiB: (\d+)/.exec(said)?.[1];
  if (status !== 0 || most === undefined)
    throw new Error(`fixtures ${words[0]} ended with ${status}: ${said}`);
  return Number(most) * 1024;
}
