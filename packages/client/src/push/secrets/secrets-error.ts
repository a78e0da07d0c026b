import { RegistryError } from '../../connection/registry/registry-error.js';

/** A possible secret in a file, as the registry reports it. Never contains the secret itself. */
export interface SecretInFile {
  path: string;
  digest: string;
  kind: string;
  /** The position in the file: a path into the JSON, or a line. */
  place: string;
  masked: string;
}

/** Maximum findings that the message lists; it counts the rest. */
const MAX_LISTED = 20;

/**
 * The registry refuses files because of possible secrets in them. Nothing of the push is visible.
 */
export class SecretsError extends RegistryError {
  readonly secrets: SecretInFile[];
  /** Why files could not be redacted, if redaction was requested. */
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
    `Not pushed: ${files === 1 ? '1 file contains' : `${files} files contain`} what looks like a secret.`,
    ...secrets
      .slice(0, MAX_LISTED)
      .flatMap(({ path, digest, kind, place, masked }) => [
        `  ${path}`,
        `    ${kind} at ${place}: ${masked}`,
        `    sha256 ${digest}`,
      ]),
  ];
  if (secrets.length > MAX_LISTED) lines.push(`  … and ${secrets.length - MAX_LISTED} more findings`);
  for (const { path, reason } of notRedacted) lines.push(`  ${path} was not redacted: ${reason}`);
  lines.push(
    'If it is a secret, revoke it. Then record again without it, or push with --redact (redact: true) ' +
      'to replace it by a placeholder.',
    'If it is not a secret, allow it in .github/fixtures.yml of the base branch, or ask an admin of the ' +
      'repository to (allowSecret):',
    '  secrets:',
    '    allow:',
    `      - digest: ${secrets[0]?.digest ?? '<sha256 of the file>'}   # or path: <pattern>`,
    '        reason: <why it is not a secret>',
  );
  return lines.join('\n');
}
