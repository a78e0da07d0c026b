import { storableText } from '../../recordings/reading/storable-text.js';
import type { PermissionProblem } from '../identity/identity.js';

/** What GitHub says about a repository and the permission of the person who asks. */
export interface GitHubRepository {
  id: number;
  /** `owner/name`, as it is called now. */
  fullName: string;
  owner: string;
  ownerId: number;
  mayRead: boolean;
  mayWrite: boolean;
}

/** A response of GitHub's REST API. */
export interface GitHubAnswer {
  status: number;
  header(name: string): string | null;
  /** Null when the body is not a JSON object. */
  body: Record<string, unknown> | null;
}

/** Seconds until a retry, when GitHub names no time. */
const PAUSE = 10;
const LONGEST_PAUSE = 3_600;
const LONGEST_MESSAGE = 300;

const UNEXPECTED: PermissionProblem = {
  kind: 'unavailable',
  message: 'GitHub sent an unexpected response',
  retryAfter: PAUSE,
};

/**
 * Reads the response to `GET /repos/{owner}/{repo}`.
 * @param server the address of GitHub's pages: a link in the response must belong to it
 * @returns `moved` with the address when the repository has another name now
 */
export function readRepositoryAnswer(
  answer: GitHubAnswer,
  server: string,
  now: Date,
):
  | { kind: 'repository'; repository: GitHubRepository }
  | { kind: 'none' }
  | { kind: 'moved'; to: string }
  | PermissionProblem {
  const { status } = answer;
  if (status === 200) {
    const repository = repositoryIn(answer.body);
    return repository ? { kind: 'repository', repository } : UNEXPECTED;
  }
  if (status === 404) return { kind: 'none' };
  const location = answer.header('location');
  if (status >= 300 && status < 400 && location !== null) return { kind: 'moved', to: location };
  return readProblem(answer, server, now);
}

/** Reads a response of GitHub other than success. */
export function readProblem(answer: GitHubAnswer, server: string, now: Date): PermissionProblem {
  const { status, header, body } = answer;
  if (status === 401) return { kind: 'signed-out' };
  if (status === 429 || (status === 403 && isRateLimit(answer))) {
    const retryAfter = pauseOf(answer, now);
    return { kind: 'unavailable', message: 'GitHub limits the requests of your account', retryAfter };
  }
  if (status !== 403 && status !== 451) return UNEXPECTED;
  const sso = /^required; *url=(\S+)$/.exec(header('x-github-sso') ?? '')?.[1];
  if (sso !== undefined) {
    const message =
      'the organization requires single sign-on (SAML): sign on at GitHub, then sign in here again';
    return { kind: 'refused', message, link: isAddressOf(server, sso) ? sso : null };
  }
  const said = typeof body?.['message'] === 'string' ? body['message'] : 'Forbidden';
  const message = `GitHub refuses access: ${storableText(said, LONGEST_MESSAGE).replace(/\s+/g, ' ')}`;
  return { kind: 'refused', message, link: null };
}

function repositoryIn(body: GitHubAnswer['body']): GitHubRepository | null {
  const { id, full_name: fullName } = body ?? {};
  const owner = body?.['owner'] as { id?: unknown; login?: unknown } | null | undefined;
  // Absent when the request had no valid token; then nothing is known of the person.
  const permissions = body?.['permissions'] as { pull?: unknown; push?: unknown } | null | undefined;
  if (!isId(id) || typeof fullName !== 'string' || !isId(owner?.id) || typeof owner?.login !== 'string') {
    return null;
  }
  return {
    id,
    fullName,
    owner: owner.login,
    ownerId: owner.id,
    mayRead: permissions?.pull === true,
    mayWrite: permissions?.pull === true && permissions.push === true,
  };
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function isRateLimit({ header, body }: GitHubAnswer): boolean {
  return (
    header('x-ratelimit-remaining') === '0' ||
    header('retry-after') !== null ||
    /rate limit/i.test(String(body?.['message'] ?? ''))
  );
}

/** Seconds until GitHub accepts requests again. */
function pauseOf({ header }: GitHubAnswer, now: Date): number {
  const after = Number(header('retry-after') ?? Number.NaN);
  const reset = Number(header('x-ratelimit-reset') ?? Number.NaN) - now.getTime() / 1_000;
  const pause = Number.isFinite(after) ? after : Number.isFinite(reset) ? reset : PAUSE;
  return Math.min(LONGEST_PAUSE, Math.max(1, Math.ceil(pause)));
}

function isAddressOf(server: string, link: string): boolean {
  return URL.canParse(link) && new URL(link).origin === new URL(server).origin;
}
