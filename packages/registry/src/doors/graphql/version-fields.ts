/** The descriptions of what the registry recorded of a push, for each type that shows it. */
export const VERSION_FIELDS = {
  by: {
    description:
      'Who pushed or promoted it: the GitHub user who triggered the workflow run, otherwise the token. Null ' +
      'when the audit log does not say.',
  },
  run: {
    description:
      'The workflow run that pushed or promoted it, as `owner/name/actions/runs/ID/attempts/N`. Null for a token.',
  },
  promotedPullRequest: {
    description: 'The number of the pull request whose promotion made it. Null for a push.',
  },
} as const;
