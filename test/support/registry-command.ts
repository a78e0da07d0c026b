import { fileURLToPath } from 'node:url';
import { type Finished, run } from './process.js';

const COMMAND = fileURLToPath(new URL('../../packages/registry/bin/fixture-registry.js', import.meta.url));

/**
 * Runs `fixture-registry …` in a folder, which contains its data unless the environment overrides
 * it.
 * @param signal ends it as `kill -9` does
 */
export function runRegistry(
  folder: { path: string },
  words: string[],
  environment: Record<string, string>,
  signal?: AbortSignal,
): Promise<Finished> {
  const env = { FIXTURE_REGISTRY_DATA: folder.path, ...environment };
  return run(process.execPath, [COMMAND, ...words], { cwd: folder.path, env, ...(signal && { signal }) });
}
