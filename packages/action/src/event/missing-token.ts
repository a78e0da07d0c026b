/** What matters of a run that has no token. */
export interface TokenlessRun {
  fromFork: boolean;
  /** Who started it, as `GITHUB_ACTOR` says. */
  actor: string;
}

const DEPENDABOT = 'dependabot[bot]';

/** Why a run has no registry token, and what to do about it. */
export function explainMissingToken({ fromFork, actor }: TokenlessRun): string {
  if (fromFork) {
    return 'this run has no registry token, because a pull request from a fork gets no secrets and no identity.';
  }
  if (actor === DEPENDABOT) {
    return (
      'this run has no registry token: Dependabot started it, and such runs get no secrets of Actions. ' +
      "Add the token to Dependabot's own secrets (Settings, Secrets and variables, Dependabot), " +
      'or give the job `permissions: { id-token: write }`.'
    );
  }
  return 'this run has no registry token: give the job `permissions: { id-token: write }`, or give the input `token`, from a secret of the repository.';
}
