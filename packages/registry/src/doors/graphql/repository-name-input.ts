// Every query and mutation names a repository with these two arguments.

export const OWNER = {
  required: true,
  description: 'The owner of the repository: a user or an organization.',
} as const;

export const NAME = {
  required: true,
  description: 'The name of the repository, without its owner.',
} as const;
