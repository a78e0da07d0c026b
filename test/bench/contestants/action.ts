import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type GitHubStandIn, startGitHub } from '../../support/github-api.js';
import { pullRequestEvent } from '../../support/github-events.js';
import { startJob } from '../../support/runner.js';
import type { Case } from '../measure.js';
import type { BenchRegistry, World } from '../world.js';
import { execute } from './commands.js';
import { type Pull, pullingCases } from './pulling.js';
import { CHANGING, type ChangingRepository, STEADY } from './registry-contents.js';

export const ACTION = 'the action';
const MAIN = fileURLToPath(new URL('../../../packages/action/dist/main.js', import.meta.url));

/**
 * The committed bundle, as the runner starts it for a pull request over `main`. It asks GitHub twice on its
 * way (a stand-in on loopback, which is never far away: how far GitHub is from its own runners is not what is
 * measured).
 */
export async function action(
  world: World,
  changing: Map<BenchRegistry, ChangingRepository>,
): Promise<Case[]> {
  const githubs = new Map<string, GitHubStandIn>();
  for (const full of [STEADY, CHANGING]) {
    const [owner = '', name = ''] = full.split('/');
    const github = await startGitHub({ repository: { owner, name } });
    world.atEnd(() => github.close());
    const { state } = github;
    state.openPullRequest({ head: state.commit([state.tip('main')]) });
    githubs.set(full, github);
  }
  const pulls = await pullingCases(world, changing, ACTION, async (what) => {
    const github = githubs.get(what.repository);
    if (github) await runJob(what, github);
  });
  const about = { scenario: 'process start', database: null, delay: 0 } as const;
  return [
    ...pulls,
    { ...about, contestant: 'the action, without inputs', run: startBundle },
    {
      ...about,
      contestant: '`node -e 0`',
      run: async () => void (await execute(process.execPath, ['-e', '0'])),
    },
  ];
}

async function runJob(what: Pull, github: GitHubStandIn): Promise<void> {
  const { one, url, directory, testId } = what;
  const [number = 0] = github.state.pulls.keys();
  await using job = startJob({
    inputs: { 'registry-url': url, token: one.registry.adminToken, ...(testId ? { tests: testId } : {}) },
    event: pullRequestEvent(github.state, number),
    repository: github.state.repository,
    githubApiUrl: github.url,
    githubToken: github.token,
    workspace: directory,
  });
  const step = await job.main();
  if (step.exitCode !== 0)
    throw new Error(`the action ended with ${step.exitCode}: ${step.stdout}${step.stderr}`);
  if (github.violations.length > 0) throw new Error(github.violations.join('; '));
}

/** Loads the whole bundle, which then says that an input is missing. */
async function startBundle(): Promise<void> {
  const child = spawn(process.execPath, [MAIN], { env: {}, stdio: 'ignore' });
  const [status] = await once(child, 'close');
  if (status !== 1) throw new Error(`the action ended with ${status} where it was to miss an input`);
}
