import { ACCEPTANCE_BRANCH } from '../../names.js';

/**
 * The address of GitHub's page that opens a pull request from the branch for acceptances, filled in. Pure.
 * @param server GitHub's address, such as `https://github.com`
 */
export function acceptanceLink(
  server: string,
  { owner, name }: { owner: string; name: string },
  defaultBranch: string,
): string {
  const query = new URLSearchParams({ quick_pull: '1', title: TITLE, body: BODY });
  const branches = `${pathOf(defaultBranch)}...${pathOf(ACCEPTANCE_BRANCH)}`;
  return `${server}/${owner}/${name}/compare/${branches}?${query}`;
}

const TITLE = 'Accept re-recorded fixtures';

const BODY =
  'Accepts the recordings that the scheduled watch made against the live providers. The commit is empty: ' +
  'the recordings are in the registry, and the comment on this pull request shows what changed.';

/** Keeps the slashes of a branch name, which GitHub expects. */
function pathOf(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}
