import { fileURLToPath } from 'node:url';
import { run } from '../../test/support/process.js';
import type { TestRegistry } from '../../test/support/registry.js';
import type { DriftFigures } from './check-comment.js';
import type { DemoRepository } from './demo-repository.js';
import type { Identities } from './identities.js';
import type { Narrator } from './narrator.js';
import { DemoFailure, type Subject } from './subjects/subject.js';

/** The state that all later steps share. */
export interface Scene {
  registry: TestRegistry;
  identities: Identities;
  /** `owner/name` */
  slug: string;
  repository: DemoRepository;
  subject: Subject;
}

const FIXTURES = fileURLToPath(new URL('../../packages/cli/bin/fixtures.js', import.meta.url));

export async function pushMain(scene: Scene, token: string, narrator: Narrator): Promise<void> {
  const { repository } = scene;
  const args = ['push', '--branch', 'main', '--commit', repository.main];
  narrator.command(`fixtures ${args.slice(0, -1).join(' ')} ${repository.main.slice(0, 9)}`);
  narrator.quote(await fixtures(scene, token, ...args));
}

/** Returns the report on the pull request, as `fixtures drift` prints it. */
export async function readDrift(
  scene: Scene,
  token: string,
): Promise<{ figures: DriftFigures; markdown: string }> {
  const about = ['drift', '--pull-request', String(scene.subject.pullRequest.number), '--format'];
  const figures = JSON.parse(await fixtures(scene, token, ...about, 'json')) as DriftFigures;
  return { figures, markdown: await fixtures(scene, token, ...about, 'markdown') };
}

/** Runs the stand-in for the tests in its own process. @returns its output */
export async function startTests({ subject }: Scene, checkout: string): Promise<string> {
  const [file, ...values] = subject.testRun;
  // The same loader that runs this file.
  const loader = import.meta.resolve('tsx');
  const args = ['--import', loader, file, ...values, checkout];
  const { status, stdout, stderr } = await run(process.execPath, args, { cwd: checkout });
  if (status !== 0) throw new DemoFailure(`the tests failed:\n${stderr.trim() || stdout.trim()}`);
  return stdout;
}

/** Runs `fixtures` in the repository's folder; the git remote there names the repository. */
async function fixtures({ registry, repository }: Scene, token: string, ...args: string[]): Promise<string> {
  const env = { FIXTURE_REGISTRY_URL: registry.url, FIXTURE_REGISTRY_TOKEN: token };
  const { status, stdout, stderr } = await run(process.execPath, [FIXTURES, ...args], {
    cwd: repository.path,
    env,
  });
  if (status !== 0)
    throw new DemoFailure(`fixtures ${args[0]} ended with ${status}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
