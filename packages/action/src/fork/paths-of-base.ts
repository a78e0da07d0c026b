import { pathsOfSettings, readPathPatterns, SETTINGS_PATH } from '@fixture-registry/client';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { describeGitHubError, statusOf } from '../runner/github-client.js';

/**
 * The path patterns of the recordings of a fork's run: the input `paths`, else those of the settings file on
 * the base branch, else the default ones. The file comes from GitHub, because the second workflow has no
 * checkout, and the fork's file is untrusted.
 * @param base the base branch of the pull request
 * @returns the patterns with `{a,b}` expanded
 * @throws StepFailure when GitHub refuses the file; LocalError when the file has mistakes
 */
export async function pathsOfBase({ github, inputs, run }: Step, base: string): Promise<string[]> {
  if (inputs.paths.length > 0) return readPathPatterns(inputs.paths, null);
  try {
    const { data } = await github.request('GET /repos/{owner}/{repo}/contents/{path}', {
      owner: run.repository.owner,
      repo: run.repository.name,
      path: SETTINGS_PATH,
      ref: base,
    });
    const text = 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : null;
    return (await pathsOfSettings(text)).patterns;
  } catch (error) {
    if (statusOf(error) === 404) return (await pathsOfSettings(null)).patterns;
    if (statusOf(error) === null) throw error;
    throw new StepFailure(describeGitHubError(error, `read ${SETTINGS_PATH} of ${base}`, 'contents: read'));
  }
}
