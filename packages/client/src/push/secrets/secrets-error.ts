import { RegistryError } from '../../connection/registry/registry-error.js';

/** Something in a file that looks like a secret, as the registry tells it: never the secret itself. */
export interface SecretInFile {
  path: string;
  digest: string;
  kind: string;
  /** Where in the file: a path into the JSON, or a line. */
  place: string;
  masked: string;
}

/** Findings that are told one by one; the rest is counted. */
const TOLD = 20;

/** The registry does not take files because of what looks like secrets in them; nothing of the push is visible. */
export class SecretsError extends RegistryError {
  readonly secrets: SecretInFile[];
  /** Why secrets could not be replaced, where that was asked for. */
  readonly notRedacted: { path: string; reason: string }[];

  constructor(secrets: SecretInFile[], notRedacted: { path: string; reason: string }[] = []) {
    super('INVALID', messageOf(secrets, notRedacted));
    this.secrets = secrets;
    this.notRedacted = notRedacted;
  }
}

function messageOf(secrets: SecretInFile[], notRedacted: { path: string; reason: string }[]): string {
  const files = new Set(secrets.map(({ path }) => path)).size;
  const lines = [
    `Not pushed: ${files === 1 ? '1 file holds' : `${files} files hold`} what looks like a secret.`,
    ...secrets
      .slice(0, TOLD)
      .flatMap(({ path, digest, kind, place, masked }) => [
        `  ${path}`,
        `    ${kind} at ${place}: ${masked}`,
        `    sha256 ${digest}`,
      ]),
  ];
  if (secrets.length > TOLD) lines.push(`  … and ${secrets.length - TOLD} more findings`);
  for (const { path, reason } of notRedacted) lines.push(`  ${path} was not redacted: ${reason}`);
  lines.push(
    'If it is a secret, revoke it; then record again without it, or push with --redact (redact: true) to put placeholders in its place.',
    'If it is none, allow it in .github/fixtures.yml of the base branch, or ask an admin of the repository to (allowSecret):',
    '  secrets:',
    '    allow:',
    `      - digest: ${secrets[0]?.digest ?? '<sha256 of the file>'}   # or path: <pattern>`,
    '        reason: <why it is no secret>',
  );
  return lines.join('\n');
}
