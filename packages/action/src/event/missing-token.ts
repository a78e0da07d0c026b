/** A run without a registry token. */
export interface TokenlessRun {
  fromFork: boolean;
  /** The user that started it (`GITHUB_ACTOR`). */
  actor: string;
}

const DEPENDABOT = 'dependabot[bot]';

/** Why a run has no registry token and how to give it one, as a sentence. Pure. */
export function explainMissingToken({ fromFork, actor }: TokenlessRun): string {
  if (fromFork) {
    return (
      'this run has no registry token, because pull requests from forks get neither secrets nor ' +
      'an OIDC token.'
    );
  }
  if (actor === DEPENDABOT) {
    return (
      'this run has no registry token, because runs that Dependabot starts cannot read Actions secrets. ' +
      'Add the token to the Dependabot secrets (Settings, Secrets and variables, Dependabot), ' +
      'or grant the job `permissions: { id-token: write }`.'
    );
  }
  return (
    'this run has no registry token. Grant the job `permissions: { id-token: write }`, or set ' +
    'the input `token` from a repository secret.'
  );
}
