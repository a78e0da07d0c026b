import { Argument, type Command, InvalidArgumentError, Option } from 'commander';

/** Adds the commands. Each is loaded when it runs, so that none waits for what another needs. */
export function addCommands(program: Command, exitWith: (status: number) => void): void {
  common(program.command('pull'))
    .description('Write the recordings of a branch, pull request or commit into the directory.')
    .option('--tests <pattern>', 'only recordings of these tests (repeatable)', gather)
    .option('--tests-file <file>', 'a file with one test id or pattern a line')
    .option('--models <name>', 'only recordings of these models (repeatable)', gather)
    .option('--paths <glob>', 'only recordings at these paths (repeatable)', gather)
    .addOption(baseline())
    .action(async (options) => (await import('./commands/pull.js')).runPull(options));

  common(program.command('push'))
    .description('Send the recordings that are new or changed since the pull.')
    .option(
      '--paths <glob>',
      'the files that are recordings (default **/recordings/**/*.json; repeatable)',
      gather,
    )
    .addOption(
      new Option(
        '--prune [how]',
        'also remove what the paths no longer hold on disk, at most half of it; =force removes more',
      )
        .choices(['true', 'force'])
        .preset('true'),
    )
    .option(
      '--redact',
      'put placeholders in the place of what looks like a secret, in the files on disk, too',
    )
    .option(
      '--default-branch <branch>',
      "make this the repository's default branch and carry the recordings along (needs an admin)",
    )
    .addOption(baseline())
    .action(async (options) => (await import('./commands/push.js')).runPush(options));

  common(program.command('status'))
    .description('Tell how the directory and the registry differ; changes nothing.')
    .option(
      '--paths <glob>',
      'the files that are recordings (default **/recordings/**/*.json; repeatable)',
      gather,
    )
    .addOption(baseline())
    .action(async (options) => (await import('./commands/status.js')).runStatus(options));

  common(program.command('drift'))
    .description('Tell which tests behave differently: a pull request or branch beside its baseline.')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <level>', 'exit with 3 when drift is at this level or above')
        .choices(['behaviour', 'content', 'metadata', 'any', 'never'])
        .default('never'),
    )
    .option('--accept', 'accept what the pull request changes: --fail-on counts it no longer')
    .addOption(
      new Option('--level <level>', 'accept only changes up to this level').choices([
        'behaviour',
        'content',
        'metadata',
        'cosmetic',
      ]),
    )
    .option('--paths <glob>', 'accept only changes at these paths (repeatable)', gather)
    .action(async (options) => exitWith(await (await import('./commands/drift.js')).runDrift(options)));

  common(program.command('promote'))
    .description(
      "Make a merged pull request's recordings those of its base branch (--base where it was merged elsewhere).",
    )
    .action(async (options) => (await import('./commands/promote.js')).runPromote(options));

  common(program.command('explain'))
    .description('Tell why a recording is found or not: its key, and what comes nearest.')
    .addArgument(new Argument('<file|hash>', 'a recording on disk, its path, or a request hash'))
    .action(async (subject, options) =>
      exitWith(await (await import('./commands/explain.js')).runExplain(subject, options)),
    );
}

function common(command: Command): Command {
  return command
    .option('--registry <url>', 'address of the registry (FIXTURE_REGISTRY_URL)')
    .option('--token <token>', 'token (FIXTURE_REGISTRY_TOKEN)')
    .option('--repository <owner/name>', 'repository (FIXTURE_REGISTRY_REPOSITORY, else the git remote)')
    .addOption(new Option('--branch <branch>', 'the branch').conflicts('pullRequest'))
    .option('--pull-request <number>', 'the pull request', pullRequestNumber)
    .option('--base <branch>', "the pull request's base branch")
    .option('--commit <sha>', 'the git commit')
    .option('--directory <directory>', "the repository's root", '.')
    .option('--json', 'print the result as JSON')
    .option(
      '--allow-insecure',
      'speak http:// to a registry that is not on this machine (FIXTURE_REGISTRY_ALLOW_INSECURE=1)',
    );
}

function baseline(): Option {
  return new Option(
    '--baseline <commit>',
    "the commit or snapshot that a pull request's recordings lie over",
  );
}

function gather(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function pullRequestNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number, e.g. 123.');
  return Number(text);
}
