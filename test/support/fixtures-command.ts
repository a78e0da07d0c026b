import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, run } from './process.js';
import { CHECKOUT } from './registry.js';

/** Where the command is in a build: releases before 0.2 had it in the client's package. */
function commandIn(root: string): string {
  const [present, earlier] = ['cli', 'client'].map((name) => join(root, `packages/${name}/bin/fixtures.js`));
  return present && existsSync(present) ? present : (earlier ?? '');
}

/** Where and as whom a command runs. */
export interface Workplace {
  registry: { url: string; adminToken: string };
  /** `owner/name` */
  repository: string;
  /** Null: without a token. */
  token?: string | null;
  /** More variables, which replace the others. */
  environment?: Record<string, string>;
  /** Root of a build other than this checkout. */
  root?: string;
}

/** Runs `fixtures …` in a folder, as a separate process with only these variables in its environment. */
export function runFixtures(
  { registry, repository, token = registry.adminToken, environment, root = CHECKOUT }: Workplace,
  folder: { path: string },
  words: string[],
  signal?: AbortSignal,
): Promise<Finished> {
  return run(process.execPath, [commandIn(root), ...words], {
    cwd: folder.path,
    env: {
      FIXTURE_REGISTRY_URL: registry.url,
      FIXTURE_REGISTRY_REPOSITORY: repository,
      ...(token === null ? {} : { FIXTURE_REGISTRY_TOKEN: token }),
      ...environment,
    },
    ...(signal ? { signal } : {}),
  });
}

/** The same with `--json`, for a command that must succeed. Returns the parsed output. */
export async function fixturesJson<Summary>(
  workplace: Workplace,
  folder: { path: string },
  ...words: string[]
): Promise<Summary> {
  const ended = await runFixtures(workplace, folder, [...words, '--json']);
  if (ended.status !== 0) throw new Error(`fixtures ${words[0]} ended with ${ended.status}: ${ended.stderr}`);
  return JSON.parse(ended.stdout) as Summary;
}
