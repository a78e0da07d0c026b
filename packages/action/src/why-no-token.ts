/** Why a run has no way to say to the registry who it is, and what to do about it, for whoever wonders why nothing was pushed. */
export function whyNoToken(fromFork: boolean): string {
  return fromFork
    ? 'this run has no registry token, because a pull request from a fork gets no secrets and no identity.'
    : 'this run has no registry token: give the job `permissions: { id-token: write }`, or give the input `token`, from a secret of the repository.';
}
